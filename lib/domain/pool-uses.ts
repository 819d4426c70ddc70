import { isFinished, type Node, type Pod } from './node.ts'
import { addRequests, NO_REQUESTS, type Requests } from './requests.ts'

/** What the pods of some namespaces ask for on each pool, by the pool's name; DaemonSets and what has ended aside. */
export const poolUses = (
  namespaces: readonly string[],
  poolOf: ReadonlyMap<string, string>,
  podsByNamespace: ReadonlyMap<string, readonly Pod[]>,
): Readonly<Record<string, Requests>> => {
  const uses: Record<string, Requests> = {}
  for (const pod of namespaces.flatMap((namespace) => podsByNamespace.get(namespace) ?? [])) {
    const pool = pod.node === undefined ? undefined : poolOf.get(pod.node)
    if (pool === undefined || pod.terminating || isFinished(pod) || pod.owner?.kind === 'DaemonSet') continue
    uses[pool] = addRequests(uses[pool] ?? NO_REQUESTS, pod.requests)
  }
  return uses
}

/** The pool of each node by the node's name; nodes of none are left out. */
export const poolsOfNodes = (nodes: readonly Node[]): ReadonlyMap<string, string> =>
  new Map(nodes.flatMap(({ name, pool }) => (pool === undefined ? [] : [[name, pool] as const])))
