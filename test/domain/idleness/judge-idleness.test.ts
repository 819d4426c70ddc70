import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SeenDoings } from '../../../lib/domain/idleness/doings.ts'
import type { IdleTerms } from '../../../lib/domain/idleness/idle-terms.ts'
import { type Answers, type Evidence, judgeIdleness, lookAtDoings, type Traces } from '../../../lib/domain/idleness/judge-idleness.ts'
import { periodOf, periodsBetween } from '../../../lib/domain/idleness/period.ts'
import { querySpan } from '../../../lib/domain/idleness/judge-query.ts'
import { together, type Verdict } from '../../../lib/domain/idleness/verdict.ts'
import { instant, later, secondsBetween } from '../../../lib/domain/time.ts'
import { doingsOf } from './build-doings.ts'

const NOW = instant('2026-11-23T11:04:40Z')
const MORNING = instant('2026-11-23T07:00:00Z')
const LONG_AGO = instant('2026-11-22T07:00:00Z')
const PROMETHEUS = { query: 'up', below: 1, url: 'https://prometheus.example.com' }
const ALL: IdleTerms = { afterSeconds: 45 * 60, belowPerMinute: 1, cpuBelowMilli: 50, networkBelowBytesPerSecond: 100, prometheus: PROMETHEUS }
const TRACES: Traces = { quietCpu: { since: MORNING, at: later(NOW, -900), mostMilli: 3 }, revision: { digest: 'shop:a', since: LONG_AGO, replaced: true } }
const QUIET = new Map([['shop', doingsOf({ podsSince: [MORNING] })]])

const periods = periodsBetween(MORNING, periodOf(NOW))
const { from, to, stepSeconds } = querySpan(ALL, NOW)
const ANSWERS: Answers = {
  groups: new Map([['targetgroup/web/1', { periods: periods.map((at) => ({ from: at, healthyHosts: 1 })) }]]),
  networks: new Map([['shop', { periods: periods.map((at) => ({ from: at, receivedPerSecond: 1, sentPerSecond: 1, measurements: 5 })) }]]),
  query: { series: [Array.from({ length: secondsBetween(from, to) / stepSeconds + 1 }, (_, step) => ({ at: later(from, step * stepSeconds), value: '0' }))] },
}

const evidenceOf = (idle: IdleTerms, doings: SeenDoings, traces: Traces): Evidence => ({ idle, awakeSince: MORNING, lookSeconds: 900, doings, traces })

const judge = ({ idle = ALL, doings = QUIET as SeenDoings, traces = TRACES, answers = {} }: { idle?: IdleTerms; doings?: SeenDoings; traces?: Traces; answers?: Partial<Answers> } = {}) => {
  const evidence = evidenceOf(idle, doings, traces)
  return judgeIdleness(evidence, lookAtDoings(evidence, NOW).verdicts, { ...ANSWERS, ...answers }, NOW)
}

const problem = { problem: 'away' }

