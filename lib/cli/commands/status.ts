import type { Command } from 'commander'
import type { Delivered } from '../../domain/delivery.ts'
import { againAt, stoppedLately } from '../../domain/empty-node.ts'
import { type Environment, wakePercentile } from '../../domain/environment.ts'
import { type Cluster, type Fleet, modeOf, type Pause } from '../../domain/fleet.ts'
import { type LeftBehind, leftBehind, strandedPools } from '../../domain/left-behind.ts'
import { outlookOf } from '../../domain/outlook.ts'
import type { Pool } from '../../domain/pool.ts'
import { type Instant, iso } from '../../domain/time.ts'
import { readDelivered } from '../../use-cases/deliver-intent.ts'
import { environmentSheet } from '../../views/environment-sheet.ts'
import { clusterProblemLines, type EnvironmentStatus, environmentTable, observedLines, pauseLines, poolTable, putBackLines, wholeLines } from '../../views/status-table.ts'
import { stoppedDrainLines } from '../../views/stopped-drain-table.ts'
import { leftLines, strandedLines } from '../../views/stranded-table.ts'
import type { Connection } from '../connection.ts'
import { addTarget, type Desk, noCluster, noEnvironment, OPERATOR_HELP, type OperatorOptions, processDesk, tellTrouble, withConnection } from '../operator-command.ts'
import type { Terminal } from '../terminal.ts'

const HELP = `
One line for each environment: its phase, since when, the next change and why it is so. Times are by the clock of each
environment's own zone. Under it the pools, as last recorded: what each sleeping environment left on the bill and what
holds it, and the drains that were stopped, with the pod and its budget.

Examples:
  $ catnap status
  $ catnap status us-dev
  $ catnap status us-dev/checkout
  $ catnap status --json | jq '.environments[] | select(.phase != .desired)'
${OPERATOR_HELP}`

/** `catnap status`: how everything is. */
export const statusCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('status')
    .summary('show how environments and pools are, and why')
    .description('Show how environments and pools are, and why.')
    .argument('[name]', 'one environment cluster/name with its details, or one cluster')
  addTarget(command)
    .addHelpText('after', HELP)
    .action((name: string | undefined, options: OperatorOptions) =>
      tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const { terminal } = desk
        const json = options.json === true
        if (name?.includes('/') === true) return showEnvironment(connection, name, terminal, json)
        const delivered = await readDelivered(connection)
        const { fleet } = delivered
        if (fleet === undefined) return json ? terminal.out(JSON.stringify({ now: iso(connection.clock.now()), clusters: [], environments: [], pools: [] })) : sayHowToBegin(terminal)
        if (name !== undefined && !delivered.clusters.some((cluster) => cluster.name === name)) {
          throw delivered.environments.some((environment) => environment.name === name) ? await noEnvironment(connection, name) : await noCluster(connection, name)
        }
        showFleet(fleet, name === undefined ? delivered : onlyOf(delivered, name), connection.clock.now(), terminal, json)
      })))
}

const sayHowToBegin = ({ out }: Terminal): void => {
  out('nothing is delivered yet. To begin:')
  out('  catnap validate catnap.yaml   check an intent')
  out('  catnap plan catnap.yaml       see what it would bring, touching nothing')
  out('  catnap apply catnap.yaml      deliver it')
}

const onlyOf = ({ clusters, environments, pools, systems = [] }: Delivered, name: string): Delivered => ({
  clusters: clusters.filter((cluster) => cluster.name === name),
  environments: environments.filter(({ cluster }) => cluster === name),
  pools: pools.filter(({ cluster }) => cluster === name),
  systems: systems.filter(({ cluster }) => cluster === name),
})

const statusesOf = (fleet: Fleet, { clusters, environments }: Delivered, now: Instant): readonly EnvironmentStatus[] => {
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]))
  return environments
    .flatMap((environment) => {
      const cluster = byName.get(environment.cluster)
      return cluster === undefined ? [] : [{ environment, cluster, outlook: outlookOf(fleet, cluster, environment, now) }]
    })
    .toSorted((a, b) => (a.environment.id < b.environment.id ? -1 : 1))
}

const showFleet = (fleet: Fleet, delivered: Delivered, now: Instant, terminal: Terminal, json: boolean): void => {
  const { out, paint } = terminal
  const statuses = statusesOf(fleet, delivered, now)
  const { clusters, environments, pools, systems = [] } = delivered
  const left = leftBehind(environments, pools)
  if (json) {
    const byId = new Map(left.map((each) => [each.environment, each]))
    return out(JSON.stringify({
      now: iso(now),
      mode: fleet.mode,
      ...pauseDocument(fleet.pause),
      clusters: clusters.map((cluster) => clusterDocument(fleet, cluster, systems.find(({ id }) => id === cluster.name))),
      environments: statuses.map((status) => environmentDocument(fleet, status, byId.get(status.environment.id))),
      pools: pools.map((pool) => poolDocument(pool, now)),
    }))
  }
  const notes = [...pauseLines(fleet, clusters, now, paint), ...observedLines(fleet, clusters, paint), ...clusterProblemLines(fleet, clusters, now, paint), ...putBackLines(fleet, pools, now, paint), ...wholeLines(fleet, systems, now, paint)]
  for (const line of notes) out(line)
  if (notes.length > 0) out('')
  out(statuses.length === 0 ? 'no environment is delivered' : environmentTable(fleet, statuses, now, terminal))
  if (pools.length > 0) out(`\n${poolTable(pools, terminal)}`)
  for (const lines of [strandedLines(strandedPools(environments, pools), left, terminal), stoppedDrainLines(fleet, pools, now, terminal)]) {
    if (lines.length > 0) out(['', ...lines].join('\n'))
  }
}

