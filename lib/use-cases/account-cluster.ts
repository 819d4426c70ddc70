import { calendarDate, dayNumber } from '../domain/calendar-date.ts'
import { type Cluster, clusterAddress } from '../domain/fleet.ts'
import { hourOf } from '../domain/ledger/clock-hour.ts'
import type { ClusterDay } from '../domain/ledger/cluster-day.ts'
import type { ClusterStory } from '../domain/ledger/cluster-story.ts'
import { closeDay } from '../domain/ledger/close-day.ts'
import { keepLedger } from '../domain/ledger/ledger.ts'
import { ledgerFromJournal } from '../domain/ledger/ledger-from-journal.ts'
import type { LedgerInput } from '../domain/ledger/ledger-input.ts'
import { type LocalDay, localDay, localDayNumber } from '../domain/ledger/local-day.ts'
import { type Instant, later } from '../domain/time.ts'
import type { WantedPrices } from '../ports.ts'
import type { Accounting, AccountRun } from './accounting.ts'
import { adviseCluster } from './advise-cluster.ts'
import type { PriceList } from './price-book.ts'

/** What was told of a day within an hour after it is still taken into it: who looks comes some minutes late. */
const SETTLED_AFTER_SECONDS = 3600

/** So far back a day that was begun and never closed is looked for. */
const LOOK_BACK_DAYS = 7

/** Where no day before tells who was missing, whoever left so long before may still be. */
const GONE_DAYS = 35

/**
 * Reckons the days of a cluster that are not settled, today among them, from the journal. A day that was made with the
 * last full hour is left as it is, so that a run that was interrupted goes on where it stopped.
 *
 * @returns how many days were made
 */
export const accountCluster = async (world: Accounting, run: AccountRun, cluster: Cluster): Promise<number> => {
  const { memory, journal, clock } = world
  const { name } = cluster
  const today = localDayNumber(run.fleet.timezone, later(run.asOf, -1))
  const kept = await keptDays(world, name, today)
  const open = openDays(run, kept, today)
  const [first] = open
  if (first === undefined) return 0

  const from = hourOf(first.from)
  const gone = kept.get(dayBefore(first.day))?.carry?.gone
  const [records, facts, lives] = await Promise.all([
    memory.inCluster(name),
    journal.between(name, from, later(clock.now(), 1)),
    journal.lives(name, later(from, gone === undefined ? -GONE_DAYS * 86_400 : -3600)),
  ])
  const known = { fleet: run.fleet, cluster, ...records, facts, lives }
  // Once a day, and before the day is kept: interrupted in between it is done again.
  if (!kept.has(calendarDate(today))) await adviseCluster(world, run, known, [...kept.values()])
  let before = gone
  for (const day of open) {
    const made = await makeDay(world, run, known, day, before)
    before = made.carry?.gone
  }
  return open.length
}

/** The days that were made so far: yesterday and today, or, where yesterday is not settled, those of the last week. */
const keptDays = async ({ ledgers }: Accounting, cluster: string, today: number): Promise<ReadonlyMap<string, ClusterDay>> => {
  const last = calendarDate(today)
  const recent = await ledgers.days(cluster, calendarDate(today - 1), last)
  const yesterday = recent.find(({ day }) => day === calendarDate(today - 1))
  const days = yesterday !== undefined && isSettled(yesterday) ? recent : await ledgers.days(cluster, calendarDate(today - LOOK_BACK_DAYS), last)
  return new Map(days.map((day) => [day.day, day]))
}

const isSettled = ({ carry, to }: ClusterDay): boolean => carry !== undefined && carry.asOf >= later(to, SETTLED_AFTER_SECONDS)

/** From the first day that was ever begun: before it nobody looked, and nothing is known. */
const openDays = ({ fleet, asOf }: AccountRun, kept: ReadonlyMap<string, ClusterDay>, today: number): readonly LocalDay[] => {
  const begun = [...kept.keys()].flatMap((day) => dayNumber(day) ?? [])
  const first = Math.min(today, ...begun)
  return Array.from({ length: today - first + 1 }, (_, index) => first + index)
    .filter((day) => {
      const made = kept.get(calendarDate(day))
      return made?.carry === undefined || (!isSettled(made) && made.carry.asOf < asOf)
    })
    .map((day) => localDay(fleet.timezone, day))
}

const dayBefore = (day: string): string => calendarDate((dayNumber(day) ?? 0) - 1)

type Known = Omit<ClusterStory, 'span' | 'gone'>

/** Rows first, then the day: interrupted in between both are made again, the same. */
const makeDay = async (world: Accounting, run: AccountRun, known: Known, day: LocalDay, gone: ClusterStory['gone']): Promise<ClusterDay> => {
  const { ledgers } = world
  const { asOf } = run
  const { name } = known.cluster
  // An hour in which a day ends is the last of it and the first of the next: both make the same row of it.
  const to = Math.min(asOf, hourOf((day.to + 3_599_999) as Instant)) as Instant
  const from = hourOf(day.from)
  const story: ClusterStory = {
    ...known,
    span: { from, to },
    facts: known.facts.filter(({ at }) => at >= from),
    ...(gone === undefined ? {} : { gone }),
  }
  const unpriced = ledgerFromJournal(story, () => undefined)
  const list = await pricesFor(run, known.cluster, unpriced)
  const input: LedgerInput = { ...unpriced, priceOf: list.priceOf }
  const ledger = keepLedger(input)
  await ledgers.keepRows(name, story.span, ledger.rows)
  const question = await run.billQuestion(day.day)
  const made = closeDay({
    day, asOf, story, input, ledger,
    sharedWork: { clusters: run.clusters, costExplorerRequests: question?.requests ?? 0 },
    // One question for all clusters: the first tells what was in its way.
    problems: [...list.problems, ...(run.clusters[0]?.name === name ? (question?.problems ?? []) : [])],
  })
  await ledgers.keepDay(made)
  return made
}

/** A node is priced each hour it runs and, gone, at its removal, which may lie before the day. */
const pricesFor = ({ priceBook }: AccountRun, { arn }: Cluster, { nodes, span: { from } }: LedgerInput): Promise<PriceList> => {
  const typesOf = (capacity: 'on-demand' | 'spot'): readonly string[] =>
    [...new Set(nodes.flatMap((node) => (node.capacity === capacity ? [node.instanceType] : [])))].toSorted()
  const wanted: WantedPrices = { onDemand: typesOf('on-demand'), spot: typesOf('spot') }
  const first = Math.min(from, ...nodes.flatMap((node) => (node.capacity === 'spot' ? (node.terminatedAt ?? []) : []))) as Instant
  return priceBook(clusterAddress(arn).region, wanted, first)
}
