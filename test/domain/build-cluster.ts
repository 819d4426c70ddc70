import { explainNodes } from '../../lib/domain/drain/explain-nodes.ts'
import type { SeenNode, SeenPod, Snapshot } from '../../lib/domain/drain/snapshot.ts'
import { type Node, type Pod, RECLAIM_TAINT } from '../../lib/domain/node.ts'
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

type ViewChanges = Partial<Omit<PoolView, 'pool' | 'answers'>> & { readonly pool?: Partial<Pool> }

/** Three empty nodes of a pool 2–8 that keeps one, its one environment asleep, unless told otherwise; judged as a worker does. */
export const viewWith = ({ pool = {}, ...changes }: ViewChanges = {}): PoolView => {
  const view = {
    now,
    pool: poolWith(pool),
    kind: 'node-group',
    waits: {},
    size: { minSize: 2, desiredSize: 3, maxSize: 8 },
    rebalancing: true,
    nodes: ['a', 'b', 'c'].map((name) => nodeWith(name)),
    pods: [],
    microUsdPerHour: () => 192_000,
    demands: { 'us-dev/shop': 'asleep' },
    emptying: { evictions: new Map(), hanging: new Map(), budgets: new Map() },
    ...changes,
  } as const
  return { ...view, answers: answersFor(view) }
}

const answersFor = ({ now: at, pool, nodes, pods }: Pick<PoolView, 'now' | 'pool' | 'nodes' | 'pods'>): PoolView['answers'] => {
  const staying = nodes.filter(({ instanceId }) => pool.leaving[instanceId]?.stage !== 'ending')
  const snapshot: Snapshot = {
    nodes: staying.map(seenNode), pods: pods.map(seenPod), budgets: [], controllers: new Set(['uid-web-abc']), namespaces: new Map(), claims: new Map(), volumes: new Map(),
  }
  const answers = explainNodes(snapshot, { now: at, asleep: false, protectedBy: () => undefined, microUsdPerHour: () => 192_000, consolidates: () => false })
  return new Map(answers.map((answer) => [answer.name, answer]))
}

const seenNode = ({ name, labels, taints, markedAt, cordoned, ready, createdAt, allocatable, allocatablePods }: Node): SeenNode => ({
  name, labels, annotations: {}, cordoned, ready, terminating: false, createdAt, allocatablePods,
  taints: [...taints.map(({ key, value = '', effect }) => ({ key, value, effect })), ...(markedAt === undefined ? [] : [{ key: RECLAIM_TAINT, value: '', effect: 'NoSchedule' }])],
  allocatable: { cpuMilli: allocatable.cpuMilli, memoryBytes: allocatable.memoryMiB * 2 ** 20, others: {} },
})

const seenPod = ({ namespace, name, uid, node, phase, ready, terminating, mirror, owner, requests, nodeSelector, tolerations }: Pod): SeenPod => ({
  namespace, name, uid, node, phase, ready, labels: {}, startedAt: undefined, waitsSince: undefined, localVolumes: [], claims: [],
  annotations: mirror ? { 'kubernetes.io/config.mirror': '' } : {},
  owners: owner === undefined || owner.kind === 'none' ? [] : [{ group: 'apps', kind: owner.kind, name: owner.name, uid: `uid-${owner.name}`, controller: true }],
  deletionAt: terminating ? later(now, 30) : undefined,
  needs: {
    requests: { cpuMilli: requests.cpuMilli, memoryBytes: requests.memoryMiB * 2 ** 20, others: {} },
    tolerations: tolerations.map(({ key = '', operator = '', value = '', effect = '' }) => ({ key, operator, value, effect })),
    nodeSelector, nodeTerms: undefined, near: [], apart: [], spread: [], hostPorts: [],
  },
})
