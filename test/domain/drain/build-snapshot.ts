import type { Budget } from '../../../lib/domain/drain/budget.ts'
import { explainNodes, type NodeAnswer, type PodAnswer, type Question } from '../../../lib/domain/drain/explain-nodes.ts'
import type { Needs, OwnerReference, Room, SeenNode, SeenPod, Snapshot } from '../../../lib/domain/drain/snapshot.ts'
import { instant, later } from '../../../lib/domain/time.ts'

export const now = instant('2026-11-22T08:00:00Z')

const GIB = 2 ** 30

export const roomOf = (cpuMilli: number, gib = 0, others: Readonly<Record<string, number>> = {}): Room =>
  ({ cpuMilli, memoryBytes: gib * GIB, others })

/** A ready m5.xlarge of 4 cores and 16 GiB in us-east-1a, a day old, unless told otherwise. */
export const nodeNamed = (name: string, { labels = {}, ...changes }: Partial<SeenNode> = {}): SeenNode => ({
  name,
  labels: {
    'kubernetes.io/hostname': name,
    'node.kubernetes.io/instance-type': 'm5.xlarge',
    'topology.kubernetes.io/zone': 'us-east-1a',
    ...labels,
  },
  annotations: {},
  taints: [],
  cordoned: false,
  ready: true,
  terminating: false,
  createdAt: later(now, -86_400),
  allocatable: roomOf(4000, 16),
  allocatablePods: 58,
  ...changes,
})

/** A node nobody takes away, with room for others. */
export const stayingNode = (name: string, { annotations = {}, ...changes }: Partial<SeenNode> = {}): SeenNode =>
  nodeNamed(name, { annotations: { 'cluster-autoscaler.kubernetes.io/scale-down-disabled': 'true', ...annotations }, ...changes })

/** The controller of a pod, by default the one ReplicaSet that is there. */
export const ownedBy = (changes: Partial<OwnerReference> = {}): OwnerReference =>
  ({ group: 'apps', kind: 'ReplicaSet', name: 'web-abc', uid: 'uid-web', controller: true, ...changes })

/** Half a core and 1 GiB, anywhere, unless told otherwise. */
export const needsOf = (changes: Partial<Needs> = {}): Needs => ({
  requests: roomOf(500, 1), nodeSelector: {}, nodeTerms: undefined, tolerations: [], near: [], apart: [], spread: [], hostPorts: [], ...changes,
})

/** A running, ready pod of a ReplicaSet on a node, unless told otherwise; on undefined it waits for one. */
export const podOn = (node: string | undefined, { needs = {}, ...changes }: Partial<Omit<SeenPod, 'needs'>> & { readonly needs?: Partial<Needs> } = {}): SeenPod => ({
  namespace: 'shop',
  name: 'web-1',
  uid: 'uid-pod',
  node,
  labels: { app: 'web' },
  annotations: {},
  owners: [ownedBy()],
  phase: node === undefined ? 'Pending' : 'Running',
  ready: node !== undefined,
  waitsSince: undefined,
  startedAt: node === undefined ? undefined : later(now, -3600),
  deletionAt: undefined,
  localVolumes: [],
  claims: [],
  needs: needsOf(needs),
  ...changes,
})

/** A budget over the pods `app: web` of the namespace shop that allows one disruption, unless told otherwise. */
export const budgetWith = (changes: Partial<Budget> = {}): Budget => ({
  namespace: 'shop',
  name: 'web',
  selector: [{ key: 'app', operator: 'In', values: ['web'] }],
  minAvailable: undefined,
  maxUnavailable: 1,
  letsUnreadyGo: false,
  generation: 1,
  observedGeneration: 1,
  disruptionsAllowed: 1,
  currentHealthy: 3,
  desiredHealthy: 2,
  expectedPods: 3,
  ...changes,
})

export const snapshotWith = (changes: Partial<Snapshot> = {}): Snapshot => ({
  nodes: [nodeNamed('a'), stayingNode('b')],
  pods: [],
  budgets: [],
  controllers: new Set(['uid-web']),
  namespaces: new Map(),
  claims: new Map(),
  volumes: new Map(),
  ...changes,
})

/** m5.xlarge costs $0.192 an hour, m5.large half of that; of other types no price is known. */
const priceOf = (instanceType: string): number | undefined => ({ 'm5.xlarge': 192_000, 'm5.large': 96_000 })[instanceType]

export const explain = (changes: Partial<Snapshot> = {}, question: Partial<Question> = {}): readonly NodeAnswer[] =>
  explainNodes(snapshotWith(changes), { now, asleep: false, protectedBy: () => undefined, microUsdPerHour: priceOf, ...question })

export const answerFor = (nodes: readonly NodeAnswer[], name: string): NodeAnswer => {
  const found = nodes.find((node) => node.name === name)
  if (found === undefined) throw new Error(`no node ${name}`)
  return found
}

/** What becomes of the one pod of node a, while node b stays and has room. */
export const judged = (pod: SeenPod, changes: Partial<Snapshot> = {}, question: Partial<Question> = {}): Pick<PodAnswer, 'verdict' | 'reason'> => {
  const [answer] = answerFor(explain({ pods: [pod], ...changes }, question), 'a').pods
  if (answer === undefined) throw new Error('no pod on node a')
  return { verdict: answer.verdict, reason: answer.reason }
}

/** The names of the nodes that may leave, in their order. */
export const removed = (nodes: readonly NodeAnswer[]): readonly string[] => nodes.flatMap(({ name, verdict }) => (verdict === 'remove' ? [name] : []))
