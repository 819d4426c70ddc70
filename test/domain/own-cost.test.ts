import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAYS_PER_MONTH, OWN_RATES, OWN_WORK, ownCosts, type TendedDay } from '../../lib/domain/ledger/own-cost.ts'

const DAY = 86_400
const HOUR = 3600

/** Catnap with one cluster, alone in fleet and spoke, of which nothing is awake. */
const dayOf = (changes: Partial<TendedDay> = {}): TendedDay =>
  ({ seconds: DAY, clustersOfFleet: 1, clustersOfSpoke: 1, lookSeconds: 900, environments: [], costExplorerRequests: 0, mails: 0, ...changes })

const microUsd = (changes: Partial<TendedDay>, part?: string): number =>
  ownCosts(dayOf(changes)).filter(({ name }) => part === undefined || name === part).reduce((sum, one) => sum + one.microUsd, 0)

describe('what Catnap costs', () => {
  it('is $0.01 for each request to Cost Explorer, over the clusters of the fleet (FIELD §5)', () => {
    expect(microUsd({ costExplorerRequests: 2 }, 'Cost Explorer')).toBe(20_000)
    expect(microUsd({ costExplorerRequests: 2, clustersOfFleet: 1000 }, 'Cost Explorer')).toBe(20)
  })

  it('is $0.00001 for each metric: ten hours awake, asked every 15 min, are 40 times two (FIELD §7)', () => {
    expect(microUsd({ environments: [{ awakeSeconds: 10 * HOUR, askSeconds: 900 }] }, 'CloudWatch metrics')).toBe(800)
    expect(microUsd({ environments: [{ awakeSeconds: 10 * HOUR }] }, 'CloudWatch metrics')).toBe(0)
    expect(microUsd({ environments: [{ awakeSeconds: 0, askSeconds: 300 }] }, 'CloudWatch metrics')).toBe(0)
  })

  it('grows by an environment-day as counted: 225 reads, 290 writes and 25 GB-seconds (docs/benchmarks.md)', () => {
    const withOne = { environments: [{ awakeSeconds: 0 }] }
    expect(microUsd(withOne, 'DynamoDB') - microUsd({}, 'DynamoDB')).toBe(Math.round(225 * 0.125 + 290 * 0.625 + 4940 * OWN_RATES.keptBytes.microUsdEach))
    expect(microUsd(withOne, 'Lambda') - microUsd({}, 'Lambda')).toBe(Math.round(25 * 13.3334 + 73 * 0.2))
  })

  it('of containers is a write for each look while they are awake', () => {
    const [none, many] = [0, 1000].map((containers) => microUsd({ environments: [{ awakeSeconds: 10 * HOUR, containers }] }, 'DynamoDB'))
    expect((many ?? 0) - (none ?? 0)).toBe(Math.round(40 * 1000 * (0.625 + 0.125 * OWN_WORK.containerLook.tableReads)))
  })

  it('of hub and spoke is shared by the clusters that have them in common', () => {
    const alarms = (changes: Partial<TendedDay>) => microUsd(changes, 'CloudWatch logs and alarms')
    expect(alarms({ clustersOfFleet: 100, clustersOfSpoke: 10 })).toBeLessThan(alarms({}) / 9)
    expect(microUsd({ clustersOfSpoke: 10 }, 'SQS')).toBeLessThan(microUsd({}, 'SQS') / 9)
  })

  it('is half as much for half a day', () => {
    const environments = [{ awakeSeconds: 4 * HOUR, askSeconds: 900 }]
    const half = microUsd({ seconds: DAY / 2, environments })
    expect(half).toBeLessThan(microUsd({ environments }))
    expect(microUsd({ seconds: 0, lookSeconds: 900 })).toBe(0)
  })

  it('is a cent or two a day for a cluster with ten environments in a fleet of 300, near what the bench counts', () => {
    const environments = Array.from({ length: 10 }, () => ({ awakeSeconds: 11 * HOUR }))
    const aMonth = (microUsd({ clustersOfFleet: 300, clustersOfSpoke: 10, environments }) / 1e6) * DAYS_PER_MONTH
    expect(aMonth).toBeGreaterThan(0.3)
    expect(aMonth).toBeLessThan(1)
  })

  it('is whole micro-dollars above nothing, each part once, and more work never costs less', () => {
    const seconds = fc.integer({ min: 0, max: DAY })
    const environment = fc.record({ awakeSeconds: seconds, askSeconds: fc.integer({ min: 300, max: 3600 }), containers: fc.nat(500) })
    fc.assert(fc.property(seconds, fc.array(environment, { maxLength: 20 }), environment, fc.integer({ min: 1, max: 1000 }), (span, environments, another, clusters) => {
      const day = { seconds: span, environments, clustersOfFleet: clusters, clustersOfSpoke: clusters }
      const parts = ownCosts(dayOf(day))
      expect(parts.every((part) => Number.isSafeInteger(part.microUsd) && part.microUsd > 0)).toBe(true)
      expect(new Set(parts.map(({ name }) => name)).size).toBe(parts.length)
      expect(microUsd({ ...day, environments: [...environments, another] })).toBeGreaterThanOrEqual(microUsd(day))
    }))
  })
})
