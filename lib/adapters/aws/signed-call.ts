import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { requestSigner } from './request-signer.ts'

/** A call that a service refused, by the name it gives: `ParameterNotFound`, `AccessDeniedException`. */
export class SignedCallError extends Error {
  override readonly name: string

  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/** A service that speaks awsJson. */
interface JsonService {
  /** As it is signed, and as the first part of its host: `sqs`. */
  readonly name: 'sqs' | 'ssm'
  readonly version: '1.0' | '1.1'
}

const TRIES = 3
const PATIENCE_MS = 2000

/**
 * Calls a service with the caller's credentials; each target is an action as the service names it. Signed here because
 * the SDK's clients carry all actions and errors of their services, a sixth of the wake function's bundle for SSM and a
 * tenth for SQS, for one call each. Without a region, the caller's own. Throws SignedCallError.
 */
export const signedCall = <Target extends string>({ name: service, version }: JsonService, given?: string) => {
  const { region, requestHandler, sign } = requestSigner(service, given)
  const attempt = async (target: Target, input: object): Promise<Readonly<Record<string, unknown>>> => {
    const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target }
    const request = await sign(endpointOf(service, await region()), headers, JSON.stringify(input))
    const { response } = await requestHandler.handle({ ...request, query: {} }, { requestTimeout: PATIENCE_MS })
    const said = parse(await text(response.body))
    if (response.statusCode < 300) return said
    const name = String(said['__type'] ?? `HTTP ${response.statusCode}`).replace(/^.*#/, '')
    throw new SignedCallError(name, String(said['message'] ?? said['Message'] ?? `${service} answered ${response.statusCode}`))
  }
  return async (target: Target, input: object): Promise<Readonly<Record<string, unknown>>> => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt(target, input)
      } catch (error) {
        if (tried === TRIES || !isPassing(error)) throw error
        await wait(100 * 2 ** tried)
      }
    }
  }
}

/** What is no JSON is some proxy's word, not the service's. */
const parse = (body: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(body) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}

/** Throttled, broken for a moment, or not reached: the same may work soon. */
const isPassing = (error: unknown): boolean => !(error instanceof SignedCallError) || /Throttl|InternalServerError|InternalError|ServiceUnavailable|^HTTP 5/.test(error.name)

const endpointOf = (service: string, region: string): URL => {
  const { [`AWS_ENDPOINT_URL_${service.toUpperCase()}`]: own, AWS_ENDPOINT_URL: all } = process.env
  return new URL(own ?? all ?? `https://${service}.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}/`)
}
