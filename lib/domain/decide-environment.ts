import { decide, type Decision } from './decide.ts'
import { type Environment, wakeLeadSeconds } from './environment.ts'
import { type Cluster, type Fleet, protectedBy } from './fleet.ts'
import { parseHours } from './hours.ts'
import { seenActivity } from './seen-activity.ts'
import type { Instant } from './time.ts'

/** What is wanted of an environment at an instant, from its records alone. `up`: it is, or would be by then, awake. */
export const decideEnvironment = (fleet: Fleet, cluster: Cluster, environment: Environment, now: Instant, up: boolean): Decision => {
  const { terms, removed, hold, lease, wakeSeconds } = environment
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
    leadSeconds: wakeLeadSeconds(wakeSeconds),
    up,
    activity: seenActivity(environment, hours, fleet.holidays, now),
  })
}
