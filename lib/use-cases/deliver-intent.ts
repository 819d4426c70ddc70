import pMap from 'p-map'
import type { Delivered, DeliveryStep } from '../domain/delivery.ts'
import { sayDeliveryStep } from '../domain/delivery.ts'
import { leavesOut } from '../domain/delivery-effect.ts'
import type { Cluster, Fleet } from '../domain/fleet.ts'
import { isDeepEqual } from '../domain/is-deep-equal.ts'
import type { Instant } from '../domain/time.ts'
import type { Clock, Registry } from '../ports.ts'

/** What the operator's commands need from the world. */
export interface Operator {
  readonly clock: Clock
  readonly registry: Registry
}

/** Clusters read, or records written, at once. */
const AT_ONCE = 16

/**
 * Reads what is delivered, of the fleet's clusters and of `clusters` besides: one that was taken out and comes back, or
 * whose first delivery was interrupted, may have records though the fleet does not list it.
 */
export const readDelivered = async ({ registry }: Operator, clusters: readonly string[] = []): Promise<Delivered> => {
  const fleet = await registry.fleet()
  const names = [...new Set([...(fleet?.clusters ?? []), ...clusters])]
  const parts = await pMap(names, async (name) => {
    const [cluster, rest] = await Promise.all([registry.cluster(name), registry.inCluster(name)])
    return { cluster, ...rest }
  }, { concurrency: AT_ONCE })
  return {
    ...(fleet === undefined ? {} : { fleet }),
    clusters: parts.flatMap(({ cluster }) => cluster ?? []),
    environments: parts.flatMap(({ environments }) => environments),
    pools: parts.flatMap(({ pools }) => pools),
    systems: parts.flatMap(({ system }) => system ?? []),
  }
}

/** Writes the steps of a delivery, one item each, and makes what they touch due now. Interrupted, it is called again. */
export const deliverIntent = async (operator: Operator, now: Delivered, steps: readonly DeliveryStep[], by: string): Promise<void> => {
  const { clock, registry } = operator
  const fleet = steps.find((step) => step.do === 'put-fleet')?.fleet ?? now.fleet
  const dueShards = fleet?.dueShards ?? 1
  // Before the steps: interrupted in between, the same steps come again, and with them the looks.
  await watchClusters(registry, now, steps, clock.now(), dueShards)
  // Hosts are taken from all before they are given to any: one that moves must not be dropped by whoever had it.
  await pMap(steps, (step) => dropHosts(registry, step), { concurrency: AT_ONCE })
  for (const alike of runsOfAKind(steps)) await pMap(alike, (step) => deliver(operator, step, dueShards), { concurrency: AT_ONCE })
  if (now.fleet !== undefined && now.fleet.dueShards < dueShards) {
    await registry.spread([...now.environments, ...(now.systems ?? [])].map(({ id }) => id), now.clusters.map(({ name }) => name), dueShards)
  }
  await lookAgain(registry, now, steps, clock.now())
  const at = clock.now()
  await registry.append(steps.map((step) => ({ at, subject: subjectOf(step), what: 'intent' as const, text: `${sayDeliveryStep(step)} (by ${by})` })))
}

/** Another mode, holiday or protected namespace, though not another report, counts for environments that no step names: they are looked at now. */
const lookAgain = async (registry: Registry, now: Delivered, steps: readonly DeliveryStep[], dueAt: Instant): Promise<void> => {
  const all = steps.some((step) => step.do === 'put-fleet' && !isDeepEqual({ ...step.before, reports: [] }, { ...step.fleet, reports: [] }))
  const clusters = new Set(steps.flatMap((step) => (step.do === 'put-cluster' ? [step.cluster.name] : [])))
  const touched = [...now.environments, ...(now.systems ?? [])].filter(({ cluster }) => all || clusters.has(cluster))
  await pMap(touched, ({ id }) => registry.environments.change(id, { set: { dueAt } }), { concurrency: AT_ONCE })
}

/** A cluster that is delivered is looked at from now on, one that left the fleet no longer. */
const watchClusters = async (registry: Registry, now: Delivered, steps: readonly DeliveryStep[], dueAt: Instant, dueShards: number): Promise<void> => {
  const put = new Map(steps.flatMap((step) => (step.do === 'put-cluster' ? [[step.cluster.name, step.cluster] as const] : [])))
  const listed = steps.flatMap((step) => (step.do === 'put-fleet' ? [{ before: step.before?.clusters ?? [], after: step.fleet.clusters }] : []))
  const back = listed.flatMap(({ before, after }) => now.clusters.filter(({ name }) => after.includes(name) && !before.includes(name) && !put.has(name)))
  await pMap([...put.values(), ...back], (cluster) => registry.putLook(cluster, dueAt, dueShards), { concurrency: AT_ONCE })
  const left = listed.flatMap(({ before, after }) => before.filter((name) => !after.includes(name)))
  await pMap(left, (name) => registry.looks.drop(name), { concurrency: AT_ONCE })
}

