import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { shippedPrice } from '../adapters/prices/shipped-prices.ts'
import type { Intent } from '../domain/intent/schema.ts'
import { clusterWideRoles } from '../domain/rights/cluster-roles.ts'
import { ANY_GRANT } from '../domain/rights/grant.ts'
import { instant } from '../domain/time.ts'
import { autoscalersGroups } from './autoscalers-groups.ts'
import { type Chat, openChat } from './chat.ts'
import { createCloud, type SimulatedCloud } from './cloud/cloud.ts'
import type { CloudCluster } from './cloud/fleet.ts'
import { createCluster, type SimulatedCluster } from './cluster/create-cluster.ts'
import { isJsonObject } from './cluster/json.ts'
import type { KubernetesObject } from './cluster/kubernetes-object.ts'
import { loadManifests } from './cluster/manifests.ts'
import { dice } from './dice.ts'
import { chatVariables, CREDENTIALS, environmentVariables, frontVariables, LINK_KEY, OPERATOR, WEBHOOK } from './environment-variables.ts'
import { backendOf, type ClusterPlan, type FleetPlan } from './fleet-plan.ts'
import { karpentersMachines } from './karpenters-machines.ts'
import { registerTargets } from './registered-targets.ts'
import { startTable } from './table.ts'
import { Timeline } from './timeline.ts'
import { usageModel } from './usage.ts'

