import { type Instant, secondsBetween } from '../../../lib/domain/time.ts'
import type { SimulatedCloud } from '../../../lib/sandbox/cloud/cloud.ts'
import type { Node, NodeClaim, NodePool, Pod } from '../../../lib/sandbox/cluster/resources.ts'
import { karpentersMachines } from '../../../lib/sandbox/karpenters-machines.ts'
import type { Timeline } from '../../../lib/sandbox/timeline.ts'
import type { RawApi } from '../../contract/raw-api.ts'
import { drainedFrom, type KarpenterHands, type KarpenterLook, karpenterSeconds, mergeInto, nodeOf, POOL_LABEL } from './karpenter-objects.ts'
import { karpenterProvisioner } from './karpenter-provisioner.ts'
import { karpenterTermination } from './karpenter-termination.ts'

/** What the actor playing Karpenter looks after. */
export interface KarpenterOptions {
  readonly admin: RawApi
  readonly cloud: SimulatedCloud
  readonly timeline: Timeline
  /** The name under which the cloud knows the cluster. */
  readonly cluster: string
  /** Of the NodePools of a plane that others use too, those that are its own. */
  readonly owns: (pool: string) => boolean
  /** Asked for another turn, at this instant of the timeline. */
  readonly stir: () => void
  /** Whether a controller of it is up: nothing is done where none is. Default: always. */
  readonly isUp?: (admin: RawApi) => Promise<boolean>
}

/** A drain that is not done, and a node that is not empty for long enough, are looked at again. */
const AGAIN_SECONDS = 30

/**
 * An actor that does before a real API server what Karpenter does: starts nodes for pods without a place, drains the node of a
 * NodeClaim that is deleted and ends its instance, deletes the claim of a node that somebody deletes, and consolidates empty
 * nodes where the NodePool says so. The instances are those of a simulated cloud.
 *
 * @returns one turn: looks, does what is to be done now, and answers whether that was anything
 */
export const planeKarpenter = ({ admin, cloud, timeline, cluster, owns, stir, isUp = async () => true }: KarpenterOptions): (() => Promise<boolean>) => {
  const hands: KarpenterHands = { admin, cloud, machines: karpentersMachines(cluster, () => cloud), lookAgain: () => void timeline.after(AGAIN_SECONDS, stir) }
  const [terminate, consolidate, provision] = [karpenterTermination(hands), karpenterConsolidation(hands), karpenterProvisioner(hands)]
  return async () => {
    if (!(await isUp(admin))) return false
    const look = await lookAt(admin, timeline.now(), owns)
    const acted: boolean[] = []
    for (const claim of look.claims) {
      const node = nodeOf(claim, look.nodes)
      if (claim.metadata.deletionTimestamp !== undefined) acted.push(await terminate(claim, look))
      else if (node?.metadata.deletionTimestamp === undefined) await register(admin, claim, node)
      else acted.push(await release(admin, claim))
    }
    acted.push(await consolidate(look), await provision(look))
    return acted.includes(true)
  }
}

const lookAt = async (admin: RawApi, now: Instant, owns: (pool: string) => boolean): Promise<KarpenterLook> => {
  const [pools, claims, nodes, pods] = (await Promise.all(['NodePool', 'NodeClaim', 'Node', 'Pod'].map((kind) => admin.list(kind)))) as unknown as
    [readonly NodePool[], readonly NodeClaim[], readonly Node[], readonly Pod[]]
  const isOwn = ({ metadata }: Pick<Node, 'metadata'>): boolean => owns(metadata.labels?.[POOL_LABEL] ?? '')
  return { now, pools: pools.filter(({ metadata }) => owns(metadata.name)), claims: claims.filter(isOwn), nodes: nodes.filter(isOwn), pods }
}

/** Notes the node that came for a claim. */
const register = async (admin: RawApi, { metadata: { name }, status }: NodeClaim, node: Node | undefined): Promise<void> => {
  if (node === undefined || status?.nodeName === node.metadata.name) return
  await mergeInto(admin, 'NodeClaim', name, { status: { nodeName: node.metadata.name } }, '/status')
}

/** Somebody deleted the node: Karpenter ends what is under it. */
const release = async (admin: RawApi, { metadata: { name } }: NodeClaim): Promise<true> => {
  await admin.remove('NodeClaim', name)
  return true
}

/** Takes nodes that have carried nothing but DaemonSets' pods for as long as their NodePool says; answers whether it took any. */
const karpenterConsolidation = ({ admin, lookAgain }: KarpenterHands): ((look: KarpenterLook) => Promise<boolean>) => {
  const emptySince = new Map<string, Instant>()
  return async ({ now, pools, claims, nodes, pods }) => {
    let tookAny = false
    for (const claim of claims.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
      const { name, labels } = claim.metadata
      const afterSeconds = consolidatesAfter(pools.find(({ metadata }) => metadata.name === labels?.[POOL_LABEL]))
      const node = nodeOf(claim, nodes)
      if (afterSeconds === Infinity || node === undefined || drainedFrom(node, pods).length > 0) {
        emptySince.delete(name)
        continue
      }
      const since = emptySince.get(name) ?? now
      emptySince.set(name, since)
      if (secondsBetween(since, now) < afterSeconds) {
        lookAgain()
        continue
      }
      await admin.remove('NodeClaim', name)
      tookAny = true
    }
    return tookAny
  }
}

/** How long a node of a NodePool stays when it is empty. */
const consolidatesAfter = (pool: NodePool | undefined): number => {
  const { disruption } = (pool?.spec ?? {}) as { readonly disruption?: { readonly consolidationPolicy?: string; readonly consolidateAfter?: string } }
  return disruption?.consolidationPolicy === undefined ? Infinity : karpenterSeconds(disruption.consolidateAfter)
}
