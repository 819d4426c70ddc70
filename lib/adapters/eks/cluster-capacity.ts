import type { EC2Client } from '@aws-sdk/client-ec2'
import type { Capacity, PoolStatus } from '../../ports.ts'
import { clusterInstances } from '../ec2/cluster-instances.ts'
import { instanceStates } from '../ec2/instance-states.ts'

/** The pools of one kind: what of `Capacity` differs from kind to kind. */
export type PoolsOfKind = Pick<Capacity, 'list' | 'status' | 'prepare' | 'grow' | 'restore' | 'remove' | 'troubles'>

/** The pools of one cluster, of whatever kind. `kinds`: in the order in which a name of the intent is looked up; the first that knows it has it. */
export const clusterCapacity = (kinds: readonly PoolsOfKind[], ec2: EC2Client, clusterName: string): Capacity => {
  const owners = new Map<string, PoolsOfKind>()
  const find = async (pool: string): Promise<{ readonly kind: PoolsOfKind; readonly status: PoolStatus } | undefined> => {
    for (const kind of kinds) {
      const status = await kind.status(pool)
      if (status !== undefined) return { kind, status }
    }
    return undefined
  }
  const ownerOf = async (pool: string): Promise<PoolsOfKind> => {
    const owner = owners.get(pool) ?? (await find(pool))?.kind
    if (owner === undefined) throw new Error(`pool ${pool} of cluster ${clusterName} is gone; take it out of the intent, or make it again`)
    return owner
  }
  return {
    list: async () => (await Promise.all(kinds.map((kind) => kind.list()))).flat(),
    status: async (pool) => {
      const status = await owners.get(pool)?.status(pool)
      if (status !== undefined) return status
      // It may have become one of another kind, or nobody asked before.
      const found = await find(pool)
      if (found === undefined) owners.delete(pool)
      else owners.set(pool, found.kind)
      return found?.status
    },
    prepare: async (pool, ...how) => (await ownerOf(pool)).prepare(pool, ...how),
    grow: async (pool, ...how) => (await ownerOf(pool)).grow(pool, ...how),
    restore: async (pool, ...how) => (await ownerOf(pool)).restore(pool, ...how),
    remove: async (pool, instanceId) => (await ownerOf(pool)).remove(pool, instanceId),
    troubles: async (pool, since) => (await ownerOf(pool)).troubles(pool, since),
    states: (instanceIds) => instanceStates(ec2, instanceIds),
    instances: () => clusterInstances(ec2, clusterName),
  }
}
