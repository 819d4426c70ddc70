import type { Command } from 'commander'
import { resume } from '../../use-cases/pause.ts'
import type { Connection } from '../connection.ts'
import { addWord, callerOf, type Desk, noCluster, OPERATOR_HELP, processDesk, tellTrouble, withConnection, type WordOptions } from '../operator-command.ts'

const HELP = `
Examples:
  $ catnap resume
  $ catnap resume us-dev
${OPERATOR_HELP}`

/** `catnap resume`: takes the kill switch back. */
export const resumeCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('resume')
    .summary('take a pause back')
    .description('Take the kill switch back, of the fleet or of one cluster; all it covered is looked at again at once.')
    .argument('[cluster]', 'one cluster; without it, the fleet')
  addWord(command)
    .addHelpText('after', HELP)
    .action((cluster: string | undefined, options: WordOptions) =>
      tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const { terminal } = desk
        const known = (await connection.registry.fleet())?.clusters
        if (cluster !== undefined && known?.includes(cluster) !== true) throw await noCluster(connection, cluster)
        const answer = await resume(connection, cluster, callerOf(options))
        if (answer.is === 'unknown') throw new Error('there is no fleet to resume yet; begin with: catnap apply catnap.yaml')
        const still = await stillPaused(connection, cluster)
        if (options.json) return terminal.out(JSON.stringify({ resumed: cluster ?? 'fleet', wasPaused: answer.before !== undefined, stillPaused: still }))
        const what = cluster === undefined ? 'the fleet' : `cluster ${cluster}`
        terminal.out(answer.before === undefined ? `${what} was not paused` : `${what} goes on: the next tick, within a minute, looks at all that is due`)
        for (const name of still) terminal.err(`warning: ${name === 'fleet' ? 'the fleet' : `cluster ${name}`} is still paused; take that back with: catnap resume${name === 'fleet' ? '' : ` ${name}`}`)
      })))
}

/** What else is paused and bears on what was resumed: the fleet over a cluster, or clusters of the fleet. */
const stillPaused = async ({ registry }: Connection, cluster: string | undefined): Promise<readonly string[]> => {
  const fleet = await registry.fleet()
  if (fleet === undefined) return []
  if (cluster !== undefined) return fleet.pause === undefined ? [] : ['fleet']
  const clusters = await Promise.all(fleet.clusters.map((name) => registry.cluster(name)))
  return clusters.flatMap((one) => (one?.pause === undefined ? [] : [one.name]))
}
