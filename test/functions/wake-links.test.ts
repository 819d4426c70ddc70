import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Environment, Terms } from '../../lib/domain/environment.ts'
import type { Link } from '../../lib/domain/link.ts'
import { type Instant, later, secondsBetween } from '../../lib/domain/time.ts'
import { makeLink } from '../../lib/use-cases/make-link.ts'
import { withdrawLinks } from '../../lib/use-cases/withdraw-links.ts'
import { environment, wakeTerms } from '../views/wake-builders.ts'
import { albEvent, albManyEvent, FRONTS, functionUrlEvent, PERSON, PROGRAM, type Request } from './wake-events.ts'
import { wakeWorld, type WakeWorld } from './wake-world.ts'

const now = (): Instant => Date.now() as Instant
const ID = 'us-dev/checkout'

let world: WakeWorld
let visit: Awaited<ReturnType<WakeWorld['container']>>
beforeEach(async () => {
  world = await wakeWorld()
  await world.putFleet()
  visit = await world.container()
})
afterEach(() => world.close())

const there = async (terms: Partial<Terms['wake']> = { by: 'signed' }, changes: Partial<Environment> = {}): Promise<void> => {
  const record = environment({ terms: wakeTerms(terms), ...changes })
  await world.registry.createEnvironment(record, 4)
  await world.registry.setHosts(record.id, [], record.terms.wake.hosts)
}
const record = () => world.registry.environments.get(ID)
const state = async () => [(await record())?.phase, (await record())?.lease, (await record())?.hold, world.messages]
const UNTOUCHED = ['asleep', undefined, undefined, []]

