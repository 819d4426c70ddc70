import type { Instant } from '../../../lib/domain/time.ts'
import type { SimulatedCloud } from '../../../lib/sandbox/cloud/cloud.ts'
import type { Machines } from '../../../lib/sandbox/cluster/controllers/machines.ts'
import { controllerOf } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { untolerated } from '../../../lib/sandbox/cluster/node-fit.ts'
import { isFinished } from '../../../lib/sandbox/cluster/pod-state.ts'
import type { Node, NodeClaim, NodePool, Pod, Taint } from '../../../lib/sandbox/cluster/resources.ts'
import { PATCH, pathOf, type RawApi } from '../../contract/raw-api.ts'

/** What there is for Karpenter to look at. */
export interface KarpenterLook {
  readonly now: Instant
  readonly pools: readonly NodePool[]
  readonly claims: readonly NodeClaim[]
  readonly nodes: readonly Node[]
  readonly pods: readonly Pod[]
}

/** What it acts with. */
export interface KarpenterHands {
  readonly admin: RawApi
  readonly cloud: SimulatedCloud
  readonly machines: Machines
  /** Asks for another turn before long. */
  readonly lookAgain: () => void
}

/** The taint of a node that is on its way out, and its label that names its NodePool. */
export const DISRUPTED: Taint = { key: 'karpenter.sh/disrupted', effect: 'NoSchedule' }
export const POOL_LABEL = 'karpenter.sh/nodepool'
export const TYPE_LABEL = 'node.kubernetes.io/instance-type'

/** Karpenter's hold on its claims and their nodes, until it has ended their instances. */
export const FINALIZER = 'karpenter.sh/termination'

/** Whether a claim is of a NodePool. */
export const isOf = ({ metadata }: NodePool) => (claim: NodeClaim): boolean => claim.metadata.labels?.[POOL_LABEL] === metadata.name

/** The id of the instance of a claim; empty until there is one. */
export const instanceOf = ({ status }: NodeClaim): string => status?.providerID?.split('/').at(-1) ?? ''

/** The node of a claim, once it has joined. */
export const nodeOf = ({ status }: NodeClaim, nodes: readonly Node[]): Node | undefined => nodes.find(({ spec }) => spec?.providerID !== undefined && spec.providerID === status?.providerID)

/** The pods of a node that Karpenter waits for: all but finished, DaemonSets' and static ones, and those that tolerate its taint. */
export const drainedFrom = (node: Node, pods: readonly Pod[]): readonly Pod[] => pods.filter((pod) =>
  pod.spec.nodeName === node.metadata.name && !isFinished(pod) && controllerOf(pod)?.kind !== 'DaemonSet' && controllerOf(pod)?.kind !== 'Node' && untolerated(pod.spec, [DISRUPTED], ['NoSchedule']) !== undefined)

/** A duration of Karpenter's in seconds; `Never`, and none at all, have no end. */
export const karpenterSeconds = (duration = 'Never'): number => {
  const [, hours = '0', minutes = '0', seconds = '0'] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration) ?? []
  return duration === 'Never' ? Infinity : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

/** Changes an object or, with `/status`, its status; one that is gone meanwhile stays so. */
export const mergeInto = async (admin: RawApi, kind: string, name: string, body: object, subresource = ''): Promise<void> => {
  const { status, body: said } = await admin.call('PATCH', `${pathOf(kind, undefined, name)}${subresource}`, body, PATCH.merge)
  if (status !== 200 && status !== 404) throw new Error(`change ${kind} ${name}: found ${status} ${JSON.stringify(said)}, expected 200, or 404 where it is gone`)
}
