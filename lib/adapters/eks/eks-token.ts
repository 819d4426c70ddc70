import { Sha256 } from '@aws-crypto/sha256-js'
import { EKSClient } from '@aws-sdk/client-eks'
import { SignatureV4 } from '@smithy/signature-v4'

/** A token is good for about 15 min; it is made anew after this. */
const KEPT_MS = 10 * 60_000

/** How long the signed URL may be used to log in; EKS asks for 60 s. */
const URL_SECONDS = 60

/**
 * Makes EKS tokens: `k8s-aws-v1.` and the base64url of a presigned STS GetCallerIdentity URL that names the cluster in a
 * signed header. No call leaves the process. Rule: aws-iam-authenticator, "API authorization".
 */
export const eksToken = (region: string, clusterName: string, clock: () => number = Date.now): (() => Promise<string>) => {
  // The client is never sent anything: it is how the SDK finds the caller's credentials.
  const signer = new SignatureV4({ service: 'sts', region, credentials: new EKSClient({ region }).config.credentials, sha256: Sha256 })
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const host = `sts.${region}.${domain}`
  let kept: { readonly token: string; readonly at: number } | undefined
  return async () => {
    const now = clock()
    if (kept !== undefined && now - kept.at < KEPT_MS) return kept.token
    const request = {
      method: 'GET',
      protocol: 'https:',
      hostname: host,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host, 'x-k8s-aws-id': clusterName },
    }
    const signed = await signer.presign(request, { expiresIn: URL_SECONDS, signingDate: new Date(now), unhoistableHeaders: new Set(['x-k8s-aws-id']) })
    const query = new URLSearchParams(Object.entries(signed.query ?? {}).map(([key, value]): [string, string] => [key, String(value)]))
    kept = { token: `k8s-aws-v1.${Buffer.from(`https://${host}/?${query}`).toString('base64url')}`, at: now }
    return kept.token
  }
}
