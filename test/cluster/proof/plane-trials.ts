import { ordeal, type Ordeal, type OrdealWorld } from '../../crash/chaos.ts'
import { troubledDeliveries } from '../../crash/chaos-test.ts'
import type { Plane } from '../plane/start-plane.ts'
import { corner } from './boutique.ts'
import { planePeople } from './plane-people.ts'
import { type PlaneEnvironment, type PlaneWorld, startPlaneWorld } from './plane-world.ts'

/** How one run on the plane ended. */
export interface Trial extends Ordeal {
  readonly seed: number
  /** What people changed by hand. */
  readonly changes: number
}

/** Runs in one world before it is built anew: its table remembers all that ever was. */
const RUNS_PER_WORLD = 10

/** Lets chaos run on a plane with these seeds, in so many worlds side by side; each run has a namespace of its own. Tells of each. */
export const planeTrials = async (plane: Plane, loader: string, seeds: readonly number[], worlds: number, tell: (trial: Trial) => void): Promise<readonly Trial[]> => {
  const ends: Trial[] = []
  const left = [...seeds]
  const work = async (): Promise<void> => {
    for (let share = left.splice(0, RUNS_PER_WORLD); share.length > 0; share = left.splice(0, RUNS_PER_WORLD)) {
      const world = await startPlaneWorld({ plane, loader, seed: share[0] ?? 1, deliveries: troubledDeliveries(share[0] ?? 1) })
      try {
        for (const seed of share) {
          const trial = await tryOne(world, seed)
          ends.push(trial)
          tell(trial)
        }
      } finally {
        await world.close()
      }
    }
  }
  await Promise.all(Array.from({ length: worlds }, work))
  return ends
}

const tryOne = async (world: PlaneWorld, seed: number): Promise<Trial> => {
  const environment = await world.settleIn(`run-${seed}`, corner)
  const people = planePeople(world, environment)
  const end = await ordeal(trialOf(world, environment, people), seed)
  await environment.leave()
  return { ...end, seed, changes: people.changes() }
}

const trialOf = (world: PlaneWorld, environment: PlaneEnvironment, { meddle, overtake }: ReturnType<typeof planePeople>): OrdealWorld => ({
  workers: world.workers, timeline: world.timeline, gate: world.gate, registry: world.registry,
  click: world.click, holdUp: world.holdUp, isLate: world.isLate, pass: world.pass,
  environments: [environment.name],
  refusals: ['throttle', 'fail', 'conflict', 'drop', 'forbid', 'invalid', 'timeout'],
  begin: async () => async () => [],
  // A call that was on its way when it was looked may have arrived between the object and the table.
  lostOriginals: async () => ((await environment.lostOriginals()).length === 0 ? [] : environment.lostOriginals()),
  differences: environment.differences,
  meddle, overtake,
  offences: () => [],
})
