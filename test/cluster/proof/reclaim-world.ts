import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbRegistry } from '../../../lib/adapters/dynamodb/dynamodb-registry.ts'
import { clusterApi } from '../../../lib/adapters/kubernetes/cluster-api.ts'
import { kubernetesNodes } from '../../../lib/adapters/kubernetes/kubernetes-nodes.ts'
import { kubernetesWorkloads } from '../../../lib/adapters/kubernetes/kubernetes-workloads.ts'
import type { Pool } from '../../../lib/domain/pool.ts'
import { type Instant, later } from '../../../lib/domain/time.ts'
import type { Capacity, InstanceState, Nodes, Registry } from '../../../lib/ports.ts'
import { CREDENTIALS, TABLE } from '../../../lib/sandbox/environment-variables.ts'
import { startTable } from '../../../lib/sandbox/table.ts'
import { reclaim } from '../../../lib/use-cases/reclaim.ts'
import type { World } from '../../../lib/use-cases/world.ts'
import type { ClusterUnderTest } from '../../contract/cluster-under-test.ts'
import { pathOf, type RawApi } from '../../contract/raw-api.ts'
import { environmentWith, termsWith } from '../../domain/build-environment.ts'

/** One pool of a cluster, and the workers that look after its nodes. */
export interface ReclaimWorld {
  readonly registry: Registry
  /** One worker's turn at the nodes of the cluster. */
  turn(): Promise<void>
  pool(): Promise<Pool>
  close(): Promise<void>
}

const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev'

/** A pool of these nodes, of whose two environments one sleeps. `Nodes` and `Workloads` are the cluster's own; the cloud is played. */
export const reclaimWorld = async (cluster: ClusterUnderTest, admin: RawApi, name: string, nodes: number, namespace: string): Promise<ReclaimWorld> => {
  const table = await startTable()
  const client = new DynamoDBClient({ endpoint: table.url, region: 'us-east-1', credentials: CREDENTIALS })
  const registry = dynamodbRegistry(DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }), TABLE)
  const began = cluster.now()
  await registry.putFleet({ mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [] })
  await registry.putCluster({ name: 'us-dev', arn: ARN, whole: false }, 1)
  const environment = { clusterArn: ARN, terms: termsWith({ namespaces: [namespace], hours: 'always' }), pools: [name], since: later(began, -3600) }
  await registry.createEnvironment(environmentWith(environment), 1)
  await registry.createEnvironment(environmentWith({ ...environment, id: 'us-dev/night', name: 'night', phase: 'asleep' }), 1)
  await registry.createPool({ cluster: 'us-dev', name, keep: 0, consolidate: true, pace: { nodes: 20, percent: 0 }, epoch: 0, demands: { 'us-dev/night': 'asleep', 'us-dev/shop': 'awake' }, leaving: {} })

  const { url, certificateAuthority, tokens } = cluster
  const api = clusterApi({ name: 'us-dev', url, ...(certificateAuthority === undefined ? {} : { certificateAuthority }), token: async () => tokens.catnap })
  const access = { nodes: grownUp(kubernetesNodes(api)), workloads: kubernetesWorkloads(api), capacity: playedCapacity(admin, name, nodes) }
  const world: World = {
    clock: { now: () => cluster.now() },
    memory: registry,
    mailbox: { send: async () => {} },
    // What a reclaim asks of a cluster is all there.
    clusters: { open: async () => access as unknown as Awaited<ReturnType<World['clusters']['open']>> },
    log: { info: () => {}, warn: (text) => void process.stderr.write(`reclaim: ${text}\n`) },
    listPrice: () => 96_000,
  }
  let turns = 0
  return {
    registry,
    turn: () => reclaim(world, 'us-dev', `turn ${(turns += 1)}`),
    pool: async () => (await registry.pools.get({ cluster: 'us-dev', name })) ?? Promise.reject(new Error('the pool is gone')),
    close: async () => {
      await api.close()
      client.destroy()
      await table.close()
    },
  }
}

const HOUR_SECONDS = 3600

const older = <Each extends { readonly createdAt: Instant }>(node: Each): Each => ({ ...node, createdAt: later(node.createdAt, -HOUR_SECONDS) })

/** A real API server says itself when an object was made, and no test waits until its nodes are ten minutes old. */
const grownUp = (nodes: Nodes): Nodes => ({
  ...nodes,
  survey: async () => {
    const seen = await nodes.survey()
    return { nodes: seen.nodes.map(older), snapshot: { ...seen.snapshot, nodes: seen.snapshot.nodes.map(older) } }
  },
})

/** A node group whose instances end at once, their nodes with them. */
const playedCapacity = (admin: RawApi, name: string, nodes: number): Capacity => {
  let desiredSize = nodes
  let rebalancing = true
  const ended = new Set<string>()
  return {
    list: async () => [name],
    status: async () => ({ kind: 'node-group', size: { minSize: 0, desiredSize, maxSize: nodes }, rebalancing, instanceTypes: ['m5.large'], inService: [], waits: {} }),
    prepare: async () => {
      rebalancing = false
      return 'done'
    },
    grow: async () => 'done',
    restore: async () => 'done',
    remove: async (_, instanceId) => {
      const { status } = await admin.call('DELETE', pathOf('Node', undefined, instanceId.replace(/^i-/, '')))
      if (status !== 200) return { done: false, because: 'gone', text: `${instanceId}: ${status}` }
      ended.add(instanceId)
      desiredSize -= 1
      return { done: true }
    },
    troubles: async () => [],
    states: async (ids) => new Map(ids.map((id): [string, InstanceState] => [id, ended.has(id) ? 'terminated' : 'running'])),
    instances: async () => [],
  }
}
