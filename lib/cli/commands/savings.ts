import { type Command, InvalidArgumentError, Option } from 'commander'
import pMap from 'p-map'
import { calendarDate, dayNumber } from '../../domain/calendar-date.ts'
import { type Fleet } from '../../domain/fleet.ts'
import type { Amount } from '../../domain/ledger/amount.ts'
import type { ClusterDay } from '../../domain/ledger/cluster-day.ts'
import { FOCUS_COLUMNS, type FocusSubject, toFocus } from '../../domain/ledger/focus.ts'
import { type LedgerGap, ledgerGaps, reckonedTo } from '../../domain/ledger/ledger-gaps.ts'
import { nodeHours } from '../../domain/ledger/ledger-record.ts'
import { localDayNumber } from '../../domain/ledger/local-day.ts'
import { NO_RUNNING } from '../../domain/ledger/ledger-row.ts'
import { type SavingsBy, type SavingsLine, savingsLines, sumLines } from '../../domain/ledger/savings-lines.ts'
import { type Instant, iso } from '../../domain/time.ts'
import { csv, tableOf } from '../../views/mail/csv.ts'
import { OF_NO_ENVIRONMENT } from '../../views/mail/mail-words.ts'
import { plural } from '../../views/mail/say-amount.ts'
import { savingsTable } from '../../views/savings-table.ts'
import { sayTime } from '../../views/zoned-time.ts'
import type { Connection } from '../connection.ts'
import { addTarget, type Desk, OPERATOR_HELP, type OperatorOptions, processDesk, tellTrouble, withConnection } from '../operator-command.ts'
import type { Terminal } from '../terminal.ts'
import { clusterPlaces, type Places } from '../cluster-places.ts'

const HELP = `
From the ledger, which account keeps each hour: nodes that left the bill, at the price they had. Net is realised less
waking and Catnap's own cost. Potential and stranded are never part of it: potential could be saved by the hours,
stranded ran although everything that needed it slept. Without dates it tells of the last seven whole days and of today
so far, by the days of the fleet's zone.

With --csv the columns have the names of FOCUS 1.2, Catnap's own begin with x_; by day there is a row for each cluster.

Examples:
  $ catnap savings
  $ catnap savings --by day --from 2026-11-01 --to 2026-11-30
  $ catnap savings --by cluster --csv > savings.csv
  $ catnap savings --json | jq '.total.netUsd'
${OPERATOR_HELP}`

interface Options extends OperatorOptions {
  readonly by: SavingsBy
  readonly from?: string
  readonly to?: string
  readonly csv?: true
}

/** Whole days before today that are told of where nothing else is asked for. */
const DAYS = 7

/** Clusters read at once. */
const AT_ONCE = 16

/** `catnap savings`: what was saved. */
export const savingsCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('savings')
    .summary('tell what was saved, what could be, and what runs for nobody')
    .description('Tell what was saved, what could be, and what runs for nobody.')
    .addOption(new Option('--by <what>', 'one line for each').choices(['environment', 'cluster', 'day']).default('environment'))
    .option('--from <date>', 'the first day, as in 2026-11-16 (default: seven days ago)', dateArgument)
    .option('--to <date>', 'the last day (default: today so far)', dateArgument)
    .addOption(new Option('--csv', 'print CSV with the names of FOCUS 1.2').conflicts('json'))
  addTarget(command)
    .addHelpText('after', HELP)
    .action((options: Options) =>
      tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const fleet = await connection.registry.fleet()
        if (fleet === undefined) throw new Error('nothing is delivered yet, so nothing was saved; begin with: catnap apply catnap.yaml')
        const period = periodOf(options, fleet, connection.clock.now())
        const days = (await pMap(fleet.clusters, (name) => connection.ledgers.days(name, period.first, period.last), { concurrency: AT_ONCE })).flat()
        const lines = savingsLines(days, options.by)
        if (options.csv) {
          for (const note of notesOn(days, fleet)) desk.terminal.err(note)
          return desk.terminal.out(csv(focusTable(options.by, days, lines, await clusterPlaces(connection, fleet))).trimEnd())
        }
        if (options.json) return desk.terminal.out(JSON.stringify(document(options.by, period, fleet, days, lines)))
        show(options.by, period, fleet, days, lines, desk.terminal, connection)
      })))
}

/** Days of the fleet's zone, both inclusive. */
interface Days {
  readonly first: string
  readonly last: string
}

