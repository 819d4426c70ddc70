import type { Command } from 'commander'
import { type Desk, processDesk } from '../operator-command.ts'
import { reportListCommand } from './report-list.ts'
import { reportPreviewCommand } from './report-preview.ts'

/** `catnap report`: the mails that say what was saved. */
export const reportCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('report')
    .summary('show the mails on what was saved: what they say now, and which were sent')
    .description('Show the mails on what was saved: what they say now, and which were sent.')
  reportPreviewCommand(command, desk)
  reportListCommand(command, desk)
}
