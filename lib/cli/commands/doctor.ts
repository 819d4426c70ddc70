import type { Command } from 'commander'
import type { Cluster } from '../../domain/fleet.ts'
import { iso } from '../../domain/time.ts'
import { readDelivered } from '../../use-cases/deliver-intent.ts'
import { examine, type Examined } from '../../use-cases/examine.ts'
import { findingLines, sayCounts } from '../../views/finding-lines.ts'
import type { Connection } from '../connection.ts'
import { addTarget, type Desk, noCluster, noEnvironment, type OperatorOptions, processDesk, tellTrouble, withConnection } from '../operator-command.ts'
import type { Terminal } from '../terminal.ts'

const HELP = `
It reads the table and the clusters and writes nothing. What is asked of a cluster is asked with your identity, so run it
as somebody who may look: what may not be seen is said, and is no finding. docs/doctor.md has every finding.

  hinders   a sleep or a wake fails, or is undone
  weakens   it works, but saves less or loses something
  note      good to know

Examples:
  $ catnap doctor
  $ catnap doctor us-dev
  $ catnap doctor us-dev/checkout
  $ catnap doctor --json | jq '.findings[] | select(.severity == "hinders")'

It acts on the sandbox that runs in this folder, or else on AWS with your credentials. The table is "catnap", --table or
CATNAP_TABLE.

Exit codes: 0 nothing hinders, 1 something does, 2 not everything could be looked at, or wrong usage.`

/** Not all that was asked for could be looked at. */
const NOT_SEEN = 2

/** `catnap doctor`: what would hinder a sleep or a wake, and what to do about it. */
export const doctorCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('doctor')
    .summary('find what would hinder a sleep or a wake, and say what to do')
    .description('Find what would hinder a sleep or a wake, and say what to do about it.')
    .argument('[name]', 'one environment cluster/name, or one cluster')
  addTarget(command)
    .addHelpText('after', HELP)
    .action((name: string | undefined, options: OperatorOptions) =>
      tellTrouble(desk, options, () => withConnection(desk, options, (connection) => doctor(connection, desk.terminal, name, options.json === true)), NOT_SEEN))
}

const doctor = async (connection: Connection, terminal: Terminal, name: string | undefined, json: boolean): Promise<void> => {
  const { fleet, clusters, environments } = await readDelivered(connection)
  if (fleet === undefined) throw new Error('nothing is delivered yet, so there is nothing to examine; begin with: catnap apply catnap.yaml')
  const environment = name?.includes('/') === true ? environments.find(({ id }) => id === name) : undefined
  if (name?.includes('/') === true && environment === undefined) throw await noEnvironment(connection, name)
  const wanted = wantedOf(clusters, environment?.cluster ?? name)
  if (wanted.length === 0 && name !== undefined) throw await noCluster(connection, name)

  const { CATNAP_LISTENER_ARNS: listeners, CATNAP_WAKE_TARGET_GROUP_ARN: targetGroup } = process.env
  const examined = await examine(connection, {
    fleet,
    clusters: wanted,
    ...(environment === undefined ? {} : { environment: environment.id }),
    // Only workers know what their spoke has; without word of it, it is taken to be there.
    frontParts: { hasBalancer: listeners !== '', hasWakeTargetGroup: targetGroup !== '', hasWakeAddress: true },
  }, terminal.err)
  if (json) terminal.out(JSON.stringify({ now: iso(connection.clock.now()), ...documentOf(examined) }))
  else print(examined, terminal)
  if (examined.some(({ unseen }) => unseen !== undefined)) terminal.fail(NOT_SEEN)
  else if (examined.some(({ findings }) => findings.some(({ severity }) => severity === 'hinders'))) terminal.fail()
}

const wantedOf = (clusters: readonly Cluster[], name: string | undefined): readonly Cluster[] =>
  name === undefined ? clusters : clusters.filter((cluster) => cluster.name === name)

const documentOf = (examined: readonly Examined[]): object => ({
  clusters: examined.map(({ cluster, environments, unseen }) => ({ cluster, environments, ...(unseen === undefined ? {} : { unseen }) })),
  findings: examined.flatMap(({ findings }) => findings),
})

const print = (examined: readonly Examined[], { out, paint }: Terminal): void => {
  for (const { cluster, environments, findings, unseen } of examined) {
    out(`${paint('bold', cluster)}: ${unseen === undefined ? `${environments.join(', ') || 'no environment'}: ${sayCounts(findings)}` : paint('red', `could not be looked at: ${unseen}`)}`)
    for (const finding of findings) for (const line of ['', ...findingLines(finding, paint)]) out(line)
    out('')
  }
  out('nothing was touched')
}
