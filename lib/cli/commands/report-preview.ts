import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
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
import { ledgerCsv } from '../../views/mail/ledger-csv.ts'
import { reportMail } from '../../views/mail/report-mail.ts'
import { instantArgument } from '../instant-argument.ts'
import { addTarget, type Desk, OPERATOR_HELP, type OperatorOptions, tellTrouble, withConnection } from '../operator-command.ts'
import type { Terminal } from '../terminal.ts'

const HELP = `
It sends nothing. A report tells of the period before it is due: yesterday, seven days, a month. With --at an instant
that is still to come it tells of the period that runs, as far as the ledger goes.
With --json it is {"name", "to", "every", "period", "ledger", "missing"?, "subject", "totals", "text", "attachments"}.

Examples:
  $ catnap report preview finops
  $ catnap report preview finops --at 2026-11-30T08:00:00Z
  $ catnap report preview --html mail.html --csv tables
${OPERATOR_HELP}`

interface Options extends OperatorOptions {
  readonly at?: Instant
  readonly html?: string
  readonly csv?: string
}

/** `catnap report preview`: what a mail would say, sending nothing. */
export const reportPreviewCommand = (parent: Command, desk: Desk): void => {
  const command = parent
    .command('preview')
    .summary('show what a mail would say now, sending nothing')
    .description('Show what a mail would say now, sending nothing.')
    .argument('[name]', 'a report of the intent; may be left out where there is one')
    .option('--at <instant>', 'as if it were this instant, as in 2026-11-30T08:00:00Z', atArgument)
    .option('--html <file>', 'write the HTML of the mail to a file')
    .option('--csv <folder>', 'write the attached tables into a folder')
  addTarget(command)
    .addHelpText('after', HELP)
    .action((name: string | undefined, options: Options) =>
      tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const { clock, registry, ledgers } = connection
        const fleet = await registry.fleet()
        if (fleet === undefined) throw new Error('nothing is delivered yet; begin with: catnap apply catnap.yaml')
        const terms = chosen(fleet, name)
        const now = options.at ?? clock.now()
        const period = duePeriod(parseCadence(terms.every), fleet.timezone, now)
        const clusters = await gatherReport({ memory: registry, ledgers }, fleet, period, [terms])
        const told = reportFor(terms, period, periodBefore(period), clusters)
        const mail = reportMail(told.report, ledgerCsv(told.pools))
        const { terminal } = desk
        await writeFiles(mail, options, terminal)
        if (told.readiness.ledger !== 'closed') terminal.err(sayMissing(told.readiness.missing, terms, fleet, now))
        if (options.json) return terminal.out(JSON.stringify(document(terms, told, mail)))
        show(terms, fleet, mail, terminal)
      })))
}

/** The report that is meant. Throws with the names there are. */
const chosen = ({ reports }: Fleet, name: string | undefined): ReportTerms => {
  const names = reports.map((report) => report.name)
  const [only, ...others] = reports
  if (only === undefined) throw new Error('the intent names no report; expected one under reports, as in finops: { to: [finops@example.com] }; add it and run: catnap apply catnap.yaml')
  if (name === undefined && others.length === 0) return only
  if (name === undefined) throw new Error(`there are several reports; name one of them: ${names.join(', ')}`)
  const report = reports.find((each) => each.name === name)
  if (report !== undefined) return report
  const near = nearest(name, names)
  throw new Error(`there is no report "${name}"${near === undefined ? '' : `: did you mean "${near}"?`}; there are: ${names.join(', ')}`)
}

const writeFiles = async ({ html, attachments }: MailMessage, options: Options, { err }: Terminal): Promise<void> => {
  if (options.html !== undefined) {
    await writeFile(options.html, html)
    err(`wrote ${options.html}`)
  }
  if (options.csv === undefined) return
  await mkdir(options.csv, { recursive: true })
  for (const { fileName, content } of attachments) {
    const file = path.join(options.csv, fileName)
    await writeFile(file, content)
    err(`wrote ${file}`)
  }
}

const sayMissing = (missing: string, { name, every }: ReportTerms, { timezone }: Fleet, now: Instant): string => {
  const { at } = nextSending(parseCadence(every), zoneNamed(timezone), now)
  return `the mail would not be sent yet: ${missing}; the period that runs: catnap report preview ${name} --at ${iso(at)}`
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
