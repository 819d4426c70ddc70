import type { PoolKind } from './pool-kind.ts'
import type { Taint } from './pool.ts'
import type { Requests } from './requests.ts'
import type { Instant } from './time.ts'
import type { PodNeeds } from './workload.ts'

/** The taint that marks a node Catnap is about to remove; with it goes a cordon. */
export const RECLAIM_TAINT = 'catnap.dev/reclaim'

/** Cluster Autoscaler's taint of a node that it removes. */
export const AUTOSCALER_TAINT = 'ToBeDeletedByClusterAutoscaler'

/** Who else removes nodes, by the taint of those that go. */
export const REMOVERS: ReadonlyMap<string, string> = new Map([[AUTOSCALER_TAINT, 'Cluster Autoscaler'], ['karpenter.sh/disrupted', 'Karpenter']])

/** One node as a list of the cluster showed it. */
export interface Node {
  readonly name: string
  readonly resourceVersion: string
  readonly instanceId: string
  readonly instanceType: string
  readonly zone: string
  /** The pool it belongs to, and whose that is; undefined: none that is known. */
  readonly pool?: string
  readonly poolKind?: PoolKind
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
  readonly cordoned: boolean
  /** When Catnap marked it for removal; undefined: no mark of ours. */
  readonly markedAt?: Instant
  readonly ready: boolean
  readonly createdAt: Instant
  readonly allocatable: Requests
  readonly allocatablePods: number
}

/** One pod as a list of the cluster showed it. */
export interface Pod extends PodNeeds {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** The node it runs on; undefined: none was found yet. */
  readonly node?: string
  /** When it was made, of one that has no node; undefined: not known. */
  readonly waitsSince?: Instant
  /** `status.phase`. */
  readonly phase: string
  readonly ready: boolean
  readonly terminating: boolean
  readonly mirror: boolean
  /** Its controlling owner. For a pod of a Deployment this is the ReplicaSet. */
  readonly owner?: { readonly kind: string; readonly name: string }
  /** The ending of the ReplicaSet's name, and whose ReplicaSet that is: each labels its pods with it. */
  readonly templateHash?: string
  readonly templateOf?: 'Deployment' | 'Rollout'
}

/** One pod and no other of its name. */
export type PodRef = Pick<Pod, 'namespace' | 'name' | 'uid'>

/** The workload that made a pod: `Deployment/shop/web`; undefined when nothing Catnap scales did. */
export const workloadKeyOf = (pod: Pod): string | undefined => {
  if (pod.owner?.kind === 'StatefulSet' || pod.owner?.kind === 'DaemonSet') return `${pod.owner.kind}/${pod.namespace}/${pod.owner.name}`
  if (pod.owner?.kind !== 'ReplicaSet' || pod.templateHash === undefined) return undefined
  const ending = `-${pod.templateHash}`
  return pod.owner.name.endsWith(ending) ? `${pod.templateOf ?? 'Deployment'}/${pod.namespace}/${pod.owner.name.slice(0, -ending.length)}` : undefined
}

/** Whether a pod has run to its end. */
export const isFinished = (pod: Pod): boolean => pod.phase === 'Succeeded' || pod.phase === 'Failed'

/** Whether a pod asks for a node of its own: all but mirror, DaemonSet and finished pods do. */
export const asksForNode = (pod: Pod): boolean => !pod.mirror && pod.owner?.kind !== 'DaemonSet' && !isFinished(pod)

/** The pods of each node by its name; those without a node are under undefined. A large cluster has 150,000. */
export const podsByNode = (pods: readonly Pod[]): ReadonlyMap<string | undefined, readonly Pod[]> => Map.groupBy(pods, ({ node }) => node)

/** Whether a node is of a pool: one of each kind may have the same name. */
export const isOfPool = ({ pool, poolKind = 'node-group' }: Node, name: string, kind: PoolKind): boolean => pool === name && poolKind === kind

/** The pools whose nodes carry pods of these namespaces, by name. */
export const poolsUsed = (namespaces: readonly string[], nodes: readonly Node[], pods: readonly Pod[]): readonly string[] => {
  const poolOf = new Map(nodes.map((node) => [node.name, node.pool]))
  const used = pods.filter(({ namespace }) => namespaces.includes(namespace)).flatMap(({ node }) => (node === undefined ? [] : (poolOf.get(node) ?? [])))
  return [...new Set(used)].toSorted()
}
