import { SQSClient } from '@aws-sdk/client-sqs'
import { SignatureV4 } from '@smithy/signature-v4'
import { setTimeout as wait } from 'node:timers/promises'

/** A call that SSM refused, by the name it gives: `ParameterNotFound`, `AccessDeniedException`. */
export class ParameterStoreError extends Error {
  override readonly name: string

  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/** The targets of the two calls, as SSM names them; their actions in IAM are ssm:GetParameter and ssm:PutParameter. */
type ParameterStoreCall = 'AmazonSSM.GetParameter' | 'AmazonSSM.PutParameter'

const TRIES = 3
const PATIENCE_MS = 2000

/**
 * Calls Parameter Store (awsJson1_1) with the caller's credentials. Signed here because the SDK's client for SSM would be
 * a sixth of the wake function's bundle, 78 kB for one call: it carries the errors of all 150 actions. Throws
 * ParameterStoreError.
 */
export const parameterStore = (region?: string): ((target: ParameterStoreCall, input: object) => Promise<Readonly<Record<string, unknown>>>) => {
  // Never sent anything: it is how the SDK finds the caller's region and credentials, and it is in the bundle already.
  const { config } = new SQSClient(region === undefined ? {} : { region })
  const signer = new SignatureV4({ service: 'ssm', region: config.region, credentials: config.credentials, sha256: config.sha256 })
  const attempt = async (target: ParameterStoreCall, input: object): Promise<Readonly<Record<string, unknown>>> => {
    const url = endpointOf(await config.region())
    const request = {
      method: 'POST', protocol: url.protocol, hostname: url.hostname, path: '/', body: JSON.stringify(input),
      headers: { host: url.host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    }
    const { headers, body } = await signer.sign(request)
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE_MS) })
    const said = (await answer.json().catch(() => ({}))) as Readonly<Record<string, unknown>>
    if (answer.ok) return said
    const name = String(said['__type'] ?? `HTTP ${answer.status}`).replace(/^.*#/, '')
    throw new ParameterStoreError(name, String(said['message'] ?? said['Message'] ?? `SSM answered ${answer.status}`))
  }
  return async (target, input) => {
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

/** Throttled, broken for a moment, or not reached: the same may work soon. */
const isPassing = (error: unknown): boolean => !(error instanceof ParameterStoreError) || /Throttl|InternalServerError|^HTTP 5/.test(error.name)

const endpointOf = (region: string): URL => {
  const { AWS_ENDPOINT_URL_SSM: own, AWS_ENDPOINT_URL: all } = process.env
  return new URL(own ?? all ?? `https://ssm.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}/`)
}
