import { EC2Client } from '@aws-sdk/client-ec2'
import { onTestFinished } from 'vitest'
import { scalingGroups } from '../../../lib/adapters/autoscaling/group-capacity.ts'
import { clusterCapacity } from '../../../lib/adapters/eks/cluster-capacity.ts'
import { nodegroupCapacity } from '../../../lib/adapters/eks/nodegroup-capacity.ts'
import { nodePoolCapacity } from '../../../lib/adapters/karpenter/nodepool-capacity.ts'
import { clusterApi } from '../../../lib/adapters/kubernetes/cluster-api.ts'
import type { ClusterUnderTest } from '../../contract/cluster-under-test.ts'
import type { MakeNodePool } from '../../contract/karpenter-contract.ts'
import { etlIn, nodePoolWith } from '../../contract/node-pool-objects.ts'
import { rawApi } from '../../contract/raw-api.ts'
import { cloudWorld, cluster as cloudCluster } from '../../sandbox/cloud/cloud-world.ts'
import { passAtRest } from './pass-at-rest.ts'
import { planePools } from './plane-pools.ts'
import { removeNodePool } from './remove-node-pool.ts'

/** Instances, nodes and claims are up within this. */
const COMES_UP_SECONDS = 300

let serial = 0

/**
 * NodePools of a real API server, looked after by an actor who plays Karpenter, with a simulated cloud; each for one test.
 * Catnap has no more rights than `catnap rbac` gives. Karpenter's kinds must be served.
 */
export const realNodePools = (cluster: ClusterUnderTest): MakeNodePool => async (nodePool = (pool) => nodePoolWith({}, pool), more = () => []) => {
  const pool = `batch-${process.pid}-${(serial += 1)}`
  const { url, certificateAuthority, tokens } = cluster
  const admin = rawApi(cluster, tokens.admin)
  const world = await cloudWorld({ clusters: [cloudCluster({ nodegroups: [] })] })
  const { cloud, timeline } = world
  const state = { isStirred: true }
  const stir = (): void => {
    state.isStirred = true
  }
  const pools = planePools({ admin, cloud, timeline, cluster: 'us-dev', owns: (name) => name === pool, stir })
  const rest = async (): Promise<void> => {
    if (!state.isStirred) return
    state.isStirred = false
    await pools.rest([pool])
  }
  const api = clusterApi({ name: 'us-dev', url, ...(certificateAuthority === undefined ? {} : { certificateAuthority }), token: async () => tokens.catnap })
  onTestFinished(async () => {
    await admin.remove('Namespace', pool)
    await pools.close()
    await removeNodePool(admin, pool)
    await Promise.all([api.close(), admin.close()])
  })
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: pool } })
  for (const object of [nodePool(pool), ...more(pool), etlIn(pool)]) await admin.create(object)
  const pass = (seconds: number): Promise<void> => {
    stir()
    return passAtRest(timeline, seconds, rest)
  }
  await pass(COMES_UP_SECONDS)
  const kinds = [nodegroupCapacity(world.eks, world.autoScaling, 'us-dev'), scalingGroups(world.autoScaling, 'us-dev'), nodePoolCapacity(api)]
  return { pool, admin, pass, capacity: clusterCapacity(kinds, new EC2Client(world.config), 'us-dev') }
}
