import pMap from 'p-map'
import type { Environment } from '../domain/environment.ts'
import { isWhole } from '../domain/whole/whole-record.ts'
import type { Workloads } from '../ports.ts'
import { namespacesOf } from './namespaces-of.ts'
import type { Slice } from './world.ts'

/** Pairs of selectors asked at once. */
const AT_ONCE = 8

/**
 * The namespaces of an environment that is to sleep. Throws where labels select one that another environment of the cluster
 * has as well: who sleeps with two is asleep while one of them is meant to be awake. What an environment names is held
 * against the others by `validate`; only one that selects by labels costs a query here, and a look at the cluster for each
 * other selector that could match the same.
 */
export const soleNamespacesOf = async ({ world: { memory }, fleet, environment }: Slice, workloads: Pick<Workloads, 'namespaces'>): Promise<readonly string[]> => {
  const own = await namespacesOf(fleet, environment, workloads)
  const { namespaceLabels } = environment.terms
  if (namespaceLabels === undefined || own.length === 0) return own
  const { environments, system } = await memory.inCluster(environment.cluster)
  const others = [...environments, ...(system === undefined ? [] : [system])].filter((other) => other.id !== environment.id && !isGone(other))
  await pMap(others, async (other) => {
    const both = bothLabels(namespaceLabels, other.terms.namespaceLabels)
    const theirs = new Set([...other.terms.namespaces, ...(both === undefined ? [] : await workloads.namespaces(both))])
    const shared = own.find((namespace) => theirs.has(namespace))
    if (shared !== undefined) throw new Error(sayShared(shared, environment, other))
  }, { concurrency: AT_ONCE })
  return own
}

/** Taken out of the intent and awake: it only waits to be forgotten. */
const isGone = ({ removed, phase }: Environment): boolean => removed === true && phase === 'awake'

type Labels = Readonly<Record<string, string>>

/** What a namespace carries that both select; undefined: there can be none. */
const bothLabels = (labels: Labels, others: Labels | undefined): Labels | undefined =>
  others === undefined || Object.entries(others).some(([key, value]) => (labels[key] ?? value) !== value) ? undefined : { ...labels, ...others }

const sayShared = (namespace: string, { id }: Environment, other: Environment): string =>
  `namespace ${namespace} is in ${id} and in ${isWhole(other) ? `the sleep of the whole cluster ${other.id}` : other.id}: nothing more of ${id} is put to sleep; ` +
  `change the labels of the namespace, or correct the intent so that one of them has it`
