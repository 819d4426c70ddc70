import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Environment } from '../../lib/domain/environment.ts'
import type { Link } from '../../lib/domain/link.ts'
import { later } from '../../lib/domain/time.ts'
import type { Sight, Visit } from '../../lib/domain/visit.ts'
import { wakeReply } from '../../lib/views/wake-reply.ts'
import { environment, NOW, wakeTerms } from './wake-builders.ts'

const visit = (accept: string, changes: Partial<Visit> = {}): Visit =>
  ({ method: 'GET', host: 'checkout.example.com', path: '/cart', query: 'a=1', headers: { accept }, ...changes })

const seen = (record: Partial<Environment> = {}, changes: Partial<Extract<Sight, { is: 'environment' }>> = {}): Sight =>
  ({ is: 'environment', environment: environment(record), asked: false, ...changes })

const page = (sight: Sight, changes: Partial<Visit> = {}) => wakeReply(visit('text/html', changes), sight, NOW)
const answer = (sight: Sight, changes: Partial<Visit> = {}) => {
  const { status, headers, body } = wakeReply(visit('application/json', changes), sight, NOW)
  return { status, headers, problem: JSON.parse(body) as Record<string, unknown> }
}

const waking: Partial<Environment> = {
  phase: 'waking',
  since: later(NOW, -30),
  wakeSeconds: [80, 100, 120, 140, 300],
  lease: { until: later(NOW, 7170), by: 'alice@example.com' },
  progress: { nodes: { done: 1, total: 1 }, workloads: { done: 4, total: 11 }, waitingFor: 'Deployment checkout/cart, 0 ready' },
}

