import { createHash } from 'node:crypto'
import type { Instant } from '../../domain/time.ts'
import type { Dice } from '../dice.ts'
import type { Timeline } from '../timeline.ts'
import { type Allocatable, allocatable } from './allocatable.ts'
import { AwsError } from './aws-error.ts'
import { AutoScalingGroup, type WarmPool } from './auto-scaling-group.ts'
import { Instance, type InstanceIdentity, type InstanceListener, type NodeTaint, type NodeTraits } from './instance.ts'
import { type Launch, type LaunchRefusal, type RefusedLaunches, refusalOf } from './launch-refusal.ts'
import { Nodegroup, type NodegroupTaint } from './nodegroup.ts'
import { type SpotPrice, spotPrices } from './spot-prices.ts'
import { uuid } from './uuid.ts'

/** A cluster as the cloud knows it. Names are unique in the fleet. */
export interface CloudCluster {
  readonly name: string
  readonly arn: string
  /** URL of its Kubernetes API. */
  readonly endpoint: string
  /** Kubernetes version, 1.34 unless given. */
  readonly version?: string
  readonly nodegroups: readonly CloudNodegroup[]
  /** Auto Scaling groups of its own making: what EKS does not know of. */
  readonly groups?: readonly CloudGroup[]
  readonly accessEntries: readonly AccessEntry[]
}

/** A managed node group on the first day. */
export interface CloudNodegroup {
  readonly name: string
  readonly instanceType: string
  readonly zones: readonly string[]
  readonly minSize: number
  readonly desiredSize: number
  readonly maxSize: number
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: readonly NodegroupTaint[]
}

/** A self-managed Auto Scaling group on the first day; labels and taints are those its user data gives the kubelet. */
interface CloudGroup extends CloudNodegroup {
  readonly warmPool?: WarmPool
  /** Beside those that let its nodes into the cluster. */
  readonly tags?: Readonly<Record<string, string>>
}

/** An instance somebody other than a group starts: Karpenter, its own or that of EKS Auto Mode. */
export interface WantedInstance extends NodeTraits {
  readonly pool: string
  readonly instanceType: string
  readonly zone: string
  readonly isAutoMode: boolean
  readonly tags: Readonly<Record<string, string>>
}

/** Who may speak to a cluster's API, and as whom. */
interface AccessEntry {
  readonly principalArn: string
  readonly accessKeyId: string
  readonly username: string
  readonly groups: readonly string[]
}

/** An instance type: its size and its price. */
export interface InstanceTypeFacts {
  readonly vcpu: number
  readonly memoryMiB: number
  readonly usdPerHour: number
}

/** An instance that registers with its cluster. CPU, memory and pods are allocatable. */
export interface JoiningNode extends Allocatable {
  readonly name: string
  readonly instanceId: string
  readonly instanceType: string
  readonly zone: string
  readonly nodegroup?: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly NodeTaint[]
}

/** A node a group has not started yet. */
export type NextNode = Omit<JoiningNode, 'name' | 'instanceId'>

/** Who is told of nodes. */
export interface NodeListener {
  joined(cluster: string, node: JoiningNode): void
  gone(cluster: string, instanceId: string): void
}

/** A cluster and what the services answer about it. */
export interface FleetCluster {
  readonly cluster: CloudCluster
  readonly region: string
  readonly account: string
  readonly version: string
  readonly tags: Map<string, string>
  readonly nodegroups: ReadonlyMap<string, Nodegroup>
}

/** What the simulated cloud consists of: clusters, their node groups and every instance there ever was. */
export class Fleet implements InstanceListener {
  readonly timeline: Timeline
  readonly clusters: ReadonlyMap<string, FleetCluster>
  readonly #dice: Dice
  readonly #facts: (instanceType: string) => InstanceTypeFacts | undefined
  readonly #instances = new Map<string, Instance>()
  readonly #addresses = new Set<string>()
  readonly #groups = new Map<string, AutoScalingGroup>()
  readonly #places = new Map<AutoScalingGroup, Place & { readonly node: NodeTraits }>()
  readonly #listeners: NodeListener[] = []
  readonly #refused = new Set<RefusedLaunches>()

