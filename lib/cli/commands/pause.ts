import type { Command } from 'commander'
import { iso } from '../../domain/time.ts'
import { pause } from '../../use-cases/pause.ts'
import { addWord, callerOf, type Desk, noCluster, OPERATOR_HELP, processDesk, tellTrouble, withConnection, type WordOptions } from '../operator-command.ts'

const HELP = `
The kill switch. From now on nothing is put to sleep and nothing is woken, in the fleet or in one cluster; work under
way stops within a minute and stays as it is, with every original kept. catnap resume takes it back.

Examples:
  $ catnap pause --why "release weekend"
  $ catnap pause us-dev --why "load test until noon"
${OPERATOR_HELP}`

/** `catnap pause`: sets the kill switch. */
export const pauseCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('pause')
    .summary('stop every act, in the fleet or in one cluster')
    .description('Set the kill switch: nothing is put to sleep or woken, in the fleet or in one cluster.')
    .argument('[cluster]', 'one cluster; without it, the fleet')
    .option('--why <text>', 'the reason, for all who look')
  addWord(command)
    .addHelpText('after', HELP)
    .action((cluster: string | undefined, options: WordOptions & { readonly why?: string }) =>
      tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const { terminal } = desk
        const by = callerOf(options)
        const known = (await connection.registry.fleet())?.clusters
        if (cluster !== undefined && known?.includes(cluster) !== true) throw await noCluster(connection, cluster)
        const answer = await pause(connection, cluster, by, options.why)
        if (answer.is === 'unknown') throw new Error('there is no fleet to pause yet; begin with: catnap apply catnap.yaml')
        const { before } = answer
        if (options.json) return terminal.out(JSON.stringify({ paused: cluster ?? 'fleet', by, ...(options.why === undefined ? {} : { why: options.why }) }))
        const what = cluster === undefined ? 'the fleet' : `cluster ${cluster}`
        const earlier = before === undefined ? '' : ` (it was already, by ${before.by} since ${iso(before.at)})`
        terminal.out(`${what} is paused${earlier}: work under way stops within a minute, nothing is put to sleep or woken there`)
        terminal.out(`take it back with: catnap resume${cluster === undefined ? '' : ` ${cluster}`}`)
      })))
}
