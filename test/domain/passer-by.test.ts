import { describe, expect, it } from 'vitest'
import type { IgnoredVisits } from '../../lib/domain/environment.ts'
import { isPasserBy } from '../../lib/domain/passer-by.ts'
import { intentionOf, type Visit } from '../../lib/domain/visit.ts'

const visit = (changes: Partial<Visit> = {}): Visit => ({ method: 'GET', host: 'shop.example.com', path: '/', query: '', headers: {}, ...changes })
const as = (agent: string, changes: Partial<Visit> = {}): Visit => visit({ headers: { 'user-agent': agent }, ...changes })
const ignoring = (changes: Partial<IgnoredVisits>): IgnoredVisits => ({ agents: [], paths: [], headers: [], known: true, ...changes })

/** As they introduce themselves, from their owners' documentation. */
const NOBODY = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36',
  'DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)',
  'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)',
  'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Slack-ImgProxy (+https://api.slack.com/robots)',
  'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'WhatsApp/2.23.20.0',
  'TelegramBot (like TwitterBot)',
  'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
  'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
  'Mattermost-Bot/1.1',
  'Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)',
  'Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)',
  'Mozilla/5.0 (compatible; Site24x7; +http://www.site24x7.com)',
  'Datadog/Synthetics',
  'Blackbox Exporter/0.25.0',
  'Prometheus/2.53.0',
  'check_http/v2.3.3 (nagios-plugins 2.3.3)',
  'ELB-HealthChecker/2.0',
  'Amazon-Route53-Health-Check-Service (ref 0a1b2c; report http://amzn.to/1vsZADi)',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 CloudWatchSynthetics/arn:aws:synthetics:us-east-1:111122223333:canary:shop',
  'kube-probe/1.34',
  'GoogleHC/1.0',
  'Envoy/HC',
  'Consul Health Check',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36',
]

const SOMEBODY = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 13; CUBOT KINGKONG 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Teams/24277.3507 Chrome/124.0.0.0 Safari/537.36',
  'curl/8.14.1', 'Wget/1.25.0', 'python-requests/2.32.3', 'Go-http-client/2.0', 'okhttp/4.12.0', 'axios/1.11.0', 'node', 'Java/21.0.2', 'PostmanRuntime/7.45.0', 'GitHub-Hookshot/044aadd', '',
]

describe('nobody', () => {
  it.each(NOBODY)('is behind %s: it wakes nothing, by whatever method and whoever may wake', (agent) => {
    for (const method of ['GET', 'HEAD', 'POST']) {
      expect(intentionOf(as(agent, { method }), { by: 'anyone' })).toBe('look')
      expect(intentionOf(as(agent, { method }), { by: 'signed' }, true)).toBe('look')
    }
  })

  it.each(SOMEBODY)('is not who comes as %s', (agent) => {
    expect(intentionOf(as(agent), { by: 'anyone' })).toBe('act')
    expect(intentionOf(as(agent, { method: 'POST' }), { by: 'signed' }, true)).toBe('act')
  })

  it.each([{ 'sec-purpose': 'prefetch' }, { 'sec-purpose': 'prefetch;prerender' }, { purpose: 'prefetch' }, { 'x-purpose': 'preview' }, { 'x-moz': 'prefetch' }])('is behind what is loaded ahead: %j', (headers) => {
    expect(isPasserBy(visit({ headers }), ignoring({ known: false }))).toBe(true)
  })

  it.each(['/favicon.ico', '/robots.txt', '/apple-touch-icon-precomposed.png', '/.well-known/security.txt', '/healthz', '/health', '/livez', '/readyz', '/metrics'])(
    'asks for %s, but who presses the button there is somebody',
    (path) => {
      expect(isPasserBy(visit({ path }))).toBe(true)
      expect(isPasserBy(visit({ path, method: 'POST', button: 'wake' }))).toBe(false)
    },
  )

  it.each(['/', '/health-insurance', '/live', '/ready/made', '/metrics/dashboard', '/a/robots.txt'])('is not told by the path %s', (path) => {
    expect(isPasserBy(visit({ path }))).toBe(false)
  })
})

describe('an intent', () => {
  it('names further agents in any case, paths by globs, and headers with or without a value', () => {
    const ignore = ignoring({ agents: ['Acme-Monitor'], paths: ['/status', '/internal/*'], headers: ['X-Probe', 'X-Kind: synthetic'] })
    for (const nobody of [as('acme-monitor/3'), visit({ path: '/status' }), visit({ path: '/internal/a/b' }), visit({ headers: { 'x-probe': '' } }), visit({ headers: { 'x-kind': 'a Synthetic test' } })]) {
      expect(isPasserBy(nobody, ignore)).toBe(true)
    }
    for (const somebody of [as('acme/3'), visit({ path: '/status/1' }), visit({ headers: { 'x-kind': 'real' } })]) expect(isPasserBy(somebody, ignore)).toBe(false)
  })

  it('may have it its own way alone', () => {
    const ignore = ignoring({ known: false, agents: ['acme'] })
    expect([as('Googlebot/2.1'), visit({ path: '/healthz' }), as('acme')].map((each) => isPasserBy(each, ignore))).toEqual([false, false, true])
  })
})
