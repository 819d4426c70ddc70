import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Instant, later } from '../../domain/time.ts'
import type { Clock, LinkKeys } from '../../ports.ts'
import { signedCall, SignedCallError } from '../aws/signed-call.ts'

/** A key is kept in memory so long: after a rotation, old containers sign with the one before for no longer. */
const GOOD_FOR_SECONDS = 5 * 60

/** Whoever shows a number we do not know yet makes us look no oftener than this, and so does a parameter that cannot be read. */
const LOOK_AGAIN_SECONDS = 10

/** In IAM: ssm:GetParameter and ssm:PutParameter. */
type ParameterCall = 'AmazonSSM.GetParameter' | 'AmazonSSM.PutParameter'

/** RFC 2104 asks for no less than the hash's length. */
const LEAST_CHARACTERS = 32

interface Key {
  readonly number: number
  readonly secret: string
}

/** A read of keys that is kept, failures included, and made once however many ask. */
interface Kept {
  readonly at: Instant
  readonly keys: Promise<readonly Key[]>
}

/**
 * The keys of signed links: the newest two versions of one SecureString parameter, whose version is the key's number.
 * Rotation writes a new version, so links of the one before stay good, and those of the one before that do not. Throws
 * an Error that names the parameter, never the key.
 */
export const ssmLinkKeys = (parameter: string, clock: Clock, region?: string): LinkKeys => {
  const call = signedCall<ParameterCall>({ name: 'ssm', version: '1.1' }, region)
  const read = async (selector: string): Promise<Key | undefined> => {
    try {
      const { Parameter } = await call('AmazonSSM.GetParameter', { Name: `${parameter}${selector}`, WithDecryption: true })
      const { Value, Version } = (Parameter ?? {}) as { readonly Value?: string; readonly Version?: number }
      return keyOf(parameter, Value ?? '', Version ?? 0)
    } catch (error) {
      if (error instanceof SignedCallError && (error.name === 'ParameterNotFound' || error.name === 'ParameterVersionNotFound')) return undefined
      throw error
    }
  }
  const readBoth = async (): Promise<readonly Key[]> => {
    const current = await read('')
    if (current === undefined) throw new Error(`no key to sign links with: found no SSM parameter ${parameter} in this account and region, expected a SecureString; make one with: catnap link rotate`)
    const previous = current.number > 1 ? await read(`:${current.number - 1}`) : undefined
    return previous === undefined ? [current] : [current, previous]
  }
  let kept: Kept | undefined
  const keys = (longestSeconds: number): Promise<readonly Key[]> => {
    const now = clock.now()
    if (kept === undefined || later(kept.at, longestSeconds) <= now) {
      const fresh: Kept = { at: now, keys: readBoth() }
      kept = fresh
      // Not at once again: each try is a call, and strangers could make us make them.
      fresh.keys.catch(() => kept === fresh && (kept = { ...fresh, at: later(now, LOOK_AGAIN_SECONDS - GOOD_FOR_SECONDS) }))
    }
    return kept.keys
  }
  return {
    sign: async (text) => {
      const [{ number, secret } = { number: 0, secret: '' }] = await keys(GOOD_FOR_SECONDS)
      return { key: number, mac: macOf(secret, text).toString('base64url') }
    },
    verify: async (text, { key, mac }) => {
      const known = await keys(GOOD_FOR_SECONDS)
      const all = known.every(({ number }) => number < key) ? await keys(LOOK_AGAIN_SECONDS) : known
      const found = all.find(({ number }) => number === key)
      const given = Buffer.from(mac, 'base64url')
      const expected = macOf(found?.secret ?? '', text)
      return given.length === expected.length && timingSafeEqual(given, expected) && found !== undefined
    },
    rotate: async () => {
      const { Version } = await call('AmazonSSM.PutParameter', {
        Name: parameter, Type: 'SecureString', Overwrite: true, Value: randomBytes(LEAST_CHARACTERS).toString('base64url'),
        Description: 'signs the links of Catnap: the newest two versions are good',
      })
      kept = undefined
      return Number(Version)
    },
  }
}

const macOf = (secret: string, text: string): Buffer => createHmac('sha256', secret).update(text).digest()

const keyOf = (parameter: string, secret: string, number: number): Key => {
  if (secret.length >= LEAST_CHARACTERS) return { number, secret }
  throw new Error(`SSM parameter ${parameter}, version ${number}, is no key for links: found ${secret.length} characters, expected at least ${LEAST_CHARACTERS}; make one with: catnap link rotate`)
}
