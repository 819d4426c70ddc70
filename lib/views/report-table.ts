import type { ReportTerms, Sending } from '../domain/report/sending.ts'
import { type Instant, iso } from '../domain/time.ts'
import type { Style } from './paint.ts'
import { type Canvas, type Cell, terminalTable } from './terminal-table.ts'
import { inZone, sayTime } from './zoned-time.ts'

/** A report, when it is next due, and what became of its last mail. */
export interface ReportStatus {
  readonly terms: ReportTerms
  readonly next: Instant
  readonly last?: Sending
}

const STYLES: Readonly<Record<Sending['state'], Style>> = { sent: 'green', sending: 'yellow', waiting: 'yellow', failed: 'red', unknown: 'red' }

/** The reports, one a line; times by the clock of the fleet's zone. */
export const reportTable = (statuses: readonly ReportStatus[], zone: string, now: Instant, canvas: Canvas): string =>
  terminalTable(
    [{ title: 'report' }, { title: 'every' }, { title: 'next' }, { title: 'last' }, { title: 'of' }, { title: 'about' }, { title: 'to' }, { title: 'note' }],
    statuses.map(({ terms: { name, every, environments, to }, next, last }): Cell[] => [
      name, every, sayTime(next, zone, now),
      last === undefined ? 'none yet' : { text: `${last.state} ${sayTime(last.at, zone, now)}`, style: STYLES[last.state] },
      last === undefined ? '-' : (last.key.split('/').at(-1) ?? ''),
      environments?.join(', ') ?? 'the whole fleet', to.join(', '),
      last === undefined ? '' : inZone(noteOf(last), zone, now),
    ]),
    canvas,
  )

const noteOf = ({ problem = '', againAt }: Sending): string =>
  (againAt === undefined ? problem : `${problem}; again from ${iso(againAt)}`)