const showEnvironment = async (connection: Connection, id: string, terminal: Terminal, json: boolean): Promise<void> => {
  const { memory, clock } = connection
  const environment = await memory.environments.get(id)
  if (environment === undefined) throw await noEnvironment(connection, id)
  const [fleet, cluster, originals, { environments, pools }] = await Promise.all([
    memory.fleet(), memory.cluster(environment.cluster), memory.originals(id), memory.inCluster(environment.cluster),
  ])
  if (fleet === undefined || cluster === undefined) throw new Error(`the records of cluster ${environment.cluster} are not all there; deliver the intent again: catnap apply catnap.yaml`)
  const now = clock.now()
  const status = { environment, cluster, outlook: outlookOf(fleet, cluster, environment, now) }
  const { out, paint } = terminal
  const left = leftBehind(environments, pools).find((each) => each.environment === id)
  if (json) return out(JSON.stringify({ now: iso(now), ...pauseDocument(fleet.pause ?? cluster.pause), ...environmentDocument(fleet, status, left), originals: [...originals.keys()] }))
  const notes = pauseLines(fleet, [cluster], now, paint)
  for (const line of [...notes, ...environmentSheet(fleet, status, { originals: [...originals.keys()], left: left === undefined ? [] : leftLines(left) }, now, paint)]) out(line)
}

const pauseDocument = (pause: Pause | undefined): object => (pause === undefined ? {} : { paused: { ...pause, at: iso(pause.at) } })

const clusterDocument = (fleet: Fleet, cluster: Cluster, system: Environment | undefined): object => {
  const { name, arn, whole, pause, problem, unseen, support } = cluster
  return {
    name, arn, mode: modeOf(fleet, cluster), whole, ...pauseDocument(pause),
    ...(support === undefined ? {} : { version: support.version }),
    ...(problem === undefined ? {} : { problem: { ...problem, since: iso(problem.since) } }),
    ...(unseen === undefined ? {} : { unseen: { ...unseen, since: iso(unseen.since) } }),
    ...(system === undefined ? {} : { system: systemDocument(system) }),
  }
}

const systemDocument = ({ phase, since, epoch, decision, progress, problem, remains, terms }: Environment): object => ({
  phase, since: iso(since), epoch, namespaces: terms.namespaces, desired: decision?.desired, reason: decision?.reason, progress, remains,
  ...(problem === undefined ? {} : { problem: { ...problem, since: iso(problem.since) } }),
})

const environmentDocument = (fleet: Fleet, { environment, cluster, outlook: { decision, next } }: EnvironmentStatus, left: LeftBehind | undefined): object => {
  const { id, phase, since, epoch, terms, lease, hold, progress, problem, remains, pools, uses, activity, removed, wakeSeconds } = environment
  const [p50, p90] = [wakePercentile(wakeSeconds, 0.5), wakePercentile(wakeSeconds, 0.9)]
  return {
    id, phase, since: iso(since), epoch, mode: modeOf(fleet, cluster), desired: decision.desired, rule: decision.rule, reason: decision.reason,
    ...(next === undefined ? {} : { next: { ...next, at: iso(next.at) } }),
    hours: terms.hours, timezone: terms.timezone, hosts: terms.wake.hosts,
    ...(lease === undefined ? {} : { lease: { ...lease, until: iso(lease.until) } }),
    ...(hold === undefined ? {} : { hold: { ...hold, until: iso(hold.until) } }),
    progress, remains, pools, uses, removed,
    ...(left === undefined ? {} : { leftBehind: { nodes: left.nodes, unpriced: left.unpriced, microUsdPerHour: left.microUsdPerHour, dearest: left.dearest } }),
    ...(activity === undefined ? {} : { activity: { ...activity, at: iso(activity.at) } }),
    ...(problem === undefined ? {} : { problem: { ...problem, since: iso(problem.since) } }),
    ...(p50 === undefined || p90 === undefined ? {} : { wakeSeconds: { p50, p90 } }),
  }
}

const poolDocument = (pool: Pool, now: Instant): object => {
  const { cluster, name, keep, baseline, original, leaving, demands, putBack, removed, stranded } = pool
  const stopped = Object.entries(stoppedLately(pool, now)).map(([instanceId, drain]) => ({ instanceId, ...drain, at: iso(drain.at), againAt: iso(againAt(drain.at)) }))
  return {
    pool: `${cluster}/${name}`, keep, baseline, original, demands, removed, stranded,
    ...(stopped.length === 0 ? {} : { stoppedDrains: stopped }),
    ...(putBack === undefined ? {} : { putBack: { ...putBack, at: iso(putBack.at) } }),
    leaving: Object.entries(leaving).map(([instanceId, { node, instanceType, stage, since }]) => ({ instanceId, node, instanceType, stage, since: iso(since) })),
  }
}
