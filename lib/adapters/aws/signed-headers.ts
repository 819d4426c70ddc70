import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SignatureV4 } from '@smithy/signature-v4'

/**
 * Signs requests to a service whose client we do not carry, with the caller's credentials, and answers their headers. The
 * action is the right they need. `to` is where a request goes, in the sandbox the sandbox.
 */
export const signedHeaders = (action: 'aps:QueryMetrics' | 'sns:Publish') => {
  const [service = ''] = action.split(':')
  const signers = new Map<string, SignatureV4>()
  const signerIn = (region: string): SignatureV4 => {
    // Never sent anything: it is how the SDK finds the credentials, and it is in every bundle.
    const { config: { credentials, sha256 } } = new DynamoDBClient({ region })
    return new SignatureV4({ service, region, credentials, sha256 })
  }
  return async (region: string, to: URL, body: string): Promise<Readonly<Record<string, string>>> => {
    const signer = signers.get(region) ?? signerIn(region)
    signers.set(region, signer)
    const { protocol, hostname, host, port, pathname } = to
    const { headers } = await signer.sign({
      method: 'POST', protocol, hostname, ...(port === '' ? {} : { port: Number(port) }), path: pathname, query: {}, body,
      headers: { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    })
    return headers
  }
}
