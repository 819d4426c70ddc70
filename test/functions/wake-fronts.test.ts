import { anything as anythingOf, assert, constantFrom, dictionary, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readVisit, type WakeEvent } from '../../lib/adapters/http/read-visit.ts'
import { toResponse } from '../../lib/adapters/http/to-response.ts'
import { environmentInPath, formPlaceOf, isMalformed, placeOf } from '../../lib/domain/visit.ts'
import { albEvent, albManyEvent, FRONTS, functionUrlEvent, httpApi1Event, httpApiEvent, PROGRAM } from './wake-events.ts'

const read = (event: unknown) => readVisit(event as WakeEvent)
const reply = { status: 503, headers: { 'retry-after': '5' }, body: 'asleep' }

describe.each(FRONTS)('%s', (_front, eventOf) => {
  it('is read as method, host, path, query and headers', () => {
    expect(read(eventOf({ method: 'POST', path: '/cart/%C3%BC', query: 'a=1%202&b=' }))).toMatchObject({
      method: 'POST', host: 'checkout.example.com', path: '/cart/%C3%BC', query: 'a=1%202&b=', headers: { 'x-forwarded-proto': 'https' },
    })
  })

  it('names its host in any case, with a port or a last dot', () => {
    for (const host of ['Checkout.Example.COM', 'checkout.example.com:4780', 'checkout.example.com.', 'checkout.example.com.:443']) {
      expect(read(eventOf({ host })).host).toBe('checkout.example.com')
    }
  })

  it('has no host where there are two, or nonsense', () => {
    const hosts = ['a.example,b.example', '', ' ', 'a b', '[::1]:80', 'a.example/b', 'user@a.example', `${'a'.repeat(254)}`, 'HOST#x', '..']
    expect(hosts.map((host) => read(eventOf({ host })).host).filter(Boolean)).toEqual([])
  })
})

describe.each(FRONTS)('the button, through %s,', (_front, eventOf) => {
  const pressed = (body: string, type = 'application/x-www-form-urlencoded') => read(eventOf({ method: 'POST', body, headers: { 'content-type': type } })).button

  it('is read out of a form in base64, and out of nothing else', () => {
    expect(pressed('catnap=wake')).toBe('wake')
    expect(pressed('a=1&catnap=2h', 'application/x-www-form-urlencoded; charset=UTF-8')).toBe('2h')
    expect([pressed('{"catnap":"wake"}'), pressed('catnap=wake', 'text/plain'), pressed(`a=${'x'.repeat(300)}&catnap=wake`), pressed('')]).toEqual([undefined, undefined, undefined, undefined])
  })

  it('is read out of a plain form as well', () => {
    expect(read({ ...eventOf({ method: 'POST', button: 'wake' }), body: 'catnap=wake', isBase64Encoded: false }).button).toBe('wake')
  })
})

const forwarded = (host: string) => ({ headers: { ...PROGRAM, 'x-forwarded-host': host } })

describe('the host a front was asked for', () => {
  const own = { host: 'abc.lambda-url.us-east-1.on.aws' }

  it('may be said by what stands before a name of AWS’s own, which is no environment’s', () => {
    expect(read(functionUrlEvent({ ...own, ...forwarded('shop.example.com') })).host).toBe('shop.example.com')
    expect(read(functionUrlEvent({ ...forwarded('shop.example.com') }, 'live', 'abc.execute-api.eu-west-1.amazonaws.com')).host).toBe('shop.example.com')
    expect(read(functionUrlEvent(own)).host).toBe(own.host)
  })

  it('is none where that names two, or nonsense', () => {
    for (const host of ['a.example, b.example', 'a b', '', 'x/../y']) expect(read(functionUrlEvent({ ...own, ...forwarded(host) })).host).toBeUndefined()
  })

  it.each([['an HTTP API', httpApiEvent], ['an HTTP API with payload 1.0', httpApi1Event], ['a load balancer', albEvent], ['a load balancer with multi-value headers', albManyEvent]] as const)(
    'is the Host and nothing else at %s, whatever a visitor sends',
    (_front, eventOf) => expect(read(eventOf(forwarded('shop.example.com'))).host).toBe('checkout.example.com'),
  )

  it('is no name that only looks like AWS’s own', () => {
    for (const domain of ['abc.lambda-url.us-east-1.on.aws.evil.example', 'evil.example', 'x.y.lambda-url.us-east-1.on.aws']) {
      expect(read(functionUrlEvent(forwarded('shop.example.com'), '$default', domain)).host).toBe('checkout.example.com')
    }
  })
})

const viaCloudFront = (request: Parameters<typeof functionUrlEvent>[0] = {}) =>
  read(functionUrlEvent({ host: 'abc.lambda-url.us-east-1.on.aws', ...request, headers: { ...PROGRAM, 'x-forwarded-host': 'shop.example.com', 'catnap-front': 'failover' } }))

