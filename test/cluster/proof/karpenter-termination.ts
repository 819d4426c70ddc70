import { type Instant, secondsBetween } from '../../../lib/domain/time.ts'
import type { NodeClaim, Pod } from '../../../lib/sandbox/cluster/resources.ts'
import { pathOf, type RawApi } from '../../contract/raw-api.ts'
import { DISRUPTED, drainedFrom, instanceOf, type KarpenterHands, type KarpenterLook, karpenterSeconds, mergeInto, nodeOf } from './karpenter-objects.ts'

/**
 * Karpenter's finalizer: the node of a claim that is deleted is tainted and drained through the Eviction API, then its instance
 * ends, and with that the claim. A pod that may never leave it waits for without end, unless the claim has a
 * terminationGracePeriod.
 *
 * @returns one step for one claim; answers whether there was anything to do
 */
export const karpenterTermination = ({ admin, cloud, machines, lookAgain }: KarpenterHands): ((claim: NodeClaim, look: KarpenterLook) => Promise<boolean>) => {
  const ended = new Set<string>()
  const since = new Map<string, Instant>()
  return async (claim, { now, nodes, pods }) => {
    const { name } = claim.metadata
    const id = instanceOf(claim)
    if (ended.has(id)) {
      if (cloud.instances().some((instance) => instance.id === id && instance.state !== 'terminated')) return false
      await mergeInto(admin, 'NodeClaim', name, { metadata: { finalizers: null } })
      return true
    }
    const node = nodeOf(claim, nodes)
    if (node !== undefined && node.spec?.taints?.some(({ key }) => key === DISRUPTED.key) !== true) {
      await mergeInto(admin, 'Node', node.metadata.name, { spec: { taints: [...(node.spec?.taints ?? []), DISRUPTED] } })
      return true
    }
    const began = since.get(name) ?? now
    since.set(name, began)
    const isOver = secondsBetween(began, now) >= karpenterSeconds(claim.spec.terminationGracePeriod)
    const left = node === undefined ? [] : drainedFrom(node, pods)
    if (left.length > 0) {
      lookAgain()
      const gone = await Promise.all(left.map((pod) => (pod.metadata.deletionTimestamp === undefined ? leaves(admin, pod, isOver) : false)))
      return (await say(admin, claim, 'False', `Draining the node, ${left.length} pods are waiting to be evicted`)) || gone.includes(true)
    }
    await say(admin, claim, 'True', '')
    ended.add(id)
    machines.end(id)
    return true
  }
}

/** Evicts a pod, or deletes it when its time is over; answers whether it goes. */
const leaves = async (admin: RawApi, { metadata: { namespace, name, annotations } }: Pod, isOver: boolean): Promise<boolean> => {
  const path = pathOf('Pod', namespace, name)
  if (isOver) return (await admin.call('DELETE', path)).status < 300
  if (annotations?.['karpenter.sh/do-not-disrupt'] === 'true') return false
  return (await admin.call('POST', `${path}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name } })).status < 300
}

/** Says in the status of a claim whether its node is drained; answers whether that was news. */
const say = async (admin: RawApi, { metadata: { name }, status }: NodeClaim, drained: string, message: string): Promise<boolean> => {
  const was = status?.conditions?.find(({ type }) => type === 'Drained')
  if (was?.status === drained && (was.message ?? '') === message) return false
  const others = (status?.conditions ?? []).filter(({ type }) => type !== 'Drained')
  await mergeInto(admin, 'NodeClaim', name, { status: { conditions: [...others, { type: 'Drained', status: drained, message, lastTransitionTime: new Date().toISOString() }] } }, '/status')
  return true
}
