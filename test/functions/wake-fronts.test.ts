import { assert, dictionary, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readVisit, type WakeEvent } from '../../lib/adapters/http/read-visit.ts'
import { toResponse } from '../../lib/adapters/http/to-response.ts'
import { environmentInPath, isMalformed, placeOf } from '../../lib/domain/visit.ts'
import { albEvent, albManyEvent, functionUrlEvent } from './wake-events.ts'

const read = (event: unknown) => readVisit(event as WakeEvent)
const reply = { status: 503, headers: { 'retry-after': '5' }, body: 'asleep' }

const FRONTS = [['a Function URL', functionUrlEvent], ['a load balancer', albEvent], ['a load balancer with multi-value headers', albManyEvent]] as const

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

describe('an event', () => {
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
    assert(property(string({ unit: 'binary' }), string({ unit: 'binary' }), dictionary(string(), string()), (path, query, headers) => {
      const visit = read({ ...functionUrlEvent({ path, query }), headers })
      expect(placeOf(visit)).toMatch(/^[!-~]+$/)
      isMalformed(visit)
    }))
  })
})

describe('a response', () => {
  it('has the headers in the form the front takes', () => {
    for (const event of [functionUrlEvent(), albEvent()]) {
      expect(toResponse(event as unknown as WakeEvent, { method: 'GET' }, reply)).toEqual({ statusCode: 503, headers: { 'retry-after': '5' }, body: 'asleep', isBase64Encoded: false })
    }
    expect(toResponse(albManyEvent() as unknown as WakeEvent, { method: 'GET' }, reply)).toEqual({ statusCode: 503, multiValueHeaders: { 'retry-after': ['5'] }, body: 'asleep', isBase64Encoded: false })
  })

  it('to HEAD has no body', () => {
    expect(toResponse(functionUrlEvent() as unknown as WakeEvent, { method: 'HEAD' }, reply)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' }, body: '' })
  })
})