describe('CloudFront before the Function URL', () => {
  it('hands on no POST, so the form of the page says that it is for Catnap, and the way back does not', () => {
    expect(formPlaceOf(viaCloudFront({ path: '/cart', query: 'a=1' }))).toBe('/cart?a=1&catnap-post=1')
    expect(formPlaceOf(viaCloudFront())).toBe('/?catnap-post=1')
    expect(placeOf(viaCloudFront({ method: 'POST', path: '/cart', query: 'a=1&catnap-post=1' }))).toBe('/cart?a=1')
  })

  it('brings signed links by themselves', () => {
    expect(formPlaceOf(viaCloudFront({ query: 'catnap-link=1.a.w.0.x' }))).toBeUndefined()
  })

  it('is nobody’s word at another front', () => {
    for (const eventOf of [httpApiEvent, httpApi1Event, albEvent, albManyEvent]) expect(read(eventOf({ headers: { ...PROGRAM, 'catnap-front': 'failover' } })).postsApart).toBeUndefined()
  })
})

describe('an event', () => {
  it('of payload 1.0 has its parameters decoded: they are encoded again, as often as they came', () => {
    expect(read(httpApi1Event({ query: 'a=1%202&a=%26&b%3D=%C3%BC' })).query).toBe('a=1%202&a=%26&b%3D=%C3%BC')
  })

  it('of payload 1.0 has the path as it was asked for in its context, stage and all', () => {
    const event = httpApi1Event({ path: '/cart' })
    const staged = read({ ...event, requestContext: { ...event.requestContext, path: '/live/e/us-dev/checkout', stage: 'live' } })
    expect([environmentInPath(staged), placeOf(staged)]).toEqual(['us-dev/checkout', '/live/e/us-dev/checkout'])
  })

  it('with one header in two spellings has both values', () => {
    const event = albManyEvent()
    expect(read({ ...event, multiValueHeaders: { ...event.multiValueHeaders, Host: ['evil.example'] } }).host).toBeUndefined()
  })

  it('may have headers by any name, and no others', () => {
    const { headers } = read(functionUrlEvent({ headers: { constructor: 'x' } }))
    expect([headers['constructor'], headers['toString'], headers['__proto__']]).toEqual(['x', undefined, undefined])
  })
  it('of an HTTP API has its path decoded: it is encoded again for the way back, and the query kept out of it', () => {
    expect(placeOf(read(functionUrlEvent({ path: '/größe/a b?c#d', query: 'e=f' })))).toBe('/gr%C3%B6%C3%9Fe/a%20b%3Fc%23d?e=f')
  })

  it('of an HTTP API may have its stage before the path', () => {
    const visit = read(functionUrlEvent({ path: '/live/e/us-dev/checkout' }, 'live'))
    expect(environmentInPath(visit)).toBe('us-dev/checkout')
    expect(placeOf(visit)).toBe('/live/e/us-dev/checkout')
  })

  it('of a load balancer keeps parameters that come twice', () => {
    expect(read({ ...albManyEvent(), multiValueQueryStringParameters: { a: ['1', '2'], b: [''] } }).query).toBe('a=1&a=2&b=')
  })

  it('with two Host headers names none', () => {
    const event = albManyEvent()
    expect(read({ ...event, multiValueHeaders: { ...event.multiValueHeaders, host: ['checkout.example.com', 'evil.example'] } }).host).toBeUndefined()
  })

  it('that is no request at all is read as an empty one', () => {
    for (const event of [undefined, null, {}, { version: '2.0' }, { source: 'aws.events' }, { headers: { host: 7 }, path: [], rawPath: {} }]) {
      expect(read(event)).toMatchObject({ method: '', path: '', query: '' })
    }
  })

  it('of any shape is read without an exception, into characters a URL may have', () => {
    const anything = anythingOf({ maxDepth: 2 })
    assert(property(string({ unit: 'binary' }), string({ unit: 'binary' }), dictionary(string(), string()), constantFrom(...FRONTS), (path, query, headers, [, eventOf]) => {
      const visit = read({ ...eventOf({ path }), rawQueryString: query, headers })
      expect(placeOf(visit)).toMatch(/^[!-~]+$/)
      isMalformed(visit)
    }), { seed: 6 })
    assert(property(dictionary(constantFrom('version', 'rawPath', 'path', 'headers', 'multiValueHeaders', 'queryStringParameters', 'requestContext', 'httpMethod', 'body', 'isBase64Encoded'), anything), (event) => {
      expect(placeOf(read(event))).toMatch(/^[!-~]+$/)
    }), { seed: 6, numRuns: 300 })
  })
})

describe('a response', () => {
  it('has the headers in the form the front takes', () => {
    for (const event of [functionUrlEvent(), albEvent()]) {
      expect(toResponse(event as unknown as WakeEvent, { method: 'GET' }, reply)).toEqual({ statusCode: 503, headers: { 'retry-after': '5' }, body: 'asleep', isBase64Encoded: false })
    }
    for (const event of [albManyEvent(), httpApi1Event()]) {
      expect(toResponse(event as unknown as WakeEvent, { method: 'GET' }, reply)).toEqual({ statusCode: 503, multiValueHeaders: { 'retry-after': ['5'] }, body: 'asleep', isBase64Encoded: false })
    }
  })

  it('to HEAD has no body', () => {
    expect(toResponse(functionUrlEvent() as unknown as WakeEvent, { method: 'HEAD' }, reply)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' }, body: '' })
  })
})
