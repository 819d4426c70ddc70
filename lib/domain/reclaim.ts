import { lastingTaints, mayRunOn } from './capacity.ts'
import { isFinished, type Node, type Pod, podsByNode } from './node.ts'
import type { Demand, Pool, PoolOriginal, PoolSize } from './pool.ts'
import { fits } from './requests.ts'
import { type Instant, secondsBetween } from './time.ts'

/** How long a mark stands before the second look: the scheduler may have bound a pod meanwhile (Karpenter: 15 s). */
export const SECOND_LOOK_SECONDS = 15

/** A node younger than this is left alone: what it was started for may still be on its way (Cluster Autoscaler: 10 min). */
const YOUNGEST_SECONDS = 10 * 60

/** A pool and its nodes as they are now. */
export interface PoolView {
  readonly now: Instant
  readonly pool: Pool
  readonly size: PoolSize
  readonly rebalancing: boolean
  /** Nodes of this pool. */
  readonly nodes: readonly Node[]
  /** Pods of the whole cluster. */
  readonly pods: readonly Pod[]
  /** What each environment that uses the pool, or may use it, asks of it. */
  readonly demands: Readonly<Record<string, Demand>>
}

/** One change to a pool or a node: what, why, and what undoes it. */
export type PoolStep =
  | { readonly do: 'prepare'; readonly original: PoolOriginal; readonly minSize: number; readonly why: string }
  | { readonly do: 'mark'; readonly node: Node; readonly why: string }
  | { readonly do: 'give-back'; readonly node: Node; readonly why: string }
  | { readonly do: 'remove'; readonly node: Node; readonly why: string }
  | { readonly do: 'restore'; readonly original: PoolOriginal; readonly why: string }
  | { readonly do: 'forget'; readonly why: string }

/** What keeps a node, in words. */
interface Blocker {
  readonly node: string
  readonly why: string
}

/** What to do about a pool now, what keeps its other nodes, and whether to look again soon. */
export interface PoolPlan {
  readonly steps: readonly PoolStep[]
  readonly blockers: readonly Blocker[]
  readonly unfinished: boolean
}

/**
 * The next steps that bring a pool to what its environments ask. Nodes that carry nothing but DaemonSet, mirror and
 * finished pods go, down to the floor; the floor itself is lowered only when nobody who uses the pool is awake (law 7);
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
  if (allAwake(view) && pool.original !== undefined && settled && view.size.desiredSize <= pool.original.desiredSize) {
    return plan([{ do: 'restore', original: pool.original, why: whyRestored(pool) }])
  }
  if (pool.removed === true && pool.original === undefined && settled) return plan([{ do: 'forget', why: whyRestored(pool) }])
  return planNodes(view, staying, marked)
}

const plan = (steps: readonly PoolStep[], blockers: readonly Blocker[] = [], unfinished = steps.length > 0): PoolPlan =>
  ({ steps, blockers, unfinished })

const planNodes = (view: PoolView, staying: readonly Node[], marked: readonly Node[]): PoolPlan => {
  const { now, pool, size } = view
  const floor = floorOf(view)
  const mayGo = Math.max(0, Math.min(staying.length, size.desiredSize) - floor)
  const holding = podsByNode(view.pods.filter(mustStay))
  const verdicts = staying.map((node) => ({ node, keeps: keeps(node, now, holding) }))
  const blockers = verdicts.flatMap(({ node, keeps: why }) => (why === undefined ? [] : [{ node: node.name, why }]))
  const givenBack = verdicts.flatMap(({ node, keeps: why }): PoolStep[] =>
    why !== undefined && node.markedAt !== undefined ? [{ do: 'give-back', node, why }] : [])

  const empty = verdicts.filter(({ keeps: why }) => why === undefined).map(({ node }) => node)
  const chosen = fullestZoneFirst(empty, staying).slice(0, mayGo)
  const taken = new Set(chosen)
  const others = empty.filter((node) => !taken.has(node))
  const whyKept = `the pool keeps ${floor} ${floor === 1 ? 'node' : 'nodes'}`
  const why = whyEmpty(view)
  const surplus = others.filter((node) => node.markedAt !== undefined).map((node): PoolStep => ({ do: 'give-back', node, why: whyKept }))
  const fresh = chosen.filter((node) => node.markedAt === undefined)
  const prepare = prepareStep(view, floor, chosen.length)
  const mark = fresh.map((node): PoolStep => ({ do: 'mark', node, why }))
  const remove = fresh.length > 0 ? [] : chosen.flatMap((node): PoolStep[] =>
    node.markedAt !== undefined && secondsBetween(node.markedAt, now) >= SECOND_LOOK_SECONDS ? [{ do: 'remove', node, why }] : [])

  const kept = others.map((node) => ({ node: node.name, why: whyKept }))
  const steps = [...givenBack, ...surplus, ...prepare, ...mark, ...remove]
  const unfinished = steps.length > 0 || marked.length > 0 || Object.keys(pool.leaving).length > 0
  return plan(steps, [...blockers, ...kept], unfinished)
}

const nobodyAwake = ({ pool, demands }: PoolView): boolean =>
  pool.removed !== true && Object.keys(demands).length > 0 && Object.values(demands).every((demand) => demand === 'asleep')

/**
 * What holds nodes of a pool although everything that uses it sleeps, in words; undefined: nothing does, or somebody
 * is awake. What the intent keeps is held by nobody's fault, and a node that is too young goes by itself.
 */
