import type { Delivered, DeliveryStep } from './delivery.ts'
import type { Environment } from './environment.ts'
import { modeOf } from './fleet.ts'
import { isDeepEqual } from './is-deep-equal.ts'

type Change = Extract<DeliveryStep, { do: 'change-environment' }>

/** What the table will hold of the intent once the steps are written. */
export const afterDelivery = (now: Delivered, steps: readonly DeliveryStep[]): Delivered => {
  const environments = new Map(now.environments.map((environment) => [environment.id, environment]))
  const pools = new Map(now.pools.map((pool) => [`${pool.cluster}/${pool.name}`, pool]))
  const clusters = new Map(now.clusters.map((cluster) => [cluster.name, cluster]))
  const systems = new Map((now.systems ?? []).map((system) => [system.id, system]))
  let { fleet } = now
  for (const step of steps) {
    switch (step.do) {
      case 'put-fleet':
        fleet = step.fleet
        break
      case 'put-cluster':
        clusters.set(step.cluster.name, step.cluster)
        break
      case 'put-system':
        systems.set(step.system.id, step.system)
        break
      case 'remove-system':
        systems.set(step.system.id, { ...step.system, removed: true })
        break
      case 'add-environment':
        environments.set(step.environment.id, step.environment)
        break
      case 'change-environment': {
        const { removed: _removed, ...environment } = step.environment
        environments.set(environment.id, { ...environment, terms: step.terms, clusterArn: step.clusterArn })
        break
      }
      case 'remove-environment':
        environments.set(step.environment.id, { ...step.environment, removed: true })
        break
      case 'add-pool':
        pools.set(`${step.pool.cluster}/${step.pool.name}`, step.pool)
        break
      case 'change-pool': {
        const { removed: _removed, pace: _pace, consolidate: _consolidate, drainSeconds: _drainSeconds, ...pool } = step.pool
        pools.set(`${pool.cluster}/${pool.name}`, { ...pool, ...step.terms })
        break
      }
      case 'remove-pool':
        pools.set(`${step.pool.cluster}/${step.pool.name}`, { ...step.pool, removed: true })
        break
      default:
        step satisfies never
    }
  }
  return {
    ...(fleet === undefined ? {} : { fleet }),
    clusters: [...clusters.values()], environments: [...environments.values()], pools: [...pools.values()],
    ...(systems.size === 0 ? {} : { systems: [...systems.values()] }),
  }
}

/** What a change takes out of an environment's reach: what sleeps or is held then would never be put back. */
export const leavesOut = ({ environment, terms, clusterArn }: Change): readonly string[] => {
  const { namespaces, namespaceLabels, managedBy = [], sleep } = environment.terms
  const labels = JSON.stringify(Object.entries(namespaceLabels ?? {}).toSorted())
  return [
    ...(environment.clusterArn === clusterArn ? [] : [`cluster ${environment.clusterArn}`]),
    ...namespaces.filter((namespace) => !terms.namespaces.includes(namespace)).map((namespace) => `namespace ${namespace}`),
    ...(namespaceLabels === undefined || labels === JSON.stringify(Object.entries(terms.namespaceLabels ?? {}).toSorted()) ? [] : ['the namespaces of its selector']),
    // Owners in its own cluster are found by what they own, those in another one by their name alone.
    ...managedBy.filter((owner) => owner.cluster !== undefined && terms.managedBy?.some((other) => isDeepEqual(other, owner)) !== true).map(({ kind, name, cluster }) => `${kind} ${name} in ${cluster ?? ''}`),
    ...(sleep?.kinds ?? []).filter((kind) => terms.sleep?.kinds.includes(kind) !== true).map((kind) => `kind ${kind}`),
    ...(sleep?.daemonSets === true && terms.sleep?.daemonSets !== true ? ['its DaemonSets'] : []),
  ]
}

/** Why steps may not be written now, each with what to do first; empty: nothing is in the way. */
export const deliveryObstacles = (now: Delivered, steps: readonly DeliveryStep[]): readonly string[] =>
  steps.flatMap((step) => {
    if (step.do === 'change-environment' && step.environment.phase !== 'awake') {
      const { id, phase } = step.environment
      const out = leavesOut(step)
      return out.length === 0 ? [] : [`environment ${id} is ${phase} and its change leaves out ${out.join(', ')}, which would never be woken; first run: catnap wake ${id} --wait`]
    }
    if (step.do === 'put-cluster' && step.before !== undefined && step.before.arn !== step.cluster.arn) {
      return now.pools
        .filter(({ cluster, original }) => cluster === step.cluster.name && original !== undefined)
        .map(({ cluster, name }) => `pool ${cluster}/${name} is not as it was, and with another arn it could not be given back; first wake what uses it`)
    }
    return []
  })

/** Environments that would stay asleep because their cluster is only observed from now on. */
export const strandedAsleep = (before: Delivered, after: Delivered): readonly Environment[] =>
  [...after.environments, ...(after.systems ?? [])].filter((environment) => {
    if (environment.phase === 'awake') return false
    return observed(after, environment.cluster) && !observed(before, environment.cluster)
  })

const observed = ({ fleet, clusters }: Delivered, name: string): boolean => {
  const cluster = clusters.find((one) => one.name === name)
  return fleet !== undefined && cluster !== undefined && modeOf(fleet, cluster) === 'observe'
}
