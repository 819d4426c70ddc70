import type { Node, Pod } from '../../lib/domain/node.ts'
import type { Pool } from '../../lib/domain/pool.ts'
import type { PoolView } from '../../lib/domain/reclaim.ts'
import { instant, later } from '../../lib/domain/time.ts'
import { podNeeds } from './build-workload.ts'

export const now = instant('2026-11-23T20:00:00Z')

/** A ready node of the pool workers, 4 cores and 16,384 MiB, an hour old, unless told otherwise. */
export const nodeWith = (name: string, changes: Partial<Node> = {}): Node => ({
  name,
  resourceVersion: '1',
  instanceId: `i-${name}`,
  instanceType: 'm5.xlarge',
  zone: 'us-east-1a',
  pool: 'workers',
  labels: {},
  taints: [],
  cordoned: false,
  ready: true,
  createdAt: later(now, -3600),
  allocatable: { cpuMilli: 4000, memoryMiB: 16_384 },
  allocatablePods: 58,
  ...changes,
})

/** The same node, marked by us so many seconds ago. */
export const markedNode = (name: string, secondsAgo: number, changes: Partial<Node> = {}): Node =>
  nodeWith(name, { cordoned: true, markedAt: later(now, -secondsAgo), ...changes })

/** A running pod of a ReplicaSet on a node, unless told otherwise; `node: undefined` is one that waits. */
export const podOn = (node: string | undefined, changes: Partial<Pod> = {}): Pod => ({
  ...podNeeds(),
  namespace: 'shop',
  name: 'web-1',
  uid: 'uid-pod',
  phase: node === undefined ? 'Pending' : 'Running',
  ready: node !== undefined,
  terminating: false,
  mirror: false,
  owner: { kind: 'ReplicaSet', name: 'web-abc' },
  templateHash: 'abc',
  ...(node === undefined ? {} : { node }),
  ...changes,
})

export const daemonOn = (node: string, changes: Partial<Pod> = {}): Pod =>
  podOn(node, { namespace: 'kube-system', name: 'kube-proxy-1', owner: { kind: 'DaemonSet', name: 'kube-proxy' }, ...changes })

export const poolWith = (changes: Partial<Pool> = {}): Pool => ({ cluster: 'us-dev', name: 'workers', keep: 1, epoch: 3, demands: {}, leaving: {}, ...changes })

/** Three empty nodes of a pool 2–8 that keeps one, its one environment asleep, unless told otherwise. */
export const viewWith = ({ pool = {}, ...changes }: Partial<Omit<PoolView, 'pool'>> & { readonly pool?: Partial<Pool> } = {}): PoolView => ({
  now,
  pool: poolWith(pool),
  size: { minSize: 2, desiredSize: 3, maxSize: 8 },
  rebalancing: true,
  nodes: ['a', 'b', 'c'].map((name) => nodeWith(name)),
  pods: [],
  demands: { 'us-dev/shop': 'asleep' },
  ...changes,
})