  constructor(options: {
    timeline: Timeline
    dice: Dice
    clusters: readonly CloudCluster[]
    prices: (instanceType: string) => InstanceTypeFacts | undefined
  }) {
    this.timeline = options.timeline
    this.#dice = options.dice
    this.#facts = options.prices
    if (new Set(options.clusters.map(({ name }) => name)).size < options.clusters.length) {
      throw new Error('the simulated cloud tells clusters apart by name: found a name twice, expected each once')
    }
    this.clusters = new Map(options.clusters.map((cluster) => [cluster.name, this.#enter(cluster)]))
  }

  get instances(): readonly Instance[] {
    return [...this.#instances.values()]
  }

  get groups(): readonly AutoScalingGroup[] {
    return [...this.#groups.values()]
  }

  get nodegroups(): readonly Nodegroup[] {
    return [...this.clusters.values()].flatMap(({ nodegroups }) => [...nodegroups.values()])
  }

  /** Every type there is or was an instance of, and those of the groups that have none. */
  get instanceTypes(): readonly string[] {
    return [...new Set([...this.nodegroups, ...this.instances].map(({ identity }) => identity.instanceType))]
  }

  instance(id: string): Instance | undefined {
    return this.#instances.get(id)
  }

  group(name: string | undefined): AutoScalingGroup | undefined {
    return name === undefined ? undefined : this.#groups.get(name)
  }

  /** The groups of a cluster, each with the node that its next instance becomes, were it in the first of its zones. */
  groupsOf(clusterName: string): readonly { readonly group: AutoScalingGroup; readonly next: NextNode }[] {
    return [...this.#places].flatMap(([group, { cluster, pool: { instanceType, zones: [zone = ''] }, node }]) =>
      (cluster.name === clusterName ? [{ group, next: { instanceType, zone, ...node, ...allocatable(instanceType, knownType(instanceType, this.#facts)) } }] : []))
  }

  /** Starts an instance that is in no group. Throws for a cluster or a type nobody knows, and what EC2 refuses. */
  launch(cluster: string, { pool, instanceType, zone, isAutoMode, tags, ...node }: WantedInstance): Instance {
    const found = this.clusters.get(cluster)
    if (found === undefined) throw new Error(`unknown cluster: found "${cluster}", expected one of ${[...this.clusters.keys()].join(', ')}`)
    knownType(instanceType, this.#facts)
    const refusal = this.refusal({ pool, zone, instanceType })
    if (refusal !== undefined) throw new AwsError(400, refusal.code, refusal.message)
    const key = `${found.cluster.arn}\0${pool}\0${this.#instances.size}`
    const { region, account } = found
    const instance = this.#make({ cluster, pool, isAutoMode, region, account, instanceType, zone, tags, node, ...this.#identity(key) })
    instance.launch()
    return instance
  }

  /** Refuses launches until it is told otherwise, by what it answers. */
  refuse(launches: RefusedLaunches): () => void {
    this.#refused.add(launches)
    return () => void this.#refused.delete(launches)
  }

  /** Why EC2 starts no such instance now; undefined: it does. */
  refusal(launch: Launch): LaunchRefusal | undefined {
    return refusalOf(this.#refused, launch)
  }

  facts(instanceType: string): InstanceTypeFacts | undefined {
    return this.#facts(instanceType)
  }

  /** Spot prices of a type between two instants, newest first; none of a type without a price. */
  spotPrices(instanceType: string, zone: string, from: Instant, to: Instant): readonly SpotPrice[] {
    const facts = this.#facts(instanceType)
    if (facts === undefined) return []
    return spotPrices(this.#dice, { instanceType, zone, onDemandUsdPerHour: facts.usdPerHour }, from, to)
  }

  onNode(listener: NodeListener): void {
    this.#listeners.push(listener)
  }

  start(): void {
    for (const group of this.#groups.values()) group.start()
  }

  running(instance: Instance): void {
    this.group(instance.identity.groupName)?.noticeRunning(instance.id)
  }

  joined(instance: Instance): void {
    const node = joiningNode(instance, this.#factsOf(instance))
    for (const listener of this.#listeners) listener.joined(instance.identity.cluster, node)
  }

  gone(instance: Instance): void {
    const { cluster, groupName } = instance.identity
    this.group(groupName)?.noticeGone(instance.id)
    for (const listener of this.#listeners) listener.gone(cluster, instance.id)
  }

  nodeHours(): number {
    return this.#hours(() => 1)
  }

  usd(): number {
    return this.#hours((instance) => this.#factsOf(instance).usdPerHour)
  }

  #hours(weight: (instance: Instance) => number): number {
    const now = this.timeline.now()
    return this.instances.reduce((sum, instance) => sum + (instance.billedSeconds(now) / 3600) * weight(instance), 0)
  }

  /** An id and an address nobody in the fleet had before. */
  #identity(key: string): { readonly id: string; readonly privateIp: string } {
    const digest = createHash('sha256').update(key).digest()
    const privateIp = ['10', ...digest.subarray(20, 23)].join('.')
    if (this.#addresses.has(privateIp)) return this.#identity(`${key}\0again`)
    this.#addresses.add(privateIp)
    return { id: `i-${digest.toString('hex').slice(0, 17)}`, privateIp }
  }

  #factsOf(instance: Instance): InstanceTypeFacts {
    return knownType(instance.identity.instanceType, this.#facts)
  }

  #enter(cluster: CloudCluster): FleetCluster {
    const [, , service, region = '', account = ''] = cluster.arn.split(':')
    if (service !== 'eks' || region === '' || account === '') {
      const expected = 'arn:aws:eks:<region>:<account>:cluster/<name>'
      throw new Error(`not the ARN of an EKS cluster: found "${cluster.arn}", expected ${expected}`)
    }
    const nodegroups = new Map(
      cluster.nodegroups.map((nodegroup) => [nodegroup.name, this.#found({ cluster, region, account, pool: nodegroup })]),
    )
    for (const group of cluster.groups ?? []) this.#foundGroup(group.name, { cluster, region, account, pool: group }, { ...groupTags(cluster.name), ...group.tags })
    return { cluster, region, account, version: cluster.version ?? defaultVersion, tags: new Map(), nodegroups }
  }

  #found(place: Place): Nodegroup {
    const { cluster, region, account, pool: { name, instanceType, labels = {}, taints = [] } } = place
    const id = uuid(`${cluster.arn}\0${name}`)
    const group = this.#foundGroup(`eks-${name}-${id}`, place, ownedTags(cluster.name, name), name)
    const arn = `arn:aws:eks:${region}:${account}:nodegroup/${cluster.name}/${name}/${id}`
    return new Nodegroup({ name, arn, cluster: cluster.name, instanceType, labels, taints }, group, { timeline: this.timeline, dice: this.#dice })
  }

  /** `nodegroup`: of the node group it is under, if it is. */
  #foundGroup(groupName: string, place: Place, tags: Readonly<Record<string, string>>, nodegroup?: string): AutoScalingGroup {
    const { cluster, region, account, pool: { name, zones, minSize, maxSize, desiredSize, instanceType, warmPool } } = place
    knownType(instanceType, this.#facts)
    if (this.#groups.has(groupName)) throw new Error(`Auto Scaling groups have different names: found "${groupName}" twice`)
    const id = uuid(`${cluster.arn}\0${name}`)
    const arn = `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:${id}:autoScalingGroupName/${groupName}`
    const node = traitsOf(place.pool, nodegroup)
    const world = { timeline: this.timeline, dice: this.#dice, newInstance: this.#instanceMaker(place, groupName, node), refusal: (zone: string) => this.refusal({ pool: name, zone, instanceType }) }
    const group = new AutoScalingGroup({ name: groupName, arn, region, zones, warmPool }, { minSize, maxSize, desiredSize }, world)
    for (const [key, value] of Object.entries(tags)) group.tags.set(key, { value, propagateAtLaunch: true })
    this.#groups.set(groupName, group)
    this.#places.set(group, { ...place, node })
    return group
  }

  #instanceMaker({ cluster, region, account, pool }: Place, groupName: string, node: NodeTraits): (zone: string) => Instance {
    const { name, instanceType } = pool
    const common = { cluster: cluster.name, pool: name, groupName, region, account, instanceType, tags: {}, node }
    let launched = 0
    return (zone) => this.#make({ ...common, zone, ...this.#identity(`${groupName}\0${launched++}`) })
  }

  #make(identity: InstanceIdentity): Instance {
    const instance = new Instance(identity, { timeline: this.timeline, dice: this.#dice, listener: this })
    this.#instances.set(instance.id, instance)
    return instance
  }
}

/** The Kubernetes version of a cluster that names none. */
const defaultVersion = '1.34'

interface Place {
  readonly cluster: CloudCluster
  readonly region: string
  readonly account: string
  readonly pool: CloudGroup
}

const traitsOf = ({ labels = {}, taints = [] }: CloudGroup, nodegroup: string | undefined): NodeTraits =>
  ({ labels, taints: taints.map((taint) => ({ ...taint, effect: effects[taint.effect] })), ...(nodegroup === undefined ? {} : { nodegroup }) })

/** The tags a group of one's own needs, for its nodes to be let into the cluster. */
const groupTags = (cluster: string): Readonly<Record<string, string>> => ({ [`kubernetes.io/cluster/${cluster}`]: 'owned' })

/** The tags EKS puts on its groups, which hand them on to their instances. */
const ownedTags = (cluster: string, nodegroup: string): Readonly<Record<string, string>> => ({
  'eks:cluster-name': cluster,
  'eks:nodegroup-name': nodegroup,
  'k8s.io/cluster-autoscaler/enabled': 'true',
  [`k8s.io/cluster-autoscaler/${cluster}`]: 'owned',
  [`kubernetes.io/cluster/${cluster}`]: 'owned',
})

const knownType = (
  instanceType: string,
  facts: (instanceType: string) => InstanceTypeFacts | undefined,
): InstanceTypeFacts => {
  const known = facts(instanceType)
  if (known === undefined) {
    throw new Error(`unknown instance type: found "${instanceType}", expected one with a price, as in m5.large`)
  }
  return known
}

const effects: Readonly<Record<NodegroupTaint['effect'], NodeTaint['effect']>> = {
  NO_SCHEDULE: 'NoSchedule',
  NO_EXECUTE: 'NoExecute',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
}

const joiningNode = (instance: Instance, facts: InstanceTypeFacts): JoiningNode => ({
  name: instance.privateDnsName,
  instanceId: instance.id,
  instanceType: instance.identity.instanceType,
  zone: instance.identity.zone,
  ...instance.identity.node,
  ...allocatable(instance.identity.instanceType, facts),
})
