import type { Command } from 'commander'
import { zoneNamed } from '../../domain/hours/zone.ts'
import { nextSending, parseCadence } from '../../domain/report/cadence.ts'
import type { Sending } from '../../domain/report/sending.ts'
import { iso } from '../../domain/time.ts'
import { type ReportStatus, reportTable } from '../../views/report-table.ts'
import { addTarget, type Desk, OPERATOR_HELP, tellTrouble, withConnection, type OperatorOptions } from '../operator-command.ts'

const HELP = `
States: waiting (the ledger of the period is not closed yet), sending, sent, failed (SES refused it; tried again where it
says so), unknown (interrupted while SES was asked: it may have gone, so it is not sent again).
With --json it is one array of {"name", "to", "every", "environments"?, "next", "last"?}.

Examples:
  $ catnap report list
  $ catnap report list --json | jq '.[] | select(.last.state != "sent")'
  $ catnap history report/finops
${OPERATOR_HELP}`

/** `catnap report list`: who is told what and when, and what became of the last mail. */
export const reportListCommand = (parent: Command, desk: Desk): void => {
  const command = parent
    .command('list')
    .summary('list the reports of the intent, and what became of the last mail of each')
    .description('List the reports of the intent, and what became of the last mail of each.')
  addTarget(command)
    .addHelpText('after', HELP)
    .action((options: OperatorOptions) =>
      tellTrouble(desk, options, () => withConnection(desk, options, async ({ clock, registry, sendings }) => {
        const { terminal } = desk
        const fleet = await registry.fleet()
        const now = clock.now()
        const statuses: ReportStatus[] = []
        for (const terms of fleet?.reports ?? []) {
          const [last] = await sendings.latest(terms.name, 1)
          const next = nextSending(parseCadence(terms.every), zoneNamed(fleet?.timezone ?? 'UTC'), now).at
          statuses.push({ terms, next, ...(last === undefined ? {} : { last }) })
        }
        if (options.json) return terminal.out(JSON.stringify(statuses.map(document)))
        if (fleet === undefined || statuses.length === 0) return terminal.out('the intent names no report; name one under reports and run: catnap apply catnap.yaml')
        terminal.out(terminal.paint('dim', `times in ${fleet.timezone}`))
        terminal.out(reportTable(statuses, fleet.timezone, now, terminal))
      })))
}

const document = ({ terms, next, last }: ReportStatus): object => ({ ...terms, next: iso(next), ...(last === undefined ? {} : { last: sendingDocument(last) }) })

const sendingDocument = ({ recipient: _recipient, at, againAt, ...sending }: Sending): object =>
  ({ ...sending, at: iso(at), ...(againAt === undefined ? {} : { againAt: iso(againAt) }) })
