import pMap from 'p-map'
import type { Fleet } from '../domain/fleet.ts'
import type { HistoryEntry } from '../domain/history.ts'
import { latestSending, parseCadence } from '../domain/report/cadence.ts'
import type { MailMessage } from '../domain/report/mail-message.ts'
import { type DueMail, failedSending, isOpen, lostSending, nextSending, overtakenSending, unknownSending } from '../domain/report/next-sending.ts'
import { duePeriod, type Period, periodBefore, reportKey } from '../domain/report/period.ts'
import { type RecipientReport, reportFor, saySpan } from '../domain/report/report-for.ts'
import type { ReportTerms, Sending } from '../domain/report/sending.ts'
import { zoneNamed } from '../domain/hours/zone.ts'
import { iso } from '../domain/time.ts'
import type { Clock, Log, Mail, Memory, Sendings } from '../ports.ts'
import { gatherReport, type ReportSources } from './gather-report.ts'
import { type LinkingWorld, mailLinks } from './mail-links.ts'

/** What `report` needs from the world. */
export interface ReportWorld extends Omit<ReportSources, 'linksOf'>, LinkingWorld {
  readonly clock: Clock
  readonly memory: Pick<Memory, 'fleet' | 'cluster' | 'inCluster' | 'append'>
  readonly sendings: Sendings
  readonly mail: Mail
  readonly log: Log
  /** Writes the mail of a report. */
  readonly compose: (told: RecipientReport) => MailMessage
}

/** How many mails are written and sent at once. */
const MAILS_AT_ONCE = 4

/** So many mails of a report are looked at for one that was left behind. */
const LOOKED_BACK = 3

/** One report of the fleet and the mail that is due for it. */
interface Turn extends DueMail {
  readonly terms: ReportTerms
  readonly period: Period
  readonly before: Sending | undefined
}

/**
 * Each hour: sends the mails that are due and were not sent. A mail is on record before SES is asked, so that there are
 * never two for one period, whoever is called how often and killed where; what may have gone is not sent again. A
 * paused fleet is told of as any other: a mail changes nothing in a cluster.
 *
 * @returns how many mails were sent
 * @throws what went wrong with one report, once all others had their turn
 */
export const report = async (world: ReportWorld): Promise<number> => {
  const fleet = await world.memory.fleet()
  if (fleet === undefined || fleet.reports.length === 0) return 0
  const failures: unknown[] = []
  const apart = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      failures.push(error)
      return undefined
    }
  }
  const turns = await pMap(fleet.reports, (terms) => apart(() => turnOf(world, fleet, terms)), { concurrency: MAILS_AT_ONCE })
  // Reports of one period share what is read for it; the periods come one after the other, so that memory holds one.
  const byPeriod = Map.groupBy(turns.flatMap((turn) => turn ?? []), ({ period: { kind, firstDay } }) => `${kind}/${firstDay}`)
  let sent = 0
  for (const alike of byPeriod.values()) sent += (await apart(() => sendAlike(world, fleet, alike, apart))) ?? 0
  if (failures.length > 0) throw failures[0]
  return sent
}

/** The mail of a report that is due; undefined where nothing is to be done about it any more. */
const turnOf = async (world: ReportWorld, fleet: Fleet, terms: ReportTerms): Promise<Turn | undefined> => {
  const { clock, sendings } = world
  const now = clock.now()
  const cadence = parseCadence(terms.every)
  const period = duePeriod(cadence, fleet.timezone, now)
  const key = reportKey(terms.name, period)
  const before = await sendings.get(key)
  const latest = await sendings.latest(terms.name, LOOKED_BACK)
  for (const earlier of latest) {
    const left = earlier.key === key ? lostSending(earlier, now) : overtakenSending(earlier, now)
    if (left !== undefined) await keep(world, left, earlier)
  }
  if (!isOpen(before, now)) return undefined
  const dueAt = latestSending(cadence, zoneNamed(fleet.timezone), now).at
  return { key, recipient: terms.name, dueAt, isFirst: latest.length === 0, terms, period, before }
}

const sendAlike = async (world: ReportWorld, fleet: Fleet, turns: readonly Turn[], apart: (work: () => Promise<boolean>) => Promise<boolean | undefined>): Promise<number> => {
  const [{ period } = { period: undefined }] = turns
  if (period === undefined) return 0
  const clusters = await gatherReport({ ...world, linksOf: mailLinks(world) }, fleet, period, turns.map(({ terms }) => terms))
  const sent = await pMap(turns, (turn) => apart(async () => {
    const told = reportFor(turn.terms, period, periodBefore(period), clusters)
    const next = nextSending(turn, turn.before, told.readiness, world.clock.now())
    if (next.do === 'send') return send(world, turn, told, next.sending)
    if (next.sending !== undefined) await keep(world, next.sending, turn.before)
    else if (told.readiness.ledger !== 'closed') world.log.info('nothing to report yet', { report: turn.terms.name, reason: told.readiness.missing })
    return false
  }), { concurrency: MAILS_AT_ONCE })
  return sent.filter((isSent) => isSent === true).length
}

/** Answers whether the mail went. Whoever puts the mail on record as being sent is the one who sends it. */
const send = async (world: ReportWorld, { terms, period, before }: Turn, told: RecipientReport, asked: Sending): Promise<boolean> => {
  const { clock, mail, sendings } = world
  const message = world.compose(told)
  if (!(await sendings.put(asked, before))) return false
  const answer = await mail.send(terms.to, message)
  const now = clock.now()
  if (!answer.sent) {
    const { because, text } = answer
    await keep(world, because === 'unknown' ? unknownSending(asked, `its answer did not come (${text})`, now) : failedSending(asked, text, now), asked)
    return false
  }
  const done: Sending = { ...asked, state: 'sent', at: now, messageId: answer.messageId }
  await keep(world, done, asked, `sent to ${terms.to.length === 1 ? '1 address' : `${terms.to.length} addresses`}, what was saved ${saySpan(period)}: ${message.subject}`)
  return true
}

/** Writes what became of a mail, and says it where people look, once. */
const keep = async ({ sendings, memory, log }: ReportWorld, is: Sending, was: Sending | undefined, says = sayState(is)): Promise<void> => {
  if (!(await sendings.put(is, was))) return
  if (is.state === 'waiting' && was?.state === 'waiting') return
  const fields = { report: is.recipient, mail: is.key, state: is.state, reason: is.problem }
  if (is.state === 'failed' || is.state === 'unknown') log.warn('a report was not sent', fields)
  else log.info(is.state === 'sent' ? 'report sent' : 'a report waits', fields)
  await memory.append([entryOf(is, says)])
}

const entryOf = ({ recipient, at, state }: Sending, text: string): HistoryEntry =>
  ({ at, subject: `report/${recipient}`, what: state === 'failed' || state === 'unknown' ? 'problem' : 'phase', text })

const sayState = ({ state, times, problem = '', againAt }: Sending): string => {
  if (state === 'waiting') return `waits: ${problem}`
  if (state === 'unknown') return problem
  const tries = times === 0 ? 'not sent' : `not sent in ${times === 1 ? '1 try' : `${times} tries`}`
  return `${tries}: ${problem}${againAt === undefined ? '; not tried again' : `; tried again from ${iso(againAt)}`}`
}
