import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbRegistry } from '../../lib/adapters/dynamodb/dynamodb-registry.ts'
import { shippedPrice } from '../../lib/adapters/prices/shipped-prices.ts'
import { clusterWideRoles } from '../../lib/domain/rights/cluster-roles.ts'
import { ANY_GRANT } from '../../lib/domain/rights/grant.ts'
import { planDelivery } from '../../lib/domain/delivery.ts'
import { readIntent } from '../../lib/domain/intent/read-intent.ts'
import { instant, later } from '../../lib/domain/time.ts'
import type { Registry } from '../../lib/ports.ts'
import { openChat } from '../../lib/sandbox/chat.ts'
import { type FirstDay, firstDay } from '../../lib/sandbox/checker.ts'
import { createCloud, type SimulatedCloud } from '../../lib/sandbox/cloud/cloud.ts'
import { createCluster, type SimulatedCluster } from '../../lib/sandbox/cluster/create-cluster.ts'
import type { Dice } from '../../lib/sandbox/dice.ts'
import { CREDENTIALS, environmentVariables } from '../../lib/sandbox/environment-variables.ts'
import { karpentersMachines } from '../../lib/sandbox/karpenters-machines.ts'
import type { Sandbox } from '../../lib/sandbox/sandbox.ts'
import { startTable } from '../../lib/sandbox/table.ts'
import { Timeline } from '../../lib/sandbox/timeline.ts'
import { deliverIntent } from '../../lib/use-cases/deliver-intent.ts'
import { BATCH, RUNNER_BUDGET, SHOP, SYSTEM, WHOLE } from './fleet-objects.ts'
import { Gate } from './gate.ts'
import { clusterFaults, cloudFaults, tableFaults } from './gate-faults.ts'
import { type Deliveries, type RunningFunctions, startFunctions } from './start-functions.ts'
import { startTableProxy } from './table-proxy.ts'

/** A fleet of one cluster whose workers are processes of their own and can be killed at each of their calls. */
export interface CrashWorld extends RunningFunctions {
  readonly sandbox: Sandbox
  readonly cluster: SimulatedCluster
  readonly cloud: SimulatedCloud
  readonly timeline: Timeline
  readonly gate: Gate
  readonly registry: Registry
  readonly first: FirstDay
  /** The names of its environments, in the order in which they are asked. */
  readonly environments: readonly EnvironmentName[]
  /** Lets time pass. */
  pass(seconds: number): Promise<void>
  close(): Promise<void>
}

/** What a world is made from. */
interface CrashWorldOptions {
  readonly loader: string
  readonly dice: Dice
  /** Default: both. */
  readonly environments?: readonly EnvironmentName[]
  readonly deliveries?: Deliveries
  /** Nodes are emptied of pods that fit elsewhere; a budget lets the pods of `batch` go one at a time. */
  readonly consolidate?: boolean
  /** The cluster may sleep to no node at all, with Karpenter on the nodes that go. */
  readonly whole?: boolean
}

const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev'
const START = instant('2026-11-23T08:00:00Z')

const OBJECTS = { shop: SHOP, batch: BATCH } as const
type EnvironmentName = keyof typeof OBJECTS
const ALL: readonly EnvironmentName[] = ['shop', 'batch']

/** The pool all environments share: three nodes in two zones, of which one stays while all sleep. */
const intentFor = (names: readonly EnvironmentName[], consolidate: boolean, whole: boolean) => readIntent({
  mode: 'act',
  timezone: 'UTC',
  clusters: {
    'us-dev': whole
      ? { arn: ARN, whole, system: ['karpenter'], pools: { workers: { keep: 0 }, system: { keep: 0 }, batch: { keep: 0 } } }
      : { arn: ARN, pools: { workers: { keep: 1, consolidate } } },
  },
  environments: Object.fromEntries(names.map((name) =>
    [`us-dev/${name}`, { namespaces: [name], hours: 'always', wake: { hosts: [`${name}.example.com`], by: 'click', stayAwake: '1h', front: 'link' } }])),
})

