import type { Environment } from '../domain/environment.ts'
import { environmentAddress, LONGEST_LINK_SECONDS } from '../domain/link.ts'
import { later } from '../domain/time.ts'
import type { Clock, LinkKeys, Log } from '../ports.ts'
import { makeLink } from './make-link.ts'

/** What signing the links of a mail needs. Without keys, or the address of the wake function, there are none. */
export interface LinkingWorld {
  readonly clock: Clock
  readonly log: Log
  readonly linkKeys?: Pick<LinkKeys, 'sign'>
  readonly wakeAddress?: string
}

/** The links of one environment. */
export interface EnvironmentLinks {
  readonly wake: string
  readonly stay: string
}

/** What "stay awake" in a mail means. */
const STAY_SECONDS = 2 * 3600

/**
 * Signs the links of the environments a mail tells of, good for a month.
 * A mail does not wait for a key: where it cannot be read the links are those without a signature, and the log says why.
 */
export const mailLinks = ({ clock, log, linkKeys, wakeAddress }: LinkingWorld): ((environment: Pick<Environment, 'id' | 'terms' | 'links'>) => Promise<EnvironmentLinks | undefined>) => {
  let isBroken = false
  return async ({ id, terms, links: series = 0 }) => {
    if (linkKeys === undefined || wakeAddress === undefined || isBroken || terms.wake.by === 'off') return undefined
    const address = environmentAddress(wakeAddress, id)
    const link = { environment: id, until: later(clock.now(), LONGEST_LINK_SECONDS), series }
    try {
      return {
        wake: await makeLink(linkKeys, address, { ...link, deed: { do: 'wake' } }),
        stay: await makeLink(linkKeys, address, { ...link, deed: { do: 'stay', seconds: STAY_SECONDS } }),
      }
    } catch (error) {
      if (!isBroken) log.warn('the links of a mail are not signed: the key cannot be read', { reason: String(error) })
      isBroken = true
      return undefined
    }
  }
}
