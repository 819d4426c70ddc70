import { mayRunOn } from './capacity.ts'
import type { NodeAnswer } from './drain/explain-nodes.ts'
import type { Emptying } from './drain/next-evictions.ts'
import { isMoving, nextOfNode, whyStopped } from './empty-node.ts'
import type { Environment } from './environment.ts'
import { asksForNode, type Node, type Pod, type PodRef } from './node.ts'
import { atOnce, QUIET_SECONDS, USUAL_PACE } from './pace.ts'
import { type Demand, type HeldDrain, isGuarded, isHeldShut, isShut, type Limits, originalOf, type Pool, type PoolOriginal, type PoolSize } from './pool.ts'
import type { PoolKind } from './pool-kind.ts'
import { fits } from './requests.ts'
import { type ListPrice, type Sleeper, type Stranded, type StrandedNode, strandedOf } from './stranded.ts'
import { type Instant, secondsBetween } from './time.ts'

/** How long a mark stands before the second look: the scheduler may have bound a pod meanwhile (Karpenter: 15 s). */
export const SECOND_LOOK_SECONDS = 15

/** A pool and its nodes as they are now. */
export interface PoolView {
  readonly now: Instant
  readonly pool: Pool
  readonly kind: PoolKind
  readonly size: PoolSize
  readonly rebalancing: boolean
  /** Of a NodePool whose limits may be changed. */
  readonly limits?: Limits | null
  /** Why no node may be taken from it. */
  readonly obstacle?: string
  /** What instances that were asked to end wait for, by id. */
  readonly waits: Readonly<Record<string, string>>
  /** When the last environment that uses the pool woke. */
  readonly wokenAt?: Instant
  /** Nodes of this pool. */
  readonly nodes: readonly Node[]
  /** Pods of the whole cluster. */
  readonly pods: readonly Pod[]
  /** What the judge says of the nodes, by name: may it leave, and what becomes of each of its pods. */
  readonly answers: ReadonlyMap<string, NodeAnswer>
  /** What may be done now about its nodes that are being emptied. */
  readonly emptying: Emptying
  /** What a node of an instance type costs; undefined where that is not known. */
  readonly microUsdPerHour: ListPrice
  /** What each environment that uses the pool, or may use it, asks of it. */
  readonly demands: Readonly<Record<string, Demand>>
  /** Its nodes go with the whole cluster: whatever waits for one waits for the wake. */
  readonly sleepsWhole?: true
  /** A pod of a Cluster Autoscaler that runs in the cluster: it takes and starts nodes of groups as well. */
  readonly autoscaler?: string
}

/** One change to a pool or a node: what, why, and what undoes it. */
export type PoolStep =
  | { readonly do: 'prepare'; readonly original: PoolOriginal; readonly minSize: number; readonly raisedTo?: number; readonly why: string }
  | { readonly do: 'open'; readonly original: PoolOriginal; readonly why: string }
  | { readonly do: 'mark'; readonly node: Node; readonly why: string }
  | { readonly do: 'give-back'; readonly node: Node; readonly why: string }
  | { readonly do: 'evict'; readonly node: Node; readonly pods: readonly PodRef[]; readonly why: string }
  | { readonly do: 'stop-drain'; readonly node: Node; readonly why: string; readonly held?: HeldDrain }
  | { readonly do: 'remove'; readonly node: Node; readonly why: string }
  | { readonly do: 'restore'; readonly original: PoolOriginal; readonly why: string }
  | { readonly do: 'forget'; readonly why: string }

/** What to do about a pool now, what keeps its other nodes, and whether to look again soon. */
export interface PoolPlan {
  readonly steps: readonly PoolStep[]
  readonly blockers: readonly StrandedNode[]
  readonly unfinished: boolean
}

/**
 * The next steps that bring a pool to what its environments ask. Nodes that carry nothing but DaemonSet, mirror and
 * finished pods go, and those whose pods the judge moves elsewhere, down to the floor; the floor itself is lowered only when nobody who uses the pool is awake (law 7);
 * a pool whose environments are all awake gets back what it was.
 */
