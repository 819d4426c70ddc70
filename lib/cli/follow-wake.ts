import { sayDuration } from '../domain/duration.ts'
import { heading } from '../domain/environment.ts'
import { homeZone } from '../domain/home-zone.ts'
import { secondsBetween } from '../domain/time.ts'
import { sayProgress } from '../views/environment-sheet.ts'
import { sayMoment } from '../views/zoned-time.ts'
import type { Connection } from './connection.ts'

/** How often a wake is looked at. */
const LOOK_SECONDS = 5

/** Its worker gives up waiting for pods after 15 minutes; who follows waits a little longer. */
const PATIENCE_SECONDS = 20 * 60

/**
 * Follows a wake until it is awake, with a line whenever something changed. Answers how long that took, in seconds.
 * Throws when it takes longer than 20 minutes, turns round, or the environment is forgotten.
 */
export const followWake = async ({ clock, memory, wait }: Connection, id: string, say: (line: string) => void): Promise<number> => {
  const began = clock.now()
  let said = ''
  for (;;) {
    const environment = await memory.environments.get(id)
    if (environment === undefined) throw new Error(`${id} was taken out of the intent and forgotten while it was followed`)
    const { phase, progress, problem, terms, decision } = environment
    const took = secondsBetween(began, clock.now())
    if (phase === 'awake') return took
    if (heading(phase) === 'asleep') throw new Error(`${id} turned round and is ${phase}: ${decision?.reason ?? 'no reason was recorded'}; see catnap history ${id}`)
    const line = [progress === undefined ? 'waiting for a worker' : sayProgress(progress), ...(problem === undefined ? [] : [`problem: ${problem.text}`])].join('; ')
    if (line !== said) say(`${sayMoment(clock.now(), homeZone(terms), clock.now())}  ${line}`)
    said = line
    if (took >= PATIENCE_SECONDS) throw new Error(`${id} is not awake after ${sayDuration(took)}: ${line}; see catnap status ${id} and catnap history ${id}`)
    await wait(LOOK_SECONDS)
  }
}
