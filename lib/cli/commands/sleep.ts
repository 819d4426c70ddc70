import type { Command } from 'commander'
import { homeZone } from '../../domain/home-zone.ts'
import { sleepsUntil } from '../../domain/outlook.ts'
import { iso } from '../../domain/time.ts'
import { holdAsleep } from '../../use-cases/hold-asleep.ts'
import { sayTime } from '../../views/zoned-time.ts'
import { addWord, callerOf, type Desk, noEnvironment, OPERATOR_HELP, processDesk, tellTrouble, withConnection, type WordOptions } from '../operator-command.ts'
import { type End, forArgument, untilArgument } from '../until-argument.ts'

const HELP = `
It goes to sleep at once and is held asleep, whatever its hours and leases say: without --for or --until so long that it
is ready when its hours open next, or 12h where they never do. catnap wake, or a click on its address, ends that sooner.

Examples:
  $ catnap sleep us-dev/checkout
  $ catnap sleep us-dev/checkout --for 8h
  $ catnap sleep us-dev/checkout --until 07:30
${OPERATOR_HELP}`

interface Options extends WordOptions {
  readonly for?: End
  readonly until?: End
}

/** `catnap sleep`: puts an environment to sleep now. */
export const sleepCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('sleep')
    .summary('put an environment to sleep now')
    .description('Put an environment to sleep now, and hold it asleep for a while.')
    .argument('<environment>', 'the environment, cluster/name')
    .option('--for <duration>', 'how long from now, as in 8h', forArgument)
    .option('--until <time>', "until when, as in 07:30 in the environment's zone, or an instant", untilArgument)
  addWord(command)
    .addHelpText('after', HELP)
    .action((id: string, options: Options) => {
      if (options.for !== undefined && options.until !== undefined) command.error('error: found --for and --until, expected one of them', { exitCode: 2 })
      return tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const { clock, memory } = connection
        const { terminal } = desk
        const end = options.for ?? options.until
        const holidays = (await memory.fleet())?.holidays ?? []
        const now = clock.now()
        const answer = await holdAsleep(connection, id, {
          by: callerOf(options),
          until: (environment) => end?.(now, homeZone(environment.terms)) ?? sleepsUntil(environment, holidays, now),
        })
        switch (answer.is) {
          case 'unknown':
            throw await noEnvironment(connection, id)
          case 'paused':
            throw new Error(`nothing is put to sleep while Catnap is paused, by ${answer.by}; first run: catnap resume (catnap status shows what is paused)`)
          case 'observed':
            throw new Error(`cluster ${answer.environment.cluster} is in observe mode: Catnap decides there and does nothing; to let it act, set mode: act in the intent and apply it`)
          case 'held': {
            const { environment: { phase, terms }, until } = answer
            if (options.json) return terminal.out(JSON.stringify({ environment: id, phase, until: iso(until) }))
            const zone = homeZone(terms)
            const state = phase === 'asleep' ? 'sleeps and stays asleep' : 'goes to sleep'
            terminal.out(`${id} ${state}, held until ${sayTime(until, zone, now)} (${zone}); then its hours decide: ${terms.hours}`)
            return terminal.out(`sooner with: catnap wake ${id}${terms.wake.hosts.length === 0 || terms.wake.by === 'off' ? '' : `, or a visit to ${terms.wake.hosts.join(', ')}`}`)
          }
          default:
            return answer satisfies never
        }
      }))
    })
}
