import { type Activity, decide, type Decision } from './decide.ts'
import { type Environment, wakeLeadSeconds } from './environment.ts'
import { type Cluster, type Fleet, protectedBy } from './fleet.ts'
import { parseHours } from './hours.ts'
import type { Instant } from './time.ts'

/** What is wanted of an environment at an instant, from its records alone. `up`: it is, or would be by then, awake. */
export const decideEnvironment = (fleet: Fleet, cluster: Cluster, environment: Environment, now: Instant, up: boolean): Decision => {
  const { terms, removed, hold, lease, wakeSeconds } = environment
  return decide({
    now,
    fleetPause: fleet.pause,
    clusterPause: cluster.pause,
    protectedBy: terms.namespaces.flatMap((namespace) => protectedBy(namespace, fleet.protect) ?? [])[0],
    removed,
    hold,
    lease,
    hours: parseHours(terms.hours, terms.timezone),
    holidays: fleet.holidays,
    leadSeconds: wakeLeadSeconds(wakeSeconds),
    up,
    activity: activityOf(environment),
  })
}

/** Nothing tells yet what happens in an environment: hours decide, and the reason says so (law 6). */
const activityOf = ({ terms }: Environment): Activity =>
  terms.idle === undefined ? { seen: 'not-asked' } : { seen: 'unknown', why: 'no source of activity is connected yet' }
