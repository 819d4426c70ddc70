import { describe, expect, it } from 'vitest'
import type { IgnoredVisits } from '../../lib/domain/environment.ts'
import { isPasserBy } from '../../lib/domain/passer-by.ts'
import type { Visit } from '../../lib/domain/visit.ts'

const visit = (changes: Partial<Visit> = {}): Visit => ({ method: 'GET', host: 'shop.example.com', path: '/', query: '', headers: {}, ...changes })
const as = (agent: string, changes: Partial<Visit> = {}): Visit => visit({ headers: { 'user-agent': agent }, ...changes })
const ignoring = (changes: Partial<IgnoredVisits>): IgnoredVisits => ({ agents: [], paths: [], headers: [], known: true, ...changes })

describe('nobody', () => {
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
