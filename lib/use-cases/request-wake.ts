import type { Environment } from '../domain/environment.ts'
import { type Instant, later } from '../domain/time.ts'
import type { Outside } from './world.ts'

/** Who asks for a wake, and for how long at least it should last. */
export interface WakeWish {
  readonly by: string
  /** Default: what the intent says (`wake.stayAwake`). */
  readonly staySeconds?: number
}

/** What became of a wish. */
export type WakeAnswer =
  | { readonly is: 'unknown' }
  | { readonly is: 'paused'; readonly by: string; readonly environment: Environment }
  | { readonly is: 'on-its-way' | 'awake'; readonly environment: Environment; readonly first: boolean }

/** A lease is written again only when it grows by more than this, so that many clicks are few writes. */
const WORTH_WRITING_SECONDS = 5 * 60

/** How often a wish is tried again when the record changes in the same moment. */
const TRIES = 5

/**
 * Wakes an environment, once, however many ask: one conditional write turns the phase, whoever loses that race finds it
 * turned. A wish also takes away a hold that keeps it asleep: the last word of a person counts.
 */
export const requestWake = async (outside: Outside, id: string, wish: WakeWish): Promise<WakeAnswer> => {
  const { clock, memory, mailbox } = outside
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const environment = attempt === 0 ? await memory.glance(id) : await memory.environments.get(id)
    if (environment === undefined) return { is: 'unknown' }
    const now = clock.now()
    const until = later(now, wish.staySeconds ?? environment.terms.wake.stayAwakeSeconds)
    const up = environment.phase === 'awake' || environment.phase === 'waking'
    if (up && !isWorthWriting(environment, until)) return { is: nameOf(environment), environment, first: false }

    const pause = await pauseOf(outside, environment)
    if (pause !== undefined) return { is: 'paused', by: pause.by, environment }
    const written = await memory.environments.change(id, {
      set: {
        lease: { until, by: wish.by },
        hold: undefined,
        dueAt: now,
        ...(up ? {} : { phase: 'waking', since: now, epoch: environment.epoch + 1, progress: undefined, problem: undefined }),
      },
      when: { epoch: environment.epoch, phase: environment.phase },
    })
    if (written === undefined) continue
    await memory.append([{ at: now, subject: id, what: 'request', text: `${up ? 'stays awake' : 'wakes'} on request of ${wish.by}` }])
    const { clusterArn } = environment
    if (!up) await mailbox.send([{ queue: 'wake', clusterArn, message: { kind: 'environment', id } }])
    return { is: nameOf(written), environment: written, first: !up }
  }
  throw new Error(`${id} was changed by others ${TRIES} times in a row; ask again`)
}

const nameOf = ({ phase }: Environment): 'awake' | 'on-its-way' => (phase === 'awake' ? 'awake' : 'on-its-way')

const isWorthWriting = ({ lease, hold }: Environment, until: Instant): boolean =>
  hold?.as === 'asleep' || lease === undefined || until > later(lease.until, WORTH_WRITING_SECONDS)

const pauseOf = async ({ memory }: Outside, { cluster }: Environment) => {
  const [fleet, itsCluster] = await Promise.all([memory.fleet(), memory.cluster(cluster)])
  return fleet?.pause ?? itsCluster?.pause
}