/** A fleet of clusters, a cloud and a table on one machine, all on one timeline. */
export interface Sandbox {
  readonly timeline: Timeline
  readonly cloud: SimulatedCloud
  readonly clusters: ReadonlyMap<string, SimulatedCluster>
  /** Where warnings come in. */
  readonly chat: Chat
  /** What the functions and the CLI find in their environment. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Hooks of the fault tests: see the simulated cluster's and cloud's own. */
export interface SandboxFaults {
  readonly cluster?: Pick<Parameters<typeof createCluster>[0], 'intercept' | 'committed' | 'metricsFault'>
  readonly cloud?: Pick<Parameters<typeof createCloud>[0], 'intercept' | 'committed' | 'mail'>
}

/** Builds a fleet as its plan says and lets it come up: nodes joined, pods placed. Nothing of Catnap acts in it yet. */
export const createSandbox = async (plan: FleetPlan, intent: Intent, seed: number, faults: SandboxFaults = {}, wakeUrl?: string): Promise<Sandbox> => {
  const timeline = new Timeline(instant(plan.start))
  const roll = dice(seed)
  const clusters = new Map<string, SimulatedCluster>()
  const cloudClusters: CloudCluster[] = []
  // The clusters come before the cloud, which must know where they are.
  const made: { cloud?: SimulatedCloud } = {}
  for (const [name, planned] of Object.entries(plan.clusters)) {
    const authenticate = (token: string) => made.cloud?.authenticate(name, token)
    const machines = karpentersMachines(name, () => made.cloud)
    const groups = autoscalersGroups(name, () => made.cloud)
    const cluster = await createCluster({ name, timeline, dice: roll, authenticate, machines, groups, usage: usageModel(roll, planned.usage), ...faults.cluster })
    clusters.set(name, cluster)
    cloudClusters.push(cloudCluster(name, planned, intent, cluster.url))
  }
  const cloud = await createCloud({
    timeline, dice: roll, clusters: cloudClusters, prices: priceOf, topics: topicsIn(intent),
    parameters: { [LINK_KEY]: linkKeyOf(seed), [WEBHOOK.parameter]: WEBHOOK.address }, ...faults.cloud,
  })
  made.cloud = cloud
  cloud.onNode({
    joined: (name, node) => clusters.get(name)?.joinNode(node),
    gone: (name, instanceId) => clusters.get(name)?.nodeGone(instanceId),
  })
  for (const name of ['wake', 'work', 'nodes', 'usage']) cloud.queue(`catnap-${name}`)
  for (const service of new Set(Object.values(plan.hosts))) {
    const [cluster, name] = backendOf(service)
    const simulated = clusters.get(cluster)
    if (simulated !== undefined) registerTargets(cloud.targetGroups, simulated, { cluster, service: name })
  }
  const [table, chat] = await Promise.all([startTable(), openChat()])
  for (const [name, planned] of Object.entries(plan.clusters)) clusters.get(name)?.apply(objectsOf(planned))
  cloud.start()
  return {
    timeline,
    cloud,
    clusters,
    chat,
    environment: { ...environmentVariables(cloud.url, table.url, wakeUrl), ...frontVariables(cloud.balancers), ...chatVariables(chat.url) },
    close: async () => {
      await Promise.all([cloud.close(), table.close(), chat.close(), ...[...clusters.values()].map((cluster) => cluster.close())])
    },
  }
}

/** The topics an administrator made for it. */
const topicsIn = ({ notify, environments }: Intent): readonly string[] =>
  [notify, ...Object.values(environments).map((environment) => environment.notify)].flatMap((channels) => channels?.topic ?? [])

/** The key its links are signed with: the same in every run of a seed, as everything here. */
export const linkKeyOf = (seed: number): string => createHash('sha256').update(`link key ${seed}`).digest('base64url')

const priceOf = (instanceType: string) => {
  const price = shippedPrice(instanceType)
  return price === undefined ? undefined : { vcpu: price.vcpu, memoryMiB: price.memoryMiB, usdPerHour: price.microUsdPerHour / 1e6 }
}

const cloudCluster = (name: string, { pools, version }: ClusterPlan, intent: Intent, endpoint: string): CloudCluster => {
  const arn = intent.clusters[name]?.arn
  if (arn === undefined) throw new Error(`the fleet file names cluster "${name}", which the intent does not know; name it under clusters in the intent`)
  return {
    name, arn, endpoint, version,
    nodegroups: poolsOf(pools, 'node-group'),
    groups: poolsOf(pools, 'auto-scaling-group'),
    accessEntries: [
      { principalArn: 'arn:aws:iam::111122223333:role/catnap-worker', accessKeyId: CREDENTIALS.accessKeyId, username: 'catnap', groups: ['catnap'] },
      { principalArn: 'arn:aws:iam::111122223333:role/operator', accessKeyId: OPERATOR.accessKeyId, username: 'operator', groups: ['system:masters'] },
    ],
  }
}

const poolsOf = (pools: ClusterPlan['pools'], wanted: ClusterPlan['pools'][string]['kind']): NonNullable<CloudCluster['groups']> =>
  Object.entries(pools).flatMap(([name, { kind, instanceType, zones, min, desired, max, labels, tags, taints }]) =>
    (kind === wanted ? [{ name, instanceType, zones, minSize: min, desiredSize: desired, maxSize: max, labels, taints, ...(tags === undefined ? {} : { tags }) }] : []))

/** What an administrator applied before Catnap came: rights, system workloads, and the environments' own. */
const objectsOf = (planned: ClusterPlan): readonly KubernetesObject[] => [
  ...clusterWideRoles(ANY_GRANT),
  ...planned.manifests.flatMap((file) => loadManifests(readFileSync(file, 'utf8'))),
  ...Object.entries(planned.namespaces).flatMap(([namespace, { manifests, replicas, labels }]): KubernetesObject[] => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
    ...manifests.flatMap((file) => loadManifests(readFileSync(file, 'utf8'))).map((object) => withReplicas(placed(object, namespace), replicas)),
  ]),
]

const placed = (object: KubernetesObject, namespace: string): KubernetesObject =>
  ({ ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } })

const withReplicas = (object: KubernetesObject, replicas: Readonly<Record<string, number>>): KubernetesObject => {
  const count = replicas[object.metadata.name]
  const scaled = object.kind === 'Deployment' || object.kind === 'StatefulSet'
  return count === undefined || !scaled || !isJsonObject(object.spec) ? object : { ...object, spec: { ...object.spec, replicas: count } }
}
