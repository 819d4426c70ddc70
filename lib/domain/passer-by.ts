import type { IgnoredVisits } from './environment.ts'
import { matchesGlob } from './glob.ts'
import type { Visit } from './visit.ts'

/**
 * Whether nobody is behind a visit who wants anything of it: a prefetch, a preview, a crawler, a monitor, a health
 * check. It is shown how things are, and nothing follows from it. Whoever pressed the button of our page is somebody,
 * whatever the path.
 */
export const isPasserBy = (visit: Visit, ignore: IgnoredVisits = ONLY_KNOWN): boolean =>
  isAhead(visit) || (ignore.known && isKnown(visit)) || isNamed(visit, ignore)

const ONLY_KNOWN: IgnoredVisits = { agents: [], paths: [], headers: [], known: true }

/** Loaded before anybody wants it: `Sec-Purpose: prefetch;prerender`, and its older names. */
const isAhead = ({ headers }: Visit): boolean =>
  ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) => /prefetch|prerender|preview/i.test(headers[name] ?? ''))

const isKnown = ({ path, headers, button }: Visit): boolean =>
  KNOWN_AGENT.test(headers['user-agent'] ?? '') || (button === undefined && KNOWN_PATH.test(path))

const isNamed = ({ path, headers, button }: Visit, { agents, paths, headers: wanted }: IgnoredVisits): boolean => {
  const agent = (headers['user-agent'] ?? '').toLowerCase()
  return (
    agents.some((part) => agent.includes(part.toLowerCase())) ||
    (button === undefined && paths.some((glob) => matchesGlob(glob, path))) ||
    wanted.some((header) => hasHeader(headers, header))
  )
}

const hasHeader = (headers: Visit['headers'], header: string): boolean => {
  const [name = '', ...rest] = header.split(':')
  const value = headers[name.trim().toLowerCase()]
  return value !== undefined && value.toLowerCase().includes(rest.join(':').trim().toLowerCase())
}

/** Programs that fetch links nobody opened: previews, crawlers, monitors, health checks. "Cubot" makes telephones. */
const KNOWN_AGENT = new RegExp(
  [
    '(?<!cu)bots?\\b', 'crawler', 'spider', 'slurp', 'archiver', 'facebookexternalhit', 'facebookcatalog', 'meta-external', 'whatsapp/',
    'skypeuripreview', 'bingpreview', 'google-read-aloud', 'googleother', 'google-inspectiontool', 'google-safety', 'feedfetcher', 'mediapartners-google',
    'embedly', 'iframely', 'googleimageproxy', 'yahoomailproxy', 'github-camo', 'vkshare', 'quora link preview', 'linkpreview', 'link preview', 'urlpreview', 'safelinks', 'proofpoint', 'mimecast', 'barracuda',
    'chatgpt-user', 'claude-user', 'perplexity-user', 'bytespider', 'mattermost',
    'pingdom', 'statuscake', 'site24x7', 'datadog', 'newrelicpinger', 'newrelicsynthetics', 'checkly', 'blackbox.exporter', 'prometheus/', 'uptime', 'monitoring',
    'updown\\.io', 'gatus/', '\\bmonit/', 'check_http', 'nagios', 'zabbix', 'cloudwatchsynthetics', 'grafana', 'dynatrace',
    'elb-healthchecker', 'route ?53-health', 'amazon cloudfront', 'kube-probe', 'googlehc', 'envoy/hc', 'consul health check', 'headlesschrome', 'lighthouse',
  ].join('|'),
  'i',
)

/** What browsers and monitors ask for by themselves. */
const KNOWN_PATH = /^\/(?:favicon\.ico|robots\.txt|apple-touch-icon[^/]*\.png|\.well-known\/.*|healthz?|livez|readyz|healthcheck|metrics)$/i
