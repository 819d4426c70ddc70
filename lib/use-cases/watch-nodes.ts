import type { Progress } from '../domain/environment.ts'
import { ALARMED_AFTER_SECONDS, lateNodesNotice, type MissingNodes, SAID_AFTER_SECONDS, sayMissingNodes } from '../domain/missing-nodes.ts'
import { type Instant, later, secondsBetween } from '../domain/time.ts'
import type { ClusterAccess } from '../ports.ts'
import { askTroubles } from './ask-troubles.ts'
import type { NodesComing } from './grow-pools.ts'
import type { Slice } from './world.ts'

/** A provisioner is asked again after this. */
const ASKED_AGAIN_SECONDS = 60

/** The clocks of AWS and of a cluster may be behind ours by this, and they round: what failed at once failed after the wake began. */
const SKEW_SECONDS = 60

/** What stands of nodes with the progress of a wake. */
export type NodesWatch = Pick<Progress, 'nodesSince' | 'nodesLate'>

/**
 * Says, once in a wake, that nodes do not come and why, and alarms once when their provisioner has given up. Who puts it on
 * record is who says it (docs/decisions/0013); the line of the log that is alarmed comes before, so that it is not lost.
 */
export const watchNodes = async (slice: Slice, access: ClusterAccess, coming: NodesComing): Promise<NodesWatch> => {
  const { world: { clock, log }, environment: { id, since, progress } } = slice
  const now = clock.now()
  const before = progress?.nodesLate
  const nodesSince = hasMoved(progress, coming) ? now : (progress?.nodesSince ?? since)
  if (coming.missing === undefined || secondsBetween(nodesSince, now) <= SAID_AFTER_SECONDS) {
    return { nodesSince, ...(before === undefined ? {} : { nodesLate: { askedAt: before.askedAt, alarmed: before.alarmed } }) }
  }
  const alarms = secondsBetween(since, now) > ALARMED_AFTER_SECONDS && before?.alarmed !== true
  const isFresh = before?.text !== undefined && !alarms && secondsBetween(before.askedAt, now) < ASKED_AGAIN_SECONDS
  const said = isFresh ? { text: before.text, askedAt: before.askedAt } : { text: await whyMissing(slice, access, coming.missing), askedAt: now }
  const watch = { nodesSince, nodesLate: { ...said, alarmed: alarms || before?.alarmed === true } }
  // These words are alarmed (infra/catnap-function.ts).
  if (alarms) log.warn('nodes do not come', { environment: id, reason: said.text })
  if ((before === undefined || alarms) && (await putOnRecord(slice, watch))) await say(slice, said.text, alarms, now)
  return watch
}

/** Whether a node came since it was last noted, or more were asked for. */
const hasMoved = (progress: Progress | undefined, { done, total }: NodesComing): boolean =>
  progress !== undefined && (done > progress.nodes.done || total > progress.nodes.total)

const whyMissing = async ({ world: { log }, environment }: Slice, { capacity }: ClusterAccess, missing: MissingNodes): Promise<string> => {
  const troubles = await Promise.all(missing.pools.map(async ({ pool }) => [pool, await askTroubles(log, capacity, pool, later(environment.since, -SKEW_SECONDS))] as const))
  const byPool = new Map(troubles)
  return sayMissingNodes(missing, (pool) => byPool.get(pool) ?? [])
}

const NO_PROGRESS = { workloads: { done: 0, total: 0 }, nodes: { done: 0, total: 0 } }

const putOnRecord = async ({ world: { memory }, environment: { id, epoch, progress }, owner }: Slice, watch: NodesWatch): Promise<boolean> =>
  (await memory.environments.change(id, { set: { progress: { ...(progress ?? NO_PROGRESS), ...watch } }, when: { epoch }, claimedBy: owner })) !== undefined

const say = async ({ world: { memory, notices, log }, environment: { id, terms: { warn } } }: Slice, why: string, alarms: boolean, at: Instant): Promise<void> => {
  if (!alarms) return memory.append([{ at, subject: id, what: 'problem', text: `waking: no node came for ${SAID_AFTER_SECONDS} s: ${why}` }])
  const text = `waking: nodes have not come for ${ALARMED_AFTER_SECONDS / 60} minutes: ${why}`
  await memory.append([{ at, subject: id, what: 'problem', text, fact: { kind: 'failure', at, subject: id, text } }])
  if (notices === undefined || warn === undefined) return
  const problems = await notices.tell(warn, lateNodesNotice(id, why))
  if (problems.length > 0) log.warn('an alarm was not told', { environment: id, reason: problems.join('; ') })
}
