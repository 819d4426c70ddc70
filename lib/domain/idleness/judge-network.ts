import { type Instant, iso, later } from '../time.ts'
import { sayByteRate } from './byte-rate.ts'
import type { Doings } from './doings.ts'
import type { IdleTerms } from './idle-terms.ts'
import { judgePeriods } from './judge-periods.ts'
import { PERIOD_SECONDS } from './period.ts'
import type { Verdict } from './verdict.ts'

/** What the pods of a namespace received and sent in one period, absent where nothing was published. */
export interface NetworkPeriod {
  /** A multiple of `PERIOD_SECONDS`. */
  readonly from: Instant
  /** Bytes a second on average over the period, all pods together, as far as they were measured. */
  readonly receivedPerSecond?: number
  readonly sentPerSecond?: number
  /** Measurements in the period: one a minute and pod. */
  readonly measurements?: number
}

/** What was measured of the network of a namespace, or why that is not known. */
export type NamespaceNetwork = { readonly periods: readonly NetworkPeriod[] } | { readonly problem: string }

/** What the network is judged by. */
interface WatchedNetwork {
  readonly idle: IdleTerms & { readonly networkBelowBytesPerSecond: number }
  readonly awakeSince: Instant
  /** By namespace. */
  readonly networks: ReadonlyMap<string, NamespaceNetwork>
  readonly doings: ReadonlyMap<string, Doings>
}

/** An agent measures a pod each minute. Five fall into a period, or four where one is early or late. */
const LEAST_MEASUREMENTS = PERIOD_SECONDS / 60 - 1

/**
 * What the network of all pods says (Container Insights), judged by periods. A period is known where it was measured in each
 * namespace for at least every pod that ran all through it: a node whose agent is silent is a gap, not silence.
 */
export const judgeNetwork = ({ idle, awakeSince, networks, doings }: WatchedNetwork, now: Instant): Verdict =>
  judgePeriods({
    idle, awakeSince,
    limit: idle.networkBelowBytesPerSecond,
    rateAt: (from) => ratePerSecond(networks, from),
    sayRate: (rate) => `${sayByteRate(rate)} of network`,
    gapIn: (periods) => gapIn(networks, doings, periods),
    sayUnknown: (why) => `network: ${why}`,
    sayIdle: (most, since) => `at most ${sayByteRate(most)} of network since ${iso(since)}, below ${sayByteRate(idle.networkBelowBytesPerSecond)}`,
  }, now)

const periodAt = (network: NamespaceNetwork, from: Instant): NetworkPeriod | undefined =>
  ('problem' in network ? undefined : network.periods.find((period) => period.from === from))

/** What is known of a period, over all namespaces. */
const ratePerSecond = (networks: ReadonlyMap<string, NamespaceNetwork>, from: Instant): number =>
  [...networks.values()].reduce((sum, network) => {
    const { receivedPerSecond, sentPerSecond } = periodAt(network, from) ?? {}
    return sum + [receivedPerSecond, sentPerSecond].filter(isRate).reduce((both, rate) => both + rate, 0)
  }, 0)

const gapIn = (networks: ReadonlyMap<string, NamespaceNetwork>, doings: ReadonlyMap<string, Doings>, periods: readonly Instant[]): string | undefined => {
  if (doings.size === 0) return 'no namespace was looked at'
  for (const [namespace, { podsSince }] of doings) {
    const network = networks.get(namespace) ?? { problem: 'nothing was answered of it' }
    if ('problem' in network) return `${namespace}: ${network.problem}`
    for (const from of periods) {
      const why = whyIncomplete(periodAt(network, from), podsSince, from)
      if (why !== undefined) return `${namespace}: ${why} from ${iso(from)} to ${iso(later(from, PERIOD_SECONDS))}`
    }
  }
  return undefined
}

/** A namespace in which no pod runs publishes nothing: there, what is absent is zero. */
const whyIncomplete = (period: NetworkPeriod | undefined, podsSince: readonly Instant[], from: Instant): string | undefined => {
  const { receivedPerSecond, sentPerSecond, measurements } = period ?? {}
  if (measurements === undefined && podsSince.length === 0 && receivedPerSecond === undefined && sentPerSecond === undefined) return undefined
  if (measurements === undefined) return 'nothing was measured'
  const pods = podsSince.filter((at) => at <= from).length
  const expected = pods * LEAST_MEASUREMENTS
  if (!(measurements >= expected)) return `found ${measurements} measurements, expected at least ${expected} of ${pods} pods`
  for (const rate of [receivedPerSecond, sentPerSecond]) if (!isRate(rate)) return `found ${rate ?? 'no'} bytes a second, expected 0 or more both ways`
  return undefined
}

const isRate = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value) && value >= 0
