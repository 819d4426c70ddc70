import type { SimulatedCluster } from '../../lib/sandbox/cluster/create-cluster.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import type { Dice } from '../../lib/sandbox/dice.ts'
import { BATCH, SHOP } from './fleet-objects.ts'

/** What people changed by hand, and how to see that it is kept. */
export interface People {
  /** Objects that are no longer as on the first day, by their hand, as the checker names them. */
  readonly changed: readonly string[]
  /** What of it was undone by somebody else. */
  overruled(): Promise<readonly string[]>
}

export const NOBODY: People = { changed: [], overruled: async () => [] }

/** Somebody scales a workload up, or deletes one, or does nothing. */
export const meddle = (cluster: SimulatedCluster, roll: Dice): People => {
  const choice = roll(0, 3, 'meddle')
  if (choice < 1) return scaleUp(cluster)
  return choice < 2 ? deleteOne(cluster) : NOBODY
}

const scaleUp = (cluster: SimulatedCluster): People => {
  cluster.apply([withSpec('basket', { replicas: 1 })])
  return {
    changed: ['us-dev/StatefulSet/shop/basket'],
    overruled: async () => {
      const [, replicas] = /"replicas":(\d+)/.exec(specText(cluster.list('apps/v1', 'StatefulSet'), 'basket')) ?? []
      return replicas === '1' ? [] : [`somebody set basket to 1 replica and it has ${replicas}`]
    },
  }
}

const deleteOne = (cluster: SimulatedCluster): People => {
  cluster.remove({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'runner', namespace: 'batch' })
  return {
    changed: ['us-dev/Deployment/batch/runner'],
    overruled: async () => (specText(cluster.list('apps/v1', 'Deployment'), 'runner') === '' ? [] : ['runner is back though somebody deleted it']),
  }
}

/** Somebody suspends the CronJob before anything sleeps. Answers what to look for later. */
export const suspendCronJob = (cluster: SimulatedCluster): (() => Promise<readonly string[]>) => {
  cluster.apply([withSpec('rates', { suspend: true })])
  return async () => (specText(cluster.list('batch/v1', 'CronJob'), 'rates').includes('"suspend":true') ? [] : ['a CronJob somebody had suspended is not so any more'])
}

/** Everything as in the manifests, whoever changed it. */
export const undoAll = (cluster: SimulatedCluster): void =>
  cluster.apply([...SHOP.filter(({ kind }) => kind !== 'CronJob'), ...BATCH, withSpec('rates', { suspend: false })])

const find = (objects: readonly KubernetesObject[], name: string): KubernetesObject | undefined => objects.find(({ metadata }) => metadata.name === name)

const specText = (objects: readonly KubernetesObject[], name: string): string => JSON.stringify(find(objects, name)?.spec) ?? ''

/** The manifest of that name with other fields in its spec. */
const withSpec = (name: string, spec: Readonly<Record<string, unknown>>): KubernetesObject => {
  const object = find([...SHOP, ...BATCH], name)
  if (object === undefined) throw new Error(`no manifest of that name: found none, expected ${name} in fleet-objects.ts`)
  return { ...object, spec: { ...(object.spec as object), ...spec } } as KubernetesObject
}
