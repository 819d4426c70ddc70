import type { Command } from 'commander'
import { askAwake, awakeDocument, tellAwake } from '../ask-awake.ts'
import { addWord, callerOf, type Desk, OPERATOR_HELP, processDesk, tellTrouble, withConnection, type WordOptions } from '../operator-command.ts'
import { type End, forArgument, untilArgument } from '../until-argument.ts'

const HELP = `
A lease: until then it is awake whatever its hours say, and is woken if it sleeps. A time such as 22:00 is by the clock
of the environment's own zone. It never shortens what somebody was promised; catnap sleep ends it.

Examples:
  $ catnap stay-awake us-dev/checkout --for 3h
  $ catnap stay-awake us-dev/checkout --until 22:00
  $ catnap stay-awake us-dev/checkout --until 2026-11-23T06:00:00Z --by "load test"
${OPERATOR_HELP}`

interface Options extends WordOptions {
  readonly for?: End
  readonly until?: End
}

/** `catnap stay-awake`: keeps an environment awake beyond its hours. */
export const stayAwakeCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('stay-awake')
    .summary('keep an environment awake for a while')
    .description('Keep an environment awake for a while, whatever its hours say.')
    .argument('<environment>', 'the environment, cluster/name')
    .option('--for <duration>', 'how long from now, as in 3h', forArgument)
    .option('--until <time>', "until when, as in 22:00 in the environment's zone, or an instant", untilArgument)
  addWord(command)
    .addHelpText('after', HELP)
    .action((id: string, options: Options) => {
      const [end, second] = [options.for, options.until].filter((each) => each !== undefined)
      if (end === undefined || second !== undefined) command.error('error: expected one of --for 3h and --until 22:00', { exitCode: 2 })
      return tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const answer = await askAwake(connection, id, { by: callerOf(options), end })
        if (options.json) desk.terminal.out(JSON.stringify(awakeDocument(answer)))
        else await tellAwake(connection, answer, desk.terminal)
      }))
    })
}
