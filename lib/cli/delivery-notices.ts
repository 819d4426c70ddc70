import type { Delivered } from '../domain/delivery.ts'
import { strandedAsleep } from '../domain/delivery-effect.ts'
import type { Environment } from '../domain/environment.ts'
import { modeOf } from '../domain/fleet.ts'
import { outlookOf } from '../domain/outlook.ts'
import type { Instant } from '../domain/time.ts'

/** What follows from a delivery that the changes alone do not tell: who sleeps next, what is only observed, what stays. */
export const deliveryNotices = (before: Delivered, after: Delivered, now: Instant): readonly string[] => {
  const { fleet, clusters, environments } = after
  if (fleet === undefined) return []
  const observed = clusters.filter((cluster) => modeOf(fleet, cluster) === 'observe').map(({ name }) => name)
  const wanted = (environment: Environment) => {
    const cluster = clusters.find(({ name }) => name === environment.cluster)
    return cluster === undefined || observed.includes(cluster.name) ? undefined : outlookOf(fleet, cluster, environment, now).decision.desired
  }
  const soonAsleep = environments.filter((environment) => environment.phase === 'awake' && wanted(environment) === 'asleep')
  const soonAwake = environments.filter((environment) => environment.phase === 'asleep' && wanted(environment) === 'awake')
  const stranded = strandedAsleep(before, after)
  const paused = clusters.filter(({ pause }) => pause !== undefined).map(({ name }) => name)
  return [
    ...(fleet.pause === undefined ? [] : [`the fleet is paused by ${fleet.pause.by}: nothing is done before catnap resume`]),
    ...(fleet.pause !== undefined || paused.length === 0 ? [] : [`paused, so nothing is done there: ${paused.join(', ')}`]),
    ...(observed.length === 0 ? [] : [`only observed, nothing is touched there (mode: observe): ${observed.join(', ')}`]),
    ...(stranded.length === 0 ? [] : [`asleep now, and nobody will wake them in observe mode: ${idsOf(stranded)}; wake them before you change the mode`]),
    ...(soonAsleep.length === 0 ? [] : [`to go to sleep now: ${idsOf(soonAsleep)}`]),
    ...(soonAwake.length === 0 ? [] : [`to wake now: ${idsOf(soonAwake)}`]),
  ]
}

/** A notice stays a line. */
const NAMED = 10

const idsOf = (environments: readonly Environment[]): string => {
  const ids = environments.map(({ id }) => id).toSorted()
  return ids.length <= NAMED ? ids.join(', ') : `${ids.slice(0, NAMED).join(', ')} and ${ids.length - NAMED} more`
}
