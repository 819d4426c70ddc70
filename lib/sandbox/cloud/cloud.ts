import type { Instant } from '../../domain/time.ts'
import type { Dice } from '../dice.ts'
import { listenOnLoopback } from '../listen-on-loopback.ts'
import type { Timeline } from '../timeline.ts'
import { type Allocatable, allocatable } from './allocatable.ts'
import { apsService } from './aps-service.ts'
import type { AutoScalingGroup, Capacity } from './auto-scaling-group.ts'
import { autoScalingService } from './auto-scaling-service.ts'
import { cloudWatchService } from './cloudwatch-service.ts'
import { costExplorerService } from './cost-explorer-service.ts'
import { Balancers } from './balancers.ts'
import { ec2Service } from './ec2-service.ts'
import { eksService } from './eks-service.ts'
import { elbv2Service } from './elbv2-service.ts'
import { authenticateToken, type TokenIdentity } from './eks-token.ts'
import { type CloudCluster, Fleet, type InstanceTypeFacts, type NextNode, type NodeListener, type WantedInstance } from './fleet.ts'
import type { InstanceState } from './instance.ts'
import type { RefusedLaunches } from './launch-refusal.ts'
import { type Charge, Meter } from './meter.ts'
import { PodNetworks } from './pod-networks.ts'
import { pricingService } from './pricing-service.ts'
import { PrometheusModel } from './prometheus-model.ts'
import { SimulatedQueue } from './queue.ts'
import { type CloudFaults, createCloudServer } from './server.ts'
import { type MailRules, sesService, type TakenMail } from './ses-service.ts'
import { type PublishedMessage, snsService } from './sns-service.ts'
import { sqsService } from './sqs-service.ts'
import { type Parameters, ssmService } from './ssm-service.ts'
import { stsService } from './sts-service.ts'
import { TargetGroups } from './target-groups.ts'

/** What the simulated cloud is made from. */
export interface CloudOptions extends CloudFaults {
  readonly timeline: Timeline
  readonly dice: Dice
  readonly clusters: readonly CloudCluster[]
  readonly prices: (instanceType: string) => InstanceTypeFacts | undefined
  /** Mail may come from example.com, unless told otherwise. */
  readonly mail?: MailRules
  /** SecureStrings of Parameter Store, by name. */
  readonly parameters?: Readonly<Record<string, string>>
  /** SNS topics, by ARN. */
  readonly topics?: readonly string[]
}

/** A node group, or an Auto Scaling group that is none, as an independent checker sees it. */
interface PoolState {
  readonly cluster: string
  readonly pool: string
  readonly groupName: string
  readonly instanceType: string
  readonly minSize: number
  readonly desiredSize: number
  readonly maxSize: number
  readonly suspendedProcesses: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly groupTags: Readonly<Record<string, string>>
}

/** An Auto Scaling group with the ids of its instances, whatever state they are in, and the node it would start next. */
interface GroupState extends Capacity {
  readonly name: string
  readonly tags: ReadonlySet<string>
  readonly instanceIds: readonly string[]
  readonly next: NextNode
}

/** An instance as an independent checker sees it; billed from `runningAt` until `terminatedAt`. */
interface InstanceRecord {
  readonly id: string
  readonly cluster: string
  readonly pool: string
  readonly instanceType: string
  readonly zone: string
  readonly state: InstanceState
  readonly launchedAt: Instant
  readonly runningAt?: Instant
  readonly terminatedAt?: Instant
}

/**
 * AWS on one machine, behind its wire protocols and on the sandbox's clock: EKS, Auto Scaling, EC2, SQS, STS,
 * CloudWatch, Cost Explorer, Price List, SES, SNS, Parameter Store, Managed Prometheus and Elastic Load Balancing.
 */
export interface SimulatedCloud {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string
  /** Who an EKS bearer token stands for; undefined: 401. */
  authenticate(clusterName: string, token: string): TokenIdentity | undefined
  /** Tells of nodes that join a cluster and of instances that are terminated. */
  onNode(listener: NodeListener): void
  /** Brings up each group's desired instances, already running and joined. */
  start(): void
  pools(): readonly PoolState[]
  /** Starts an instance that is in no group, as Karpenter does, and answers its id, or throws what EC2 refuses it with; and ends one. */
  launch(cluster: string, wanted: WantedInstance): string
  end(instanceId: string): void
  /** The Auto Scaling groups of a cluster as whoever scales them sees them. */
  groups(cluster: string): readonly GroupState[]
  /** What Auto Scaling does for whoever scales a group; throws what it refuses. */
  setDesiredCapacity(groupName: string, desiredSize: number): void
  terminateInGroup(instanceId: string): void
  /** From now on EC2 refuses these launches, until what it answers is called. */
  refuseLaunches(launches: RefusedLaunches): () => void
  /** What a node of a type offers to pods; undefined for one without a price. */
  offer(instanceType: string): Allocatable | undefined
  instances(): readonly InstanceRecord[]
  /** Billed so far: running until terminated, all instances. */
  nodeHours(): number
  /** What those node-hours cost. */
  usd(): number
  /** What the balancers in front of the clusters count, for CloudWatch. */
  readonly targetGroups: TargetGroups
  /** The balancers of Catnap's own in front of the clusters. */
  readonly balancers: Balancers
  /** What Container Insights measures, for CloudWatch. */
  readonly podNetworks: PodNetworks
  /** The one workspace of Managed Prometheus. */
  readonly prometheus: PrometheusModel
  /** Messages that SNS topics took, oldest first. */
  published(): readonly PublishedMessage[]
  /** Calls AWS charges for, so far. */
  charges(): readonly Charge[]
  /** The mails SES took, oldest first. */
  mails(): readonly TakenMail[]
  /** The queue of that name, made on first use. Over the wire only queues made here exist. */
  queue(name: string): SimulatedQueue
  close(): Promise<void>
}

