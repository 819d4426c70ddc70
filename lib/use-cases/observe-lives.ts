import { livesToKeep, type SeenNode } from '../domain/node-lives.ts'
import { later } from '../domain/time.ts'
import type { InstanceState } from '../ports.ts'
import type { Look } from './observe.ts'

/** What ended is remembered for so long: EC2 tells of an ended instance for about an hour, and a look may fail meanwhile. */
const REMEMBERED_SECONDS = 86_400

/** Notes since when each node of the cluster runs and when it ended: asleep or awake, of a pool in the intent or not. */
export const observeLives = async ({ world: { clock, journal }, cluster, access: { capacity } }: Look): Promise<void> => {
  const now = clock.now()
  const [instances, stored, remembered] = await Promise.all([
    capacity.instances(), journal.lives(cluster.name, now), journal.lives(cluster.name, later(now, -REMEMBERED_SECONDS)),
  ])
  const running = new Map(stored.flatMap((life) => (life.terminatedAt === undefined ? [[life.instanceId, life] as const] : [])))
  const endedAt = new Map(remembered.flatMap(({ instanceId, terminatedAt }) => (terminatedAt === undefined ? [] : [[instanceId, terminatedAt] as const])))

  const listed = instances.map(({ state, pool, ...node }): SeenNode => ({ ...node, pool: `${cluster.name}/${pool}`, ended: hasEnded(state) }))
  const missing = [...running.keys()].filter((id) => !instances.some(({ instanceId }) => instanceId === id))
  // Not in a list is not an end: the tags a list goes by may be gone. Asked by its id EC2 says so.
  const states = missing.length === 0 ? new Map<string, InstanceState>() : await capacity.states(missing)
  const gone = missing.flatMap((id): readonly SeenNode[] => {
    const life = running.get(id)
    return life === undefined || !hasEnded(states.get(id)) ? [] : [{ ...life, ended: true }]
  })
  const lives = livesToKeep([...listed, ...gone], { running, endedAt }, now)
  if (lives.length > 0) await journal.keepLives(cluster.name, lives)
}

const hasEnded = (state: InstanceState | undefined): boolean => state === 'terminated' || state === 'gone'