const NODEGROUPS = [
  { name: 'workers', instanceType: 'm5.large', zones: ['us-east-1a', 'us-east-1b'], minSize: 2, desiredSize: 3, maxSize: 5 },
  {
    name: 'system', instanceType: 't3.large', zones: ['us-east-1a'], minSize: 1, desiredSize: 1, maxSize: 2,
    taints: [{ key: 'system', effect: 'NO_SCHEDULE' as const }],
  },
]

/** Builds the fleet, lets it come up, applies the intent and puts the functions behind their queues and their rule. */
export const startCrashWorld = async ({ loader, dice, environments = ALL, deliveries = {}, consolidate = false, whole = false }: CrashWorldOptions): Promise<CrashWorld> => {
  const timeline = new Timeline(START)
  const gate = new Gate()
  const { cluster, cloud } = await startFleet(timeline, dice, gate, environments, whole)
  const [table, chat] = await Promise.all([startTable(), openChat()])
  const proxy = await startTableProxy(table.url, tableFaults(gate))
  const sandbox: Sandbox = {
    timeline, cloud, chat, clusters: new Map([['us-dev', cluster]]),
    environment: environmentVariables(cloud.url, table.url),
    close: async () => void (await Promise.all([cluster.close(), cloud.close(), chat.close(), proxy.close(), table.close()])),
  }
  if (consolidate) cluster.apply([RUNNER_BUDGET])
  cloud.start()
  await timeline.runUntil(later(timeline.now(), COMES_UP_SECONDS))
  const first = firstDay(sandbox)

  const client = new DynamoDBClient({ endpoint: table.url, region: 'us-east-1', credentials: CREDENTIALS })
  const registry = dynamodbRegistry(DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }), sandbox.environment['CATNAP_TABLE'] ?? '')
  const read = intentFor(environments, consolidate, whole)
  if (!('intent' in read)) throw new Error(`the intent of the crash test is wrong: ${JSON.stringify(read.mistakes)}`)
  const nothing = { clusters: [], environments: [], pools: [] }
  await deliverIntent({ clock: timeline, registry }, nothing, planDelivery(read.intent, nothing, timeline.now()), 'the test')

  const functions = startFunctions({ loader, gate, timeline, cloud, tableUrl: proxy.url, deliveries })
  return Object.assign(functions, {
    sandbox, cluster, cloud, timeline, gate, registry, first, environments,
    pass: (seconds: number) => timeline.runUntil(later(timeline.now(), seconds)),
    close: async () => {
      functions.workers.close()
      client.destroy()
      await sandbox.close()
    },
  })
}

/** So long that no node is too young to be taken. */
const COMES_UP_SECONDS = 11 * 60

const startFleet = async (timeline: Timeline, dice: Dice, gate: Gate, environments: readonly EnvironmentName[], whole: boolean) => {
  const made: { cloud?: SimulatedCloud } = {}
  const cluster = await createCluster({
    name: 'us-dev', timeline, dice, podReadySeconds: [5, 30],
    authenticate: (token) => made.cloud?.authenticate('us-dev', token),
    ...(whole ? { machines: karpentersMachines('us-dev', () => made.cloud) } : {}),
    ...clusterFaults(gate),
  })
  const cloud = await createCloud({
    timeline, dice,
    clusters: [{
      name: 'us-dev', arn: ARN, endpoint: cluster.url, nodegroups: NODEGROUPS,
      accessEntries: [{ principalArn: 'arn:aws:iam::111122223333:role/catnap', accessKeyId: CREDENTIALS.accessKeyId, username: 'catnap', groups: ['catnap'] }],
    }],
    prices: (instanceType) => {
      const price = shippedPrice(instanceType)
      return price && { vcpu: price.vcpu, memoryMiB: price.memoryMiB, usdPerHour: price.microUsdPerHour / 1e6 }
    },
    ...cloudFaults(gate),
  })
  made.cloud = cloud
  cloud.onNode({ joined: (_, node) => cluster.joinNode(node), gone: (_, instanceId) => cluster.nodeGone(instanceId) })
  cluster.apply([...clusterWideRoles(ANY_GRANT), ...SYSTEM, ...environments.flatMap((name) => OBJECTS[name]), ...(whole ? WHOLE : [])])
  return { cluster, cloud }
}
