import { type Instant, secondsBetween } from '../../../domain/time.ts'
import { ApiError } from '../api-error.ts'
import type { ClusterContext } from '../context.ts'
import { budgetsOf, evict } from '../eviction.ts'
import { controllerOf } from '../kubernetes-object.ts'
import { Packing } from '../packing.ts'
import { podRequests } from '../pod-requests.ts'
import { isFinished, isReady } from '../pod-state.ts'
import { parseQuantity } from '../quantity.ts'
import type { Node, Pod } from '../resources.ts'
import type { KnownGroups } from './known-groups.ts'

/** Preferably nothing is put on what it may take soon; nothing at all on what it is taking. */
const CANDIDATE = { key: 'DeletionCandidateOfClusterAutoscaler', effect: 'PreferNoSchedule' }
const LEAVING = { key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }

/** `--scale-down-unneeded-time`. */
const unneededSeconds = 600

/** `--scale-down-utilization-threshold`: what is used more than this is needed. */
const leastUsed = 0.5

/** `--scale-down-delay-after-failure`. */
const afterFailureSeconds = 180

/** `--max-empty-bulk-delete` nodes at once, and one drain (`--max-drain-parallelism`). */
const emptyAtOnce = 10

/** `--node-delete-delay-after-taint`: the scheduler may have bound a pod meanwhile. */
const afterTaintSeconds = 5

/** A pod that a budget holds is asked to leave again after this, and given up after two minutes of it. */
const evictAgainSeconds = 10
const evictionSeconds = 120

/** A node nobody needs, and the pods that would go elsewhere. */
interface Unneeded {
  readonly node: Node
  readonly moves: readonly Pod[]
}

/** Cluster Autoscaler's half that takes nodes, in one life of it. */
export class ScaleDown {
  readonly #context: ClusterContext
  readonly #groups: KnownGroups
  readonly #since = new Map<string, Instant>()
  /** Nodes on their way out by name, and whether they carried pods. */
  readonly #leaving = new Map<string, 'empty' | 'drained'>()
  #failedAt: Instant | undefined
  #isAlive = true

  constructor(context: ClusterContext, groups: KnownGroups) {
    this.#context = context
    this.#groups = groups
    // What an earlier life was taking when it ended is given back.
    for (const { metadata: { name } } of context.store.list('Node')) this.#untaint(name, LEAVING.key)
  }

  /** It goes no further with anything; its taints stay. */
  die(): void {
    this.#isAlive = false
  }