export const planReclaim = (view: PoolView): PoolPlan => {
  const { pool, demands } = view
  // What is ending is out of our hands: given back, it would draw pods that end with it.
  const staying = view.nodes.filter((node) => pool.leaving[node.instanceId]?.stage !== 'ending')
  const marked = staying.filter((node) => node.markedAt !== undefined)
  if (Object.values(demands).includes('waking')) {
    return plan(marked.map((node) => ({ do: 'give-back', node, why: 'an environment that needs its pool wakes' })))
  }
  const settled = marked.length === 0 && Object.keys(pool.leaving).length === 0
  if (allAwake(view) && pool.original !== undefined && settled && (hasSettledSize(view) || hasGrown(view, staying))) {
    const { original } = pool
    const isRaised = isGuarded(pool, view.size) && view.size.minSize > original.minSize
    return plan([isRaised ? { do: 'prepare', original, minSize: original.minSize, raisedTo: view.size.minSize, why: 'the nodes of the wake are there' } : { do: 'restore', original, why: whyRestored(pool) }])
  }
  const needsOpen = whyOpen(view)
  if (needsOpen !== undefined) {
    const given = marked.map((node): PoolStep => ({ do: 'give-back', node, why: needsOpen }))
    return plan([...given, { do: 'open', original: originalOf(pool, view), why: needsOpen }])
  }
  const staysOpen = whyStaysOpen(view)
  if (staysOpen !== undefined) {
    const given = marked.map((node): PoolStep => ({ do: 'give-back', node, why: staysOpen }))
    return plan(given, staying.map(({ name, instanceType }) => ({ node: name, ...costing(view.microUsdPerHour(instanceType)), why: `${WAITS}: ${staysOpen}` })))
  }
  if (pool.removed === true && pool.original === undefined && settled) return plan([{ do: 'forget', why: whyRestored(pool) }])
  return planNodes(view, staying, marked)
}

const plan = (steps: readonly PoolStep[], blockers: readonly StrandedNode[] = [], unfinished = steps.length > 0): PoolPlan =>
  ({ steps, blockers, unfinished })

const planNodes = (view: PoolView, staying: readonly Node[], marked: readonly Node[]): PoolPlan => {
  const { pool } = view
  const floor = floorOf(view)
  const { mayGo, held } = spareNodes(view)
  const verdicts = staying.map((node) => ({ node, keeps: keeps(view, node) }))
  const blocked = ({ name, instanceType }: Node, why: string): StrandedNode => ({ node: name, ...costing(view.microUsdPerHour(instanceType)), why })
  const blockers = verdicts.flatMap(({ node, keeps: why }) => (why === undefined ? [] : [blocked(node, why)]))
  const givenBack = verdicts.flatMap(({ node, keeps: why }): PoolStep[] =>
    why !== undefined && node.markedAt !== undefined ? [{ do: isDraining(view, node) ? 'stop-drain' : 'give-back', node, why }] : [])

  const leavers = verdicts.filter(({ keeps: why }) => why === undefined).map(({ node }) => node)
  const chosen = inOrder(view, leavers, staying).slice(0, mayGo)
  const taken = new Set(chosen)
  const others = leavers.filter((node) => !taken.has(node))
  const whyKept = held?.why ?? `${KEEPS} ${floor} ${floor === 1 ? 'node' : 'nodes'}`
  const surplus = others.filter((node) => node.markedAt !== undefined).map((node): PoolStep => ({ do: 'give-back', node, why: whyKept }))
  const fresh = chosen.filter((node) => node.markedAt === undefined)
  const prepare = prepareStep(view, floor, chosen.length)
  const mark = fresh.map((node): PoolStep => ({ do: 'mark', node, why: whyLeaves(view, node) }))
  // All are marked before the first pod is evicted: none moves to a node that leaves with it.
  const next = fresh.length > 0 ? [] : chosen.flatMap((node) => nextSteps(view, node))

  const kept = others.map((node) => blocked(node, whyKept))
  const steps = [...givenBack, ...surplus, ...prepare, ...mark, ...next]
  const unfinished = steps.length > 0 || marked.length > 0 || Object.keys(pool.leaving).length > 0
  return plan(steps, [...blockers, ...kept, ...overdue(view)], unfinished)
}

/** What a pool and its nodes say by themselves, before anybody judged them. */
export type UnjudgedPool = Omit<PoolView, 'answers' | 'emptying'>

