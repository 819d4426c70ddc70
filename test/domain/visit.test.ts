import { assert, property, string, stringMatching } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WakeBy } from '../../lib/domain/environment.ts'
import { environmentInPath, intentionOf, isMalformed, placeOf, type Visit, wantsPage } from '../../lib/domain/visit.ts'

const visit = (changes: Partial<Visit> = {}, headers: Visit['headers'] = {}): Visit =>
  ({ method: 'GET', host: 'checkout.example.com', path: '/', query: '', headers, ...changes })

const asks = (accept: string): boolean => wantsPage(visit({}, { accept }))
const click = (headers: Visit['headers'] = {}) => intentionOf(visit({ method: 'POST' }, headers), { by: 'click' })

const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', '']
const wakers = (by: WakeBy) => METHODS.filter((method) => intentionOf(visit({ method }), { by }) === 'act')

describe('a page or a problem document', () => {
  it('is a page for browsers and a document for programs', () => {
    expect(asks('text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8')).toBe(true)
    expect(asks('*/*')).toBe(false)
    expect(asks('')).toBe(false)
    expect(asks('application/json, text/plain, */*')).toBe(false)
    expect(wantsPage(visit())).toBe(false)
  })

  it('is never a page where JSON was asked for as much', () => {
    expect(asks('text/html, application/json')).toBe(false)
    expect(asks('application/json;q=0.9, text/html;q=0.5')).toBe(false)
    expect(asks('application/problem+json, text/html')).toBe(false)
    expect(asks('text/html, application/json;q=0.5')).toBe(true)
  })

  it('is no page where nobody could read it: in the place of a picture or a script, or for a method no form has', () => {
    const accept = 'text/html'
    for (const dest of ['image', 'script', 'style', 'font', 'video', 'manifest', 'serviceworker']) expect(wantsPage(visit({}, { accept, 'sec-fetch-dest': dest }))).toBe(false)
    for (const dest of ['document', 'iframe', 'empty']) expect(wantsPage(visit({}, { accept, 'sec-fetch-dest': dest }))).toBe(true)
    expect(METHODS.filter((method) => wantsPage(visit({ method }, { accept })))).toEqual(['GET', 'HEAD', 'POST'])
  })

  it('is no page where HTML is refused or its weight is nonsense', () => {
    expect(asks('text/html;q=0, */*')).toBe(false)
    expect(asks('text/html;q=lots')).toBe(false)
    expect(asks('TEXT/HTML; charset=utf-8; Q=0.3')).toBe(true)
  })
})

describe('an environment in a path', () => {
  it('is found whatever follows', () => {
    for (const path of ['/e/us-dev/checkout', '/e/us-dev/checkout/', '/e/us-dev/checkout/cart/1']) {
      expect(environmentInPath(visit({ path }))).toBe('us-dev/checkout')
    }
  })

  it('is found behind the stage of an HTTP API', () => {
    expect(environmentInPath(visit({ path: '/live/e/us-dev/checkout', base: '/live' }))).toBe('us-dev/checkout')
  })

  it('is not guessed from anything else', () => {
    const paths = ['/', '/e', '/e/us-dev', '/e/us-dev/', '/E/us-dev/checkout', '/e/US/checkout', '/e/us%2ddev/checkout', '/x/e/us-dev/checkout', '//e/us-dev/checkout', '/e/-a/b']
    expect(paths.filter((path) => environmentInPath(visit({ path })) !== undefined)).toEqual([])
  })
})

describe('a malformed path', () => {
  it.each(['', 'e/a/b', '/e/../a', '/e/a/..', '/.', '/%2e%2E/a', '/.%2e', '/a\\..\\b', '/%', '/%zz', '/a%2', '/%00', '/a%0d%0Ab', '/a\nb', '/a b', '/ü'])(
    'is one as %j',
    (path) => expect(isMalformed(visit({ path }))).toBe(true),
  )

  it.each(['/', '/a.b/..c/...', '/%20/%C3%BC', '//a', '/a;b=c', '/.well-known/x'])('is not one as %j', (path) =>
    expect(isMalformed(visit({ path }))).toBe(false))
})

describe('the way back', () => {
  it('is the very path and query', () => {
    expect(placeOf(visit({ path: '/cart/%C3%BC/', query: 'a=1&a=2&return=https://evil.example' }))).toBe('/cart/%C3%BC/?a=1&a=2&return=https://evil.example')
  })

  it('never leads to another host', () => {
    assert(property(stringMatching(/^[/\\@:.a-z?#%]{0,12}$/), string(), (path, query) => {
      expect(new URL(placeOf(visit({ path, query })), 'https://checkout.example.com/x').host).toBe('checkout.example.com')
    }))
  })
})

describe('who wakes', () => {
  it('is a click, and not somebody who looks', () => {
    expect(click()).toBe('act')
    expect(wakers('click')).toEqual(['POST'])
  })

  it('is anyone where the intent says so, but nobody who means to change something', () => {
    expect(wakers('anyone')).toEqual(['GET', 'HEAD', 'POST'])
  })

  it('is nobody where it takes a signed link, or is off', () => {
    expect([...wakers('signed'), ...wakers('off')]).toEqual([])
  })

  it('is not a form of another site', () => {
    const origins = ['https://evil.example', 'https://checkout.example.com.evil.example', 'https://evil.example/checkout.example.com', 'null', '', 'https://checkout.example.com@evil.example']
    expect(origins.filter((origin) => click({ origin }) !== 'foreign')).toEqual([])
    expect(click({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe('foreign')
    expect(click({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' })).toBe('foreign')
    expect(intentionOf(visit({ method: 'POST' }, { origin: 'https://evil.example' }), { by: 'anyone' })).toBe('foreign')
  })

  it('is no form where the host is not known', () => {
    const { host: _host, ...nowhere } = visit({ method: 'POST' }, { origin: 'https://evil.example' })
    expect([intentionOf(nowhere, { by: 'click' }), intentionOf({ ...nowhere, headers: { origin: 'null' } }, { by: 'click' })]).toEqual(['foreign', 'foreign'])
  })

  it('is the form of the page itself, on any port', () => {
    for (const origin of ['https://checkout.example.com', 'http://Checkout.Example.Com:4780']) {
      expect(click({ origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' })).toBe('act')
    }
  })

  it('is not the script of a forgotten tab', () => {
    expect(click({ origin: 'https://checkout.example.com', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).toBe('look')
    expect(click({ origin: 'https://shop.example.com', 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })).toBe('look')
  })

  it.each([
    { 'sec-purpose': 'prefetch' }, { 'sec-purpose': 'prefetch;prerender' }, { purpose: 'prefetch' }, { 'x-purpose': 'preview' }, { 'x-moz': 'prefetch' },
  ])('is no prefetch: %j', (headers) => {
    expect(click(headers)).toBe('look')
    expect(intentionOf(visit({}, headers), { by: 'anyone' })).toBe('look')
  })
})
