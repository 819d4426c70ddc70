import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Fleet } from '../../domain/fleet.ts'
import { zoneNamed } from '../../domain/hours/zone.ts'
import { nearest } from '../../domain/nearest.ts'
import { nextSending, parseCadence } from '../../domain/report/cadence.ts'
import type { MailMessage } from '../../domain/report/mail-message.ts'
import { duePeriod, periodBefore } from '../../domain/report/period.ts'
import { type RecipientReport, reportFor } from '../../domain/report/report-for.ts'
import type { ReportTerms } from '../../domain/report/sending.ts'
import { totalsOf } from '../../domain/report/totals.ts'
import { type Instant, iso } from '../../domain/time.ts'
import { gatherReport } from '../../use-cases/gather-report.ts'
import { csv } from '../../views/mail/csv.ts'
import { ledgerCsv } from '../../views/mail/ledger-csv.ts'
import { environmentsCsv } from '../../views/mail/report-csv.ts'
import { reportMail } from '../../views/mail/report-mail.ts'
import type { Connection } from '../connection.ts'
import { instantArgument } from '../instant-argument.ts'
import { addTarget, type Desk, OPERATOR_HELP, type OperatorOptions, tellTrouble, withConnection } from '../operator-command.ts'
import type { Terminal } from '../terminal.ts'

const HELP = `
It sends nothing. A report tells of the period before it is due: yesterday, seven days, a month. With --at an instant
that is still to come it tells of the period that runs, as far as the ledger goes; so it does where the ledger is younger.
Without a name it is the first report of the intent.
With --csv alone it prints the table of environments, and nothing else on standard output.
With --json it is {"name", "to", "every", "period", "ledger", "missing"?, "subject", "totals", "text", "attachments"}.

Examples:
  $ catnap report preview finops
  $ catnap report preview finops --at 2026-11-30T08:00:00Z
  $ catnap report preview --html mail.html --csv tables
  $ catnap report preview --csv > environments.csv
${OPERATOR_HELP}`

interface Options extends OperatorOptions {
  readonly at?: Instant
  readonly html?: string
  /** True: to standard output. */
  readonly csv?: string | true
}

/** `catnap report preview`: what a mail would say, sending nothing. */
export const reportPreviewCommand = (parent: Command, desk: Desk): void => {
  const command = parent
    .command('preview')
    .summary('show what a mail would say now, sending nothing')
    .description('Show what a mail would say now, sending nothing.')
    .argument('[name]', 'a report of the intent (default: its first)')
    .option('--at <instant>', 'as if it were this instant, as in 2026-11-30T08:00:00Z', atArgument)
    .option('--html <file>', 'write the HTML of the mail to a file')
    .addOption(new Option('--csv [folder]', 'write the attached tables into a folder; without one, print that of environments').conflicts('json'))
  addTarget(command)
    .addHelpText('after', HELP)
    .action((name: string | undefined, options: Options) =>
      tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const { terminal } = desk
        const fleet = await connection.registry.fleet()
        if (fleet === undefined) throw new Error('nothing is delivered yet; begin with: catnap apply catnap.yaml')
        const terms = chosen(fleet, name)
        if (name === undefined && fleet.reports.length > 1) terminal.err(`this is ${terms.name}; there are: ${namesOf(fleet).join(', ')}`)
        const told = await tell(connection, fleet, terms, options, terminal)
        const mail = reportMail(told.report, ledgerCsv(told.pools))
        await writeFiles(mail, options, terminal)
        if (options.json) return terminal.out(JSON.stringify(document(terms, told, mail)))
        if (options.csv === true) return terminal.out(csv(environmentsCsv(told.report)).trimEnd())
        show(terms, fleet, mail, terminal)
      })))
}

/** The report as it is due, or, of a fleet younger than its period, as it will be; and why it would not be sent yet. */
const tell = async ({ clock, registry, ledgers }: Connection, fleet: Fleet, terms: ReportTerms, { at }: Options, { err }: Terminal): Promise<RecipientReport> => {
  const cadence = parseCadence(terms.every)
  const tellAt = async (now: Instant): Promise<RecipientReport> => {
    const period = duePeriod(cadence, fleet.timezone, now)
    const clusters = await gatherReport({ memory: registry, ledgers }, fleet, period, [terms])
    return reportFor(terms, period, periodBefore(period), clusters)
  }
  const now = at ?? clock.now()
  const due = await tellAt(now)
  const next = nextSending(cadence, zoneNamed(fleet.timezone), now).at
  const { readiness } = due
  if (readiness.ledger === 'closed') return due
  if (readiness.ledger === 'none' && at === undefined) {
    err(`${readiness.missing}: this is the period that runs, as far as the ledger goes; it is due at ${iso(next)}`)
    return tellAt(next)
  }
  err(`the mail would not be sent yet: ${readiness.missing}; the period that runs: catnap report preview ${terms.name} --at ${iso(next)}`)
  return due
}

const namesOf = ({ reports }: Fleet): readonly string[] => reports.map(({ name }) => name)

/** The report that is meant. Throws with the names there are. */
const chosen = (fleet: Fleet, name: string | undefined): ReportTerms => {
  const [first] = fleet.reports
  if (first === undefined) throw new Error('the intent names no report; expected one under reports, as in finops: { to: [finops@example.com] }; add it and run: catnap apply catnap.yaml')
  if (name === undefined) return first
  const report = fleet.reports.find((each) => each.name === name)
  if (report !== undefined) return report
  const names = namesOf(fleet)
  const near = nearest(name, names)
  throw new Error(`there is no report "${name}"${near === undefined ? '' : `: did you mean "${near}"?`}; there are: ${names.join(', ')}`)
}

const writeFiles = async ({ html, attachments }: MailMessage, options: Options, { err }: Terminal): Promise<void> => {
  if (options.html !== undefined) await write(options.html, html, err)
  if (typeof options.csv !== 'string') return
  for (const { fileName, content } of attachments) await write(path.join(options.csv, fileName), content, err)
}

const write = async (file: string, content: string | Uint8Array, err: Terminal['err']): Promise<void> => {
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, content)
  } catch (error) {
    throw new Error(`could not write ${file} (${error instanceof Error ? error.message : String(error)}); name a place that can be written to`, { cause: error })
  }
  err(`wrote ${file}`)
}

const show = ({ name, to, every, environments }: ReportTerms, { timezone }: Fleet, mail: MailMessage, { out, paint }: Terminal): void => {
  const about = environments === undefined ? 'the whole fleet' : environments.join(', ')
  out(paint('dim', `${name}: ${every} (${timezone}) to ${to.join(', ')}, on ${about}; nothing was sent`))
  out(`${paint('dim', 'Subject:')} ${paint('bold', mail.subject)}`)
  out('')
  out(mail.text.trimEnd())
}

const document = ({ name, to, every }: ReportTerms, { report, readiness }: RecipientReport, mail: MailMessage): object => {
  const { period } = report.current
  return {
    name, to, every,
    period: { ...period, from: iso(period.from), to: iso(period.to) },
    ...readiness,
    subject: mail.subject,
    totals: totalsOf(report.current),
    text: mail.text,
    attachments: mail.attachments.map(({ fileName, content }) => ({ fileName, bytes: content.byteLength })),
  }
}

const atArgument = (text: string): Instant => {
  try {
    return instantArgument(text)
  } catch (error) {
    throw error instanceof RangeError ? new InvalidArgumentError(error.message) : error
  }
}