/** How many nodes of a pool may be on their way off the bill now, and what holds back others that could be. */
export const spareNodes = (view: UnjudgedPool): { readonly mayGo: number; readonly held?: { readonly why: string } } => {
  const { pool, size } = view
  const staying = view.nodes.filter((node) => pool.leaving[node.instanceId]?.stage !== 'ending').length
  const surplus = Math.max(0, Math.min(staying, size.desiredSize) - floorOf(view))
  const held = heldBack(view, surplus)
  return { mayGo: Math.min(surplus, held?.mayGo ?? surplus), ...(held === undefined ? {} : { held }) }
}

/** The nodes that may leave in the order in which they do: marked ones, then those that move nobody, then as the judge has it. */
const inOrder = ({ answers }: PoolView, leavers: readonly Node[], staying: readonly Node[]): readonly Node[] => {
  const ranks = new Map([...answers.keys()].map((name, rank) => [name, rank]))
  const movesPods = ({ name, markedAt }: Node): boolean => markedAt === undefined && (answers.get(name)?.pods.some(isMoving) ?? false)
  const movers = leavers.filter(movesPods).toSorted((a, b) => (ranks.get(a.name) ?? 0) - (ranks.get(b.name) ?? 0))
  return [...fullestZoneFirst(leavers.filter((node) => !movesPods(node)), staying), ...movers]
}

/** Whether its pods are being evicted. */
const isDraining = ({ pool }: PoolView, { instanceId }: Node): boolean => pool.leaving[instanceId]?.stage === 'draining'

/** What comes next for a marked node that may leave, once the scheduler has had its time. */
const nextSteps = (view: PoolView, node: Node): readonly PoolStep[] => {
  if (node.markedAt === undefined || secondsBetween(node.markedAt, view.now) < SECOND_LOOK_SECONDS) return []
  const next = nextOfNode(view, node)
  switch (next.do) {
    case 'evict':
      return [{ do: 'evict', node, pods: next.pods, why: whyLeaves(view, node) }]
    case 'stop':
      return [{ do: 'stop-drain', node, why: next.why, ...(next.held === undefined ? {} : { held: next.held }) }]
    case 'remove':
      return [{ do: 'remove', node, why: whyEmpty(view) }]
    case 'wait':
      return []
    default:
      return next satisfies never
  }
}

/** What holds back nodes that could go, and how many may go all the same; undefined: nothing does. */
const heldBack = (view: UnjudgedPool, surplus: number): { readonly mayGo: number; readonly why: string } | undefined => {
  const { now, pool, size, obstacle, wokenAt } = view
  if (obstacle !== undefined) return { mayGo: 0, why: obstacle }
  if (!nobodyAwake(view) && wokenAt !== undefined && secondsBetween(wokenAt, now) < QUIET_SECONDS) {
    return { mayGo: 0, why: `${WAITS} 10 minutes after the wake of an environment that uses its pool` }
  }
  const most = atOnce(pool.pace ?? USUAL_PACE, Math.max(pool.original?.desiredSize ?? 0, size.desiredSize))
  const ending = Object.values(pool.leaving).filter(({ stage, offAt }) => stage === 'ending' && offAt === undefined).length
  return most - ending < surplus ? { mayGo: Math.max(0, most - ending), why: `${WAITS}: ${most} ${most === 1 ? 'node goes' : 'nodes go'} at once` } : undefined
}

/** A node that has not ended so long after it was asked to is said to be held: Karpenter may wait for a pod without end. */
const OVERDUE_SECONDS = 15 * 60

const overdue = ({ now, pool, waits, microUsdPerHour }: PoolView): readonly StrandedNode[] =>
  Object.entries(pool.leaving).flatMap(([id, { node, instanceType, stage, since, offAt }]) => {
    if (stage !== 'ending' || offAt !== undefined || secondsBetween(since, now) < OVERDUE_SECONDS) return []
    return [{ node, ...costing(microUsdPerHour(instanceType)), why: `was asked to end and is still on the bill: ${waits[id] ?? 'EC2 does not say why'}` }]
  })

/** How reasons begin that are nobody's fault: what the intent says, and what goes by itself. */
const KEEPS = 'the pool keeps'
export const WAITS = 'waits its turn'
const PASSING = [WAITS, 'younger than']
const NOBODYS_FAULT = [KEEPS, ...PASSING]
/** While it runs. */
const TAKEN = 'Cluster Autoscaler is removing it'

