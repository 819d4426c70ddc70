import { decide, type Decision } from './decide.ts'
import { type Environment, heading, wakeLeadSeconds } from './environment.ts'
import { type Cluster, type Fleet, modeOf, protectedBy } from './fleet.ts'
import { parseHours } from './hours.ts'
import { seenActivity } from './seen-activity.ts'
import type { Instant } from './time.ts'
import { wakeSpreadSeconds } from './wake-spread.ts'
import { warningInForce } from './warning.ts'

/** What is wanted of an environment at an instant, from its records alone. `up`: it is, or would be by then, awake. */
export const decideEnvironment = (fleet: Fleet, cluster: Cluster, environment: Environment, now: Instant, up: boolean): Decision => {
  const { terms, removed, hold, lease, wakeSeconds } = environment
  const warns = terms.warn !== undefined && heading(environment.phase) === 'awake' && modeOf(fleet, cluster) === 'act'
  const hours = parseHours(terms.hours, terms.timezone)
  return decide({
    now,
    fleetPause: fleet.pause,
    clusterPause: cluster.pause,
    protectedBy: terms.namespaces.flatMap((namespace) => protectedBy(namespace, fleet.protect) ?? [])[0],
    removed,
    hold,
    lease,
    hours,
    holidays: fleet.holidays,
    leadSeconds: wakeLeadSeconds(wakeSeconds) + wakeSpreadSeconds(environment.id, cluster.environments ?? 1),
    up,
    activity: seenActivity(environment, hours, fleet.holidays, now),
    warned: warns ? { sleepAt: warningInForce(environment)?.sleepAt } : undefined,
  })
}
