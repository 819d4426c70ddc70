import { isDeepEqual } from '../domain/is-deep-equal.ts'
import type { Node } from '../domain/node.ts'
import type { Leaving, Pool, PoolOriginal } from '../domain/pool.ts'
import type { PoolPlan, PoolStep } from '../domain/reclaim.ts'
import { sayPoolStep } from '../domain/say-pool-step.ts'
import { type Instant, secondsBetween } from '../domain/time.ts'
import { evictPods, stopDrain } from './drain-node.ts'
import type { PoolSlice } from './reclaim.ts'
import { savePool } from './save-pool.ts'
import { setLeaving } from './set-leaving.ts'

/** A step's end: go on with the next, or stop here and look again. */
type StepEnd = 'go-on' | 'look-again'

/**
 * Takes the steps of a pool's plan in order and follows the instances that are ending. Before each step the pool's epoch
 * is read again: a wake that needs the pool counts it up, and then nothing more is taken.
 *
 * @returns whether to look again soon
 */
export const takePoolSteps = async (slice: PoolSlice, plan: PoolPlan, nodes: readonly Node[]): Promise<boolean> => {
  const { world: { clock, memory, log }, pool } = slice
  await follow(slice, nodes)
  const taken: string[] = []
  for (const step of plan.steps) {
    if (!(await heldStill(slice))) break
    const end = await take(slice, step)
    const sentence = sayPoolStep(pool.name, step)
    log.info(sentence, { cluster: pool.cluster, pool: pool.name })
    taken.push(sentence)
    if (end === 'look-again') break
  }
  if (taken.length > 0) {
    await memory.append([{ at: clock.now(), subject: subjectOf(pool), what: 'steps', text: `${taken.length} steps on pool ${pool.name}`, steps: taken }])
  }
  return plan.unfinished || Object.keys(pool.leaving).length > 0
}

const subjectOf = (pool: Pool): string => `${pool.cluster}/pool/${pool.name}`

/** What the ledger calls it. */
const ledgerNameOf = (pool: Pool): string => `${pool.cluster}/${pool.name}`

const keyOf = ({ cluster, name }: Pool) => ({ cluster, name })

const heldStill = async ({ world: { memory }, pool, owner }: PoolSlice): Promise<boolean> => {
  const [now, fleet] = await Promise.all([memory.pools.get(keyOf(pool)), memory.fleet()])
  return now?.epoch === pool.epoch && now.claim?.owner === owner && fleet?.pause === undefined
}

const take = async (slice: PoolSlice, step: PoolStep): Promise<StepEnd> => {
  switch (step.do) {
    case 'prepare':
      return prepare(slice, step.minSize)
    case 'open':
      return open(slice, step.original)
    case 'mark':
      return mark(slice, step.node)
    case 'give-back':
      return giveBack(slice, step.node)
    case 'evict':
      return (await evictPods(slice, step.node, step.pods)) ? 'go-on' : 'look-again'
    case 'stop-drain':
      return (await stopDrain(slice, step.node, step)) ? 'go-on' : 'look-again'
    case 'remove':
      return remove(slice, step.node)
    case 'restore':
      return restore(slice)
    case 'forget':
      await slice.world.memory.forgetPool(keyOf(slice.pool))
      return 'look-again'
    default:
      return step satisfies never
  }
}

const prepare = async ({ world: { memory }, access: { capacity }, pool, status }: PoolSlice, minSize: number): Promise<StepEnd> => {
  const original = await savePool(memory, pool, status)
  if (original === undefined) return 'look-again'
  // The provisioner may take the change in its own time: nothing is marked before it is in force.
  return (await capacity.prepare(pool.name, status, original, minSize)) === 'done' ? 'go-on' : 'look-again'
}

const open = async ({ access: { capacity }, pool, status }: PoolSlice, original: PoolOriginal): Promise<StepEnd> =>
  ((await capacity.grow(pool.name, status, original, status.size)) === 'done' ? 'go-on' : 'look-again')

const mark = async (slice: PoolSlice, node: Node): Promise<StepEnd> => {
  const at = slice.world.clock.now()
  if (!(await setLeaving(slice, node.instanceId, { node: node.name, instanceType: node.instanceType, stage: 'marked', since: at }))) return 'look-again'
  await slice.access.nodes.mark(node, at)
  return 'go-on'
}

const giveBack = async (slice: PoolSlice, node: Node): Promise<StepEnd> => {
  const outcome = await slice.access.nodes.unmark(node)
  if (!outcome.done && outcome.because !== 'gone') return 'look-again'
  return (await setLeaving(slice, node.instanceId, undefined)) ? 'go-on' : 'look-again'
}

