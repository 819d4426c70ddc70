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

const AT_ONCE = 8
const HOURS_OF_A_DAY = 24

/**
 * Once a day of the fleet: what AWS says the last days cost, beside what the ledger makes of them. That it was asked is
 * written first, so that whatever happens then, a day asks a few times and no more.
 */
export const reconcileBills = async (world: Accounting, day: string, clusters: readonly Cluster[]): Promise<void> => {
  const { ledgers, bills, clock, log } = world
  const before = await ledgers.billQuestion(day)
  if (clusters.length === 0 || before?.answered === true || (before?.tries ?? 0) >= MOST_TRIES) return
  const now = clock.now()
  const asked: BillQuestion = { day, at: now, tries: (before?.tries ?? 0) + 1, requests: (before?.requests ?? 0) + 1, answered: false, problems: before?.problems ?? [] }
  await ledgers.keepBillQuestion(asked)

  const today = Math.floor(now / 86_400_000)
  const last = calendarDate(today - 1)
  const known = await pMap(clusters, async (cluster) => ({ cluster, days: await ledgers.bills(cluster.name, calendarDate(today - DAYS_OPEN), last) }), { concurrency: AT_ONCE })
  const first = [calendarDate(today - DAYS_ASKED), ...known.flatMap(({ days }) => days.filter(({ askAgainAt }) => askAgainAt !== undefined).map(({ day: open }) => open))].toSorted()[0] ?? last
  const answer = await bills.days(clusters, first, last)
  await pMap(known, ({ cluster, days }) => reconcileCluster(world, cluster.name, { first, today, now }, answer.days, days), { concurrency: AT_ONCE })
  const answered = answer.days.length > 0 || answer.problems.length === 0
  await ledgers.keepBillQuestion({ ...asked, requests: asked.requests - 1 + answer.requests, answered, problems: answer.problems })
  for (const problem of answer.problems) log.warn(problem, { times: asked.tries })
}

interface Asked {
  readonly first: string
  readonly today: number
  readonly now: Instant
}

const reconcileCluster = async ({ ledgers, log }: Accounting, cluster: string, { first, today, now }: Asked, billed: readonly BilledDay[], before: readonly ReconciledDay[]): Promise<void> => {
  const firstDay = dayNumber(first) ?? today
  const rows = await ledgers.rows(cluster, midnight(firstDay), midnight(today))
  const rowsOf = Map.groupBy(rows, ({ hour }) => Math.floor(hour / 86_400_000))
  const reconciled: ReconciledDay[] = []
  for (let number = firstDay; number < today; number += 1) {
    const own = rowsOf.get(number) ?? []
    const [day, old] = [calendarDate(number), before.find((each) => each.day === calendarDate(number))]
    // A day of which only some hours were watched says nothing beside the bill of all of it.
    if (!isWhole(own) || old?.state === 'final') continue
    const outcome = reconcileDay({ subject: cluster, day, billed: billedOf(own) }, billed.find((bill) => bill.subject === cluster && bill.day === day), old, now)
    if ('state' in outcome) reconciled.push(outcome)
    else log.warn(`the bill of ${outcome.subject} on ${day} was left out: ${outcome.reason}`, { cluster })
  }
  await ledgers.keepBills(cluster, reconciled)
}

const midnight = (day: number): Instant => later(0 as Instant, day * 86_400)

const isWhole = (rows: readonly LedgerRow[]): boolean => new Set(rows.map(({ hour }) => hour)).size === HOURS_OF_A_DAY

const billedOf = (rows: readonly LedgerRow[]): Amount => rows.reduce((sum, { running }) => addAmounts(sum, running.billed), NO_AMOUNT)
