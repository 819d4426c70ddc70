import type { Environment, Terms } from './environment.ts'
import { LABEL_PATTERN } from './intent/environment-id.ts'
import { type Link, linkTokenIn, withoutLink } from './link.ts'
import { isPasserBy } from './passer-by.ts'

/** One HTTP request to the wake address, whatever stands in front of it. */
export interface Visit {
  /** In upper case. */
  readonly method: string
  /** In lower case, without port; undefined where there was none, several, or nonsense. */
  readonly host?: string
  /** As it came, in characters a URL may have. */
  readonly path: string
  /** What the front puts before the path of its own accord, as the stage of an HTTP API. */
  readonly base?: string
  /** As it came, without `?`, in characters a URL may have. */
  readonly query: string
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Which button of the page was pressed, as its form says; anything, since anybody may send it. */
  readonly button?: string
  /** The front hands a POST to the application, unless the address says that it is for us (`formPlaceOf`). */
  readonly postsApart?: boolean
}

/** What a visit meets. */
export type Sight =
  /** `foreign`: the page of another site sent the visitor's browser here. `trouble`: we could not find out. */
  | { readonly is: 'malformed' | 'unknown' | 'foreign' | 'trouble' }
  /** It came with a link that is not good (any more). `place` is the same address without it. */
  | { readonly is: 'link-invalid' | 'link-expired' | 'link-withdrawn'; readonly place: string }
  | {
      readonly is: 'environment'
      readonly environment: Environment
      /** This visit was a wish to wake it, and was heard. */
      readonly asked: boolean
      /** Why nothing will happen, whoever asks. `observed`: the intent lets us only look on. */
      readonly still?: 'paused' | 'observed'
      /** The link it came with, which is good. */
      readonly link?: Link
    }

/** What is sent back. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `look`: see how it is. `act`: want it awake, or what the link is for. `foreign`: another site's form wants so, which is not a person's word. */
export type Intention = 'look' | 'act' | 'foreign'

/** A `%` without its two digits; a character no URL has, or a control character encoded; a `.` or `..` segment, plain or encoded. */
const MALFORMED = /%(?![0-9a-f]{2})|[^!-~]|%(?:[01][0-9a-f]|7f)|(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\]|$)/i

/** Whether the path is one no browser sends. An HTTP API hands on decoded paths: a `%` that was `%25` is refused there too. */
export const isMalformed = ({ path }: Visit): boolean => !path.startsWith('/') || MALFORMED.test(path)

/** The environment a path names, as `/e/<cluster>/<environment>` and whatever follows; undefined when it names none. */
export const environmentInPath = ({ path, base = '' }: Visit): string | undefined => {
  const [, e, cluster = '', name = ''] = (path.startsWith(`${base}/`) ? path.slice(base.length) : path).split('/')
  return e === 'e' && LABEL_PATTERN.test(cluster) && LABEL_PATTERN.test(name) ? `${cluster}/${name}` : undefined
}

/**
 * The path and query the visitor came for, on this very host whatever it says: `//evil.example` and `/\evil.example`
 * would name another one. A signed link stays behind.
 */
export const placeOf = ({ path, query }: Visit): string => {
  const asked = withoutLink(query).split('&').filter((pair) => !isPostMark(pair)).join('&')
  return `/${path.replace(/^[/\\]+/, '')}${asked === '' ? '' : `?${asked}`}`
}

/** Tells a front that a POST is for us: infra/viewer-function.ts looks for it. */
const POST_MARK = 'catnap-post'

const isPostMark = (pair: string): boolean => pair === POST_MARK || pair.startsWith(`${POST_MARK}=`)

/** Where the form of the page posts to; undefined where the very address it stands at will do. One with a link does: the link says it all. */
export const formPlaceOf = (visit: Visit): string | undefined => {
  if (visit.postsApart !== true || linkTokenIn(visit.query) !== undefined) return undefined
  const place = placeOf(visit)
  return `${place}${place.includes('?') ? '&' : '?'}${POST_MARK}=1`
}

/**
 * Whether to answer with a page: HTML is asked for, and more so than JSON (RFC 9110, 12.5.1; a tie goes to JSON). Not where
 * nobody could read it: what a page loads as an image or a script, and methods no link and no form has.
 */
export const wantsPage = ({ method, headers }: Visit): boolean => {
  if (!VISITING_METHODS.has(method) || !PAGE_PLACES.has(headers['sec-fetch-dest'] ?? '')) return false
  const weights = (headers['accept'] ?? '').split(',').map(weightOf)
  const most = (wanted: (type: string) => boolean): number => Math.max(0, ...weights.map(({ type, weight }) => (wanted(type) ? weight : 0)))
  const html = most((type) => type === 'text/html')
  return html > 0 && html > most((type) => /^application\/(?:.+\+)?json$/.test(type))
}

/**
 * What a visit is after, by whom the intent lets wake it. A good link goes before `by`, is acted on only by a POST, for
 * mail scanners open links, and needs no word on where it came from: nobody else has it.
 */
export const intentionOf = (visit: Visit, { by, ignore }: Pick<Terms['wake'], 'by' | 'ignore'>, hasLink = false): Intention => {
  const { method } = visit
  if (!hasLink && method === 'POST' && isForeign(visit)) return isScripted(visit) ? 'look' : 'foreign'
  if (isPasserBy(visit, ignore)) return 'look'
  const isClick = method === 'POST' && !isScripted(visit)
  switch (by) {
    case 'anyone':
      return hasLink ? (isClick ? 'act' : 'look') : VISITING_METHODS.has(method) ? 'act' : 'look'
    case 'click':
      return isClick ? 'act' : 'look'
    case 'signed':
      return hasLink && isClick ? 'act' : 'look'
    case 'off':
      return 'look'
    default:
      return by satisfies never
  }
}

/** What browsers say they load it for: a tab or a frame; `empty` is a script's own request, as our page makes it. */
const PAGE_PLACES: ReadonlySet<string> = new Set(['', 'document', 'iframe', 'frame', 'embed', 'object', 'empty'])

/** What people's links and forms send; with these an `anyone` environment is woken. Others change things in an application that is not there. */
const VISITING_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST'])

const weightOf = (range: string): { readonly type: string; readonly weight: number } => {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const q = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)
  return { type, weight: q >= 0 && q <= 1 ? q : 0 }
}

/** A browser says which site's page sent it here; what is no browser says nothing and is its own master. */
const isForeign = ({ host, headers }: Visit): boolean => {
  const { origin, 'sec-fetch-site': site } = headers
  return site === 'cross-site' || site === 'same-site' || (origin !== undefined && (host === undefined || hostOf(origin) !== host))
}

const hostOf = (origin: string): string | undefined => /^https?:\/\/([^/:?#@\s]+)\.?(?::\d+)?$/i.exec(origin)?.[1]?.toLowerCase()

/** A script's own request: a forgotten tab that talks to its server is not a person who clicks. */
const isScripted = ({ headers }: Visit): boolean => {
  const mode = headers['sec-fetch-mode']
  return mode !== undefined && mode !== 'navigate'
}
