import type { Environment } from '../domain/environment.ts'
import type { Instant } from '../domain/time.ts'
import type { Outside } from './world.ts'

/** How often a hold is tried again when the record changes in the same moment. */
const TRIES = 5

/** A person's word that an environment sleeps until an instant. Answers undefined when there is no such environment. */
export const holdAsleep = async ({ clock, memory, mailbox }: Outside, id: string, by: string, until: Instant): Promise<Environment | undefined> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const environment = await memory.environments.get(id)
    if (environment === undefined) return undefined
    const now = clock.now()
    const set = { hold: { as: 'asleep', until, by }, lease: undefined, dueAt: now } as const
    const held = await memory.environments.change(id, { set, when: { epoch: environment.epoch } })
    if (held === undefined) continue
    await memory.append([{ at: now, subject: id, what: 'request', text: `held asleep by ${by}` }])
    await mailbox.send([{ queue: 'work', clusterArn: held.clusterArn, message: { kind: 'environment', id } }])
    return held
  }
  throw new Error(`${id} was changed by others ${TRIES} times in a row; ask again`)
}
