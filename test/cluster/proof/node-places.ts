import { isChosen, untolerated } from '../../../lib/sandbox/cluster/node-fit.ts'
import { podRequests } from '../../../lib/sandbox/cluster/pod-requests.ts'
import { isFinished, isReady } from '../../../lib/sandbox/cluster/pod-state.ts'
import { parseQuantity } from '../../../lib/sandbox/cluster/quantity.ts'
import type { Node, Pod } from '../../../lib/sandbox/cluster/resources.ts'

/** Room for pods on a node, there or still to come. */
export interface NodePlace {
  readonly node: Node
  cpuMilli: number
  memoryBytes: number
  pods: number
}

/** The nodes new pods may be put on now, with what is left of each. */
export const nodePlaces = (nodes: readonly Node[], pods: readonly Pod[]): readonly NodePlace[] =>
  nodes.filter(({ spec, metadata }) => spec?.unschedulable !== true && metadata.deletionTimestamp === undefined).map((node) => {
    const { cpu = '0', memory = '0', pods: count = '0' } = node.status?.allocatable ?? {}
    const place: NodePlace = { node, cpuMilli: (parseQuantity(cpu) ?? 0) * 1000, memoryBytes: parseQuantity(memory) ?? 0, pods: Number(count) }
    for (const pod of pods) if (pod.spec.nodeName === node.metadata.name && !isFinished(pod)) seat(place, pod)
    return place
  })

/** Puts a pod there. */
export const seat = (place: NodePlace, { spec }: Pod): void => {
  const { cpuMilli, memoryBytes } = podRequests(spec)
  place.cpuMilli -= cpuMilli
  place.memoryBytes -= memoryBytes
  place.pods -= 1
}

/** Whether a pod finds room there: by its requests, its node selector and affinity, and the taints. */
export const takes = (place: NodePlace, { spec }: Pod): boolean => {
  const { cpuMilli, memoryBytes } = podRequests(spec)
  return place.pods >= 1 && cpuMilli <= place.cpuMilli && memoryBytes <= place.memoryBytes && isChosen(spec, place.node)
    && untolerated(spec, place.node.spec?.taints ?? [], ['NoSchedule', 'NoExecute']) === undefined
}

/** Whether the scheduler looked for a place and found none. */
export const isHopeless = ({ spec, status, metadata }: Pod): boolean =>
  spec.nodeName === undefined && metadata.deletionTimestamp === undefined
  && status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable') === true

/** Whether a pod is ready and stays so. */
export const isServing = (pod: Pod): boolean => pod.metadata.deletionTimestamp === undefined && isReady(pod)
