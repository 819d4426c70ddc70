import { type Command, InvalidArgumentError } from 'commander'
import type { HistoryEntry } from '../../domain/history.ts'
import { homeZone } from '../../domain/home-zone.ts'
import { iso } from '../../domain/time.ts'
import { historyLines } from '../../views/history-lines.ts'
import type { Connection } from '../connection.ts'
import { addTarget, type Desk, noCluster, noEnvironment, OPERATOR_HELP, type OperatorOptions, processDesk, tellTrouble, withConnection } from '../operator-command.ts'

const HELP = `
Newest first: decisions with their reasons, who asked for what, phases, and each step that was taken. Kept for 400 days.
With --json it is one array of {"at", "subject", "what", "text", "steps"?}.

Examples:
  $ catnap history us-dev/checkout
  $ catnap history us-dev/checkout --limit 200 --json | jq '.[] | select(.what == "decision")'
  $ catnap history us-dev/pool/standard-workers
  $ catnap history us-dev
  $ catnap history report/finops
  $ catnap history fleet
${OPERATOR_HELP}`

interface Options extends OperatorOptions {
  readonly limit: number
}

/** `catnap history`: what was decided and done, and why. */
export const historyCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('history')
    .summary('tell what was decided and done, and why')
    .description('Tell what was decided and done about an environment, a pool, a cluster, a report or the fleet, and why.')
    .argument('<subject>', 'an environment cluster/name, a pool cluster/pool/name, a cluster, report/name, or fleet')
    .option('--limit <count>', 'the newest so many entries', countArgument, 50)
  addTarget(command)
    .addHelpText('after', HELP)
    .action((subject: string, options: Options) =>
      tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const { terminal } = desk
        const entries = await connection.registry.history(subject, options.limit)
        const zone = await zoneOf(connection, subject, entries)
        if (options.json) return terminal.out(JSON.stringify(entries.map((entry) => ({ ...entry, at: iso(entry.at) }))))
        if (entries.length === 0) return terminal.out(`nothing has happened to ${subject} yet`)
        terminal.out(terminal.paint('dim', `newest first, times in ${zone}`))
        for (const line of historyLines(entries, zone, connection.clock.now(), terminal.paint)) terminal.out(line)
        if (entries.length === options.limit) terminal.err(`these are the newest ${options.limit}; more with --limit`)
      })))
}

/** The zone to tell a subject's times in. What was forgotten may have a history; what never was is an error. */
const zoneOf = async (connection: Connection, subject: string, entries: readonly HistoryEntry[]): Promise<string> => {
  const fleet = await connection.registry.fleet()
  const [cluster = '', kind, pool] = subject.split('/')
  if (kind === undefined) {
    if (entries.length === 0 && subject !== 'fleet' && fleet?.clusters.includes(subject) !== true) throw await noCluster(connection, subject)
  } else if (kind === 'pool' && pool !== undefined) {
    if (entries.length === 0 && (await connection.registry.pools.get({ cluster, name: pool })) === undefined) {
      throw new Error(`there is no pool "${pool}" in cluster "${cluster}"; see them with: catnap status`)
    }
  } else {
    const environment = await connection.registry.environments.get(subject)
    if (environment !== undefined) return homeZone(environment.terms)
    const isReport = cluster === 'report' && fleet?.reports.some(({ name }) => name === kind) === true
    if (entries.length === 0 && !isReport) throw await noEnvironment(connection, subject)
  }
  return fleet?.timezone ?? 'UTC'
}

const countArgument = (text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError(`found "${text}", expected a whole number from 1`)
  return Number(text)
}
