import { array, asyncProperty, assert, constant, constantFrom, oneof, option, record, string, stringMatching } from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { WakeBy } from '../../lib/domain/environment.ts'
import { type Instant, later } from '../../lib/domain/time.ts'
import { makeLink } from '../../lib/use-cases/make-link.ts'
import { environment, wakeTerms } from '../views/wake-builders.ts'
import { FRONTS, PERSON, type Request } from './wake-events.ts'
import { type FrontResponse, wakeWorld, type WakeWorld } from './wake-world.ts'

const NAMES: readonly WakeBy[] = ['click', 'signed', 'off']
const hostOf = (by: WakeBy): string => `${by}.example.com`
/** What a browser sends with the form of the page. */
const clickAt = (by: WakeBy): Record<string, string> => ({ ...PERSON, accept: 'text/html', origin: `https://${hostOf(by)}`, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' })
const now = (): Instant => Date.now() as Instant

let world: WakeWorld
beforeEach(async () => {
  world = await wakeWorld()
  await world.putFleet()
  for (const by of NAMES) {
    const made = environment({ id: `us-dev/${by}-env`, name: `${by}-env`, terms: wakeTerms({ by, hosts: [hostOf(by)] }) })
    await world.registry.createEnvironment(made, 4)
    await world.registry.setHosts(made.id, [], made.terms.wake.hosts)
  }
})
afterEach(() => world.close())

/** Links that are good for nothing here: of another environment, of yesterday, of another series, changed, cut, twice. */
const badLinks = async (): Promise<readonly string[]> => {
  const link = async (changes: object) =>
    (await makeLink(world.linkKeys, '', { environment: 'us-dev/signed-env', deed: { do: 'wake' }, until: later(now(), 3600), series: 0, ...changes })).slice(1)
  const good = await link({})
  return [await link({ environment: 'us-dev/other' }), await link({ until: later(now(), -86_400) }), await link({ series: 3 }), `${good}A`, good.slice(0, -1), `${good}&catnap-link=x`, 'catnap-link=', 'catnap-link=1.2.3']
}

const oddText = string({ unit: 'binary', maxLength: 20 })
const oddPath = array(constantFrom('/', '..', '.', '%2e', '%2F', '%00', '%', '\\', 'ü', '\uD800', 'e', 'us-dev', 'off-env', 'signed-env', 'a b', '//evil.example', '{{7*7}}', '<script>'), { maxLength: 8 }).map((parts) => parts.join(''))

/** Any request, wilder than any browser sends. Bodies never hold a good link, and hosts are those of nobody or of an environment. */
const anyRequest = (links: readonly string[]) => record({
  method: constantFrom('GET', 'HEAD', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'get', ''),
  host: oneof({ weight: 5, arbitrary: constantFrom(...NAMES.map(hostOf), 'OFF.Example.com:443', 'nobody.example', '', 'click.example.com,off.example.com') }, { weight: 1, arbitrary: oddText }),
  path: oneof({ weight: 3, arbitrary: constantFrom('/', '/cart', '/e/us-dev/off-env', '/e/us-dev/signed-env/x', '/e/us-dev/nothing', '//evil.example/x', '/\\evil.example') }, { weight: 1, arbitrary: oddPath.map((path) => `/${path}`) }, { weight: 1, arbitrary: oddText }),
  query: oneof(constantFrom('', ...links, 'a=1&b=2', `q=${'x'.repeat(8190)}`), stringMatching(/^[!-~]{0,30}$/)),
  button: option(constantFrom('wake', '2h', 'evening', 'sleep', '__proto__'), { nil: undefined }),
  headers: oneof(constantFrom(...NAMES.flatMap((by) => [clickAt(by), { ...clickAt(by), accept: 'application/json' }])), record<Record<string, string>>({
    accept: constantFrom('text/html', 'text/html', 'application/json', 'text/html, application/json', '*/*', 'application/problem+json;q=0.2, text/html;q=0.1', ''),
    'user-agent': constantFrom('curl/8.14.1', 'Mozilla/5.0 Chrome/140.0', 'Googlebot/2.1', ''),
    origin: constantFrom('https://click.example.com', 'https://evil.example', 'null'),
    'sec-fetch-site': constantFrom('same-origin', 'cross-site', 'none'),
    'sec-fetch-dest': constantFrom('document', 'image', 'empty'),
    'x-forwarded-host': oneof(constantFrom(...NAMES.map(hostOf)), oddText),
    'catnap-front': constant('failover'),
  }, { requiredKeys: [] })),
})

/** What is wrong with an answer. */
const faultsIn = ({ method, headers: sent }: { readonly method: string; readonly headers: Readonly<Record<string, string>> }, { statusCode: status, body, headers, multiValueHeaders }: FrontResponse): readonly string[] => {
  const header = (name: string): string => headers?.[name] ?? multiValueHeaders?.[name]?.[0] ?? ''
  const isPage = header('content-type').startsWith('text/html')
  const isEmpty = method.toUpperCase() === 'HEAD' || status === 303
  const rules: readonly (readonly [isKept: boolean, rule: string])[] = [
    [STATUSES.includes(status), 'no status of ours'],
    [status !== 503 || /^\d+$/.test(header('retry-after')), 'no word on when to come again'],
    [!(status === 202 || status === 303) || (sent['sec-fetch-site'] !== 'cross-site' && sent['origin'] !== 'https://evil.example' && sent['user-agent'] !== 'Googlebot/2.1'), 'heard another site, or a crawler'],
    [new URL(header('location'), 'https://here.example/x').host === 'here.example', 'leads away'],
    // What visitors said themselves comes back as `instance`; what only the table knows does not.
    [![400, 403, 404].includes(status) || !/shut since|Europe|arn:|111122223333/.test(body), 'tells strangers of the fleet'],
    [!(body + header('location')).includes('catnap-link'), 'shows a link'],
    [header('cache-control') === 'no-store', 'may be kept'],
    [!isPage || sent['accept'] === 'text/html', 'a page nobody asked for'],
    [!isEmpty || body === '', 'a body where none belongs'],
    [isEmpty || isPage || (JSON.parse(body) as { status: number }).status === status, 'a document with another status'],
    [isEmpty || !isPage || header('content-security-policy').includes("default-src 'none'"), 'a page that may load what it likes'],
    [Buffer.byteLength(body) < 30_000, 'too long'],
  ]
  return rules.flatMap(([isKept, rule]) => (isKept ? [] : [rule]))
}

const STATUSES: readonly number[] = [202, 303, 400, 403, 404, 503]

it('whatever comes through whichever front: the right status, in the form asked for, a way back to this host alone, nothing leaked, and woken only what a click may wake', async () => {
  const visit = await world.container()
  const links = await badLinks()
  const statuses = new Set<number>()
  await assert(asyncProperty(anyRequest(links), constantFrom(...FRONTS), async (request, [, eventOf]) => {
    const response = await visit(eventOf(request as Request))
    statuses.add(response.statusCode)
    expect(faultsIn(request, response)).toEqual([])
  }), { seed: 20_261_122, numRuns: 2000 })

  expect([...statuses].toSorted()).toEqual(STATUSES)
  const phases = await Promise.all(NAMES.map(async (by) => (await world.registry.environments.get(`us-dev/${by}-env`))?.phase))
  expect(phases).toEqual(['waking', 'asleep', 'asleep'])
  expect(world.messages).toEqual(['catnap-wake {"kind":"environment","id":"us-dev/click-env"}'])
  expect(world.log).toEqual([])
})
