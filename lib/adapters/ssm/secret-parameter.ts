import type { Clock } from '../../ports.ts'
import { type Instant, later } from '../../domain/time.ts'
import { signedCall } from '../aws/signed-call.ts'
import { sayRefusal } from '../aws/say-refusal.ts'

/** A secret is kept in memory so long: after a change, old containers use the one before for no longer. */
const GOOD_FOR_SECONDS = 5 * 60

/** Reads SecureStrings of the function's own account and region. Throws an Error that names the parameter, never what is in it. */
export const secretParameters = (clock: Clock): ((name: string) => Promise<string>) => {
  const kept = new Map<string, { readonly value: string; readonly at: Instant }>()
  let call: ReturnType<typeof signedCall<'AmazonSSM.GetParameter'>> | undefined
  return async (name) => {
    const known = kept.get(name)
    if (known !== undefined && later(known.at, GOOD_FOR_SECONDS) > clock.now()) return known.value
    call ??= signedCall<'AmazonSSM.GetParameter'>({ name: 'ssm', version: '1.1' })
    const { Parameter } = await call('AmazonSSM.GetParameter', { Name: name, WithDecryption: true }).catch((cause: unknown) => {
      throw new Error(`the SSM parameter ${name} cannot be read: ${sayRefusal(cause, 'ssm:GetParameter')}; is it a SecureString of this account and region?`, { cause })
    })
    const value = String((Parameter as { readonly Value?: string } | undefined)?.Value ?? '').trim()
    if (value === '') throw new Error(`the SSM parameter ${name} is empty: found nothing, expected a SecureString`)
    kept.set(name, { value, at: clock.now() })
    return value
  }
}