const periodOf = ({ from, to }: Options, { timezone }: Fleet, now: Instant): Days => {
  const today = localDayNumber(timezone, now)
  const last = to ?? calendarDate(today)
  const first = from ?? calendarDate(Math.min(today, dayNumber(last) ?? today) - DAYS)
  if (first > last) throw new Error(`found --from ${first} after ${to === undefined ? 'today,' : '--to'} ${last}, expected it on or before`)
  return { first, last }
}

const show = (by: SavingsBy, { first, last }: Days, fleet: Fleet, days: readonly ClusterDay[], lines: readonly SavingsLine[], terminal: Terminal, { clock }: Connection): void => {
  const { timezone } = fleet
  const { out, paint } = terminal
  if (days.length === 0) {
    out(`no ledger yet from ${first} to ${last}: account runs hourly, and the first hour must be over`)
    return
  }
  out(paint('dim', `${first} to ${last} (${timezone}), reckoned up to ${sayTime(reckonedTo(days), timezone, clock.now())}, at list and spot prices`))
  out(savingsTable(by, lines, sumLines(lines), terminal))
  for (const note of notesOn(days, fleet)) out(paint('yellow', note))
}

/** What the figures lack. */
const notesOn = (days: readonly ClusterDay[], { clusters }: Fleet): readonly string[] => {
  const problems = Map.groupBy(days.flatMap((day) => day.problems), ({ text }) => text)
  return [
    ...[...problems].map(([text, alike]) => `note: ${text}${alike.length === 1 ? '' : ` (on ${alike.length} days)`}`),
    ...ledgerGaps(days, clusters).map((gap) => `note: ${sayGap(gap)}`),
  ].toSorted()
}

const sayGap = ({ cluster, days }: LedgerGap): string => {
  if (days === undefined) return `nothing of ${cluster} is in the ledger`
  const [first = '', ...others] = days
  return `the ledger of ${cluster} lacks ${first}, or the end of it${others.length === 0 ? '' : `, and ${plural(others.length, 'day')} more`}`
}

const document = (by: SavingsBy, { first, last }: Days, fleet: Fleet, days: readonly ClusterDay[], lines: readonly SavingsLine[]): object => ({
  from: first, to: last, timezone: fleet.timezone, by,
  ...(days.length === 0 ? {} : { upTo: iso(reckonedTo(days)) }),
  lines: lines.map((line) => ({ name: line.name ?? OF_NO_ENVIRONMENT, ...figures(line) })),
  total: lines.length === 0 ? null : figures(sumLines(lines)),
  problems: notesOn(days, fleet),
})

/** Money that is not known is null, never 0. */
const figures = ({ savings, ownMicroUsd, netMicroUsd }: Omit<SavingsLine, 'name'>): object => ({
  netUsd: usd(netMicroUsd),
  realizedUsd: usdOf(savings.realized),
  wakeUsd: usdOf(savings.wake),
  ownUsd: usd(ownMicroUsd),
  avoidedNodeHours: nodeHours(savings.avoidedNodeSeconds),
  potentialUsd: usdOf(savings.potential),
  potentialNodeHours: nodeHours(savings.potentialNodeSeconds),
  strandedUsd: usdOf(savings.stranded),
  strandedNodeHours: nodeHours(savings.strandedNodeSeconds),
  freedCommitmentUsd: usdOf(savings.freedCommitment),
})

const usdOf = ({ microUsd }: Amount): number | null => usd(microUsd)
const usd = (microUsd: number | undefined): number | null => (microUsd === undefined ? null : microUsd / 1e6)

const focusTable = (by: SavingsBy, days: readonly ClusterDay[], lines: readonly SavingsLine[], places: Places) => {
  if (by !== 'day') return tableOf(toFocus(lines, ({ name = OF_NO_ENVIRONMENT }) => subjectOf(by, name, places)), FOCUS_COLUMNS)
  const rows = days.flatMap((day) => savingsLines([day], 'cluster'))
  return tableOf(toFocus(rows.map((row) => ({ running: NO_RUNNING, ...row })), ({ name = '' }) => subjectOf('cluster', name, places)), FOCUS_COLUMNS)
}

const subjectOf = (by: 'environment' | 'cluster', name: string, places: Places): FocusSubject => {
  const [cluster = name] = name.split('/')
  const { arn, ...place } = places.get(cluster) ?? {}
  return { name, type: by === 'cluster' ? 'Cluster' : 'Environment', ...place, ...(by === 'cluster' && arn !== undefined ? { resourceId: arn } : {}) }
}

const dateArgument = (text: string): string => {
  if (dayNumber(text) === undefined) throw new InvalidArgumentError(`found "${text}", expected a date such as 2026-11-16`)
  return text
}
