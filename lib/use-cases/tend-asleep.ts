import { USUAL_SLEEP } from '../domain/environment.ts'
import { isDeepEqual } from '../domain/is-deep-equal.ts'
import { remainsOf } from '../domain/remains.ts'
import { objectKey, sayWorkloadStep } from '../domain/workload.ts'
import type { ClusterAccess } from '../ports.ts'
import { changeWorkloads } from './change-workloads.ts'
import { keepMissing, marksOf } from './keep-missing.ts'
import { soleNamespacesOf } from './sole-namespaces-of.ts'
import type { Slice, SliceEnd } from './world.ts'

/**
 * Looks at an environment that sleeps: what appeared meanwhile is put to sleep, what people raised is left and told, and so
 * is what a pipeline brings back again and again.
 */
export const tendAsleep = async (slice: Slice, access: ClusterAccess): Promise<SliceEnd> => {
  const { world: { clock, memory }, environment, owner } = slice
  const now = clock.now()
  const { id, epoch, since, late = {}, remains, problem, terms: { sleep = USUAL_SLEEP } } = environment
  const namespaces = await soleNamespacesOf(slice, access.workloads)
  const [workloads, originals] = await Promise.all([access.workloads.list(namespaces, sleep), memory.originals(id)])
  await keepMissing(memory, id, marksOf(workloads), originals)
  const { steps, left } = remainsOf({ workloads, asleepSince: since, now, late, originals })
  const { taken, refused } = await changeWorkloads(slice, access.workloads, steps, now)
  if (taken.length > 0) {
    await memory.append([{ at: now, subject: id, what: 'steps', text: `${taken.length} put to sleep that appeared meanwhile`, steps: taken.map(sayWorkloadStep) }])
  }
  const told = left.filter(({ by, text }) => by === 'pipeline' && remains?.some((known) => known.text === text) !== true)
  await memory.append(told.map(({ text }) => ({ at: now, subject: id, what: 'problem' as const, text, fact: { kind: 'failure' as const, at: now, subject: id, text } })))
  const isOver = problem !== undefined && refused.length === 0
  const set = {
    ...(isOver ? { problem: undefined } : {}),
    remains: left.length === 0 ? undefined : left,
    late: taken.reduce<Readonly<Record<string, number>>>((counts, step) => ({ ...counts, [objectKey(step)]: (counts[objectKey(step)] ?? 0) + 1 }), late),
  }
  if (!isDeepEqual(set.remains, remains) || taken.length > 0 || isOver) await memory.environments.change(id, { set, when: { epoch }, claimedBy: owner })
  if (refused.length > 0) throw new Error(`${refused.length} of ${steps.length} workloads that appeared while it sleeps could not be put to sleep: ${refused[0]}`)
  return { rest: true }
}
