import type { Environment, WakeBy } from './environment.ts'
import { LABEL_PATTERN } from './intent/environment-id.ts'

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
}

/** What a visit meets. */
export type Sight =
  /** `foreign`: the page of another site sent the visitor's browser here. `trouble`: we could not find out. */
  | { readonly is: 'malformed' | 'unknown' | 'foreign' | 'trouble' }
  | {
      readonly is: 'environment'
      readonly environment: Environment
      /** This visit was a wish to wake it, and was heard. */
      readonly asked: boolean
      /** Why nothing will happen, whoever asks. `observed`: the intent lets us only look on. */
      readonly still?: 'paused' | 'observed'
    }

/** What is sent back. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `look`: see how it is. `wake`: want it awake. `foreign`: another site's form wants it awake, which is not a person's word. */
export type Intention = 'look' | 'wake' | 'foreign'

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
 * would name another one.
 */
export const placeOf = ({ path, query }: Visit): string => `/${path.replace(/^[/\\]+/, '')}${query === '' ? '' : `?${query}`}`

/** Whether to answer with a page: HTML is asked for, and more so than JSON (RFC 9110, 12.5.1; a tie goes to JSON). */
export const wantsPage = ({ headers }: Visit): boolean => {
  const weights = (headers['accept'] ?? '').split(',').map(weightOf)
  const most = (wanted: (type: string) => boolean): number => Math.max(0, ...weights.map(({ type, weight }) => (wanted(type) ? weight : 0)))
  const html = most((type) => type === 'text/html')
  return html > 0 && html > most((type) => /^application\/(?:.+\+)?json$/.test(type))
}

/** What a visit is after, where `by` may wake (`wake.by` of the intent). */
export const intentionOf = (visit: Visit, by: WakeBy): Intention => {
  const { method, headers } = visit
  if (method === 'POST' && isForeign(visit)) return isScripted(visit) ? 'look' : 'foreign'
  if (isAhead(headers) || isPreview(headers)) return 'look'
  switch (by) {
    case 'anyone':
      return WAKING_METHODS.has(method) ? 'wake' : 'look'
    case 'click':
      return method === 'POST' && !isScripted(visit) ? 'wake' : 'look'
    case 'signed':
    case 'off':
      return 'look'
    default:
      return by satisfies never
  }
}

/** With these an `anyone` environment is woken; others change things in an application that is not there. */
const WAKING_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST'])

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

/** Loaded before anybody wants it: `Sec-Purpose: prefetch;prerender`, and its older names. */
const isAhead = (headers: Visit['headers']): boolean =>
  ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) => /prefetch|prerender|preview/i.test(headers[name] ?? ''))

/** Programs that fetch links nobody opened: previews, crawlers, monitors, health checks. "Cubot" makes telephones. */
const PREVIEW_AGENT = new RegExp(
  [
    '(?<!cu)bots?\\b', 'crawler', 'spider', 'slurp', 'archiver', 'facebookexternalhit', 'facebookcatalog', 'meta-externalagent', 'whatsapp/',
    'skypeuripreview', 'bingpreview', 'google-read-aloud', 'googleother', 'google-inspectiontool', 'feedfetcher', 'mediapartners-google',
    'embedly', 'iframely', 'vkshare', 'quora link preview', 'linkpreview', 'link preview', 'safelinks', 'proofpoint', 'mimecast', 'barracuda',
    'pingdom', 'statuscake', 'site24x7', 'datadog', 'newrelicpinger', 'checkly', 'blackbox.exporter', 'uptime', 'monitoring',
    'elb-healthchecker', 'route ?53-health', 'amazon cloudfront', 'kube-probe', 'googlehc', 'headlesschrome', 'lighthouse',
  ].join('|'),
  'i',
)

const isPreview = (headers: Visit['headers']): boolean => PREVIEW_AGENT.test(headers['user-agent'] ?? '')
