import { assert, integer, oneof, property, record, stringMatching, constantFrom, constant, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { environmentAddress, type Link, linkText, linkToken, linkTokenIn, linkUrl, readLinkToken, withoutLink } from '../../lib/domain/link.ts'
import { instant, type Instant } from '../../lib/domain/time.ts'

const SIGNATURE = { key: 3, mac: 'a'.repeat(43) }
const link: Link = { environment: 'us-dev/checkout', deed: { do: 'stay', seconds: 7200 }, until: instant('2026-11-29T08:00:00Z'), series: 2 }

const anyLink = record({
  environment: stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}$/),
  deed: oneof(constantFrom({ do: 'wake' } as const, { do: 'sleep' } as const), record({ do: constant('stay' as const), seconds: integer({ min: 1, max: 604_800 }) })),
  until: integer({ min: 1, max: 4_000_000_000 }).map((seconds) => (seconds * 1000) as Instant),
  series: integer({ min: 0, max: 1_000_000 }),
})

describe('a token', () => {
  it('reads as the link it was made of, for the environment it is used at', () => {
    assert(property(anyLink, integer({ min: 1, max: 999_999 }), (made, key) => {
      expect(readLinkToken(linkToken(made, { ...SIGNATURE, key }), made.environment)).toEqual({ link: made, signature: { ...SIGNATURE, key } })
    }))
  })

  it('is in characters an address may have, and below 100 of them', () => {
    expect(linkToken(link, SIGNATURE)).toMatch(/^[\w.-]{40,100}$/)
  })

  it('is signed over all it says: two links never have one text', () => {
    assert(property(anyLink, anyLink, (one, other) => {
      expect(linkText(one) === linkText(other)).toBe(JSON.stringify(one) === JSON.stringify(other))
    }))
    expect(linkText({ ...link, environment: 'us-dev/shop' })).not.toBe(linkText(link))
  })

  it('is nothing that only looks like one', () => {
    const good = linkToken(link, SIGNATURE)
    const bad = ['', 'x', good.slice(1), `0${good}`, `${good}a`, good.slice(0, -1), good.replace('.s7200.', '.s0.'), good.replace('.s7200.', '.x.'), `${good}\n`, good.replace('3.', '-3.')]
    expect(bad.filter((token) => readLinkToken(token, 'us-dev/checkout') !== undefined)).toEqual([])
    assert(property(string(), (token) => {
      expect(readLinkToken(token, 'us-dev/checkout')).toBeUndefined()
    }))
  })
})

describe('a query', () => {
  it('carries a link beside what the application reads, and goes on without it', () => {
    const query = `a=1&catnap-link=${linkToken(link, SIGNATURE)}&b=%20`
    expect(linkTokenIn(query)).toBe(linkToken(link, SIGNATURE))
    expect(withoutLink(query)).toBe('a=1&b=%20')
  })

  it('with two links has none that is good, and with none has none', () => {
    expect(linkTokenIn('catnap-link=a&catnap-link=b')).toBe('')
    expect(withoutLink('catnap-link=a&x=1&catnap-link')).toBe('x=1')
    expect([linkTokenIn(''), linkTokenIn('catnap-linked=a&x=catnap-link=b')]).toEqual([undefined, undefined])
    expect(withoutLink('catnap-linked=a')).toBe('catnap-linked=a')
  })
})

describe('an address', () => {
  it('is the environment’s under the wake function, with one slash between', () => {
    for (const wake of ['https://w.example/', 'https://w.example', 'https://w.example//']) expect(environmentAddress(wake, 'us-dev/checkout')).toBe('https://w.example/e/us-dev/checkout')
    expect(linkUrl('https://w.example/e/us-dev/checkout', 't')).toBe('https://w.example/e/us-dev/checkout?catnap-link=t')
  })
})
