import type { Command } from 'commander'
import { sayDuration } from '../../domain/duration.ts'
import { askAwake, awakeDocument, tellAwake } from '../ask-awake.ts'
import { followWake } from '../follow-wake.ts'
import { addWord, callerOf, type Desk, OPERATOR_HELP, processDesk, tellTrouble, withConnection, type WordOptions } from '../operator-command.ts'
import { type End, forArgument } from '../until-argument.ts'

const HELP = `
It wakes at once, whatever its hours say, and stays awake at least so long; then its hours decide again. Asking twice
does no harm, and never shortens what somebody else was promised. A hold by catnap sleep ends with it.

Examples:
  $ catnap wake us-dev/checkout
  $ catnap wake us-dev/checkout --for 2h --wait && npm run smoke-test
  $ catnap wake us-dev/checkout --for 30m --by "nightly pipeline" --json
${OPERATOR_HELP} With --wait 1 also when it is not awake after 20 minutes.`

interface Options extends WordOptions {
  readonly for?: End
  readonly wait?: true
}

/** `catnap wake`: wakes an environment now. */
export const wakeCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('wake')
    .summary('wake an environment now')
    .description('Wake an environment now, and keep it awake for a while.')
    .argument('<environment>', 'the environment, cluster/name')
    .option('--for <duration>', 'how long it stays awake at least (default: wake.stayAwake of the intent)', forArgument)
    .option('--wait', 'follow it until it is awake')
  addWord(command)
    .addHelpText('after', HELP)
    .action((id: string, options: Options) =>
      tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const { terminal } = desk
        const answer = await askAwake(connection, id, { by: callerOf(options), end: options.for })
        if (options.json !== true) await tellAwake(connection, answer, terminal)
        const took = options.wait === true ? await followWake(connection, id, (line) => terminal.err(line)) : undefined
        if (options.json) return terminal.out(JSON.stringify({ ...awakeDocument(answer), ...(took === undefined ? {} : { phase: 'awake', waitedSeconds: Math.round(took) }) }))
        if (took !== undefined) terminal.out(`${id} is awake, after ${sayDuration(took)}`)
      })))
}
