import pMap from 'p-map'
import { calendarDate, dayNumber } from '../domain/calendar-date.ts'
import type { Cluster } from '../domain/fleet.ts'
import { addAmounts, type Amount, NO_AMOUNT } from '../domain/ledger/amount.ts'
import type { BillQuestion } from '../domain/ledger/bill-question.ts'
import type { LedgerRow } from '../domain/ledger/ledger-row.ts'
import { type BilledDay, reconcileDay, type ReconciledDay } from '../domain/ledger/reconcile-day.ts'
import { type Instant, later } from '../domain/time.ts'
import type { Accounting } from './accounting.ts'

/** Days of the bill that are asked for each day: the newest comes a day late, the oldest is final (FIELD §5). */
const DAYS_ASKED = 3

/** A day whose bill did not come is asked for again so long, with the others and for the same money. */
const DAYS_OPEN = 14

/** A day asks so often at most: each time costs a cent or more. */
const MOST_TRIES = 3

/** The bill knows of a day about 24 hours after it: asked for that day alone it says nothing. */
const DAYS_LATE = 2

const AT_ONCE = 8
const HOURS_OF_A_DAY = 24

/** The ledger of a cluster by days, UTC, and what was made of them so far. */
interface Estimates {
  readonly cluster: string
  readonly days: readonly { readonly day: string; readonly billed: Amount; readonly before: ReconciledDay | undefined }[]
}

/**
 * Once a day of the fleet: what AWS says the last days cost, beside what the ledger makes of them. That it was asked is
 * written first, so that whatever happens then, a day asks a few times and no more. While there is no day that the bill
 * could know of it is not asked.
 */
export const reconcileBills = async (world: Accounting, day: string, clusters: readonly Cluster[]): Promise<void> => {
  const { ledgers, bills, clock, log } = world
  const before = await ledgers.billQuestion(day)
  if (before?.answered === true || (before?.tries ?? 0) >= MOST_TRIES) return
  const now = clock.now()
  const today = Math.floor(now / 86_400_000)
  const estimates = await pMap(clusters, ({ name }) => estimatesOf(world, name, today), { concurrency: AT_ONCE })
  const open = estimates.flatMap(({ days }) => days.map((each) => each.day)).toSorted()
  const [first] = open
  if (first === undefined || first > calendarDate(today - DAYS_LATE)) return

  const asked: BillQuestion = { day, at: now, tries: (before?.tries ?? 0) + 1, requests: (before?.requests ?? 0) + 1, answered: false, problems: before?.problems ?? [] }
  await ledgers.keepBillQuestion(asked)
  const answer = await bills.days(clusters, first, calendarDate(today - 1))
  await pMap(estimates, (estimate) => reconcileCluster(world, estimate, answer.days, now), { concurrency: AT_ONCE })
  const answered = answer.days.length > 0 || answer.problems.length === 0
  await ledgers.keepBillQuestion({ ...asked, requests: asked.requests - 1 + answer.requests, answered, problems: answer.problems })
  for (const problem of answer.problems) log.warn(problem, { times: asked.tries })
}

/** The last days that are not final, and those further back whose bill did not come. */
const estimatesOf = async ({ ledgers }: Accounting, cluster: string, today: number): Promise<Estimates> => {
  const known = await ledgers.bills(cluster, calendarDate(today - DAYS_OPEN), calendarDate(today - 1))
  const waiting = known.flatMap(({ day, askAgainAt }) => (askAgainAt === undefined ? [] : (dayNumber(day) ?? [])))
  const first = Math.min(today - DAYS_ASKED, ...waiting)
  const rows = Map.groupBy(await ledgers.rows(cluster, midnight(first), midnight(today)), ({ hour }) => Math.floor(hour / 86_400_000))
  return {
    cluster,
    // A day of which only some hours were watched says nothing beside the bill of all of it.
    days: [...rows].filter(([, own]) => isWhole(own)).flatMap(([number, own]) => {
      const before = known.find((each) => each.day === calendarDate(number))
      return before?.state === 'final' ? [] : [{ day: calendarDate(number), billed: billedOf(own), before }]
    }),
  }
}

const reconcileCluster = async ({ ledgers, log }: Accounting, { cluster, days }: Estimates, billed: readonly BilledDay[], now: Instant): Promise<void> => {
  const reconciled = days.flatMap(({ day, billed: estimate, before }): readonly ReconciledDay[] => {
    const outcome = reconcileDay({ subject: cluster, day, billed: estimate }, billed.find((bill) => bill.subject === cluster && bill.day === day), before, now)
    if ('state' in outcome) return [outcome]
    log.warn(`the bill of ${outcome.subject} on ${day} was left out: ${outcome.reason}`, { cluster })
    return []
  })
  await ledgers.keepBills(cluster, reconciled)
}

const midnight = (day: number): Instant => later(0 as Instant, day * 86_400)

const isWhole = (rows: readonly LedgerRow[]): boolean => new Set(rows.map(({ hour }) => hour)).size === HOURS_OF_A_DAY

const billedOf = (rows: readonly LedgerRow[]): Amount => rows.reduce((sum, { running }) => addAmounts(sum, running.billed), NO_AMOUNT)
