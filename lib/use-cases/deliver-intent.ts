import type { Delivered, DeliveryStep } from '../domain/delivery.ts'
import { sayDeliveryStep } from '../domain/delivery.ts'
import type { Clock, Registry } from '../ports.ts'

/** What the operator's commands need from the world. */
export interface Operator {
  readonly clock: Clock
  readonly registry: Registry
}

/** Reads what is delivered. */
export const readDelivered = async ({ registry }: Operator): Promise<Delivered> => {
  const fleet = await registry.fleet()
  if (fleet === undefined) return { clusters: [], environments: [], pools: [] }
  const parts = await Promise.all(fleet.clusters.map(async (name) => ({ cluster: await registry.cluster(name), ...(await registry.inCluster(name)) })))
  return {
    fleet,
    clusters: parts.flatMap(({ cluster }) => cluster ?? []),
    environments: parts.flatMap(({ environments }) => environments),
    pools: parts.flatMap(({ pools }) => pools),
  }
}

/** Writes the steps of a delivery, one item each, and makes what they touch due now. Interrupted, it is called again. */
export const deliverIntent = async (operator: Operator, now: Delivered, steps: readonly DeliveryStep[], by: string): Promise<void> => {
  const { clock, registry } = operator
  const fleet = steps.find((step) => step.do === 'put-fleet')?.fleet ?? now.fleet
  const dueShards = fleet?.dueShards ?? 1
  for (const step of steps) await deliver(operator, step, dueShards)
  if (now.fleet !== undefined && now.fleet.dueShards < dueShards) {
    await registry.spread(now.environments.map(({ id }) => id), now.clusters.map(({ name }) => name), dueShards)
  }
  const at = clock.now()
  await registry.append(steps.map((step) => ({ at, subject: subjectOf(step), what: 'intent' as const, text: `${sayDeliveryStep(step)} (by ${by})` })))
}

const subjectOf = (step: DeliveryStep): string => {
  if ('environment' in step) return step.environment.id
  if ('pool' in step) return `${step.pool.cluster}/pool/${step.pool.name}`
  return step.do === 'put-cluster' ? step.cluster.name : 'fleet'
}

const deliver = async ({ clock, registry }: Operator, step: DeliveryStep, dueShards: number): Promise<void> => {
  const dueAt = clock.now()
  switch (step.do) {
    case 'put-fleet':
      return registry.putFleet(step.fleet)
    case 'put-cluster':
      return registry.putCluster({ ...step.cluster, dueAt }, dueShards)
    case 'add-environment':
      await registry.createEnvironment(step.environment, dueShards)
      return registry.setHosts(step.environment.id, [], step.environment.terms.wake.hosts)
    case 'change-environment':
      await registry.environments.change(step.environment.id, { set: { terms: step.terms, removed: undefined, dueAt } })
      return registry.setHosts(step.environment.id, step.environment.terms.wake.hosts, step.terms.wake.hosts)
    case 'remove-environment':
      return void (await registry.environments.change(step.environment.id, { set: { removed: true, dueAt } }))
    case 'add-pool':
      return void (await registry.createPool(step.pool))
    case 'change-pool':
      return void (await registry.pools.change(step.pool, { set: { keep: step.keep, removed: undefined } }))
    case 'remove-pool':
      await registry.pools.change(step.pool, { set: { removed: true } })
      return void (await registry.changeCluster(step.pool.cluster, { set: { dueAt } }))
    default:
      return step satisfies never
  }
}
