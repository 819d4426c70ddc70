import pMap from 'p-map'
import { waitsForNode } from '../domain/capacity.ts'
import type { Environment } from '../domain/environment.ts'
import type { Fleet } from '../domain/fleet.ts'
import type { Pod } from '../domain/node.ts'
import { isWhole } from '../domain/whole/whole-record.ts'
import type { Workloads } from '../ports.ts'
import { namespacesOf } from './namespaces-of.ts'

/** Environments whose namespaces are read at once. */
const AT_ONCE = 8

/** Pods that wait for a node while an environment wakes. */
export interface WaitingPods {
  readonly own: readonly Pod[]
  /** Of others that wake at the same time: their own wakes ask for nodes for them, which are not for this one. */
  readonly rivals: readonly Pod[]
}

/**
 * Whose pods wait. Those of nobody who wakes are left out: no wake brings nodes for them, and what they are given meanwhile
 * the next look sees. A cluster that wakes as a whole brings back what its sleep took, whoever it was under.
 */
export const waitingPods = async (
  { fleet, environment }: { readonly fleet: Pick<Fleet, 'protect'>; readonly environment: Pick<Environment, 'id' | 'terms'> },
  workloads: Pick<Workloads, 'namespaces'>,
  namespaces: readonly string[],
  pods: readonly Pod[],
  neighbours: readonly Environment[],
): Promise<WaitingPods> => {
  const waiting = pods.filter(waitsForNode)
  if (isWhole(environment)) return { own: waiting, rivals: [] }
  const home = new Set(namespaces)
  const own = waiting.filter(({ namespace }) => home.has(namespace))
  const others = waiting.filter(({ namespace }) => !home.has(namespace))
  if (others.length === 0) return { own, rivals: [] }
  const waking = neighbours.filter(({ id, phase }) => phase === 'waking' && id !== environment.id)
  const theirs = new Set((await pMap(waking, (each) => namespacesOf(fleet, each, workloads), { concurrency: AT_ONCE })).flat())
  return { own, rivals: others.filter(({ namespace }) => theirs.has(namespace)) }
}
