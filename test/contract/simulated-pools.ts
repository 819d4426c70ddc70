import { EC2Client } from '@aws-sdk/client-ec2'
import { onTestFinished, vi } from 'vitest'
import { scalingGroups } from '../../lib/adapters/autoscaling/group-capacity.ts'
import { clusterCapacity } from '../../lib/adapters/eks/cluster-capacity.ts'
import { nodegroupCapacity } from '../../lib/adapters/eks/nodegroup-capacity.ts'
import { nodePoolCapacity } from '../../lib/adapters/karpenter/nodepool-capacity.ts'
import { clusterApi } from '../../lib/adapters/kubernetes/cluster-api.ts'
import type { CloudOptions } from '../../lib/sandbox/cloud/cloud.ts'
import { createCluster, type SimulatedCluster } from '../../lib/sandbox/cluster/create-cluster.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { dice } from '../../lib/sandbox/dice.ts'
import { karpentersMachines } from '../../lib/sandbox/karpenters-machines.ts'
import { type CloudWorld, cloudWorld, cluster, nodegroup } from '../sandbox/cloud/cloud-world.ts'
import type { PoolUnderTest } from './capacity-contract.ts'

/** A simulated cloud and cluster, and the capacity of all kinds of pools in it. */
export interface SimulatedPools extends PoolUnderTest, Pick<CloudWorld, 'cloud' | 'config'> {
  readonly cluster: SimulatedCluster
}

const poolsIn = async (pool: string, changes: Partial<CloudOptions>, objects: readonly KubernetesObject[] = []): Promise<SimulatedPools> => {
  const world = await cloudWorld(changes)
  const simulated = await createCluster({
    name: 'us-dev', timeline: world.timeline, dice: dice(7), machines: karpentersMachines('us-dev', () => world.cloud),
    authenticate: () => ({ user: 'admin', groups: ['system:masters'] }),
  })
  world.cloud.onNode({ joined: (_, node) => simulated.joinNode(node), gone: (_, instanceId) => simulated.nodeGone(instanceId) })
  const api = clusterApi({ name: 'us-dev', url: simulated.url, token: async () => 'admin' })
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await api.close()
    await simulated.close()
  })
  simulated.apply(objects)
  await world.pass(objects.length === 0 ? 0 : 300)
  const kinds = [nodegroupCapacity(world.eks, world.autoScaling, 'us-dev'), scalingGroups(world.autoScaling, 'us-dev'), nodePoolCapacity(api)]
  return { ...world, pool, cluster: simulated, capacity: clusterCapacity(kinds, new EC2Client(world.config), 'us-dev') }
}

/** A managed node group, unless told otherwise, of two nodes. */
export const nodeGroupWorld = (changes: Partial<CloudOptions> = {}): Promise<SimulatedPools> => poolsIn('workers', changes)

/** A self-managed Auto Scaling group of two nodes beside a node group. */
export const scalingGroupWorld = (own: Partial<NonNullable<ReturnType<typeof cluster>['groups']>[number]> = {}, changes: Partial<CloudOptions> = {}): Promise<SimulatedPools> =>
  poolsIn('own-workers', { clusters: [cluster({ groups: [{ ...nodegroup({ name: 'own-workers' }), ...own }] })], ...changes })

/** A NodePool of Karpenter with two nodes, each for one pod. */
export const nodePoolWorld = (nodePool: KubernetesObject = nodePoolWith(), more: readonly KubernetesObject[] = []): Promise<SimulatedPools> =>
  poolsIn('batch', { clusters: [cluster({ nodegroups: [] })] }, [nodePool, twoPods(), ...more])

/** A NodePool of m5.large in two zones, unless told otherwise. */
export const nodePoolWith = ({ spec = {}, template = {}, metadata = {} }: Readonly<Record<'spec' | 'template' | 'metadata', object>> | Record<string, object> = {}): KubernetesObject => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: 'batch', ...metadata },
  spec: {
    limits: { cpu: 100, memory: '400Gi' },
    ...spec,
    template: {
      metadata: { labels: { workload: 'batch' } },
      spec: {
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
        requirements: [
          { key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['m5.large'] },
          { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a', 'us-east-1b'] },
        ],
        ...template,
      },
    },
  },
})

/** Two pods that fit on no node together. */
export const twoPods = (replicas = 2): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'etl', namespace: 'batch' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'etl' } },
    template: {
      metadata: { labels: { app: 'etl' } },
      spec: { nodeSelector: { workload: 'batch' }, containers: [{ name: 'etl', image: 'acme/etl:1', resources: { requests: { cpu: '1500m' } } }] },
    },
  },
})