/** The query of a link. */
const query = async (changes: Partial<Link> = {}): Promise<string> => {
  const url = await makeLink(world.linkKeys, '', { environment: ID, deed: { do: 'wake' }, until: later(now(), 3600), series: 0, ...changes })
  return url.slice(1)
}
/** As a browser posts the form of a page it may say nothing of: no referrer, so no origin. */
const press = async (changes: Partial<Link> = {}, request: Request = {}) =>
  visit(functionUrlEvent({ method: 'POST', headers: { ...PERSON, origin: 'null', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' }, query: await query(changes), button: 'wake', ...request }))
const WAKE_MESSAGE = `catnap-wake {"kind":"environment","id":"${ID}"}`

describe('a signed link', () => {
  beforeEach(() => there())

  it('shows the page with its button and wakes nothing by being opened: mail scanners open links', async () => {
    const { statusCode, headers, body } = await visit(functionUrlEvent({ query: await query() }))
    expect(statusCode).toBe(503)
    expect(headers?.['referrer-policy']).toBe('no-referrer')
    expect(body).toContain('<button name="catnap" value="wake">Wake it up</button>')
    expect(body).not.toContain('catnap-link')
    expect(await state()).toEqual(UNTOUCHED)
  })

  it('wakes by its button, through each front, and leads back without it', async () => {
    const request: Request = { method: 'POST', path: '/cart', query: `a=1&${await query()}&b=2`, headers: { ...PERSON, origin: 'null' } }
    expect(await visit(functionUrlEvent(request))).toMatchObject({ statusCode: 303, headers: { location: '/cart?a=1&b=2' } })
    expect(await visit(albEvent(request))).toMatchObject({ statusCode: 303, headers: { location: '/cart?a=1&b=2' } })
    expect(await visit(albManyEvent(request))).toMatchObject({ statusCode: 303, multiValueHeaders: { location: ['/cart?a=1&b=2'] } })
    expect(world.messages).toEqual([WAKE_MESSAGE])
    expect(await record()).toMatchObject({ phase: 'waking', lease: { by: expect.stringMatching(/^a signed link \(good until 2\d{3}-/) } })
  })

  it('wakes by the path of the wake address as well', async () => {
    const { statusCode, headers } = await press({}, { host: 'abc.lambda-url.us-east-1.on.aws', path: `/e/${ID}` })
    expect([statusCode, headers?.['location'], (await record())?.phase]).toEqual([303, `/e/${ID}`, 'waking'])
  })

  it('wakes for a program by POST, which is told where to ask on, without the link', async () => {
    const { statusCode, headers, body } = await visit(functionUrlEvent({ method: 'POST', headers: PROGRAM, query: await query(), path: '/cart' }))
    expect([statusCode, headers?.['location'], JSON.parse(body)]).toMatchObject([202, '/cart', { phase: 'waking', statusUrl: '/cart' }])
    expect(body).not.toContain('catnap-link')
  })

  it('keeps it awake as long as it says', async () => {
    await press({ deed: { do: 'stay', seconds: 5 * 3600 } })
    expect(secondsBetween(now(), (await record())?.lease?.until ?? now())).toBeCloseTo(5 * 3600, -1)
  })

  it('does what it is for and nothing else, whatever the form says', async () => {
    await press({ deed: { do: 'sleep' } }, { button: 'wake' })
    expect([(await record())?.phase, (await record())?.hold?.as]).toEqual(['asleep', 'asleep'])
    await press({}, { button: 'sleep' })
    expect((await record())?.phase).toBe('waking')
  })

  it('is read by no preview as a wish, not even by POST', async () => {
    await press({}, { headers: { ...PERSON, 'user-agent': 'Slackbot-LinkExpanding 1.0' } })
    await press({}, { headers: { ...PERSON, 'sec-purpose': 'prefetch' } })
    await press({}, { headers: { ...PERSON, 'sec-fetch-mode': 'cors' } })
    expect(await state()).toEqual(UNTOUCHED)
  })

  it('stands in no log, no history and no answer', async () => {
    const secret = (await query()).split('=').at(-1) ?? ''
    const all = JSON.stringify([await press({}), await visit(functionUrlEvent({ query: `catnap-link=${secret}` })), await visit(functionUrlEvent({ query: `catnap-link=${secret}x` }))])
    const kept = JSON.stringify([await record(), await world.registry.history(ID), world.messages, world.log])
    expect(all + kept).not.toContain(secret.split('.').at(-1))
  })
})

const refusedAs = (kind: string) => new Set([`403 403 ${kind}, the way on, leaks nothing`])

describe('a link that is not good', () => {
  beforeEach(() => there({ by: 'anyone' }))

  const LEAK = /us-dev|catnap-link=/
  /** What a bad link gets through every front, by every method, as a page and as a document; what is shown too much counts. */
  const answers = async (bad: string): Promise<ReadonlySet<string>> => {
    const all: string[] = []
    for (const [, eventOf] of FRONTS) {
      for (const method of ['GET', 'POST']) {
        const page = await visit(eventOf({ method, query: `x=1&${bad}` }))
        const told = await visit(eventOf({ method, query: bad, headers: PROGRAM }))
        const way = page.body.includes('<a href="/?x=1">Open this address without the link</a>') ? 'the way on' : 'no way'
        const leaks = LEAK.test(page.body + told.body) ? 'leaks' : 'leaks nothing'
        all.push(`${page.statusCode} ${told.statusCode} ${(JSON.parse(told.body) as { type: string }).type.split('/').at(-1)}, ${way}, ${leaks}`)
      }
    }
    return new Set(all)
  }

  it('because it is forged gets 403 and wakes nothing, even where anyone may', async () => {
    const good = await query()
    const [, key = '', until = '', deed = '', series = '', mac = ''] = /=(\d+)\.(\w+)\.(\w+)\.(\w+)\.(.+)$/.exec(good) ?? []
    const forged = [
      'x', '', `${key}.zzzzzz.${deed}.${series}.${mac}`, `${key}.${until}.z.${series}.${mac}`, `${key}.${until}.${deed}.1.${mac}`, `9.${until}.${deed}.${series}.${mac}`,
      `${key}.${until}.${deed}.${series}.${'A'.repeat(43)}`,
    ]
    for (const token of forged) expect(await answers(`catnap-link=${token}`)).toEqual(refusedAs('link-invalid'))
    expect((await visit(functionUrlEvent({ method: 'POST', query: `${good}&${good}` }))).statusCode).toBe(403)
    expect(await state()).toEqual(UNTOUCHED)
  })

  it('because it was made for another environment is not good here', async () => {
    expect(await answers(await query({ environment: 'us-dev/shop' }))).toEqual(refusedAs('link-invalid'))
    expect(await state()).toEqual(UNTOUCHED)
  })

  it('because it has expired says so', async () => {
    expect(await answers(await query({ until: later(now(), -1) }))).toEqual(refusedAs('link-expired'))
    expect(await state()).toEqual(UNTOUCHED)
  })

  it('because it was withdrawn says so, and a new one is good', async () => {
    const old = await query()
    await withdrawLinks({ clock: { now }, memory: world.registry }, ID, 'alice')
    expect(await answers(old)).toEqual(refusedAs('link-withdrawn'))
    expect(await state()).toEqual(UNTOUCHED)
    expect((await press({ series: 1 })).statusCode).toBe(303)
    expect(await world.registry.history(ID)).toContainEqual(expect.objectContaining({ text: 'its links were withdrawn by alice' }))
  })

  it('for want of keys is no wake: the visitor is asked to come again, and the log says why', async () => {
    const good = await query()
    world.breakKeys()
    expect((await visit(functionUrlEvent({ method: 'POST', query: good }))).statusCode).toBe(503)
    expect(world.log.join('')).toMatch(/a visit could not be answered.*AccessDeniedException/)
    // Who comes without a link needs no key.
    expect((await visit(functionUrlEvent())).statusCode).toBe(503)
    expect((await record())?.phase).toBe('waking')
  })

  it('where it is off wakes nothing, good as it is', async () => {
    await world.registry.environments.change(ID, { set: { terms: wakeTerms({ by: 'off' }) } })
    const { statusCode, body } = await press()
    expect(statusCode).toBe(503)
    expect(body).not.toContain('<form')
    expect(await state()).toEqual(UNTOUCHED)
  })
})

describe('a rotated key', () => {
  it('leaves links good that were made before, and the next rotation ends them', async () => {
    await there()
    const before = await query()
    await world.linkKeys.rotate()
    expect((await visit(functionUrlEvent({ query: before }))).statusCode).toBe(503)
    expect((await visit(functionUrlEvent({ query: await query() }))).statusCode).toBe(503)
    await world.linkKeys.rotate()
    const fresh = await world.container()
    expect((await fresh(functionUrlEvent({ query: before }))).statusCode).toBe(403)
  })
})

describe('the buttons of the page', () => {
  const click: Request = { method: 'POST', headers: { ...PERSON, origin: 'https://checkout.example.com', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' } }
  const byPath = { host: 'abc.lambda-url.us-east-1.on.aws', path: `/e/${ID}` }

  it.each([['a Function URL', functionUrlEvent], ['a load balancer', albEvent], ['one with multi-value headers', albManyEvent]] as const)('keep it awake for two hours, through %s', async (_front, eventOf) => {
    await there({ by: 'click', stayAwakeSeconds: 60 })
    expect((await visit(eventOf({ ...click, button: '2h' }))).statusCode).toBe(303)
    const { phase, lease } = (await record()) ?? {}
    expect(phase).toBe('waking')
    expect(lease?.by).toBe('a visitor at checkout.example.com')
    expect(secondsBetween(now(), lease?.until ?? now())).toBeCloseTo(7200, -1)
  })

  it('are there by its path while it is awake, and write little however often they are pressed', async () => {
    await there({ by: 'click' }, { phase: 'awake' })
    expect((await visit(functionUrlEvent(byPath))).body).toContain('value="2h">Keep it awake for two hours</button>')
    const before = world.calls.get('UpdateItem') ?? 0
    for (let times = 0; times < 20; times += 1) await visit(functionUrlEvent({ ...byPath, method: 'POST', button: '2h' }))
    expect((world.calls.get('UpdateItem') ?? 0) - before).toBe(1)
    expect((await visit(functionUrlEvent(byPath))).body).not.toContain('value="2h"')
  })

  it('send nothing to sleep without a link: what is awake belongs to whoever works there', async () => {
    await there({ by: 'anyone' }, { phase: 'awake' })
    for (const button of ['sleep', '9h', 'evening2', '']) expect((await visit(functionUrlEvent({ ...byPath, method: 'POST', button }))).statusCode).toBe(503)
    expect([(await record())?.hold, (await record())?.lease, (await record())?.phase]).toEqual([undefined, undefined, 'awake'])
  })

  it('send it to sleep with one, until it must wake for its hours, and tell a worker at once', async () => {
    await there({ by: 'signed' }, { phase: 'awake', lease: { until: later(now(), 3600), by: 'bob' } })
    const page = await visit(functionUrlEvent({ ...byPath, query: await query({ deed: { do: 'sleep' } }) }))
    expect(page.body).toContain('Send it to sleep now</button>')
    expect((await press({ deed: { do: 'sleep' } }, byPath)).statusCode).toBe(303)
    expect(await record()).toMatchObject({ hold: { as: 'asleep', by: expect.stringContaining('a signed link') } })
    expect((await record())?.lease).toBeUndefined()
    expect(world.messages).toEqual([`catnap-work {"kind":"environment","id":"${ID}"}`])
  })
})

describe('what the intent ignores', () => {
  it('wakes nothing, however anyone may', async () => {
    await there({ by: 'anyone', ignore: { agents: ['acme-monitor'], paths: ['/status'], headers: ['X-Probe'], known: true } })
    await visit(functionUrlEvent({ headers: { ...PROGRAM, 'user-agent': 'Acme-Monitor/1' } }))
    await visit(functionUrlEvent({ path: '/status' }))
    await visit(functionUrlEvent({ headers: { ...PROGRAM, 'x-probe': '1' } }))
    await visit(functionUrlEvent({ path: '/favicon.ico' }))
    expect(await state()).toEqual(UNTOUCHED)
    await visit(functionUrlEvent({ path: '/' }))
    expect((await record())?.phase).toBe('waking')
  })
})
