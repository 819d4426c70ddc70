import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Environment } from '../../lib/domain/environment.ts'
import { type Instant, later } from '../../lib/domain/time.ts'
import { environment, wakeTerms } from '../views/wake-builders.ts'
import { albEvent, albManyEvent, FRONTS, functionUrlEvent, PERSON, PROGRAM, type Request } from './wake-events.ts'
import { wakeWorld, type WakeWorld } from './wake-world.ts'

const now = (): Instant => Date.now() as Instant

let world: WakeWorld
let container: ReturnType<WakeWorld['container']> | undefined
beforeEach(async () => {
  container = undefined
  world = await wakeWorld()
  await world.putFleet()
})
afterEach(() => world.close())

const sleeping = async (changes: Partial<Environment> = {}): Promise<void> => {
  const record = environment(changes)
  await world.registry.createEnvironment(record, 4)
  await world.registry.setHosts(record.id, [], record.terms.wake.hosts)
}
/** Asks the one container of a test. */
const ask = async (request: Request = {}) => {
  container ??= world.container()
  return (await container)(functionUrlEvent(request))
}
const record = () => world.registry.environments.get('us-dev/checkout')
const phase = async () => (await record())?.phase
const click: Request = { method: 'POST', headers: { ...PERSON, origin: 'https://checkout.example.com', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' } }
const THE_MESSAGE = 'catnap-wake {"kind":"environment","id":"us-dev/checkout"}'

describe('a person at a sleeping environment', () => {
  beforeEach(() => sleeping())

  it('sees the page and wakes nothing by looking', async () => {
    const { statusCode, headers, body } = await ask()
    expect(statusCode).toBe(503)
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'retry-after': '60' })
    expect(body).toContain('checkout is asleep')
    expect([await phase(), world.messages]).toEqual(['asleep', []])
  })

  it('wakes it with a click, is led back to where they came, and sees it wake', async () => {
    const visit = await world.container()
    const { statusCode, headers, body } = await visit(functionUrlEvent({ ...click, path: '/cart', query: 'a=1&return=//evil.example' }))
    expect({ statusCode, location: headers?.['location'], body }).toEqual({ statusCode: 303, location: '/cart?a=1&return=//evil.example', body: '' })
    expect(await record()).toMatchObject({ phase: 'waking', epoch: 8, lease: { by: 'a visitor at checkout.example.com' } })
    expect(world.messages).toEqual([THE_MESSAGE])
    expect((await visit(functionUrlEvent({ path: '/cart', query: 'a=1' }))).body).toContain('checkout is waking up')
  })

  it('does the same through a load balancer, in its own form', async () => {
    const visit = await world.container()
    expect(await visit(albManyEvent({ ...click, path: '/cart', query: 'a=1' }))).toMatchObject({ statusCode: 303, multiValueHeaders: { location: ['/cart?a=1'] } })
    expect((await visit(albEvent())).body).toContain('checkout is waking up')
    expect(world.messages).toEqual([THE_MESSAGE])
  })

  it('finds it by path as well', async () => {
    const visit = await world.container()
    const byPath = { host: 'abc.lambda-url.us-east-1.on.aws', path: '/e/us-dev/checkout/cart' }
    expect((await visit(functionUrlEvent(byPath))).body).toContain('checkout is asleep')
    const form = { ...click, ...byPath, headers: { ...PERSON, origin: 'https://abc.lambda-url.us-east-1.on.aws' } }
    expect(await visit(functionUrlEvent(form))).toMatchObject({ statusCode: 303, headers: { location: '/e/us-dev/checkout/cart' } })
    expect(await phase()).toBe('waking')
  })

  it('gets the headers alone with HEAD', async () => {
    const { statusCode, headers, body } = await ask({ method: 'HEAD' })
    expect([statusCode, headers?.['retry-after'], body]).toEqual([503, '60', ''])
  })

  it('is not woken by a form of another site', async () => {
    for (const origin of ['https://evil.example', 'null']) {
      expect((await ask({ ...click, headers: { ...PERSON, origin } })).statusCode).toBe(403)
    }
    expect([await phase(), world.messages]).toEqual(['asleep', []])
  })
})

