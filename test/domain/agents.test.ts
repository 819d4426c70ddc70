import { describe, expect, it } from 'vitest'
import type { WakeBy } from '../../lib/domain/environment.ts'
import { intentionOf, type Visit } from '../../lib/domain/visit.ts'
import { wakeReply } from '../../lib/views/wake-reply.ts'
import { environment, NOW, wakeTerms } from '../views/wake-builders.ts'

// What real agents send, from their owners' documentation, and what each must get.

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'
const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const ANY = '*/*'
const JSON_FIRST = 'application/json, text/plain, */*'
const NONE = ''

type Row = readonly [who: string, agent: string, accept: string, headers?: Readonly<Record<string, string>>]

const NAVIGATES = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none', 'sec-fetch-user': '?1' }

const PEOPLE: readonly Row[] = [
  ['Chrome', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', BROWSER, NAVIGATES],
  ['Edge', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0', BROWSER, NAVIGATES],
  ['Firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', HTML, NAVIGATES],
  ['Safari on a telephone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1', HTML],
  ['a telephone by Cubot', 'Mozilla/5.0 (Linux; Android 13; CUBOT KINGKONG 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36', BROWSER, NAVIGATES],
  ['the browser inside Facebook', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/400.0]', HTML],
  ['the browser inside Teams', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Teams/24277.3507 Chrome/124.0.0.0 Safari/537.36', BROWSER, NAVIGATES],
  ['lynx', 'Lynx/2.9.2 libwww-FM/2.14 SSL-MM/1.4.1 OpenSSL/3.5.0', 'text/html, text/plain, text/sgml, */*;q=0.01'],
]

const PROGRAMS: readonly Row[] = [
  ['curl', 'curl/8.14.1', ANY],
  ['Wget', 'Wget/1.25.0', ANY],
  ['HTTPie', 'HTTPie/3.2.4', 'application/json, */*;q=0.5'],
  ['Postman', 'PostmanRuntime/7.45.0', ANY],
  ['Python requests', 'python-requests/2.32.3', ANY],
  ['Go', 'Go-http-client/2.0', NONE],
  ['okhttp', 'okhttp/4.12.0', NONE],
  ['axios', 'axios/1.11.0', JSON_FIRST],
  ['fetch of Node.js', 'node', ANY],
  ['Java', 'Java/21.0.2', 'text/html, image/gif, image/jpeg, */*; q=0.2, application/json'],
  ['Apache HttpClient', 'Apache-HttpClient/5.3 (Java/21.0.2)', NONE],
  ['.NET, which says nothing', '', NONE],
  ['the AWS CLI', 'aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.8 lang/python#3.13', ANY],
  ['the AWS SDK for JavaScript', 'aws-sdk-js/3.1169.0 ua/2.1 os/linux lang/js md/nodejs#24.19.0', ANY],
  ['kubectl', 'kubectl/v1.34.1 (linux/amd64) kubernetes/93248f9', 'application/json'],
  ['Terraform', 'Terraform/1.13.0 (+https://www.terraform.io)', 'application/json'],
  ['a webhook of GitHub', 'GitHub-Hookshot/044aadd', ANY],
  ['a subscription of SNS', 'Amazon Simple Notification Service Agent', NONE],
  ['a load test of k6', 'k6/1.3.0 (https://k6.io/)', NONE],
]

const SEARCH_ENGINES: readonly Row[] = [
  ['Google', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', HTML],
  ['Google, as Chrome', 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/131.0.0.0 Safari/537.36', HTML],
  ['Google’s inspection', 'Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)', HTML],
  ['Bing', 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36', HTML],
  ['DuckDuckGo', 'DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)', ANY],
  ['Yahoo', 'Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)', ANY],
  ['Yandex', 'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)', ANY],
  ['Baidu', 'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)', ANY],
  ['Apple', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)', HTML],
  ['Amazon', 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Amazonbot/0.1; +https://developer.amazon.com/support/amazonbot) Chrome/119.0.6045.214 Safari/537.36', HTML],
  ['Huawei', 'Mozilla/5.0 (compatible;PetalBot;+https://webmaster.petalsearch.com/site/petalbot)', HTML],
  ['OpenAI', 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)', HTML],
  ['Anthropic', 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)', ANY],
  ['Perplexity', 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)', HTML],
  ['ByteDance', 'Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)', HTML],
  ['Common Crawl', 'CCBot/2.0 (https://commoncrawl.org/faq/)', HTML],
  ['Ahrefs', 'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)', HTML],
  ['the Internet Archive', 'Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)', HTML],
]

const PREVIEWS: readonly Row[] = [
  ['Slack, a link', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', ANY],
  ['Slack, a picture', 'Slack-ImgProxy (+https://api.slack.com/robots)', ANY],
  ['Teams and Skype', 'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5', HTML],
  ['Facebook', 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', ANY],
  ['iMessage', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0', HTML],
  ['WhatsApp and Signal', 'WhatsApp/2.23.20.0', ANY],
  ['Telegram', 'TelegramBot (like TwitterBot)', ANY],
  ['Discord', 'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)', ANY],
  ['LinkedIn', 'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)', ANY],
  ['X', 'Twitterbot/1.0', ANY],
  ['Reddit', 'Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)', ANY],
  ['Mattermost', 'Mattermost-Bot/1.1', ANY],
  ['Embedly', 'Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)', HTML],
  ['Iframely', 'Iframely/1.3.1 (+https://iframely.com/docs/about)', ANY],
  ['Gmail, a picture in a mail', 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)', 'image/*,*/*;q=0.5'],
  ['Yahoo Mail, a picture in a mail', 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html', ANY],
  ['GitHub, a picture in a README', 'github-camo (4f2a9b11)', 'image/*'],
  ['Chrome, of what it thinks comes next', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', BROWSER, { ...NAVIGATES, 'sec-purpose': 'prefetch;prerender' }],
  ['Safari, of its favourites', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15', HTML, { 'x-purpose': 'preview' }],
]

const MONITORS: readonly Row[] = [
  ['Pingdom', 'Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)', ANY],
  ['UptimeRobot', 'Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)', ANY],
  ['Better Stack', 'Better Stack Better Uptime Bot Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36', ANY],
  ['StatusCake', 'Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.102 Safari/537.36 StatusCake', HTML],
  ['Site24x7', 'Mozilla/5.0 (compatible; Site24x7; +http://www.site24x7.com)', ANY],
  ['Datadog', 'Datadog/Synthetics', ANY],
  ['New Relic', 'NewRelicPinger/1.0 (1234567)', ANY],
  ['Checkly', 'Checkly/1.0 (https://www.checklyhq.com)', ANY],
  ['Sentry', 'SentryUptimeBot/1.0 (+http://docs.sentry.io/product/alerts/uptime-monitoring/)', ANY],
  ['updown.io', 'updown.io daemon 2.11', ANY],
  ['Uptime Kuma', 'Uptime-Kuma/2.0.2', HTML],
  ['Gatus', 'Gatus/1.0', NONE],
  ['Monit', 'Monit/5.34.0', ANY],
  ['Prometheus', 'Prometheus/2.53.0', 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.3'],
  ['the Blackbox Exporter', 'Blackbox Exporter/0.25.0', NONE],
  ['Nagios', 'check_http/v2.3.3 (nagios-plugins 2.3.3)', NONE],
  ['Zabbix', 'Zabbix 7.0.12', ANY],
  ['a headless Chrome', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36', BROWSER],
]

const HEALTH_CHECKERS: readonly Row[] = [
  ['Elastic Load Balancing', 'ELB-HealthChecker/2.0', NONE],
  ['Route 53', 'Amazon-Route53-Health-Check-Service (ref 0a1b2c3d-4e5f; report http://amzn.to/1vsZADi)', ANY],
  ['CloudFront, which forwards no agent', 'Amazon CloudFront', ANY],
  ['CloudWatch Synthetics', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 CloudWatchSynthetics/arn:aws:synthetics:us-east-1:111122223333:canary:shop', BROWSER],
  ['the kubelet', 'kube-probe/1.34', ANY],
  ['Google Cloud', 'GoogleHC/1.0', NONE],
  ['Envoy', 'Envoy/HC', NONE],
  ['Consul', 'Consul Health Check', NONE],
]

const WOKEN = { page: '303', document: '202' } as const
type Form = keyof typeof WOKEN

/** A look, the button's POST, a look with a good link, and its POST: the status of each, with a star where it wakes. */
const answersTo = ([, agent, accept, headers]: Row, by: WakeBy): string =>
  ([['GET', false], ['POST', false], ['GET', true], ['POST', true]] as const).map(([method, hasLink]) => {
    const visit: Visit = { method, host: 'checkout.example.com', path: '/', query: '', headers: { 'user-agent': agent, accept, ...headers } }
    const asked = intentionOf(visit, { by }, hasLink) === 'act'
    const reply = wakeReply(visit, { is: 'environment', environment: environment({ terms: wakeTerms({ by }) }), asked }, NOW)
    return `${reply.status}${asked ? '*' : ''}`
  }).join(' ')

const formOf = ([, agent, accept, headers]: Row): Form => {
  const visit: Visit = { method: 'GET', path: '/', query: '', headers: { 'user-agent': agent, accept, ...headers } }
  const { 'content-type': type = '' } = wakeReply(visit, { is: 'environment', environment: environment(), asked: false }, NOW).headers
  return type.startsWith('text/html') ? 'page' : 'document'
}

/** What must be answered, where somebody is behind it. */
const must = (form: Form): Readonly<Record<WakeBy, string>> => ({
  //        a look   the button       a look with a link, its button
  anyone: `503* ${WOKEN[form]}* 503 ${WOKEN[form]}*`,
  click: `503 ${WOKEN[form]}* 503 ${WOKEN[form]}*`,
  signed: `503 503 503 ${WOKEN[form]}*`,
  off: '503 503 503 503',
})

const all = (row: Row) => ({ anyone: answersTo(row, 'anyone'), click: answersTo(row, 'click'), signed: answersTo(row, 'signed'), off: answersTo(row, 'off') })

const named = (rows: readonly Row[]) => rows.map((row) => [row[0], row] as const)

describe('a person gets the page, and wakes what may be woken:', () => {
  it.each(named(PEOPLE))('%s', (_who, row) => expect([formOf(row), all(row)]).toEqual(['page', must('page')]))
})

describe('a program gets a problem document, and wakes what may be woken:', () => {
  it.each(named(PROGRAMS))('%s', (_who, row) => expect([formOf(row), all(row)]).toEqual(['document', must('document')]))
})

describe.each([
  ['a search engine', SEARCH_ENGINES], ['a preview', PREVIEWS], ['a monitor', MONITORS], ['a health checker', HEALTH_CHECKERS],
] as const)('%s gets 503 and wakes nothing, whoever may wake and even with a good link:', (_kind, rows) => {
  it.each(named(rows))('%s', (_who, row) => {
    const nothing = '503 503 503 503'
    expect(all(row)).toEqual({ anyone: nothing, click: nothing, signed: nothing, off: nothing })
  })
})