  /** Notes which nodes nobody needs, and since when; begins to take those it may. */
  look(mayTake: boolean): void {
    const { store, timeline } = this.#context
    const now = timeline.now()
    const unneeded = this.#unneeded()
    const names = new Set(unneeded.map(({ node }) => node.metadata.name))
    for (const name of this.#since.keys()) if (!names.has(name)) this.#since.delete(name)
    for (const name of names) if (!this.#since.has(name)) this.#since.set(name, now)
    for (const node of store.list('Node')) {
      const { name } = node.metadata
      if (names.has(name)) this.#taint(name, CANDIDATE)
      else if (!hasTaint(node, LEAVING.key)) this.#untaint(name, CANDIDATE.key)
    }
    if (!mayTake || (this.#failedAt !== undefined && secondsBetween(this.#failedAt, now) < afterFailureSeconds)) return
    const due = unneeded.filter(({ node: { metadata: { name } } }) => secondsBetween(this.#since.get(name) ?? now, now) > unneededSeconds)
    for (const each of due.toSorted((a, b) => Number(a.moves.length > 0) - Number(b.moves.length > 0))) this.#begin(each)
  }

  /** Nodes under half used whose pods would go elsewhere; one that others would go to stays. */
  #unneeded(): readonly Unneeded[] {
    const { store } = this.#context
    const nodes = store.list('Node').filter((node) => isReady(node) && !hasTaint(node, LEAVING.key)).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    const packing = new Packing(store, nodes)
    const found = new Map<Node, readonly Pod[]>()
    for (const node of nodes) {
      if (this.#groups.of(node) === undefined || isKept(node) || this.#used(node) >= leastUsed) continue
      const pods = this.#staying(node)
      const isFree = !pods.some((pod) => this.#isBlocked(pod)) && pods.every((pod) => packing.place(pod, (other) => other === node || found.has(other)))
      if (isFree) found.set(node, pods)
    }
    return [...found].map(([node, moves]) => ({ node, moves }))
  }

  /** The share of its CPU or its memory that is asked for, whichever is more. */
  #used({ metadata: { name }, status }: Node): number {
    const requests = this.#context.store.podsOn(name).filter((pod) => !isFinished(pod)).map(({ spec }) => podRequests(spec))
    const cpuMilli = requests.reduce((sum, each) => sum + each.cpuMilli, 0)
    const memoryBytes = requests.reduce((sum, each) => sum + each.memoryBytes, 0)
    const { cpu = '0', memory = '0' } = status?.allocatable ?? {}
    return Math.max(cpuMilli / 1000 / (parseQuantity(cpu) ?? 0), memoryBytes / (parseQuantity(memory) ?? 0))
  }

  /** Pods of a node that count: its DaemonSets' and its own go with it. */
  #staying({ metadata: { name } }: Node): readonly Pod[] {
    return this.#context.store.podsOn(name).filter((pod) => !isFinished(pod) && !['DaemonSet', 'Node'].includes(controllerOf(pod)?.kind ?? ''))
  }

  #isBlocked(pod: Pod): boolean {
    const budgets = budgetsOf(this.#context.store, pod)
    if (budgets.length > 1 || budgets.some(({ status }) => (status?.disruptionsAllowed ?? 0) <= 0)) return true
    const isSafe = pod.metadata.annotations?.['cluster-autoscaler.kubernetes.io/safe-to-evict']
    if (isSafe !== undefined) return isSafe !== 'true'
    return controllerOf(pod) === undefined || (pod.metadata.namespace === 'kube-system' && budgets.length === 0) || hasLocalStorage(pod)
  }

  #begin({ node, moves }: Unneeded): void {
    const { name } = node.metadata
    const group = this.#groups.of(node)
    const sort = moves.length === 0 ? 'empty' : 'drained'
    const leaving = [...this.#leaving.values()].filter((each) => each === sort).length
    const ofGroup = [...this.#leaving.keys()].filter((each) => this.#groupOf(each) === group?.name).length
    if (group === undefined || leaving >= (sort === 'empty' ? emptyAtOnce : 1) || group.desiredSize - ofGroup <= group.minSize) return
    this.#leaving.set(name, sort)
    this.#taint(name, LEAVING)
    const { timeline } = this.#context
    timeline.after(afterTaintSeconds, () => this.#drain(name, timeline.now()))
  }

  #groupOf(name: string): string | undefined {
    const node = this.#context.store.get('Node', name)
    return node && this.#groups.of(node)?.name
  }

  /** Evicts what is left on a node, again and again; ends it when nothing is. */
  #drain(name: string, began: Instant): void {
    const { store, timeline } = this.#context
    const node = store.get('Node', name)
    if (!this.#isAlive || node === undefined) return void this.#leaving.delete(name)
    const left = this.#staying(node)
    if (left.length === 0) return this.#end(node)
    const refused = left.filter((pod) => pod.metadata.deletionTimestamp === undefined && !this.#isEvicted(pod))
    if (refused.length > 0 && secondsBetween(began, timeline.now()) >= evictionSeconds) return this.#giveUp(node)
    timeline.after(evictAgainSeconds, () => this.#drain(name, began))
  }

  #isEvicted(pod: Pod): boolean {
    try {
      evict(this.#context.store, this.#context.timeline, pod, {})
      return true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return false
    }
  }

  #end(node: Node): void {
    if (this.#groups.end(node)) this.#leaving.delete(node.metadata.name)
    else this.#giveUp(node)
  }

  #giveUp(node: Node): void {
    this.#failedAt = this.#context.timeline.now()
    this.#leaving.delete(node.metadata.name)
    this.#untaint(node.metadata.name, LEAVING.key)
  }

  /** The value is when, in seconds. */
  #taint(name: string, taint: typeof LEAVING): void {
    const { store, timeline } = this.#context
    const node = store.get('Node', name)
    if (node === undefined || hasTaint(node, taint.key)) return
    const taints = [...(node.spec?.taints ?? []), { ...taint, value: `${Math.floor(timeline.now() / 1000)}` }]
    store.update(node, { ...node, spec: { ...node.spec, taints } })
  }

  #untaint(name: string, key: string): void {
    const node = this.#context.store.get('Node', name)
    if (node === undefined || !hasTaint(node, key)) return
    const { taints: before = [], ...spec } = node.spec ?? {}
    const taints = before.filter((taint) => taint.key !== key)
    this.#context.store.update(node, { ...node, spec: { ...spec, ...(taints.length > 0 ? { taints } : {}) } })
  }
}

const hasTaint = ({ spec }: Node, key: string): boolean => (spec?.taints ?? []).some((taint) => taint.key === key)

const isKept = ({ metadata }: Node): boolean => metadata.annotations?.['cluster-autoscaler.kubernetes.io/scale-down-disabled'] === 'true'

const hasLocalStorage = ({ spec }: Pod): boolean =>
  (spec.volumes ?? []).some(({ hostPath, emptyDir }) => hostPath !== undefined || (emptyDir !== undefined && (emptyDir as { readonly medium?: string }).medium !== 'Memory'))