describe('the page of an environment that sleeps', () => {
  const { status, headers, body } = page(seen())

  it('says what it is, why it sleeps, since when and how long a wake takes', () => {
    expect(body).toContain('<h1 id="title" tabindex="-1">checkout is asleep</h1>')
    expect(body).toContain('<code>us-dev/checkout</code>')
    expect(body).toContain('<dt>Why it sleeps</dt><dd>shut since Fri 19:00 Europe/Paris</dd>')
    expect(body).toMatch(/<time datetime="2026-11-22T07:00:00Z">Sun,? 22 Nov,? (?:at )?08:00 (?:CET|GMT\+1)<\/time>/)
    expect(body).toContain('A wake takes about 3 minutes.')
  })

  it('has a button that posts to the very address it stands at', () => {
    expect(body).toContain('<form method="post"><button name="catnap" value="wake">Wake it up</button> ')
  })

  it('is kept by no cache and taken for the application by no crawler', () => {
    expect(status).toBe(503)
    expect(headers).toMatchObject({ 'cache-control': 'no-store', vary: 'Accept', 'retry-after': '60', 'x-content-type-options': 'nosniff' })
  })

  it('lets nothing foreign in, and its own style and script by their hashes', () => {
    const policy = headers['content-security-policy'] ?? ''
    for (const tag of ['style', 'script']) {
      const [, text = ''] = new RegExp(`<${tag}>([^]*)</${tag}>`).exec(body) ?? []
      expect(policy).toContain(`${tag}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`)
    }
    for (const part of ["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"]) expect(policy).toContain(part)
    expect(body).not.toMatch(/\s(?:style|on\w+|src)=|javascript:|https?:\/\//)
  })

  it('keeps the origin of its own form known: with no-referrer a browser would hide it', () => {
    expect(headers['referrer-policy']).toBe('same-origin')
  })

  it('is small, has a language, a title, landmarks, one heading of the first rank and both schemes', () => {
    expect(Buffer.byteLength(page(seen(waking), { query: 'q='.padEnd(8192, 'x') }).body)).toBeLessThan(30_000)
    for (const part of ['<html lang="en">', '<title>checkout is asleep</title>', '<main>', '<footer>', 'role="status"', 'name="viewport"']) expect(body).toContain(part)
    expect(body.match(/<h1/g)).toHaveLength(1)
    expect(body).toContain('color-scheme:light dark')
    expect(body).toContain('prefers-color-scheme:dark')
  })

  it('says how else where it cannot be woken from here', () => {
    for (const by of ['signed', 'off'] as const) {
      const shown = page(seen({ terms: wakeTerms({ by }) })).body
      expect(shown).toContain('catnap wake us-dev/checkout')
      expect(shown).not.toContain('<form')
    }
  })

  it.each(['paused', 'observed'] as const)('says that nothing will happen while it is %s', (still) => {
    const shown = page(seen({}, { still }))
    expect(shown).toMatchObject({ status: 503, headers: { 'retry-after': '300' } })
    expect(shown.body).toContain(still === 'paused' ? 'Catnap is paused' : 'mode: observe')
    expect(shown.body).not.toContain('<form')
  })

  it('may still be woken while it falls asleep', () => {
    expect(page(seen({ phase: 'falling-asleep' })).body).toContain('<form')
  })
})

const buttons = (sight: Sight, changes: Partial<Visit> = {}) => [...page(sight, changes).body.matchAll(/<button name="catnap" value="(\w+)">([^<]+)</g)].map(([, value, label]) => `${value}: ${label}`)
const linkFor = (deed: Link['deed']): Link => ({ environment: 'us-dev/checkout', deed, until: later(NOW, 3600), series: 0 })

describe('the buttons of the page', () => {
  const byPath: Partial<Visit> = { host: 'abc.lambda-url.us-east-1.on.aws', path: '/e/us-dev/checkout' }

  it('wake it, for as long as the intent says or until the evening', () => {
    expect(buttons(seen())).toEqual(['wake: Wake it up', 'evening: Wake it until 22:00'])
    expect(buttons(seen({ terms: wakeTerms({ stayAwakeSeconds: 86_400 }) }))).toEqual(['wake: Wake it up'])
  })

  it('keep it awake while it wakes, and by its path while it is awake, beyond what is promised already', () => {
    expect(buttons(seen({ ...waking, lease: { until: later(NOW, 60), by: 'x' } }))).toEqual(['2h: Keep it awake for two hours', 'evening: Keep it awake until 22:00'])
    expect(buttons(seen(waking))).toEqual(['evening: Keep it awake until 22:00'])
    expect(buttons(seen({ phase: 'awake' }), byPath)).toEqual(['2h: Keep it awake for two hours', 'evening: Keep it awake until 22:00'])
    expect(buttons(seen({ phase: 'awake', hold: { as: 'awake', until: later(NOW, 86_400), by: 'x' } }), byPath)).toEqual([])
  })

  it('are not there behind its own host while it is awake: the click would reach the application', () => {
    expect(buttons(seen({ phase: 'awake' }))).toEqual([])
  })

  it('are what a link is good for, and nothing else', () => {
    const signed = wakeTerms({ by: 'signed' })
    const deeds = [{ do: 'wake' }, { do: 'stay', seconds: 10_800 }, { do: 'sleep' }] as const
    const all = (['asleep', 'awake'] as const).flatMap((phase) => deeds.map((deed) => buttons(seen({ terms: signed, phase }, { link: linkFor(deed) }), byPath).join()))
    expect(all).toEqual(['wake: Wake it up', 'wake: Wake it for 3 hours', '', '', 'wake: Keep it awake for 3 hours', 'sleep: Send it to sleep now'])
  })

  it('say in the page what the link does, and tell nobody where the visitor came from', () => {
    const { body, headers } = page(seen({ terms: wakeTerms({ by: 'signed' }) }, { link: linkFor({ do: 'stay', seconds: 10_800 }) }), { query: 'catnap-link=1.a.s10800.0.x' })
    expect(body).toContain('With this link you can wake it; it then stays awake for at least 3 hours.')
    expect(body).not.toContain('catnap-link')
    expect(headers['referrer-policy']).toBe('no-referrer')
  })
})

describe('whom to tell', () => {
  const slow = { ...waking, since: later(NOW, -451) }

  it('is said when a wake takes half as long again as nine in ten did, with whom the intent names', () => {
    expect(page(seen(slow)).body).toContain('It takes <strong>longer than usual</strong>. If it stays so, tell whoever runs this platform.')
    expect(page(seen({ ...slow, since: later(NOW, -449) })).body).not.toContain('longer than usual')
    expect(page(seen({ ...slow, terms: { ...wakeTerms(), contact: '#platform on Slack' } })).body).toContain('tell #platform on Slack.')
    expect(page(seen({ ...slow, terms: { ...wakeTerms(), contact: 'platform@example.com' } })).body).toContain('tell <a href="mailto:platform@example.com">platform@example.com</a>.')
  })

  it('is said with what is in the way, and to programs', () => {
    const record = { ...waking, problem: { text: 'no capacity', since: NOW, times: 2 }, terms: { ...wakeTerms(), contact: '<b>us</b>' } }
    expect(page(seen(record)).body).toContain('tried 2 times: no capacity. If it stays so, tell &#60;b&#62;us&#60;/b&#62;.')
    expect(answer(seen(record)).problem['contact']).toBe('<b>us</b>')
  })
})

describe('the page of an environment that wakes', () => {
  const { body, headers } = page(seen(waking))

  it('shows each stage, what is waited for, how long it usually takes and how long it stays', () => {
    expect(body).toContain('<li>capacity, 1 of 1 nodes – done</li>')
    expect(body).toContain('<li aria-current="step">workloads, 4 of 11 – now</li>')
    expect(body).toContain('<li>ready – to come</li>')
    expect(body).toContain('<progress aria-labelledby="progress" max="11" value="4">4 of 11 workloads</progress>')
    expect(body).toContain('Waiting for: Deployment checkout/cart, 0 ready')
    expect(body).toContain('A wake usually takes 2 minutes, nine times in ten at most 5 minutes.')
    expect(body).toContain('<dt>Awake until at least</dt><dd><time datetime="2026-11-22T09:59:30Z">')
    expect(body).toContain('<dt>Why it slept</dt>')
    expect(body).not.toContain('alice')
  })

  it('looks again by itself, without a script every 5 seconds', () => {
    expect(body).toContain('<noscript><meta http-equiv="refresh" content="5"></noscript>')
    expect(body).toContain('<body data-again="2">')
    expect(headers['retry-after']).toBe('90')
  })

  it('shows that it moves before anything is known', () => {
    const early = page(seen({ phase: 'waking', since: NOW })).body
    expect(early).toContain('<progress aria-labelledby="progress"></progress>')
    expect(early).toContain('<li aria-current="step">capacity – now</li>')
  })

  it('says that no node is needed where none was asked for', () => {
    const progress = { nodes: { done: 0, total: 0 }, workloads: { done: 2, total: 2 } }
    const shown = page(seen({ ...waking, progress })).body
    expect(shown).toContain('<li>capacity, no new node needed – done</li>')
    expect(shown).toContain('<li aria-current="step">ready – now</li>')
  })

  it('says what is in the way, without accounts, endpoints, addresses and names', () => {
    const problem = {
      text: 'arn:aws:sts::111122223333:assumed-role/x is refused by https://ABC.gr7.us-east-1.eks.amazonaws.com/api (10.1.2.3:443), account 111122223333, ask bob@example.com',
      since: NOW,
      times: 3,
    }
    const shown = page(seen({ ...waking, problem })).body
    expect(shown).toContain('tried 3 times: (an AWS resource) is refused by (an address) ((an address)), account (an account), ask (somebody)')
    expect(shown).not.toMatch(/111122223333|eks\.amazonaws|10\.1\.2\.3|bob/)
  })
})

describe('the page of an environment that is awake', () => {
  it('is loaded again at once: traffic returns in a moment', () => {
    const { status, headers, body } = page(seen({ phase: 'awake', since: later(NOW, -5) }))
    expect(status).toBe(503)
    expect(headers['retry-after']).toBe('1')
    expect(body).toContain('Traffic returns to it in a moment')
    expect(body).toContain('http-equiv="refresh" content="2"')
  })

  it('leads to its host where it was reached by path, and never reloads there: an open tab must not wake it one day', () => {
    const { body } = page(seen({ phase: 'awake', since: NOW }), { host: 'abc.lambda-url.us-east-1.on.aws', path: '/e/us-dev/checkout' })
    expect(body).toContain('<a href="//checkout.example.com/">checkout.example.com</a>')
    expect(body).not.toContain('http-equiv="refresh"')
  })
})

describe('the answer to a click', () => {
  const post: Partial<Visit> = { method: 'POST' }

  it('leads back to the very path and query', () => {
    const { status, headers, body } = page(seen(waking, { asked: true }), post)
    expect({ status, location: headers['location'], body }).toEqual({ status: 303, location: '/cart?a=1', body: '' })
  })

  it('never leads to another host', () => {
    for (const path of ['//evil.example/x', '/\\evil.example/x', '/\\/evil.example/x', '///evil.example/x']) {
      const location = page(seen(waking, { asked: true }), { ...post, path }).headers['location'] ?? ''
      expect(location).toBe('/evil.example/x?a=1')
    }
  })

  it('is a page that is not loaded again where nothing came of it', () => {
    const { status, body } = page(seen({ terms: wakeTerms({ by: 'off' }) }), post)
    expect(status).toBe(503)
    expect(body).not.toMatch(/http-equiv="refresh"|<script/)
  })
})

describe('the answer to a program', () => {
  it('is a problem document with where it stands', () => {
    const { status, headers, problem } = answer(seen(waking))
    expect(status).toBe(503)
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '90', 'cache-control': 'no-store', vary: 'Accept' })
    expect(problem).toEqual({
      type: 'tag:catnap.dev,2026:wake/waking',
      title: 'checkout is waking up',
      status: 503,
      detail: 'It is on its way up. A wake usually takes 2 minutes, nine times in ten at most 5 minutes.',
      instance: '/cart',
      environment: 'us-dev/checkout',
      phase: 'waking',
      since: '2026-11-22T07:59:30Z',
      statusUrl: '/cart',
      wakeSeconds: { p50: 120, p90: 300 },
      progress: { stage: 'workloads', nodes: { done: 1, total: 1 }, workloads: { done: 4, total: 11 }, waitingFor: 'Deployment checkout/cart, 0 ready' },
      reason: 'shut since Fri 19:00 Europe/Paris',
      awakeUntil: '2026-11-22T09:59:30Z',
    })
  })

  it('is 202 with the same document for a wish that was heard', () => {
    const { status, problem } = answer(seen(waking, { asked: true }), { method: 'POST' })
    expect(status).toBe(202)
    expect(problem).toMatchObject({ status: 202, environment: 'us-dev/checkout', phase: 'waking', statusUrl: '/cart' })
  })

  it('says where to ask on: the same path without query, or that of the environment', () => {
    const byPath: Partial<Visit> = { method: 'POST', host: 'x.execute-api.us-east-1.amazonaws.com', base: '/live', path: '/live/e/us-dev/checkout/cart', query: 'a=1' }
    expect(answer(seen(waking, { asked: true }), byPath)).toMatchObject({ headers: { location: '/live/e/us-dev/checkout' }, problem: { statusUrl: '/live/e/us-dev/checkout' } })
    expect(answer(seen(waking, { asked: true }), { method: 'POST' }).headers['location']).toBe('/cart')
  })

  it('is never 200 and never HTML, not even awake', () => {
    for (const phase of ['awake', 'falling-asleep', 'asleep', 'waking'] as const) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE']) {
        const { status, headers } = answer(seen({ phase }), { method })
        expect([status, headers['content-type']]).toEqual([503, 'application/problem+json'])
      }
    }
  })

  it('has no wake times before the first wake', () => {
    expect(answer(seen()).problem['wakeSeconds']).toEqual({ p50: null, p90: null })
  })
})

describe('an address of nobody', () => {
  it.each([['unknown', 404], ['malformed', 400], ['foreign', 403], ['trouble', 503]] as const)('is %s: %d, and names nothing of the fleet', (is, status) => {
    const shown = page({ is })
    const told = answer({ is })
    expect([shown.status, told.status]).toEqual([status, status])
    expect(shown.body + JSON.stringify(told.problem)).not.toMatch(/us-dev|checkout/)
    expect(told.problem).toMatchObject({ type: `tag:catnap.dev,2026:wake/${is}`, status })
  })
})

describe('everything shown', () => {
  it('is escaped, wherever it comes from', () => {
    const evil = '<script>alert(1)</script>"\'&'
    const shown = page(seen({
      ...waking, name: evil, id: evil,
      decision: { desired: 'asleep', rule: 'hours', reason: evil },
      problem: { text: evil, since: NOW, times: 1 },
      progress: { nodes: { done: 0, total: 1 }, workloads: { done: 0, total: 1 }, waitingFor: evil },
    }), { path: `/${evil}`, query: evil }).body
    expect(shown).not.toContain('<script>alert')
    expect(shown).not.toContain(evil)
    expect(shown).toContain('&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;')
  })
})
