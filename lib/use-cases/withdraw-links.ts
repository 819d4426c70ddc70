import type { Environment } from '../domain/environment.ts'
import type { Clock, Memory } from '../ports.ts'

/** How often it is tried again when the record changes in the same moment. */
const TRIES = 5

/** Makes every link of an environment worthless that was made so far. Answers it; undefined when there is none. */
export const withdrawLinks = async ({ clock, memory }: { readonly clock: Clock; readonly memory: Memory }, id: string, by: string): Promise<Environment | undefined> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const environment = await memory.environments.get(id)
    if (environment === undefined) return undefined
    const { links } = environment
    const written = await memory.environments.change(id, { set: { links: (links ?? 0) + 1 }, when: { links } })
    if (written === undefined) continue
    await memory.append([{ at: clock.now(), subject: id, what: 'request', text: `its links were withdrawn by ${by}` }])
    return written
  }
  throw new Error(`${id} was changed by others ${TRIES} times in a row; ask again`)
}
