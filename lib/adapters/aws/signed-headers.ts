import { requestSigner } from './request-signer.ts'

/**
 * Signs requests to a service whose client we do not carry, with the caller's credentials, and answers their headers. The
 * action is the right they need. `to` is where a request goes, in the sandbox the sandbox.
 */
export const signedHeaders = (action: 'aps:QueryMetrics' | 'sns:Publish') => {
  const [service = ''] = action.split(':')
  const signers = new Map<string, ReturnType<typeof requestSigner>>()
  return async (region: string, to: URL, body: string): Promise<Readonly<Record<string, string>>> => {
    const signer = signers.get(region) ?? requestSigner(service, region)
    signers.set(region, signer)
    const { headers } = await signer.sign(to, { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body)
    return headers
  }
}
