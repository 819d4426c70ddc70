import type { Instant } from './time.ts'

/** What a link is good for. `stay`: awake for so long from the click on. `sleep`: sent to sleep, as by `catnap sleep`. */
export type LinkDeed = { readonly do: 'wake' | 'sleep' } | { readonly do: 'stay'; readonly seconds: number }

/** A signed link: this environment, this deed, until then. */
export interface Link {
  /** `cluster/name` */
  readonly environment: string
  readonly deed: LinkDeed
  /** To the second. */
  readonly until: Instant
  /** The environment's own count of withdrawals when it was made; links of an older series are no longer good. */
  readonly series: number
}

/** Which key signed, and what it came to (HMAC-SHA-256, base64url). */
export interface Signature {
  /** The version of the key: keys are numbered upwards. */
  readonly key: number
  readonly mac: string
}

/** The query parameter that carries a link. */
const LINK_PARAMETER = 'catnap-link'

/** No link is good for longer, so that keys may be rotated each month without breaking one. */
export const LONGEST_LINK_SECONDS = 31 * 86_400

const TOKEN_PATTERN = /^([1-9]\d{0,8})\.([0-9a-z]{1,8})\.(w|z|s[1-9]\d{0,6})\.([0-9a-z]{1,8})\.([\w-]{43})$/

/** What is signed: everything a link says, each part on a line of its own, so that no two links share a text. */
export const linkText = ({ environment, deed, until, series }: Link): string =>
  ['catnap-link-1', environment, wordOf(deed), Math.floor(until / 1000), series].join('\n')

/** A link as it stands in an address. It does not name the environment: the address does, and the signature covers it. */
export const linkToken = ({ deed, until, series }: Link, { key, mac }: Signature): string =>
  [key, Math.floor(until / 1000).toString(36), wordOf(deed), series.toString(36), mac].join('.')

/** The link a token claims to be where it is used; undefined for what was never a token. Nothing of it is proven yet. */
export const readLinkToken = (token: string, environment: string): { readonly link: Link; readonly signature: Signature } | undefined => {
  const [, key, until = '', word = '', series = '', mac] = TOKEN_PATTERN.exec(token) ?? []
  if (key === undefined || mac === undefined) return undefined
  return {
    link: { environment, deed: deedOf(word), until: (Number.parseInt(until, 36) * 1000) as Instant, series: Number.parseInt(series, 36) },
    signature: { key: Number(key), mac },
  }
}

/** The token in a query, as it came; undefined where there is none. Two are none that is good: an empty one. */
export const linkTokenIn = (query: string): string | undefined => {
  const [token, second] = query.split('&').filter(isLinkParameter).map((pair) => pair.slice(LINK_PARAMETER.length + 1))
  return second === undefined ? token : ''
}

/** A query without the link, for the way back and for whoever reads over a shoulder. */
export const withoutLink = (query: string): string =>
  (query.includes(LINK_PARAMETER) ? query.split('&').filter((pair) => !isLinkParameter(pair)).join('&') : query)

/** The address of a link: `address` is the environment's own, or that of the wake function with its path. */
export const linkUrl = (address: string, token: string): string => `${address}?${LINK_PARAMETER}=${token}`

/** The address that answers for an environment whether it sleeps or not. */
export const environmentAddress = (wakeAddress: string, environment: string): string => `${wakeAddress.replace(/\/+$/, '')}/e/${environment}`

const isLinkParameter = (pair: string): boolean => pair === LINK_PARAMETER || pair.startsWith(`${LINK_PARAMETER}=`)

const wordOf = (deed: LinkDeed): string => {
  switch (deed.do) {
    case 'wake':
      return 'w'
    case 'sleep':
      return 'z'
    case 'stay':
      return `s${deed.seconds}`
    default:
      return deed satisfies never
  }
}

const deedOf = (word: string): LinkDeed =>
  (word === 'w' ? { do: 'wake' } : word === 'z' ? { do: 'sleep' } : { do: 'stay', seconds: Number(word.slice(1)) })
