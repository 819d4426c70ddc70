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
import type { MakeNodePool, NodePoolUnderTest } from './karpenter-contract.ts'
import { etlIn, nodePoolWith } from './node-pool-objects.ts'
import { rawApi } from './raw-api.ts'

/** A simulated cloud and cluster, and the capacity of all kinds of pools in it. */
export interface SimulatedPools extends NodePoolUnderTest, Pick<CloudWorld, 'cloud' | 'config' | 'timeline'> {
  readonly cluster: SimulatedCluster
}

const poolsIn = async (pool: string, changes: Partial<CloudOptions>, objects: readonly KubernetesObject[] = []): Promise<SimulatedPools> => {
  const world = await cloudWorld(changes)
  const simulated = await createCluster({
    name: 'us-dev', timeline: world.timeline, dice: dice(7), machines: karpentersMachines('us-dev', () => world.cloud),
    authenticate: () => ({ user: 'admin', groups: ['system:masters'] }),
  })
  world.cloud.onNode({ joined: (_, node) => simulated.joinNode(node), gone: (_, instanceId) => simulated.nodeGone(instanceId) })
  const admin = rawApi(simulated, 'admin')
  const api = clusterApi({ name: 'us-dev', url: simulated.url, token: async () => 'admin' })
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await Promise.all([api.close(), admin.close()])
    await simulated.close()
  })
  simulated.apply(objects)
  await world.pass(objects.length === 0 ? 0 : 300)
  const kinds = [nodegroupCapacity(world.eks, world.autoScaling, 'us-dev'), scalingGroups(world.autoScaling, 'us-dev'), nodePoolCapacity(api)]
  return { ...world, pool, admin, cluster: simulated, capacity: clusterCapacity(kinds, new EC2Client(world.config), 'us-dev') }
}

/** A managed node group, unless told otherwise, of two nodes. */
export const nodeGroupWorld = (changes: Partial<CloudOptions> = {}): Promise<SimulatedPools> => poolsIn('workers', changes)

/** A self-managed Auto Scaling group of two nodes beside a node group. */
export const scalingGroupWorld = (own: Partial<NonNullable<ReturnType<typeof cluster>['groups']>[number]> = {}, changes: Partial<CloudOptions> = {}): Promise<SimulatedPools> =>
  poolsIn('own-workers', { clusters: [cluster({ groups: [{ ...nodegroup({ name: 'own-workers' }), ...own }] })], ...changes })

/** A NodePool of Karpenter with two nodes, each for one pod. */
export const nodePoolWorld = (nodePool: Parameters<MakeNodePool>[0] = (pool) => nodePoolWith({}, pool), more: Parameters<MakeNodePool>[1] = () => []): Promise<SimulatedPools> =>
  poolsIn('batch', { clusters: [cluster({ nodegroups: [] })] }, [nodePool('batch'), etlIn('batch'), ...more('batch')])
