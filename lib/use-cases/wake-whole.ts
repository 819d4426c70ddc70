import { heading } from '../domain/environment.ts'
import { secondsBetween } from '../domain/time.ts'
import { turnPhase } from './turn-phase.ts'
import type { Slice } from './world.ts'

/** An environment waits so long for the workloads of its cluster at most: what is wrong with those may not be wrong with it. */
const LONGEST_WAIT_SECONDS = 10 * 60

/**
 * Wakes the cluster of an environment that wakes, where it sleeps as a whole or is about to. Answers what the environment
 * waits for, in words; undefined: its cluster is up.
 */
export const wakeWhole = async ({ world, cluster, environment }: Slice): Promise<string | undefined> => {
  const { clock, memory, mailbox } = world
  if (!cluster.whole || environment.id === cluster.name) return undefined
  const record = await memory.environments.get(cluster.name)
  if (record === undefined || record.phase === 'awake') return undefined
  if (heading(record.phase) === 'asleep') {
    const turned = await turnPhase(world, record, { desired: 'awake', rule: 'cluster', reason: `${environment.id} wakes` })
    if (turned !== undefined) await mailbox.send([{ queue: 'wake', clusterArn: cluster.arn, message: { kind: 'environment', id: record.id } }])
  }
  if (secondsBetween(environment.since, clock.now()) > LONGEST_WAIT_SECONDS) return undefined
  const waitingFor = record.phase === 'waking' ? record.progress?.waitingFor : undefined
  return `cluster ${cluster.name}, which slept as a whole, to wake${waitingFor === undefined ? '' : ` (it waits for ${waitingFor})`}`
}