/** The id of the workspace of Managed Prometheus. */
export const WORKSPACE = 'ws-0c47a9a9-0000-4000-8000-0123456789ab'

/** Starts the simulated cloud on a free port of this machine. Throws for an instance type without a price. */
export const createCloud = async (options: CloudOptions): Promise<SimulatedCloud> => {
  const { timeline } = options
  const fleet = new Fleet(options)
  const queues = new Map<string, SimulatedQueue>()
  const meter = new Meter(timeline)
  const targetGroups = new TargetGroups(timeline, fleet.clusters)
  const balancers = new Balancers(fleet.clusters, targetGroups)
  const mails: TakenMail[] = []
  const podNetworks = new PodNetworks(timeline)
  const prometheus = new PrometheusModel(timeline)
  const published: PublishedMessage[] = []
  const parameters: Parameters = new Map(Object.entries(options.parameters ?? {}).map(([name, value]) => [name, [{ version: 1, value }]]))
  const services = {
    eks: eksService(fleet),
    autoscaling: autoScalingService(fleet),
    ec2: ec2Service(fleet),
    sqs: sqsService({ find: (name) => queues.get(name), origin: () => url }),
    sts: stsService(fleet),
    monitoring: cloudWatchService({ timeline, targetGroups, podNetworks, meter }),
    ce: costExplorerService({ fleet, meter, since: timeline.now() }, options.dice),
    pricing: pricingService(fleet),
    ses: sesService({ timeline, meter, rules: options.mail ?? { verified: ['example.com'] }, mails }),
    ssm: ssmService(parameters),
    sns: snsService({ timeline, topics: new Set(options.topics), published }),
    aps: apsService(new Map([[WORKSPACE, prometheus]])),
    elasticloadbalancing: elbv2Service(balancers, targetGroups),
  }
  const server = createCloudServer(services, options)
  const { url, close } = await listenOnLoopback(server)
  return {
    url,
    close,
    authenticate: (clusterName, token) => {
      const found = fleet.clusters.get(clusterName)
      return found && authenticateToken(found.cluster, token, timeline.now())
    },
    onNode: (listener) => fleet.onNode(listener),
    start: () => fleet.start(),
    pools: () => poolStates(fleet),
    launch: (cluster, wanted) => fleet.launch(cluster, wanted).id,
    groups: (cluster) => fleet.groupsOf(cluster).map(({ group, next }) =>
      ({ name: group.name, ...group.capacity, tags: new Set(group.tags.keys()), instanceIds: group.members.map(({ instance }) => instance.id), next })),
    setDesiredCapacity: (groupName, desiredSize) => fleet.group(groupName)?.setDesiredCapacity(desiredSize),
    terminateInGroup: (instanceId) => void fleet.group(fleet.instance(instanceId)?.identity.groupName)?.terminate(instanceId, true),
    refuseLaunches: (launches) => fleet.refuse(launches),
    end: (instanceId) => void fleet.instance(instanceId)?.terminate(),
    offer: (instanceType) => {
      const facts = options.prices(instanceType)
      return facts && allocatable(instanceType, facts)
    },
    instances: () => instanceRecords(fleet),
    nodeHours: () => fleet.nodeHours(),
    usd: () => fleet.usd(),
    targetGroups,
    balancers,
    podNetworks,
    prometheus,
    published: () => published,
    charges: () => meter.charges(),
    mails: () => mails,
    queue: (name) => {
      const queue = queues.get(name) ?? new SimulatedQueue(name, timeline)
      queues.set(name, queue)
      return queue
    },
  }
}

const poolStates = (fleet: Fleet): readonly PoolState[] => [
  ...fleet.nodegroups.map(({ identity: { cluster, name, instanceType }, group, tags }) => poolState(cluster, name, instanceType, group, tags)),
  ...[...fleet.clusters.values()].flatMap(({ cluster }) => (cluster.groups ?? []).flatMap(({ name, instanceType }) => {
    const group = fleet.group(name)
    return group === undefined ? [] : [poolState(cluster.name, name, instanceType, group, new Map([...group.tags].map(([key, { value }]) => [key, value])))]
  })),
]

const poolState = (cluster: string, pool: string, instanceType: string, group: AutoScalingGroup, tags: ReadonlyMap<string, string>): PoolState => ({
  cluster, pool, instanceType,
  groupName: group.name,
  ...group.capacity,
  suspendedProcesses: [...group.suspended.keys()],
  tags: Object.fromEntries(tags),
  groupTags: Object.fromEntries([...group.tags].map(([key, { value }]) => [key, value])),
})

const instanceRecords = (fleet: Fleet): readonly InstanceRecord[] =>
  fleet.instances.map((instance) => ({
    id: instance.id,
    cluster: instance.identity.cluster,
    pool: instance.identity.pool,
    instanceType: instance.identity.instanceType,
    zone: instance.identity.zone,
    state: instance.state,
    launchedAt: instance.launchedAt,
    ...(instance.runningAt !== undefined && { runningAt: instance.runningAt }),
    ...(instance.terminatedAt !== undefined && { terminatedAt: instance.terminatedAt }),
  }))
