import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { instant, type Instant, secondsBetween } from '../../domain/time.ts'
import type { CloudCluster } from './fleet.ts'

/** The secret of every access key in the sandbox. */
const secretAccessKey = 'sandbox'

const tokenPrefix = 'k8s-aws-v1.'
const clusterHeader = 'x-k8s-aws-id'
const longestExpirySeconds = 900
const goodForSeconds = 15 * 60

/** Who a token stands for, in the words of Kubernetes. */
export interface TokenIdentity {
  readonly user: string
  readonly groups: readonly string[]
}

/**
 * Who an EKS bearer token stands for: a presigned STS GetCallerIdentity URL, signed with this cluster's name, not older
 * than 15 minutes, by a key with an access entry. Undefined (401) where anything of it is wrong. Rules of
 * aws-iam-authenticator; the time to live written in the URL is not what counts.
 */
export const authenticateToken = (cluster: CloudCluster, token: string, now: Instant): TokenIdentity | undefined => {
  const signed = readOnce(cluster, token)
  if (signed === undefined) return undefined
  const ageSeconds = secondsBetween(signed.signedAt, now)
  if (ageSeconds < 0 || ageSeconds > goodForSeconds) return undefined
  const entry = cluster.accessEntries.find(({ accessKeyId }) => accessKeyId === signed.accessKeyId)
  return entry && { user: entry.username, groups: entry.groups }
}

/** What a token says whoever looks and whenever, its signature proven. */
type SignedToken = Pick<UrlSignature, 'accessKeyId' | 'signedAt'>

/** The last token of each cluster: a client sends one with hundreds of requests, and seven hashes prove a signature. */
const lastRead = new WeakMap<CloudCluster, { readonly token: string; readonly signed: SignedToken | undefined }>()

const readOnce = (cluster: CloudCluster, token: string): SignedToken | undefined => {
  const last = lastRead.get(cluster)
  if (last?.token === token) return last.signed
  const signed = readToken(cluster, token)
  lastRead.set(cluster, { token, signed })
  return signed
}

const readToken = ({ name }: CloudCluster, token: string): SignedToken | undefined => {
  const url = presignedUrl(token)
  if (url === undefined || !asksForCallerIdentity(url)) return undefined
  const signature = readSignature(url)
  if (signature === undefined || !signature.signedHeaders.includes(clusterHeader)) return undefined
  if (!(signature.expiresSeconds >= 0 && signature.expiresSeconds <= longestExpirySeconds)) return undefined
  return isSignedBy(secretAccessKey, url, signature, name) ? signature : undefined
}

interface UrlSignature {
  readonly accessKeyId: string
  readonly scope: string
  readonly signedHeaders: readonly string[]
  readonly expiresSeconds: number
  readonly longDate: string
  readonly signedAt: Instant
  readonly signature: string
}

const presignedUrl = (token: string): URL | undefined => {
  if (!token.startsWith(tokenPrefix)) return undefined
  const text = Buffer.from(token.slice(tokenPrefix.length), 'base64url').toString()
  return URL.canParse(text) ? new URL(text) : undefined
}

const asksForCallerIdentity = ({ protocol, hostname, pathname, searchParams }: URL): boolean =>
  protocol === 'https:' &&
  /^sts(?:\.[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/.test(hostname) &&
  pathname === '/' &&
  searchParams.get('Action') === 'GetCallerIdentity' &&
  searchParams.get('X-Amz-Algorithm') === 'AWS4-HMAC-SHA256'

const readSignature = ({ searchParams }: URL): UrlSignature | undefined => {
  const [accessKeyId = '', ...scope] = (searchParams.get('X-Amz-Credential') ?? '').split('/')
  const longDate = searchParams.get('X-Amz-Date') ?? ''
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(longDate)
  if (parts === null || scope.length !== 4) return undefined
  const [, year, month, day, hour, minute, second] = parts
  const isoText = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  if (Number.isNaN(Date.parse(isoText))) return undefined
  return {
    accessKeyId,
    scope: scope.join('/'),
    signedHeaders: (searchParams.get('X-Amz-SignedHeaders') ?? '').split(';'),
    expiresSeconds: Number(searchParams.get('X-Amz-Expires') ?? Number.NaN),
    longDate,
    signedAt: instant(isoText),
    signature: searchParams.get('X-Amz-Signature') ?? '',
  }
}

/** Signature Version 4 of a presigned GET without a body. */
const isSignedBy = (secret: string, url: URL, signature: UrlSignature, clusterName: string): boolean => {
  const headers: Readonly<Record<string, string>> = { host: url.host, [clusterHeader]: clusterName }
  if (signature.signedHeaders.some((name) => !Object.hasOwn(headers, name))) return false
  const canonical = [
    'GET',
    url.pathname,
    canonicalQuery(url.searchParams),
    ...signature.signedHeaders.map((name) => `${name}:${headers[name]}`),
    '',
    signature.signedHeaders.join(';'),
    sha256(''),
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', signature.longDate, signature.scope, sha256(canonical)]
  const key = signature.scope.split('/').reduce<string | Buffer>((soFar, part) => hmac(soFar, part), `AWS4${secret}`)
  const expected = hmac(key, toSign.join('\n'))
  const found = Buffer.from(signature.signature, 'hex')
  return found.length === expected.length && timingSafeEqual(found, expected)
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const canonicalQuery = (query: URLSearchParams): string =>
  [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${uriEncoded(name)}=${uriEncoded(value)}`)
    .toSorted()
    .join('&')

const uriEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
