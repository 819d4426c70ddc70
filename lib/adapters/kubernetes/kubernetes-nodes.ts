import { PatchStrategy, setHeaderOptions, type V1Node } from '@kubernetes/client-node'
import { type Node, RECLAIM_TAINT } from '../../domain/node.ts'
import { quantity, requestsOf } from '../../domain/requests.ts'
import { type Instant, instant, iso } from '../../domain/time.ts'
import type { Nodes } from '../../ports.ts'
import { type ClusterApi, listAll, outcomeOf } from './cluster-api.ts'
import { toPod } from './pod.ts'

const MERGE_PATCH = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

/** The nodes of one cluster. */
export const kubernetesNodes = (api: ClusterApi): Nodes => ({
  list: async () => (await listAll('nodes', (page) => api.core.listNode(page))).map(toNode),
  pods: async () => (await listAll('pods', (page) => api.core.listPodForAllNamespaces(page))).map(toPod),
  mark: (node, at) =>
    patchNode(api, node, { unschedulable: true, taints: [...otherTaints(node), { key: RECLAIM_TAINT, value: taintValue(iso(at)), effect: 'NoSchedule' }] }),
  unmark: (node) => patchNode(api, node, { unschedulable: null, taints: otherTaints(node).length > 0 ? otherTaints(node) : null }),
})

/** A merge patch replaces the list of taints: the resourceVersion makes sure it is the list we saw. */
const patchNode = (api: ClusterApi, { name, resourceVersion }: Node, spec: object) =>
  outcomeOf(`patch node ${name}`, () => api.core.patchNode({ name, body: { metadata: { resourceVersion }, spec } }, MERGE_PATCH))

/** The cordon's own taint comes and goes with `unschedulable` by itself. */
const otherTaints = ({ taints }: Node) => taints.filter(({ key }) => key !== RECLAIM_TAINT && key !== 'node.kubernetes.io/unschedulable')

/** A taint's value is a label value, which has no colon. */
const taintValue = (isoText: string): string => isoText.replaceAll(':', '-')

/** When we marked it. A taint of this key with any other value was set by a person: no mark of ours. */
const readTaintValue = (value: string | undefined): Instant | undefined => {
  const [, date, hours, minutes, seconds] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z$/.exec(value ?? '') ?? []
  return date === undefined ? undefined : instant(`${date}T${hours}:${minutes}:${seconds}Z`)
}

const toNode = ({ metadata, spec, status }: V1Node): Node => {
  const labels = metadata?.labels ?? {}
  const taints = (spec?.taints ?? []).map(({ key, value, effect }) => ({ key, effect, ...(value === undefined ? {} : { value }) }))
  const markedAt = readTaintValue(taints.find(({ key }) => key === RECLAIM_TAINT)?.value)
  const pool = labels['eks.amazonaws.com/nodegroup']
  return {
    name: metadata?.name ?? '',
    resourceVersion: metadata?.resourceVersion ?? '',
    instanceId: spec?.providerID?.split('/').at(-1) ?? '',
    instanceType: labels['node.kubernetes.io/instance-type'] ?? '',
    zone: labels['topology.kubernetes.io/zone'] ?? '',
    labels,
    taints,
    cordoned: spec?.unschedulable ?? false,
    ready: status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
    createdAt: instant(new Date(metadata?.creationTimestamp ?? 0).toISOString()),
    allocatable: requestsOf(status?.allocatable),
    allocatablePods: quantity(status?.allocatable?.['pods'] ?? 110),
    ...(pool === undefined ? {} : { pool }),
    ...(markedAt === undefined ? {} : { markedAt }),
  }
}