/** Whether time alone frees a node: then it is looked at again before long. */
export const freesItself = (blockers: PoolPlan['blockers']): boolean => blockers.some(({ why }) => PASSING.some((beginning) => why.startsWith(beginning)))

/** Whether all who use a pool, and there are some, sleep. */
export const nobodyAwake = ({ pool, demands }: Pick<PoolView, 'pool' | 'demands'>): boolean =>
  pool.removed !== true && Object.keys(demands).length > 0 && Object.values(demands).every((demand) => demand === 'asleep')

/**
 * What a pool leaves on the bill although everything that uses it sleeps; undefined: nothing, or somebody is awake. What
 * the intent keeps is held by nobody's fault, and a node that is too young or Cluster Autoscaler's goes by itself.
 */
export const strandedIn = (view: PoolView, blockers: PoolPlan['blockers'], environments: readonly Pick<Environment, 'id' | 'uses'>[]): Stranded | undefined => {
  if (!nobodyAwake(view)) return undefined
  const sleepers = environments.flatMap(({ id, uses }): Sleeper[] => (Object.hasOwn(view.demands, id) ? [{ id, asked: uses?.[view.pool.name] }] : []))
  const goes = view.autoscaler === undefined ? NOBODYS_FAULT : [...NOBODYS_FAULT, TAKEN]
  return strandedOf(blockers.filter(({ why }) => !goes.some((beginning) => why.startsWith(beginning))), sleepers)
}

const allAwake = ({ pool, demands }: Pick<PoolView, 'pool' | 'demands'>): boolean => pool.removed === true || Object.values(demands).every((demand) => demand === 'awake')

const whyRestored = ({ removed }: Pool): string => (removed === true ? 'it was taken out of the intent' : 'every environment that uses it is awake')

/** Whether a pool that is larger than before is to stay so: its nodes are there, and none of them goes, now or by time alone. */
const hasGrown = (view: PoolView, nodes: readonly Node[]): boolean => {
  if (nodes.length < view.size.desiredSize) return false
  const { unfinished, blockers } = planNodes(view, nodes, [])
  return !unfinished && !freesItself(blockers)
}

/** A NodePool has no size to come back to: Karpenter gives it what its pods need. What is more than before is Cluster Autoscaler's to take, where one runs. */
const hasSettledSize = ({ kind, size, autoscaler, pool: { original } }: PoolView): boolean =>
  kind === 'node-pool' || autoscaler !== undefined || original === undefined || size.desiredSize <= original.desiredSize

/** Why a NodePool that Catnap shut must be opened: neighbours keep theirs (law 7); undefined: it need not. */
const whyOpen = (view: PoolView): string | undefined => {
  if (!isHeldShut(view.pool.original, view.limits)) return undefined
  return nobodyAwake(view) ? whoWaits(view) : 'an environment that uses the pool is awake'
}

/** Karpenter has started a node for a pod by then, or never will: a pod that fits nowhere neither opens a pool nor keeps one open. */
const WAITS_FOR_SECONDS = 30 * 60

/** A pod of anybody that waits for a node of a NodePool, in words; undefined: none does. */
const whoWaits = ({ now, pool: { shape }, pods, sleepsWhole }: PoolView): string | undefined => {
  if (sleepsWhole === true) return undefined
  const waiting = pods.find((pod) => pod.node === undefined && asksForNode(pod) && !pod.terminating && secondsBetween(pod.waitsSince ?? now, now) < WAITS_FOR_SECONDS &&
    (shape === undefined || (fits(pod.requests, shape) && mayRunOn(pod, shape.labels, shape.taints))))
  return waiting === undefined ? undefined : `${waiting.namespace}/${waiting.name} waits for a node`
}

/** Why an open NodePool is not shut yet although all who use it sleep. */
const whyStaysOpen = (view: PoolView): string | undefined =>
  (view.limits !== undefined && !isShut(view.limits) && nobodyAwake(view) ? whoWaits(view) : undefined)

/** The fewest nodes the pool may come down to now: with everybody awake it is what it was before Catnap. */
const floorOf = (view: UnjudgedPool): number => {
  const before = view.pool.original ?? view.size
  if (nobodyAwake(view)) return view.pool.keep
  // While somebody is awake Karpenter consolidates its own; without shut limits it would also start again what is taken.
  if (view.kind === 'node-pool') return view.size.desiredSize
  return allAwake(view) ? before.desiredSize : Math.max(view.pool.keep, before.minSize)
}

