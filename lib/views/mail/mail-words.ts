import { dayNumber, weekday } from '../../domain/calendar-date.ts'
import type { Period } from '../../domain/report/period.ts'
import type { Totals } from '../../domain/report/totals.ts'
import { type Instant, instant } from '../../domain/time.ts'
import { sayClock, sayDay } from '../zoned-time.ts'
import { plural, sayHours, sayRoundUsd, sayUsd } from './say-amount.ts'

/** What belongs to no environment, as a name in a table. */
export const OF_NO_ENVIRONMENT = '(of no environment)'

/** What a period came to, as far as the words for it differ. */
type Outcome = 'no-environment' | 'observed' | 'unpriced' | 'nothing' | 'lost' | 'saved'

/** Which words a period asks for. */
const outcomeOf = (totals: Totals): Outcome => {
  if (totals.environments === 0) return 'no-environment'
  if (totals.observed === totals.environments) return 'observed'
  if (totals.netMicroUsd === undefined) return 'unpriced'
  if (totals.savings.realized.microUsd === 0) return 'nothing'
  return totals.netMicroUsd < 0 ? 'lost' : 'saved'
}

/** The subject: the number, the period, how many environments. */
export const saySubject = (totals: Totals, period: Period): string => {
  const when = sayWhen(period)
  const environments = plural(totals.environments, 'environment')
  const outcome = outcomeOf(totals)
  switch (outcome) {
    case 'no-environment':
      return `Catnap counted no environment ${when}`
    case 'observed':
      return `${sayObserved(totals.savings.potential.microUsd)} ${when} (${environments}, observing)`
    case 'unpriced':
      return `Catnap avoided ${sayHours(totals.savings.avoidedNodeSeconds)} node-hours of unknown price ${when} ` +
        `(${environments})`
    case 'nothing':
      return `Catnap saved nothing ${when} (${environments})`
    case 'lost':
      return `Catnap cost ${sayRoundUsd(-(totals.netMicroUsd ?? 0))} more than it saved ${when} (${environments})`
    case 'saved':
      return `Catnap saved ${atLeast(totals)}${sayRoundUsd(totals.netMicroUsd)} ${when} (${environments})`
    default:
      return outcome satisfies never
  }
}

/** The number above all others, and what it is. */
export const sayHeadline = (totals: Totals): { readonly figure: string; readonly sentence: string } => {
  const { realized, wake, avoidedNodeSeconds } = totals.savings
  const waking = wake.microUsd === 0 ? '' : `, waking ${sayUsd(wake.microUsd)}`
  const own = `Catnap itself cost ${sayUsd(totals.ownMicroUsd)}${waking}.`
  const outcome = outcomeOf(totals)
  switch (outcome) {
    case 'no-environment':
      return { figure: 'No environment counted', sentence: `No environment is in the ledger of this period: there was none, or nobody counted. ${own}` }
    case 'observed':
      return { figure: 'Observing: nothing touched', sentence: `${OBSERVED} ${own}` }
    case 'unpriced': {
      const what = realized.microUsd === undefined ? 'them' : 'the nodes that waking took'
      return {
        figure: `${sayHours(avoidedNodeSeconds)} node-hours avoided`,
        sentence: `They left the bill, but no price is known for ${what}, so there is no net in USD. ${own}`,
      }
    }
    case 'nothing':
      return { figure: 'Nothing saved yet', sentence: `No node left the bill in this period. ${own}` }
    case 'lost':
      return {
        figure: sayRoundUsd(totals.netMicroUsd),
        sentence: `Net: waking and Catnap itself cost more than was saved. ${own}`,
      }
    case 'saved':
      return {
        figure: sayRoundUsd(totals.netMicroUsd),
        sentence: `${SAVED}${realized.unpricedNodeSeconds === 0 ? '' : ' Some of them have no price and are not in it.'}`,
      }
    default:
      return outcome satisfies never
  }
}

const OBSERVED = [
  'Catnap decided and reckoned but changed nothing (mode: observe), so nothing was saved. What it could have saved stands',
  'below.',
].join(' ')

const SAVED = 'net realised saving: nodes that left the bill, less the cost of waking and of Catnap itself.'

/** Avoided node-hours without a price only ever add to what was saved; those a wake took would take from it. */
const atLeast = ({ savings: { realized, wake } }: Totals): string =>
  realized.unpricedNodeSeconds > 0 && wake.unpricedNodeSeconds === 0 ? 'at least ' : ''

const sayObserved = (potentialMicroUsd: number | undefined): string => {
  if (potentialMicroUsd === 0) return 'Catnap found nothing to save'
  const amount = potentialMicroUsd === undefined ? 'an amount of unknown price' : sayRoundUsd(potentialMicroUsd)
  return `Catnap could have saved ${amount}`
}

const MONTH = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' })

/** `last week`, `in October 2026`, `on Sun 22 Nov`. A week that does not begin on Monday is named by its end. */
const sayWhen = ({ kind, firstDay, lastDay }: Period): string => {
  switch (kind) {
    case 'daily':
      return `on ${dayOf(firstDay)}`
    case 'weekly':
      return weekday(dayNumber(firstDay) ?? 0) === 0 ? 'last week' : `in the week to ${dayOf(lastDay)}`
    case 'monthly':
      return `in ${MONTH.format(midnight(firstDay))}`
    default:
      return kind satisfies never
  }
}

/** The days of a period: `Mon 16 Nov 2026 to Sun 22 Nov 2026, Europe/Paris`. */
export const sayPeriod = ({ firstDay, lastDay, zone }: Period): string =>
  `${firstDay === lastDay ? sayDate(firstDay) : `${sayDate(firstDay)} to ${sayDate(lastDay)}`}, ${zone}`

/** `Mon 16 Nov 2026`, from `2026-11-16`. */
export const sayDate = (date: string): string => `${dayOf(date)} ${date.slice(0, 4)}`

/** `Mon 16 Nov 2026`, the day of an instant by the calendar of a zone. */
export const sayDayAndYear = (at: Instant, zone: string): string =>
  `${sayDay(at, zone)} ${new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric' }).format(at)}`

/** `Mon 23 Nov 07:00`, by the clock of a zone. */
export const sayMoment = (at: Instant, zone: string): string => `${sayDay(at, zone)} ${sayClock(at, zone)}`

/** `a`, `a and b`, `a, b and c`. */
export const sayAll = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

const dayOf = (date: string): string => sayDay(midnight(date), 'UTC')

const midnight = (date: string): Instant => instant(`${date}T00:00:00Z`)
