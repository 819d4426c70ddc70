import { once } from 'node:events'
import type { Instant } from '../../domain/time.ts'
import type { Dice } from '../dice.ts'
import type { Timeline } from '../timeline.ts'
import { autoScalingService } from './auto-scaling-service.ts'
import { cloudWatchService } from './cloudwatch-service.ts'
import { costExplorerService } from './cost-explorer-service.ts'
import { ec2Service } from './ec2-service.ts'
import { eksService } from './eks-service.ts'
import { authenticateToken, type TokenIdentity } from './eks-token.ts'
import { type CloudCluster, Fleet, type InstanceTypeFacts, type NodeListener } from './fleet.ts'
import type { InstanceState } from './instance.ts'
import { type Charge, Meter } from './meter.ts'
import { pricingService } from './pricing-service.ts'
import { SimulatedQueue } from './queue.ts'
import { type CloudFaults, createCloudServer } from './server.ts'
import { type MailRules, sesService, type TakenMail } from './ses-service.ts'
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
}

/** A node group as an independent checker sees it. */
interface PoolState {
  readonly cluster: string
  readonly nodegroup: string
  readonly groupName: string
  readonly instanceType: string
  readonly minSize: number
  readonly desiredSize: number
  readonly maxSize: number
  readonly suspendedProcesses: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly groupTags: Readonly<Record<string, string>>
}

/** An instance as an independent checker sees it; billed from `runningAt` until `terminatedAt`. */
interface InstanceRecord {
  readonly id: string
  readonly cluster: string
  readonly nodegroup: string
  readonly instanceType: string
  readonly zone: string
  readonly state: InstanceState
  readonly launchedAt: Instant
  readonly runningAt?: Instant
  readonly terminatedAt?: Instant
}

/**
 * AWS on one machine, behind its wire protocols and on the sandbox's clock: EKS, Auto Scaling, EC2, SQS, STS,
 * CloudWatch, Cost Explorer, Price List, SES and Parameter Store.
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
  instances(): readonly InstanceRecord[]
  /** Billed so far: running until terminated, all instances. */
  nodeHours(): number
  /** What those node-hours cost. */
  usd(): number
  /** What the balancers in front of the clusters count, for CloudWatch. */
  readonly targetGroups: TargetGroups
  /** Calls AWS charges for, so far. */
  charges(): readonly Charge[]
  /** The mails SES took, oldest first. */
  mails(): readonly TakenMail[]
  /** The queue of that name, made on first use. Over the wire only queues made here exist. */
  queue(name: string): SimulatedQueue
  close(): Promise<void>
}

/** Starts the simulated cloud on a free port of this machine. Throws for an instance type without a price. */
export const createCloud = async (options: CloudOptions): Promise<SimulatedCloud> => {
  const { timeline } = options
  const fleet = new Fleet(options)
  const queues = new Map<string, SimulatedQueue>()
  const meter = new Meter(timeline)
  const targetGroups = new TargetGroups(timeline, fleet.clusters)
  const mails: TakenMail[] = []
  const parameters: Parameters = new Map(Object.entries(options.parameters ?? {}).map(([name, value]) => [name, [{ version: 1, value }]]))
  const services = {
    eks: eksService(fleet),
    autoscaling: autoScalingService(fleet),
    ec2: ec2Service(fleet),
    sqs: sqsService({ find: (name) => queues.get(name), origin: () => url }),
    sts: stsService(fleet),
    monitoring: cloudWatchService({ timeline, targetGroups, meter }),
    ce: costExplorerService({ fleet, meter, since: timeline.now() }, options.dice),
    pricing: pricingService(fleet),
    ses: sesService({ timeline, meter, rules: options.mail ?? { verified: ['example.com'] }, mails }),
    ssm: ssmService(parameters),
  }
  const server = createCloudServer(services, options)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return {
    url,
    authenticate: (clusterName, token) => {
      const found = fleet.clusters.get(clusterName)
      return found && authenticateToken(found.cluster, token, timeline.now())
    },
    onNode: (listener) => fleet.onNode(listener),
    start: () => fleet.start(),
    pools: () => poolStates(fleet),
    instances: () => instanceRecords(fleet),
    nodeHours: () => fleet.nodeHours(),
    usd: () => fleet.usd(),
    targetGroups,
    charges: () => meter.charges(),
    mails: () => mails,
    queue: (name) => {
      const queue = queues.get(name) ?? new SimulatedQueue(name, timeline)
      queues.set(name, queue)
      return queue
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const poolStates = (fleet: Fleet): readonly PoolState[] =>
  fleet.nodegroups.map(({ identity, group, tags }) => ({
    cluster: identity.cluster,
    nodegroup: identity.name,
    groupName: group.name,
    instanceType: identity.instanceType,
    ...group.capacity,
    suspendedProcesses: [...group.suspended.keys()],
    tags: Object.fromEntries(tags),
    groupTags: Object.fromEntries([...group.tags].map(([key, { value }]) => [key, value])),
  }))

const instanceRecords = (fleet: Fleet): readonly InstanceRecord[] =>
  fleet.instances.map((instance) => ({
    id: instance.id,
    cluster: instance.identity.cluster,
    nodegroup: instance.identity.nodegroup,
    instanceType: instance.identity.instanceType,
    zone: instance.identity.zone,
    state: instance.state,
    launchedAt: instance.launchedAt,
    ...(instance.runningAt !== undefined && { runningAt: instance.runningAt }),
    ...(instance.terminatedAt !== undefined && { terminatedAt: instance.terminatedAt }),
  }))