/** Steps keep the order of their kinds; those of one kind do not wait for each other. */
const runsOfAKind = (steps: readonly DeliveryStep[]): readonly (readonly DeliveryStep[])[] => {
  const runs: DeliveryStep[][] = []
  for (const step of steps) {
    const run = runs.at(-1)
    if (run?.[0]?.do === step.do) run.push(step)
    else runs.push([step])
  }
  return runs
}

const subjectOf = (step: DeliveryStep): string => {
  if ('environment' in step) return step.environment.id
  if ('system' in step) return step.system.id
  if ('pool' in step) return `${step.pool.cluster}/pool/${step.pool.name}`
  return step.do === 'put-cluster' ? step.cluster.name : 'fleet'
}

const dropHosts = async (registry: Registry, step: DeliveryStep): Promise<void> => {
  if (step.do !== 'change-environment') return
  const kept = step.terms.wake.hosts
  const dropped = step.environment.terms.wake.hosts.filter((host) => !kept.includes(host))
  if (dropped.length > 0) await registry.setHosts(step.environment.id, dropped, [])
}

const deliver = async ({ clock, registry }: Operator, step: DeliveryStep, dueShards: number): Promise<void> => {
  const dueAt = clock.now()
  switch (step.do) {
    case 'put-fleet':
      return putFleet(registry, step.fleet)
    case 'put-cluster':
      return putCluster(registry, { ...step.cluster, dueAt }, dueShards)
    case 'put-system': {
      const { id, terms, clusterArn } = step.system
      if ((await registry.environments.change(id, { set: { terms, clusterArn, removed: undefined, dueAt } })) !== undefined) return
      return void (await registry.createEnvironment({ ...step.system, dueAt }, dueShards))
    }
    case 'remove-system':
      return void (await registry.environments.change(step.system.id, { set: { removed: true, dueAt } }))
    case 'add-environment':
      await registry.createEnvironment(step.environment, dueShards)
      return registry.setHosts(step.environment.id, [], step.environment.terms.wake.hosts)
    case 'change-environment':
      return changeEnvironment(registry, step, dueAt, dueShards)
    case 'remove-environment': {
      const { id, terms } = step.environment
      return void (await registry.environments.change(id, { set: { removed: true, terms, dueAt } }))
    }
    case 'add-pool':
      return void (await registry.createPool(step.pool))
    case 'change-pool':
      return void (await registry.pools.change(step.pool, {
        set: { keep: step.terms.keep, pace: step.terms.pace, consolidate: step.terms.consolidate, drainSeconds: step.terms.drainSeconds, removed: undefined },
      }))
    case 'remove-pool':
      await registry.pools.change(step.pool, { set: { removed: true } })
      return void (await registry.changeCluster(step.pool.cluster, { set: { dueAt } }))
    default:
      return step satisfies never
  }
}

/** Only what the intent says is written over: a pause set in this very moment stays. */
const putFleet = async (registry: Registry, { pause: _pause, ...said }: Fleet): Promise<void> => {
  if ((await registry.changeFleet({ set: said })) === undefined) await registry.putFleet(said)
}

const putCluster = async (registry: Registry, cluster: Cluster, dueShards: number): Promise<void> => {
  const { name, arn, mode, whole, dueAt } = cluster
  if ((await registry.changeCluster(name, { set: { arn, mode, whole, dueAt } })) === undefined) await registry.putCluster(cluster, dueShards)
}

const changeEnvironment = async (registry: Registry, step: Extract<DeliveryStep, { do: 'change-environment' }>, dueAt: Instant, dueShards: number): Promise<void> => {
  const { environment, terms, clusterArn } = step
  const { id, cluster, name, epoch } = environment
  // What leaves its reach must be awake still: the epoch tells that no sleep began since it was looked at.
  const when = leavesOut(step).length === 0 ? {} : { epoch }
  const changed = await registry.environments.change(id, { set: { terms, clusterArn, removed: undefined, dueAt }, when })
  if (changed === undefined) {
    if ((await registry.environments.get(id)) !== undefined) {
      throw new Error(`environment ${id} changed its phase while its new terms were written, which leave out ${leavesOut(step).join(', ')}; apply again`)
    }
    // It had been taken out and was forgotten in this very moment: it is awake, and begins anew.
    await registry.createEnvironment({ id, cluster, clusterArn, name, terms, phase: 'awake', since: dueAt, epoch: epoch + 1, wakeSeconds: [], dueAt }, dueShards)
  }
  await registry.setHosts(id, [], terms.wake.hosts)
}
