import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeNetwork, type NamespaceNetwork, type NetworkPeriod } from '../../../lib/domain/idleness/judge-network.ts'
import { periodOf, periodsBetween, watchBegins } from '../../../lib/domain/idleness/period.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import { doingsOf } from './build-doings.ts'

const IDLE = { afterSeconds: 45 * 60, networkBelowBytesPerSecond: 10 * 1024 }
const NOW = instant('2026-11-23T11:04:00Z')
const MORNING = instant('2026-11-23T07:00:00Z')
const TWO_PODS = doingsOf({ podsSince: [MORNING, MORNING] })

/** Two pods that are measured each minute all morning, save what is said of single periods. */
const quiet = (changes: Readonly<Record<string, Partial<NetworkPeriod> | 'missing'>> = {}): NamespaceNetwork => {
  const known = new Map(Object.entries(changes).map(([at, change]) => [instant(`2026-11-23T${at}:00Z`), change]))
  return {
    periods: periodsBetween(MORNING, periodOf(NOW)).map((from) => {
      const change = known.get(from)
      return change === 'missing' ? { from } : { from, receivedPerSecond: 1000, sentPerSecond: 500, measurements: 10, ...change }
    }),
  }
}

const judge = (networks: Readonly<Record<string, NamespaceNetwork>>, doings = TWO_PODS, awakeSince = MORNING) =>
  judgeNetwork({ idle: IDLE, awakeSince, networks: new Map(Object.entries(networks)), doings: new Map(Object.keys(networks).map((name) => [name, doings])) }, NOW)

describe('the network of an environment', () => {
  it('is idle below the threshold both ways together, in each period of the whole time', () => {
    expect(judge({ shop: quiet() })).toEqual({ seen: 'idle', why: 'at most 1.5KiB/s of network since 2026-11-23T10:15:00Z, below 10KiB/s' })
  })

  it('is active at the threshold in one period, all namespaces together, whatever else is missing', () => {
    const busy = { '10:30': { receivedPerSecond: 5 * 1024, sentPerSecond: 0 } }
    expect(judge({ shop: quiet(busy), api: quiet(busy) })).toEqual({ seen: 'active', why: '10KiB/s of network from 2026-11-23T10:30:00Z' })
    expect(judge({ shop: quiet({ '10:30': { sentPerSecond: 2 ** 20 } }), api: { problem: 'throttled' } })).toMatchObject({ seen: 'active' })
    expect(judge({ shop: quiet({ '10:10': { sentPerSecond: 2 ** 20 } }) })).toMatchObject({ seen: 'idle' })
  })

  it.each<readonly [NamespaceNetwork, string]>([
    [quiet({ '10:40': 'missing' }), 'nothing was measured from 2026-11-23T10:40:00Z to 2026-11-23T10:45:00Z'],
    [quiet({ '10:40': { measurements: 5 } }), 'found 5 measurements, expected at least 8 of 2 pods from 2026-11-23T10:40:00Z to 2026-11-23T10:45:00Z'],
    [quiet({ '10:40': { sentPerSecond: Number.NaN } }), 'found NaN bytes a second, expected 0 or more both ways from 2026-11-23T10:40:00Z to 2026-11-23T10:45:00Z'],
    [{ problem: 'throttled' }, 'throttled'],
    [{ periods: [] }, 'nothing was measured from 2026-11-23T10:15:00Z to 2026-11-23T10:20:00Z'],
  ])('is unknown with a gap, which is said: %#', (network, why) => {
    expect(judge({ shop: network })).toEqual({ seen: 'unknown', why: `network: shop: ${why}` })
  })

  it('is unknown where the agent of one node is silent, and not for a pod that ran only a part of the time', () => {
    expect(judge({ shop: quiet() }, doingsOf({ podsSince: [MORNING, MORNING, MORNING] }))).toMatchObject({ seen: 'unknown' })
    expect(judge({ shop: quiet() }, doingsOf({ podsSince: [MORNING, MORNING, instant('2026-11-23T10:56:00Z')] }))).toMatchObject({ seen: 'idle' })
  })

  it('takes nothing for silence only where no pod runs', () => {
    expect(judge({ shop: { periods: [] } }, doingsOf())).toMatchObject({ seen: 'idle' })
    expect(judge({ shop: { periods: [] } }, doingsOf({ podsSince: [NOW] }))).toMatchObject({ seen: 'unknown' })
  })

  it('needs the whole time since it woke', () => {
    expect(judge({ shop: quiet() }, TWO_PODS, instant('2026-11-23T10:15:01Z'))).toMatchObject({ seen: 'unknown', why: 'network: awake since 2026-11-23T10:15:01Z, not yet for 45m of whole periods' })
  })

  it('is never idle with a gap anywhere', () => {
    const counted = periodsBetween(watchBegins(IDLE, NOW), periodOf(later(NOW, -180)))
    const breaks = fc.constantFrom<Partial<NetworkPeriod> | undefined>(undefined, { measurements: 7 }, { receivedPerSecond: Number.NaN }, { sentPerSecond: -1 }, { measurements: Number.NaN })
    fc.assert(fc.property(fc.nat({ max: counted.length - 1 }), fc.nat({ max: 2 }), breaks, (place, namespace, change) => {
      const holed = { periods: (quiet() as { periods: readonly NetworkPeriod[] }).periods.flatMap((period) => (period.from !== counted[place] ? [period] : change === undefined ? [] : [{ ...period, ...change }])) }
      const networks = Object.fromEntries(['shop', 'api', 'web'].map((name, index) => [name, index === namespace ? holed : quiet()]))
      expect(judge(networks).seen).toBe('unknown')
    }))
  })
})
