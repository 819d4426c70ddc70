import { type Environment, USUAL_SLEEP } from '../domain/environment.ts'
import type { Cluster, Fleet } from '../domain/fleet.ts'
import { phaseFact } from '../domain/journal/phase-fact.ts'
import { namespacesOf } from './namespaces-of.ts'
import type { World } from './world.ts'

/**
 * Looks at an environment that is taken to be awake: where objects carry its mark a wake was lost, as after the table was
 * delivered anew, and it is woken once more. That nothing can be seen now changes nothing: it is looked again in an hour.
 */
export const tendAwake = async (world: World, fleet: Fleet, cluster: Cluster, environment: Environment): Promise<void> => {
  const { clock, memory, mailbox, log } = world
  const { id, epoch, phase, clusterArn } = environment
  const marked = await marksOn(world, fleet, cluster, environment)
  if (marked === 0) return
  const now = clock.now()
  const turned = await memory.environments.change(id, { set: { phase: 'waking', since: now, epoch: epoch + 1, progress: undefined, problem: undefined, dueAt: now }, when: { epoch, phase } })
  if (turned === undefined) return
  const text = `${marked} ${marked === 1 ? 'object carries' : 'objects carry'} its mark although it is awake: they are put back`
  log.warn(text, { environment: id })
  await memory.append([{ at: now, subject: id, what: 'problem', text, ...phaseFact(turned, phase) }])
  await mailbox.send([{ queue: 'wake', clusterArn, message: { kind: 'environment', id } }])
}

const marksOn = async ({ clusters, log }: World, fleet: Fleet, cluster: Cluster, environment: Environment): Promise<number> => {
  try {
    const { workloads: port } = await clusters.open(cluster)
    const workloads = await port.list(await namespacesOf(fleet, environment, port), environment.terms.sleep ?? USUAL_SLEEP)
    return workloads.filter(({ mark, markedBy }) => mark !== undefined && markedBy === environment.id).length
  } catch (error) {
    log.warn('could not look for marks on what is awake', { environment: environment.id, reason: error instanceof Error ? error.message : String(error) })
    return 0
  }
}