describe('a person behind CloudFront or an Ingress', () => {
  beforeEach(() => sleeping())

  it('is known by the host they asked for, and gets in by the button', async () => {
    const visit = await world.container()
    const before: Request = { host: 'abc.lambda-url.us-east-1.on.aws', path: '/cart', headers: { ...click.headers, 'x-forwarded-host': 'checkout.example.com' } }
    expect((await visit(functionUrlEvent(before))).body).toContain('<form method="post"><button')
    const failover: Request = { ...before, headers: { ...before.headers, 'catnap-front': 'failover' } }
    expect((await visit(functionUrlEvent(failover))).body).toContain('<form method="post" action="/cart?catnap-post=1">')
    expect([await phase(), world.messages]).toEqual(['asleep', []])
    expect(await visit(functionUrlEvent({ ...failover, method: 'POST', query: 'catnap-post=1', button: 'wake' }))).toMatchObject({ statusCode: 303, headers: { location: '/cart' } })
    expect(await record()).toMatchObject({ phase: 'waking', lease: { by: 'a visitor at checkout.example.com' } })
  })

  it('is not woken by another site, whichever host that claims', async () => {
    for (const forwarded of ['evil.example', 'checkout.example.com,evil.example', 'abc.lambda-url.us-east-1.on.aws']) {
      const headers = { ...PERSON, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'x-forwarded-host': forwarded }
      expect((await ask({ method: 'POST', host: 'abc.lambda-url.us-east-1.on.aws', path: '/e/us-dev/checkout', headers })).statusCode).toBe(403)
    }
    expect([await phase(), world.messages]).toEqual(['asleep', []])
  })
})

describe('a program at a sleeping environment', () => {
  beforeEach(() => sleeping())

  it('is told that it sleeps, and with POST that it wakes', async () => {
    const visit = await world.container()
    const look = await visit(functionUrlEvent({ headers: PROGRAM }))
    expect([look.statusCode, look.headers?.['content-type'], JSON.parse(look.body)]).toMatchObject([503, 'application/problem+json', { status: 503, phase: 'asleep' }])
    const wish = await visit(functionUrlEvent({ method: 'POST', headers: PROGRAM }))
    expect([wish.statusCode, JSON.parse(wish.body)]).toMatchObject([202, { status: 202, environment: 'us-dev/checkout', phase: 'waking' }])
    expect(world.messages).toEqual([THE_MESSAGE])
  })

  it.each(['OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE'])('wakes nothing with %s', async (method) => {
    expect((await ask({ method, headers: PROGRAM })).statusCode).toBe(503)
    expect([await phase(), world.messages]).toEqual(['asleep', []])
  })

  it('that only previews or prefetches wakes nothing', async () => {
    for (const extra of [{ 'user-agent': 'Slackbot-LinkExpanding 1.0' }, { 'sec-purpose': 'prefetch;prerender' }, { purpose: 'prefetch' }]) {
      expect((await ask({ method: 'POST', headers: { ...PROGRAM, ...extra } })).statusCode).toBe(503)
    }
    expect([await phase(), world.messages]).toEqual(['asleep', []])
  })
})

describe('who may wake', () => {
  it('is anyone where the intent says so, by looking', async () => {
    await sleeping({ terms: wakeTerms({ by: 'anyone' }) })
    const { statusCode, body } = await ask({ headers: PROGRAM })
    expect([statusCode, JSON.parse(body)]).toMatchObject([503, { phase: 'waking' }])
    expect(world.messages).toEqual([THE_MESSAGE])
  })

  it('is only a click where a person sent it to sleep', async () => {
    await sleeping({ terms: wakeTerms({ by: 'anyone' }), hold: { as: 'asleep', until: later(now(), 3600), by: 'bob' } })
    expect((await ask()).body).toContain('checkout is asleep')
    expect(await phase()).toBe('asleep')
    expect((await ask(click)).statusCode).toBe(303)
    expect(await record()).toMatchObject({ phase: 'waking' })
    expect((await record())?.hold).toBeUndefined()
  })

  it.each(['signed', 'off'] as const)('is nobody who comes by where it is %s', async (by) => {
    await sleeping({ terms: wakeTerms({ by }) })
    expect((await ask(click)).statusCode).toBe(503)
    expect((await ask({ method: 'POST', headers: PROGRAM })).statusCode).toBe(503)
    expect([await phase(), world.messages]).toEqual(['asleep', []])
  })

  it('is nobody while the fleet is paused, and it says so', async () => {
    await sleeping()
    await world.putFleet({ pause: { by: 'carol', at: now() } })
    expect((await ask()).body).toContain('Catnap is paused')
    const { statusCode, body } = await ask({ method: 'POST', headers: PROGRAM })
    expect([statusCode, JSON.parse(body)]).toMatchObject([503, { type: 'tag:catnap.dev,2026:wake/paused' }])
    expect(body).not.toContain('carol')
    expect([await phase(), world.messages]).toEqual(['asleep', []])
  })

  it('is nobody where Catnap only observes: nothing would come of it', async () => {
    await sleeping()
    await world.putFleet({ mode: 'observe' })
    expect((await ask(click)).body).toContain('mode: observe')
    expect([await phase(), world.messages]).toEqual(['asleep', []])
  })
})