const remove = async (slice: PoolSlice, node: Node): Promise<StepEnd> => {
  const { world: { clock }, access, pool } = slice
  const leaving: Leaving = { node: node.name, instanceType: node.instanceType, stage: 'ending', since: clock.now() }
  if (!(await setLeaving(slice, node.instanceId, leaving))) return 'look-again'
  const outcome = await access.capacity.remove(pool.name, node.instanceId)
  if (outcome.done) return 'go-on'
  // Meant to end and never asked: it is noticed, and asked again.
  if (outcome.because === 'later') return 'look-again'
  if (outcome.because === 'gone' && (await hasEnded(slice, node.instanceId))) return 'go-on'
  return (await stopDrain(slice, node, { why: `${node.instanceId} could not be ended: ${outcome.text}` })) ? 'go-on' : 'look-again'
}

/** Somebody else ended it meanwhile: then it is followed like any other. */
const hasEnded = async ({ access: { capacity } }: PoolSlice, instanceId: string): Promise<boolean> => {
  const state = (await capacity.states([instanceId])).get(instanceId)
  return state === 'terminated' || state === 'gone'
}

const restore = async ({ world: { memory }, access: { capacity }, pool, status, owner }: PoolSlice): Promise<StepEnd> => {
  const { original } = pool
  if (original === undefined) return 'go-on'
  if ((await capacity.restore(pool.name, status, original)) === 'later') return 'look-again'
  const [before, nodes] = [original.desiredSize, status.size.desiredSize]
  const woken = status.kind === 'node-pool' && nodes > before ? { before, nodes } : undefined
  await memory.pools.change(keyOf(pool), { set: { original: undefined, woken, prepared: undefined, putBack: undefined, guard: undefined }, when: { epoch: pool.epoch }, claimedBy: owner })
  return 'go-on'
}

/** An instance still in service so long after we meant to end it was never asked: we were interrupted before. */
const NEVER_ASKED_SECONDS = 60

/**
 * Follows what is leaving: off the bill is what EC2 says is terminated; what lost its mark was given back. When it went is
 * noted first, then told, then dropped: an interruption leads to the same entry of the history, once.
 */
const follow = async (slice: PoolSlice, nodes: readonly Node[]): Promise<void> => {
  const { world: { memory }, pool, owner } = slice
  const keep = (leaving: readonly (readonly [string, Leaving])[]) =>
    memory.pools.change(keyOf(pool), { set: { leaving: Object.fromEntries(leaving) }, claimedBy: owner })
  const left = await look(slice, nodes)
  if (!isDeepEqual(Object.fromEntries(left), pool.leaving) && (await keep(left)) === undefined) return
  const off = left.flatMap(([id, { instanceType, since, offAt: at }]) =>
    at === undefined ? [] : [{
      at, subject: subjectOf(pool), what: 'phase' as const, text: offTheBill(instanceType, id, since, at),
      fact: { kind: 'left' as const, at, pool: ledgerNameOf(pool), instanceId: id },
    }])
  if (off.length === 0) return
  await memory.append(off)
  await keep(left.filter(([, { offAt }]) => offAt === undefined))
}

/** What is still leaving, as it is now. */
const look = async ({ world: { clock }, access, pool, status }: PoolSlice, nodes: readonly Node[]): Promise<readonly (readonly [string, Leaving])[]> => {
  const at = clock.now()
  const ending = Object.entries(pool.leaving).flatMap(([id, { stage }]) => (stage === 'ending' ? [id] : []))
  const states = ending.length === 0 ? new Map() : await access.capacity.states(ending)
  const marked = new Set(nodes.flatMap((node) => (node.markedAt === undefined ? [] : [node.instanceId])))
  return Object.entries(pool.leaving).flatMap(([id, leaving]): (readonly [string, Leaving])[] => {
    if (leaving.stage !== 'ending') return marked.has(id) ? [[id, leaving]] : []
    if (states.get(id) === 'terminated' || states.get(id) === 'gone') return [[id, { ...leaving, offAt: leaving.offAt ?? at }]]
    const neverAsked = status.inService.includes(id) && secondsBetween(leaving.since, at) > NEVER_ASKED_SECONDS
    return [[id, neverAsked ? { ...leaving, stage: 'marked' } : leaving]]
  })
}

const offTheBill = (instanceType: string, instanceId: string, since: Instant, at: Instant): string =>
  `${instanceType} ${instanceId} is off the bill, ${Math.round(secondsBetween(since, at))} s after it was asked to end`
