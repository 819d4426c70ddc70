import pMap from 'p-map'
import { stoppedLately } from '../domain/empty-node.ts'
import type { Node, PodRef } from '../domain/node.ts'
import type { HeldDrain, Leaving, StoppedDrain } from '../domain/pool.ts'
import type { Eviction } from '../ports.ts'
import type { PoolSlice } from './reclaim.ts'
import { setLeaving } from './set-leaving.ts'

/** Evictions at once. Each is one short request. */
const AT_ONCE = 10

/**
 * Evicts pods of a node. That it is being emptied is noted first, so that whoever comes after goes on with it, and the
 * limit counts from then on. What an API server would never let go stops the drain.
 *
 * @returns whether the pool is still ours to change
 */
export const evictPods = async (slice: PoolSlice, node: Node, pods: readonly PodRef[]): Promise<boolean> => {
  const { world: { clock }, access, pool } = slice
  const before = pool.leaving[node.instanceId]
  const leaving: Leaving = before?.stage === 'draining' ? before : { node: node.name, instanceType: node.instanceType, stage: 'draining', since: clock.now() }
  if (leaving !== before && !(await setLeaving(slice, node.instanceId, leaving))) return false
  const ends = await pMap(pods, (pod) => access.nodes.evict(pod), { concurrency: AT_ONCE })
  const said = (end: Eviction['end']): readonly string[] => ends.flatMap((each) => (each.end === end && 'text' in each ? [each.text] : []))
  const [refused, [refusal]] = [said('refused'), said('later')]
  if (refused.length > 0) return stopDrain(slice, node, { why: refused.join('; ') })
  return refusal === undefined || refusal === leaving.refusal ? true : setLeaving(slice, node.instanceId, { ...leaving, refusal })
}

/**
 * Gives a node back that could not be emptied: told in the history with what it costs, noted so that it is left alone for a
 * while, and its mark taken off.
 *
 * @returns whether that is done
 */
export const stopDrain = async (slice: PoolSlice, node: Node, { why, held }: { readonly why: string; readonly held?: HeldDrain }): Promise<boolean> => {
  const { world: { clock, memory, listPrice }, access, pool } = slice
  const at = clock.now()
  const microUsd = listPrice(node.instanceType)
  const cost = microUsd === undefined ? `${node.instanceType}, price not known` : `${node.instanceType}, $${(microUsd / 1e6).toFixed(4)} an hour`
  const text = `node ${node.name} could not be emptied and stays on the bill (${cost}): ${why}`
  await memory.append([{
    at, subject: `${pool.cluster}/pool/${pool.name}`, what: 'problem', text,
    fact: { kind: 'failure', at, subject: `${pool.cluster}/${pool.name}`, text },
  }])
  const stopped: StoppedDrain = { at, why, ...held, node: node.name, ...(microUsd === undefined ? {} : { microUsdPerHour: microUsd }) }
  if (!(await setLeaving(slice, node.instanceId, undefined, (now) => ({ stopped: { ...stoppedLately(now, at), [node.instanceId]: stopped } })))) return false
  const outcome = await access.nodes.unmark(node)
  return outcome.done || outcome.because === 'gone'
}
