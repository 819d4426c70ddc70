import type { Environment } from '../domain/environment.ts'
import { environmentAddress } from '../domain/link.ts'
import type { Notice } from '../domain/notice.ts'
import { iso, later } from '../domain/time.ts'
import type { ComingSleep } from '../domain/warning.ts'
import type { LinkKeys } from '../ports.ts'
import { makeLink } from './make-link.ts'
import type { World } from './world.ts'

/** What telling people ahead of a sleep needs. Without `notices` nobody is told, and nothing waits for it. */
export interface WarningWorld extends World {
  /** Writes the warning. */
  readonly compose?: (told: { readonly environment: Environment; readonly sleep: ComingSleep; readonly now: Environment['since']; readonly stay?: { readonly url: string; readonly seconds: number } }) => Notice
  readonly linkKeys?: Pick<LinkKeys, 'sign'>
  /** Where the wake function is reached. */
  readonly wakeAddress?: string
}

/** What "keep it awake" in a warning means. */
const STAY_SECONDS = 2 * 3600

/** A link in a chat is good for so long after the sleep it warns of: then it would wake what nobody remembers. */
const LINK_SECONDS = 12 * 3600

/**
 * Tells people of a sleep ahead. Who puts the warning on record is who sends it, so that a sleep is told of at most once,
 * however often and wherever a worker is interrupted (docs/decisions/0013). What a channel refused stands in the history.
 */
export const warnAhead = async (world: WarningWorld, environment: Environment, sleep: ComingSleep): Promise<void> => {
  const { clock, memory, notices, compose, log } = world
  const { id, epoch, warnings, terms: { warn } } = environment
  if (notices === undefined || compose === undefined || warn === undefined) return
  const now = clock.now()
  const { sleepAt, cause } = sleep
  const written = await memory.environments.change(id, { set: { warned: { at: now, sleepAt, cause }, warnings: (warnings ?? 0) + 1, dueAt: now }, when: { epoch, warnings } })
  if (written === undefined) return
  const stay = await stayLink(world, environment, sleep)
  const problems = await notices.tell(warn, compose({ environment, sleep, now, ...(stay === undefined ? {} : { stay }) }))
  if (problems.length > 0) log.warn('a warning was not told', { environment: id, reason: problems.join('; ') })
  await memory.append([
    { at: now, subject: id, what: 'notice', text: `its people were told that it sleeps at ${iso(sleepAt)}` },
    ...problems.map((text) => ({ at: now, subject: id, what: 'problem' as const, text: `warning ahead: ${text}` })),
  ])
}

/** Signed where the key can be read; else the page itself, whose buttons do the same where they may. */
const stayLink = async ({ linkKeys, wakeAddress, log }: WarningWorld, { id, terms, links: series = 0 }: Environment, { sleepAt }: ComingSleep): Promise<{ readonly url: string; readonly seconds: number } | undefined> => {
  if (wakeAddress === undefined || terms.wake.by === 'off') return undefined
  const address = environmentAddress(wakeAddress, id)
  const page = terms.wake.by === 'signed' ? undefined : { url: address, seconds: STAY_SECONDS }
  if (linkKeys === undefined) return page
  try {
    const link = { environment: id, deed: { do: 'stay', seconds: STAY_SECONDS }, until: later(sleepAt, LINK_SECONDS), series } as const
    return { url: await makeLink(linkKeys, address, link), seconds: STAY_SECONDS }
  } catch (error) {
    log.warn('the link of a warning is not signed: the key cannot be read', { environment: id, reason: String(error) })
    return page
  }
}
