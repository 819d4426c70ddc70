import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import { cloudWorld } from './cloud-world.ts'

interface TokenChanges {
  readonly clusterName?: string
  readonly hostname?: string
  readonly action?: string
  readonly expiresIn?: number
  readonly at?: string
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  readonly signedHeader?: string
}

/** A token as Catnap and `aws eks get-token` make it. */
const tokenFor = async (changes: TokenChanges = {}): Promise<string> => {
  const { accessKeyId = 'AKIACATNAP', secretAccessKey = 'sandbox', sessionToken } = changes
  const { hostname = 'sts.us-east-1.amazonaws.com' } = changes
  const signer = new SignatureV4({
    service: 'sts',
    region: 'us-east-1',
    sha256: Sha256,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
  })
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: changes.action ?? 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, [changes.signedHeader ?? 'x-k8s-aws-id']: changes.clusterName ?? 'us-dev' },
    },
    { expiresIn: changes.expiresIn ?? 60, signingDate: new Date(changes.at ?? '2026-11-22T08:00:00Z') },
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(signed.query ?? {})) query.set(name, String(value))
  return `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${query}`).toString('base64url')}`
}

const impossible =
  'https://sts.amazonaws.com/?Action=GetCallerIdentity&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261399T000000Z' +
  '&X-Amz-Credential=A/20261399/us-east-1/sts/aws4_request&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Expires=60'

describe('an EKS token', () => {
  it('stands for the user of its access entry', async () => {
    const { cloud } = await cloudWorld()
    expect(cloud.authenticate('us-dev', await tokenFor())).toEqual({ user: 'catnap', groups: ['catnap'] })
    expect(cloud.authenticate('us-dev', await tokenFor({ sessionToken: 'a/b+c=' }))).toMatchObject({ user: 'catnap' })
  })

  it('is good for fifteen minutes, whatever expiry it names', async () => {
    const { cloud, pass } = await cloudWorld()
    const token = await tokenFor({ expiresIn: 60 })
    await pass(15 * 60)
    expect(cloud.authenticate('us-dev', token)).toBeDefined()
    await pass(1)
    expect(cloud.authenticate('us-dev', token)).toBeUndefined()
  })

  it.each<[string, TokenChanges]>([
    ['is for another cluster', { clusterName: 'us-prod' }],
    ['does not sign the cluster', { signedHeader: 'x-other' }],
    ['goes to another host', { hostname: 'sts.us-east-1.amazonaws.com.example.com' }],
    ['asks for something else', { action: 'GetSessionToken' }],
    ['lasts too long', { expiresIn: 901 }],
    ['comes from the future', { at: '2026-11-22T08:00:01Z' }],
    ['is of a key without access entry', { accessKeyId: 'AKIASTRANGER' }],
    ['is signed with another secret', { secretAccessKey: 'guessed' }],
  ])('is refused when it %s', async (_, changes) => {
    const { cloud } = await cloudWorld()
    expect(cloud.authenticate('us-dev', await tokenFor(changes))).toBeUndefined()
  })

  it.each([
    ['of another kind', 'eyJhbGciOi'],
    ['that is no URL', 'k8s-aws-v1.bm90LWEtdXJs'],
    ['with an impossible date', `k8s-aws-v1.${Buffer.from(impossible).toString('base64url')}`],
  ])('%s is refused', async (_, token) => {
    const { cloud } = await cloudWorld()
    expect(cloud.authenticate('us-dev', token)).toBeUndefined()
  })

  it('opens no cluster the cloud does not have', async () => {
    const { cloud } = await cloudWorld()
    expect(cloud.authenticate('nobody', await tokenFor({ clusterName: 'nobody' }))).toBeUndefined()
  })
})
