import type { MailAttachment, MailMessage } from '../../domain/report/mail-message.ts'
import type { Report } from '../../domain/report/report.ts'
import { csvFile, type CsvTable } from './csv.ts'
import { mailHtml } from './mail-html.ts'
import { mailText } from './mail-text.ts'
import { reportContent } from './report-content.ts'
import { adviceCsv, blockersCsv, environmentsCsv } from './report-csv.ts'
import { plural } from './say-amount.ts'

/** The most one file may have. Base64 adds a third; many mailboxes refuse 20 MB and more in all, SES 40 MB. */
const MOST_ATTACHED_BYTES = 4_000_000

/** A file that could go with the mail. */
interface File {
  readonly attachment: MailAttachment
  readonly rows: number
}

/**
 * The mail of a report, with its CSV files. `ledger` are the rows of the ledger under the names of FOCUS, sent as
 * given: for a narrowed report give only rows of its environments.
 */
export const reportMail = (report: Report, ledger: CsvTable | undefined): MailMessage => {
  const names = fileNames(report)
  const files = [
    fileOf(names.environments, 'Figures of each environment', environmentsCsv(report)),
    fileOf(names.blockers, 'What could not sleep, and why', blockersCsv(report)),
    fileOf(names.advice, 'Right-sizing advice', adviceCsv(report)),
    ...(ledger === undefined ? [] : [fileOf(names.ledger, 'The ledger, FOCUS 1.2 columns', ledger)]),
  ].filter(({ rows }) => rows > 0)
  const content = reportContent(report, names, files.length === 0 ? ['Nothing: there is no row to tell of yet.'] : files.map(sayFile))
  return {
    subject: content.subject,
    html: mailHtml(content),
    text: mailText(content),
    attachments: files.filter(isSmall).map(({ attachment }) => attachment),
  }
}

const fileNames = ({ current: { period } }: Report) => {
  const name = (what: string): string => `catnap-${period.kind}-${period.firstDay}-${what}.csv`
  return { environments: name('environments'), blockers: name('blockers'), advice: name('advice'), ledger: name('ledger') }
}

const fileOf = (fileName: string, description: string, table: CsvTable): File => ({
  attachment: { fileName, contentType: 'text/csv', description, content: csvFile(table) },
  rows: table.rows.length,
})

const isSmall = ({ attachment }: File): boolean => attachment.content.byteLength <= MOST_ATTACHED_BYTES

const sayFile = (file: File): string => {
  const { attachment: { fileName, description }, rows } = file
  if (isSmall(file)) return `${fileName}: ${description}, ${plural(rows, 'row')}.`
  return [
    `${fileName} is not attached: ${description}, ${plural(rows, 'row')}, too large for a mail.`,
    '"catnap savings --csv" and "catnap advice --csv" print it.',
  ].join(' ')
}
