import type { Environment } from '../domain/environment.ts'
import { isOfPool, type Node } from '../domain/node.ts'
import type { Pool } from '../domain/pool.ts'
import { type Instant, secondsBetween } from '../domain/time.ts'
import type { ClusterAccess, PoolStatus } from '../ports.ts'

/** A pool with what its provisioner says of it. */
export interface KnownPool {
  readonly pool: Pool
  readonly status: PoolStatus
  readonly nodes: readonly Node[]
}

/** Of the pools of a cluster those an environment uses, as far as they are there. */
export const knownPools = async (pools: readonly Pool[], environment: Environment, { capacity }: ClusterAccess, nodes: readonly Node[]): Promise<readonly KnownPool[]> => {
  const own = pools.filter(({ name }) => environment.pools?.includes(name) ?? true)
  const known = await Promise.all(own.map(async (pool) => {
    const status = await capacity.status(pool.name)
    return status === undefined ? [] : [{ pool, status, nodes: nodes.filter((node) => isOfPool(node, pool.name, status.kind)) }]
  }))
  return known.flat()
}

/** A node that is not Ready so long after it was made will hardly be: nothing is planned on it. */
const COMES_UP_WITHIN_SECONDS = 10 * 60

/** Whether a node is Ready, or about to be. */
export const isComing = ({ ready, createdAt }: Node, now: Instant): boolean => ready || secondsBetween(createdAt, now) < COMES_UP_WITHIN_SECONDS

/** Nodes of a pool that are not on their way off the bill. */
const stayingIn = ({ pool, nodes }: KnownPool): readonly Node[] => nodes.filter(({ instanceId }) => pool.leaving[instanceId]?.stage !== 'ending')

/** How many nodes were asked for and have not joined. */
export const incoming = (known: KnownPool): number => Math.max(0, known.status.size.desiredSize - stayingIn(known).length)

/** Nodes that joined lately and are not Ready, by name. */
export const unready = (known: KnownPool, now: Instant): readonly string[] =>
  stayingIn(known).flatMap((node) => (!node.ready && isComing(node, now) ? [node.name] : []))

/** How many nodes fewer a pool is asked for than it had, as far as it may grow. Karpenter knows by itself what pods wait for. */
export const shrunkBy = ({ pool, status: { kind, mark, size } }: KnownPool): number => {
  const original = pool.original ?? mark
  return kind === 'node-pool' || original === undefined ? 0 : Math.max(0, Math.min(original.desiredSize, size.maxSize) - size.desiredSize)
}