export const strandedBy = (view: PoolView, blockers: PoolPlan['blockers']): string | undefined => {
  if (!nobodyAwake(view)) return undefined
  const why = blockers.filter(({ why: reason }) => !reason.startsWith('the pool keeps') && !reason.startsWith('younger than'))
  if (why.length === 0) return undefined
  const [first, ...others] = why.map(({ node, why: reason }) => `${node} ${reason}`).toSorted()
  const more = others.length > NAMED ? `; and ${others.length - NAMED} more nodes` : ''
  return `${[first, ...others.slice(0, NAMED)].join('; ')}${more}`
}

/** So many nodes are named beside the first: a pool may have thousands. */
const NAMED = 4

const allAwake = ({ pool, demands }: PoolView): boolean => pool.removed === true || Object.values(demands).every((demand) => demand === 'awake')

const whyRestored = ({ removed }: Pool): string => (removed === true ? 'it was taken out of the intent' : 'every environment that uses it is awake')

/** The fewest nodes the pool may come down to now: with everybody awake it is what it was before Catnap. */
const floorOf = (view: PoolView): number => {
  const before = view.pool.original ?? view.size
  if (nobodyAwake(view)) return view.pool.keep
  return allAwake(view) ? before.desiredSize : Math.max(view.pool.keep, before.minSize)
}

/** What must be true of the pool before a node is marked: no refusal, no replacement, no rebalancing of others. */
const prepareStep = (view: PoolView, floor: number, leaving: number): PoolStep[] => {
  const { pool, size, rebalancing } = view
  if (leaving === 0) return []
  const minSize = Math.min(size.minSize, floor)
  if (pool.original !== undefined && size.minSize === minSize && !rebalancing) return []
  const original = pool.original ?? { ...size, rebalancing }
  return [{ do: 'prepare', original, minSize, why: 'so that a removal is neither refused nor undone' }]
}

/** What keeps a node; undefined: nothing does. `holding`: the pods that hold their node, by node. */
const keeps = (node: Node, now: Instant, holding: ReadonlyMap<string | undefined, readonly Pod[]>): string | undefined => {
  if (node.cordoned && node.markedAt === undefined) return 'cordoned by somebody else'
  if (!node.cordoned && node.markedAt !== undefined) return 'uncordoned by somebody else'
  if (!node.ready) return 'not Ready'
  if (node.markedAt === undefined && secondsBetween(node.createdAt, now) < YOUNGEST_SECONDS) return 'younger than 10 minutes'
  const [first, ...more] = holding.get(node.name) ?? []
  if (first !== undefined) return `carries ${first.namespace}/${first.name}${more.length > 0 ? ` and ${more.length} more` : ''}`
  const taints = lastingTaints(node)
  const waiting = holding.get(undefined)?.find((pod) => fits(pod.requests, node.allocatable) && mayRunOn(pod, node.labels, taints))
  return waiting === undefined ? undefined : `${waiting.namespace}/${waiting.name} waits for a node`
}

/** Whether a pod holds its node: all but mirror, DaemonSet and finished pods do (FIELD §2, rows 1, 4 and 5). */
const mustStay = (pod: Pod): boolean => !pod.mirror && pod.owner?.kind !== 'DaemonSet' && !isFinished(pod)

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

const whyEmpty = ({ demands }: PoolView): string => {
  const asleep = Object.entries(demands).flatMap(([id, demand]) => (demand === 'asleep' ? [id] : []))
  return asleep.length === 0 ? 'nothing runs on it' : `nothing runs on it while ${asleep.join(', ')} ${asleep.length === 1 ? 'sleeps' : 'sleep'}`
}

/** The step in one sentence: the log line, the dry run, the audit record and the line in the mail. */
export const sayPoolStep = (pool: string, step: PoolStep): string => {
  switch (step.do) {
    case 'prepare':
      return `prepare pool ${pool}: ${sayPreparation(step)} (${step.why}; undone by ${sayPoolSize(step.original)})`
    case 'mark':
      return `cordon and mark node ${step.node.name} (${step.why}; undone by removing the mark)`
    case 'give-back':
      return `give node ${step.node.name} back (${step.why})`
    case 'remove':
      return `end ${step.node.instanceType} ${step.node.instanceId} under node ${step.node.name}, and capacity with it (${step.why}; undone by one node more)`
    case 'restore':
      return `restore pool ${pool} to ${sayPoolSize(step.original)} (${step.why})`
    case 'forget':
      return `forget pool ${pool} (${step.why})`
    default:
      return step satisfies never
  }
}

const sayPreparation = ({ original, minSize }: Extract<PoolStep, { do: 'prepare' }>): string =>
  minSize === original.minSize ? `minimum stays ${minSize}, rebalancing suspended` : `minimum ${original.minSize} → ${minSize}, rebalancing suspended`

const sayPoolSize = ({ minSize, desiredSize, maxSize }: PoolSize): string => `min ${minSize}, desired ${desiredSize}, max ${maxSize}`
