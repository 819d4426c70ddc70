import { secondsBetween, type Instant } from '../../../domain/time.ts'
import { ApiError } from '../api-error.ts'
import { type ClusterContext, type Controller, controllerDelaySeconds } from '../context.ts'
import { deleteObject } from '../deletion.ts'
import { evict } from '../eviction.ts'
import { controllerOf } from '../kubernetes-object.ts'
import { untolerated } from '../node-fit.ts'
import { isFinished, withCondition } from '../pod-state.ts'
import type { Node, NodeClaim, Pod } from '../resources.ts'
import { karpenterRuns } from './karpenter-runs.ts'
import { keyedController } from './keyed-controller.ts'
import type { Machines } from './machines.ts'

const DISRUPTED = { key: 'karpenter.sh/disrupted', effect: 'NoSchedule' }
const FINALIZER = 'karpenter.sh/termination'

/** A drain that is not done is looked at again. */
const againSeconds = 5

/** EC2 ends an instance within this. */
const endsWithinSeconds = 60

/**
 * Karpenter's termination: a NodeClaim that is deleted taints its node, evicts what runs there under the budgets, ends the
 * instance when nothing is left, and goes when EC2 says `terminated`. A pod that may never leave it waits for without
 * end, unless the claim has a terminationGracePeriod.
 */
export const nodeClaimController = (context: ClusterContext, machines: Machines): Controller => {
  const { store, timeline } = context
  const ended = new Set<string>()
  /** When each claim was first seen deleted. */
  const since = new Map<string, Instant>()

  const sync = (name: string): void => {
    const claim = store.get('NodeClaim', name)
    if (claim === undefined) return
    if (!karpenterRuns(store)) return void timeline.after(againSeconds, () => sync(name))
    const node = nodeOf(claim)
    if (claim.metadata.deletionTimestamp === undefined) return noteNode(claim, node)
    const began = since.get(name) ?? timeline.now()
    since.set(name, began)
    if (ended.has(instanceOf(claim))) return
    if (node !== undefined) taint(node)
    const isOver = secondsBetween(began, timeline.now()) >= graceSeconds(claim)
    const left = node === undefined ? [] : drain(node, isOver)
    if (left.length > 0) {
      say(claim, 'Drained', 'False', `Draining the node, ${left.length} pods are waiting to be evicted`)
      timeline.after(againSeconds, () => sync(name))
      return
    }
    say(claim, 'Drained', 'True')
    ended.add(instanceOf(claim))
    machines.end(instanceOf(claim))
    // One that never became a node has none whose end could be noticed.
    if (node === undefined) timeline.after(endsWithinSeconds, () => release(claim.status?.providerID))
  }

  const nodeOf = (claim: NodeClaim): Node | undefined => store.list('Node').find(({ spec }) => spec?.providerID === claim.status?.providerID)

  const noteNode = (claim: NodeClaim, node: Node | undefined): void => {
    if (node === undefined || claim.status?.nodeName === node.metadata.name) return
    const conditions = withCondition(claim.status?.conditions, { type: 'Registered', status: 'True' }, store.timestamp())
    store.update(claim, { ...claim, status: { ...claim.status, nodeName: node.metadata.name, conditions } }, 'status')
  }

  const taint = (node: Node): void => {
    const taints = node.spec?.taints ?? []
    if (!taints.some(({ key }) => key === DISRUPTED.key)) store.update(node, { ...node, spec: { ...node.spec, taints: [...taints, DISRUPTED] } })
  }

  /** Evicts what may go, or deletes it when its time is over; answers what is left. */
  const drain = (node: Node, isOver: boolean): readonly Pod[] => {
    const left = store.podsOn(node.metadata.name).filter((pod) =>
      !isFinished(pod) && controllerOf(pod)?.kind !== 'DaemonSet' && controllerOf(pod)?.kind !== 'Node' && untolerated(pod.spec, [DISRUPTED], ['NoSchedule']) !== undefined)
    for (const pod of left) {
      if (pod.metadata.deletionTimestamp !== undefined) continue
      if (isOver) deleteObject(store, timeline, pod)
      else if (pod.metadata.annotations?.['karpenter.sh/do-not-disrupt'] !== 'true') evictPolitely(pod)
    }
    return left
  }

  const evictPolitely = (pod: Pod): void => {
    try {
      evict(store, timeline, pod, {})
    } catch (error) {
      // A budget refuses: asked again in a moment.
      if (!(error instanceof ApiError)) throw error
    }
  }

  const say = (claim: NodeClaim, type: string, status: string, message?: string): void => {
    const conditions = withCondition(claim.status?.conditions, { type, status, ...(message === undefined ? {} : { message }) }, store.timestamp())
    store.update(claim, { ...claim, status: { ...claim.status, conditions } }, 'status')
  }

  const release = (providerID: string | undefined): void => {
    const claim = store.list('NodeClaim').find(({ status }) => status?.providerID === providerID)
    if (claim === undefined) return
    since.delete(claim.metadata.name)
    // An instance that ended by itself takes its claim with it.
    if (claim.metadata.deletionTimestamp === undefined) return store.remove(claim)
    store.update(claim, { ...claim, metadata: { ...claim.metadata, finalizers: (claim.metadata.finalizers ?? []).filter((name) => name !== FINALIZER) } })
  }

  const claims = keyedController({
    context,
    sync,
    keys: ({ type, object }) => {
      if (object.kind === 'NodeClaim') return type === 'DELETED' ? [] : [object.metadata.name]
      if (object.kind !== 'Node' || type !== 'ADDED') return []
      return store.list('NodeClaim').filter(({ status }) => status?.providerID === (object as Node).spec?.providerID).map(({ metadata }) => metadata.name)
    },
  })
  return {
    observe: (change) => {
      claims.observe(change)
      if (change.object.kind === 'Node' && change.type === 'DELETED') {
        timeline.after(controllerDelaySeconds, () => release((change.object as Node).spec?.providerID))
      }
    },
    close: () => claims.close(),
  }
}

const instanceOf = ({ status }: NodeClaim): string => status?.providerID?.split('/').at(-1) ?? ''

/** `terminationGracePeriod` in seconds; without one there is no end. */
const graceSeconds = ({ spec }: NodeClaim): number => {
  const [, hours = '0', minutes = '0', seconds = '0'] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(spec.terminationGracePeriod ?? 'none') ?? []
  return spec.terminationGracePeriod === undefined ? Number.POSITIVE_INFINITY : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}