describe('all signals together', () => {
  it('are idle when each of them is, and say what each saw', () => {
    expect(judge()).toEqual({
      seen: 'idle',
      why: 'idle since 2026-11-23T10:15:00Z: at most 0 requests a minute, below 1; at most 2B/s of network since 2026-11-23T10:15:00Z, below 100B/s; ' +
        'the query was at most 0 since 2026-11-23T10:19:00Z, below 1; at most 3m of CPU since 2026-11-23T07:00:00Z, below 50m; no Job runs; nothing deployed since 2026-11-22T07:00:00Z',
    })
  })

  it('are active when one is, whatever is missing', () => {
    expect(judge({ doings: new Map([['shop', doingsOf({ cpu: problem, runningJobs: ['import'] })]]), answers: { groups: problem, query: problem } })).toEqual({ seen: 'active', why: 'Job shop/import runs' })
  })

  it('say all that is missing', () => {
    expect(judge({ doings: problem, answers: { query: problem } })).toEqual({ seen: 'unknown', why: 'network: no namespace was looked at; Prometheus: away; CPU, Jobs, deployments: away' })
  })

  it('are those that the intent names, and no others', () => {
    const named: IdleTerms = { afterSeconds: 45 * 60, belowPerMinute: 1, jobs: false, deployments: false }
    const busy = new Map([['shop', doingsOf({ cpu: { milli: 900 }, runningJobs: ['import'], revision: 'b' })]])
    expect(judge({ idle: named, doings: busy, answers: { networks: new Map(), query: problem } })).toMatchObject({ seen: 'idle' })
    expect(judge({ idle: named, doings: problem, answers: { networks: new Map(), query: problem } })).toMatchObject({ seen: 'idle' })
    expect(judge({ idle: { afterSeconds: 45 * 60, cpuBelowMilli: 50 }, answers: { groups: problem, networks: new Map(), query: problem } })).toMatchObject({ seen: 'idle' })
  })

  it('are never idle without any', () => {
    expect(together([])).toEqual({ seen: 'unknown', why: 'no signal was asked' })
  })

  it('are never idle where one of them is not', () => {
    const verdict = fc.record({ seen: fc.constantFrom('idle', 'active', 'unknown'), why: fc.string() }) as fc.Arbitrary<Verdict>
    fc.assert(fc.property(fc.array(verdict), (verdicts) => {
      expect(together(verdicts).seen === 'idle').toBe(verdicts.length > 0 && verdicts.every(({ seen }) => seen === 'idle'))
    }))
  })

  it('are never idle with a gap anywhere, whichever of them the intent names', () => {
    const gaps: Readonly<Record<string, { readonly terms: Partial<IdleTerms>; readonly broken: Parameters<typeof judge>[0] }>> = {
      requests: { terms: { belowPerMinute: 1 }, broken: { answers: { groups: problem } } },
      noGroup: { terms: { belowPerMinute: 1 }, broken: { answers: { groups: new Map() } } },
      cpu: { terms: { cpuBelowMilli: 50 }, broken: { doings: new Map([['shop', doingsOf({ cpu: problem, podsSince: [MORNING] })]]) } },
      looks: { terms: { cpuBelowMilli: 50 }, broken: { traces: { ...TRACES, quietCpu: { since: MORNING, at: later(NOW, -2000), mostMilli: 1 } } } },
      network: { terms: { networkBelowBytesPerSecond: 100 }, broken: { answers: { networks: new Map() } } },
      query: { terms: { prometheus: PROMETHEUS }, broken: { answers: { query: problem } } },
      cluster: { terms: { belowPerMinute: 1 }, broken: { doings: problem } },
      revision: { terms: { belowPerMinute: 1 }, broken: { traces: {} } },
    }
    const others = fc.record({ belowPerMinute: fc.constant(1), cpuBelowMilli: fc.constant(50), networkBelowBytesPerSecond: fc.constant(100), prometheus: fc.constant(PROMETHEUS) }, { requiredKeys: [] })
    fc.assert(fc.property(fc.constantFrom(...Object.values(gaps)), others, ({ terms, broken }, besides) => {
      const idle = { afterSeconds: 45 * 60, ...besides, ...terms }
      expect(judge({ idle }).seen).toBe('idle')
      expect(judge({ ...broken, idle }).seen).toBe('unknown')
    }))
  })
})

const look = (traces: Traces, doings: SeenDoings, idle: IdleTerms = ALL) => lookAtDoings(evidenceOf(idle, doings, traces), NOW)

describe('what looks remember', () => {
  it('is no quiet CPU once a look failed, and the revision all the same', () => {
    expect(look(TRACES, problem).traces).toEqual({ revision: TRACES.revision })
  })

  it('is the same where nothing changed', () => {
    const { traces } = look(TRACES, QUIET)
    expect(traces.revision).toBe(TRACES.revision)
  })

  it('is a deployment from the look on that saw it, whichever namespace it was in', () => {
    const two = new Map([['shop', doingsOf()], ['api', doingsOf({ revision: 'x' })]])
    const first = look({}, two)
    expect(first.traces.revision).toMatchObject({ since: NOW, replaced: false })
    expect(first.verdicts.at(-1)).toMatchObject({ seen: 'unknown', why: expect.stringContaining('what was deployed before is not known') })
    const moved = look(first.traces, new Map([['shop', doingsOf()], ['api', doingsOf({ revision: 'y' })]]))
    expect(moved.traces.revision).toMatchObject({ since: NOW, replaced: true })
    expect(moved.verdicts.at(-1)).toEqual({ seen: 'active', why: 'deployed before 2026-11-23T11:04:40Z, not yet 45m ago' })
    expect(look(first.traces, new Map([...two].toReversed())).traces.revision).toBe(first.traces.revision)
  })

  it('is nothing of what does not count', () => {
    expect(look(TRACES, QUIET, { afterSeconds: 2700, belowPerMinute: 1, jobs: false, deployments: false })).toEqual({ verdicts: [], traces: {} })
  })

  it('names the first Jobs', () => {
    const jobs = look(TRACES, new Map([['shop', doingsOf({ runningJobs: ['a', 'b', 'c', 'd', 'e'] })]]))
    expect(jobs.verdicts[1]).toEqual({ seen: 'active', why: 'Jobs shop/a, shop/b, shop/c and 2 more run' })
  })
})
