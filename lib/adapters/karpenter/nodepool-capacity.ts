import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { isDeepEqual } from '../../domain/is-deep-equal.ts'
import { isHeldShut, isShut, type PoolOriginal, shutLimits, unboundedSize } from '../../domain/pool.ts'
import type { Outcome, PoolStatus } from '../../ports.ts'
import type { PoolsOfKind } from '../eks/cluster-capacity.ts'
import { type ClusterApi, outcomeOf } from '../kubernetes/cluster-api.ts'
import { servedKinds } from '../kubernetes/served-kinds.ts'
import { warningsIn } from '../kubernetes/kubernetes-symptoms.ts'
import { type NodeClaim, readNodeClaim } from './node-claim.ts'
import { addOriginal, type NodePool, readNodePool, removeOriginal } from './node-pool.ts'
import { EVENTS_OF_NO_NAMESPACE, nodePoolTroubles } from './nodepool-troubles.ts'

const NODE_POOLS = { group: 'karpenter.sh', version: 'v1', plural: 'nodepools', isOptional: true }
const NODE_CLAIMS = { group: 'karpenter.sh', version: 'v1', plural: 'nodeclaims', isOptional: true }

const JSON_PATCH = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch)

/**
 * Karpenter's NodePools in one cluster, those of EKS Auto Mode included. A pool is shut by a CPU limit of 0 and opened by
 * the limits it had; a node leaves when its NodeClaim is deleted: Karpenter's finalizer drains it and ends the instance.
 */
export const nodePoolCapacity = (api: ClusterApi): PoolsOfKind => {
  const list = servedKinds(api)
  const pools = async (): Promise<readonly NodePool[]> => (await list(NODE_POOLS)).map(readNodePool)
  const find = async (pool: string): Promise<NodePool | undefined> => (await pools()).find(({ name }) => name === pool)
  const claimsOf = async (name: string): Promise<readonly NodeClaim[]> => (await list(NODE_CLAIMS)).map(readNodeClaim).filter(({ pool }) => pool === name)
  /** Changes the pool that was looked at: one whose limits, or anything else, somebody changed since is left for another look. */
  const change = async (name: string, { limits }: PoolStatus, operations: (pool: NodePool) => readonly object[]): Promise<'done' | 'later'> => {
    const pool = await find(name)
    if (pool === undefined || !isDeepEqual(pool.limits, limits)) return 'later'
    const body = [{ op: 'test', path: '/metadata/generation', value: pool.generation }, ...operations(pool)]
    const outcome = await outcomeOf(`patch nodepool ${name}`, () => api.custom.patchClusterCustomObject({ ...NODE_POOLS, name, body }, JSON_PATCH))
    if (outcome.done) return 'done'
    if (outcome.because === 'refused') throw new Error(outcome.text)
    return 'later'
  }
  return {
    list: async () => (await pools()).map(({ name }) => name),
    status: async (name) => {
      const pool = await find(name)
      return pool === undefined ? undefined : statusOf(pool, await claimsOf(name))
    },
    prepare: async (name, status, original) => {
      const { limits } = status
      if (limits === undefined || isShut(limits)) return 'done'
      return change(name, status, (pool) => [...addOriginal(pool, original), { op: 'add', path: '/spec/limits', value: shutLimits(limits) }])
    },
    grow: async (name, status, original) => (isHeldShut(original, status.limits) ? change(name, status, () => putLimits(original)) : 'done'),
    restore: async (name, status, original) => {
      const isHeld = isHeldShut(original, status.limits)
      if (!isHeld && status.mark === undefined) return 'done'
      return change(name, status, (pool) => [...(isHeld ? putLimits(original) : []), ...removeOriginal(pool)])
    },
    remove: async (pool, instanceId) => {
      const claim = (await claimsOf(pool)).find((one) => one.instanceId === instanceId)
      if (claim === undefined) return { done: false, because: 'gone', text: `no NodeClaim of pool ${pool} has instance ${instanceId}` }
      return claim.isEnding ? { done: true } : end(api, claim)
    },
    troubles: async (name, since) => {
      const [found, claims] = await Promise.all([list(NODE_POOLS), list(NODE_CLAIMS)])
      const pool = found.find((fields) => readNodePool(fields).name === name)
      if (pool === undefined) return []
      const { warnings } = await warningsIn(api, EVENTS_OF_NO_NAMESPACE)
      return nodePoolTroubles(pool, claims.filter((fields) => readNodeClaim(fields).pool === name), warnings, since)
    },
  }
}

const putLimits = ({ limits }: PoolOriginal): readonly object[] =>
  (limits === undefined || limits === null ? [{ op: 'remove', path: '/spec/limits' }] : [{ op: 'add', path: '/spec/limits', value: limits }])

/** Deletes exactly this NodeClaim, not one that came under its name since. */
const end = (api: ClusterApi, { name, uid }: NodeClaim): Promise<Outcome> =>
  outcomeOf(`delete nodeclaim ${name}`, () => api.custom.deleteClusterCustomObject({ ...NODE_CLAIMS, name, body: { preconditions: { uid } } }))

const statusOf = (pool: NodePool, claims: readonly NodeClaim[]): PoolStatus => {
  const staying = claims.filter(({ isEnding }) => !isEnding)
  const { limits, obstacle, original: mark } = pool
  return {
    kind: 'node-pool',
    size: unboundedSize(staying.length),
    rebalancing: false,
    instanceTypes: [...new Set(claims.flatMap(({ instanceType }) => instanceType ?? []))],
    inService: staying.flatMap(({ instanceId }) => instanceId ?? []),
    waits: Object.fromEntries(claims.flatMap(({ instanceId, isEnding, waitsFor }) => (isEnding && instanceId !== undefined ? [[instanceId, waitsFor]] : []))),
    ...(pool.isBuiltIn ? {} : { limits }),
    ...(obstacle === undefined ? {} : { obstacle }),
    ...(mark === undefined ? {} : { mark }),
  }
}
