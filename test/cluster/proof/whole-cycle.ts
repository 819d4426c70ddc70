import type { Instant } from '../../../lib/domain/time.ts'
import { ARRIVES_SECONDS, ended, expectNothing, holdAsleep, poolsOf, sameCounts, untilThere, untold, wakeUp } from './pool-cycle.ts'
import type { CycledWorld } from './pool-world.ts'
import { SYSTEM } from './system-objects.ts'

/** Nodes there are while the cluster sleeps. */
const NONE = { workers: 0, burst: 0 } as const

/**
 * The environment falls asleep and the cluster with it, to no node at all; somebody clicks, and everything is as on the first
 * day. Throws an Error that says what is not so.
 */
export const wholeCycle = async (world: CycledWorld): Promise<void> => {
  const began = world.timeline.now()
  const gone = ended(world)
  world.gate.stage = 'asleep:'
  await holdAsleep(world)
  await untilThere(world, 'the cluster sleeps, and has no node', () => sleepsWhole(world))
  expectNothing('asleep', [...(await world.lostOriginals()), ...(await running(world))])
  world.gate.stage = 'awake:'
  await wakeUp(world)
  await untilThere(world, 'the cluster is awake', async () => isAtRest(world, 'awake'))
  await world.pass(ARRIVES_SECONDS)
  const left = ended(world).filter((id) => !gone.includes(id))
  expectNothing('after the wake', [...(await world.differences()), ...world.offences(), ...(await untold(world, began, left)), ...(await phasesUntold(world, began))])
}

const sleepsWhole = async (world: CycledWorld): Promise<boolean> =>
  (await isAtRest(world, 'asleep')) && (await poolsOf(world)).every(({ leaving }) => Object.keys(leaving).length === 0) && sameCounts(await world.nodeCounts(), NONE)

/** Whether the cluster and its environment are in a phase, and nobody is at work on them. */
const isAtRest = async ({ registry }: CycledWorld, phase: 'asleep' | 'awake'): Promise<boolean> => {
  const { environments, system } = await registry.inCluster('us-dev')
  return system !== undefined && [...environments, system].every((record) => record.phase === phase && record.claim === undefined)
}

/** Workloads that ask for something still, and pods that are left. */
const running = async ({ admin, shop: { namespace } }: CycledWorld): Promise<readonly string[]> => {
  const scaled = (await Promise.all([SYSTEM, namespace].flatMap((each) => ['Deployment', 'StatefulSet'].map((kind) => admin.list(kind, each))))).flat()
  const pods = (await Promise.all([SYSTEM, namespace].map((each) => admin.list('Pod', each)))).flat()
  return [
    ...scaled.flatMap(({ metadata, spec }) => ((spec as { readonly replicas?: number }).replicas === 0 ? [] : [`${metadata.namespace}/${metadata.name} asks for pods still`])),
    ...pods.map(({ metadata }) => `pod ${metadata.namespace}/${metadata.name} is left`),
  ]
}

/** What of the cluster and its environment the history does not say exactly once. */
const phasesUntold = async ({ registry, shop }: CycledWorld, since: Instant): Promise<readonly string[]> => {
  const told = (await Promise.all([shop.id, 'us-dev'].map((subject) => registry.history(subject)))).flat().filter(({ at, what }) => at >= since && what === 'phase')
  return [shop.id, 'us-dev'].flatMap((id) => ['asleep', 'awake'].flatMap((begin) => {
    const times = told.filter(({ subject, text }) => subject === id && text.startsWith(begin)).length
    return times === 1 ? [] : [`"${id} ${begin} …" stands there ${times} times`]
  }))
}