describe('a wake', () => {
  it('turns round a sleep under way', async () => {
    await sleeping({ phase: 'falling-asleep' })
    expect((await ask(click)).statusCode).toBe(303)
    expect(await record()).toMatchObject({ phase: 'waking', epoch: 8 })
  })

  it('does not fail for want of a queue: the next tick finds it', async () => {
    await sleeping()
    world.breakQueues()
    expect((await ask(click)).statusCode).toBe(303)
    expect(await phase()).toBe('waking')
    expect(world.log.join('')).toContain('waits for the next tick')
  })

  it('is one wake, however many ask: 500 clicks in 10 containers at once', async () => {
    await sleeping()
    const containers: Awaited<ReturnType<WakeWorld['container']>>[] = []
    while (containers.length < 10) containers.push(await world.container())
    const replies = await Promise.all(Array.from({ length: 500 }, (_, index) => containers[index % 10]?.(functionUrlEvent({ ...click, path: `/${index}` }))))

    expect(replies.map((reply) => [reply?.statusCode, reply?.headers?.['location']])).toEqual(replies.map((_, index) => [303, `/${index}`]))
    expect(world.messages).toEqual([THE_MESSAGE])
    expect((await record())?.epoch).toBe(8)
    expect(await world.registry.history('us-dev/checkout', 10)).toHaveLength(1)
    // Each container tried at most once, and they did race.
    expect(world.calls.get('UpdateItem')).toBeLessThanOrEqual(10)
    expect(world.calls.get('UpdateItem')).toBeGreaterThan(1)
  })

  it('is read about once a second and container, however many look', async () => {
    await sleeping()
    const visit = await world.container()
    await visit(functionUrlEvent())
    const before = world.calls.get('GetItem') ?? 0
    const replies = await Promise.all(Array.from({ length: 300 }, () => visit(functionUrlEvent())))
    expect(new Set(replies.map(({ statusCode }) => statusCode))).toEqual(new Set([503]))
    // Host, environment, fleet and cluster, for each second that begins meanwhile.
    expect((world.calls.get('GetItem') ?? 0) - before).toBeLessThanOrEqual(12)
  })
})

describe('odd input', () => {
  beforeEach(() => sleeping({ terms: wakeTerms({ by: 'anyone' }) }))

  it.each<[string, Request, number]>([
    ['no host', { host: '', method: 'POST' }, 404],
    ['a foreign host', { host: 'other.example.com' }, 404],
    ['two hosts', { host: 'checkout.example.com,evil.example' }, 404],
    ['a host that is a key', { host: 'us-dev', path: '/e/us-dev' }, 404],
    ['an unknown environment', { host: 'x.example', path: '/e/us-dev/nothing' }, 404],
    ['a path with ..', { path: '/e/us-dev/../us-dev/checkout' }, 400],
    ['a path with an encoded ..', { path: '/a/%2e%2E/b' }, 400],
    ['bad percent-encoding', { path: '/%zz' }, 400],
    ['half a character', { path: '/\uD800%' }, 400],
    ['a zero byte', { path: '/\u0000' }, 400],
    ['no path', { path: '' }, 400],
  ])('%s gets its status, leaks nothing and wakes nothing', async (_what, request, status) => {
    const visit = await world.container()
    for (const [, eventOf] of FRONTS) {
      const { statusCode, body } = await visit(eventOf(request))
      expect(statusCode).toBe(status)
      expect(body).not.toMatch(/us-dev|checkout/)
    }
    expect([await phase(), world.messages]).toEqual(['asleep', []])
  })

  it.each([['8 KB in the query', '/', `q=${'x'.repeat(8190)}`], ['a path in another script', '/gr%C3%B6%C3%9Fe/%E6%97%A5%20%F0%9F%92%A4', 'a=%C3%BC']])(
    'of %s is led back whole, through every front',
    async (_what, path, query) => {
      const visit = await world.container()
      for (const [, eventOf] of FRONTS) {
        const { headers, multiValueHeaders } = await visit(eventOf({ ...click, path, query }))
        expect(headers?.['location'] ?? multiValueHeaders?.['location']?.[0]).toBe(`${path}?${query}`)
      }
    },
  )

  it('that is no request gets 400', async () => {
    const visit = await world.container()
    for (const event of [{}, undefined, { source: 'aws.events' }]) expect((await visit(event)).statusCode).toBe(400)
  })
})

describe('a table that does not answer', () => {
  it('gives 503 in the form that was asked for, and its own words to the log alone', async () => {
    await sleeping()
    const visit = await world.container()
    process.env['CATNAP_TABLE'] = 'arn-of-another-table'
    const other = await world.container()
    const { statusCode, headers, body } = await other(functionUrlEvent({ headers: PROGRAM }))
    expect([statusCode, headers?.['retry-after'], JSON.parse(body)]).toMatchObject([503, '5', { type: 'tag:catnap.dev,2026:wake/trouble' }])
    expect(body).not.toContain('another-table')
    expect(world.log.join('')).toContain('a visit could not be answered')
    expect((await visit(functionUrlEvent())).statusCode).toBe(503)
  })
})