/** What must be true of the pool before a node is marked: no refusal, no replacement, no rebalancing of others. */
const prepareStep = (view: PoolView, floor: number, leaving: number): PoolStep[] => {
  const { pool, size, rebalancing } = view
  const isOpen = view.limits !== undefined && !isShut(view.limits)
  // Of a whole cluster even an empty NodePool is shut: a pod that waits would start a node.
  if (leaving === 0 && !(view.sleepsWhole === true && isOpen) && !othersTake(view)) return []
  const minSize = Math.min(size.minSize, floor)
  if (pool.original !== undefined && size.minSize === minSize && !rebalancing && !isOpen) return []
  const original = originalOf(pool, view)
  return [{ do: 'prepare', original, minSize, why: 'so that a removal is neither refused nor undone' }]
}

/**
 * Whether Cluster Autoscaler takes what a sleep sets free, though no node of it goes by us: what the pool was is noted before
 * that, the wake would take what it left for it; and no rebalancing ends the nodes that stay.
 */
const othersTake = ({ kind, autoscaler, obstacle, demands }: PoolView): boolean =>
  kind !== 'node-pool' && autoscaler !== undefined && obstacle === undefined && Object.values(demands).includes('asleep')

/**
 * What keeps a node; undefined: nothing does. The judge knows a mark of ours by its taint alone; one that a person set, or
 * took the cordon from, is theirs (law 4).
 */
const keeps = (view: PoolView, node: Node): string | undefined => {
  if (node.cordoned && node.markedAt === undefined) return 'cordoned by somebody else'
  if (!node.cordoned && node.markedAt !== undefined) return 'uncordoned by somebody else'
  const stopped = whyStopped(view, node)
  if (stopped !== undefined) return stopped
  const answer = view.answers.get(node.name)
  if (answer === undefined) return 'was not there when the cluster was looked at'
  const [first, ...more] = answer.verdict === 'keep' ? answer.reasons : []
  return first === undefined || more.length === 0 ? first : `${first}; and ${more.length} more`
}

const costing = (microUsdPerHour: number | undefined): Pick<StrandedNode, 'microUsdPerHour'> => (microUsdPerHour === undefined ? {} : { microUsdPerHour })

/** Marked nodes first, then from the zone that has most, so that the zones stay even and nothing is there to rebalance. */
const fullestZoneFirst = (empty: readonly Node[], all: readonly Node[]): readonly Node[] => {
  const byName = empty.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const ordered = byName.filter(({ markedAt }) => markedAt !== undefined)
  const left = Map.groupBy(byName.filter(({ markedAt }) => markedAt === undefined), ({ zone }) => zone)
  const sizes = new Map([...Map.groupBy(all, ({ zone }) => zone)].map(([zone, nodes]) => [zone, nodes.length]))
  const shrink = (zone: string) => sizes.set(zone, (sizes.get(zone) ?? 0) - 1)
  for (const { zone } of ordered) shrink(zone)
  while (left.size > 0) {
    const zone = [...left.keys()].reduce((fullest, next) => ((sizes.get(next) ?? 0) > (sizes.get(fullest) ?? 0) ? next : fullest))
    const [node, ...rest] = left.get(zone) ?? []
    if (node !== undefined) ordered.push(node)
    if (rest.length === 0) left.delete(zone)
    else left.set(zone, rest)
    shrink(zone)
  }
  return ordered
}

const whyLeaves = (view: PoolView, { name }: Node): string => {
  const moving = view.answers.get(name)?.pods.filter(isMoving).length ?? 0
  if (moving > 0 && view.sleepsWhole === true) return 'the whole cluster sleeps'
  return moving === 0 ? whyEmpty(view) : `its ${moving === 1 ? 'one pod fits' : `${moving} pods fit`} on nodes that stay`
}

const whyEmpty = ({ demands }: PoolView): string => {
  const asleep = Object.entries(demands).flatMap(([id, demand]) => (demand === 'asleep' ? [id] : []))
  return asleep.length === 0 ? 'nothing runs on it' : `nothing runs on it while ${asleep.join(', ')} ${asleep.length === 1 ? 'sleeps' : 'sleep'}`
}
