import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { type Node, RECLAIM_TAINT } from '../../domain/node.ts'
import { iso } from '../../domain/time.ts'
import type { Nodes } from '../../ports.ts'
import { type ClusterApi, listAll, outcomeOf } from './cluster-api.ts'
import { evictPod } from './evict-pod.ts'
import { toNode } from './node.ts'
import { toPod } from './pod.ts'
import { surveyCluster } from './survey-cluster.ts'
import { volumeZones } from './volume-zones.ts'

const MERGE_PATCH = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

/** The nodes of one cluster. */
export const kubernetesNodes = (api: ClusterApi): Nodes => ({
  list: async () => (await listAll('nodes', (page) => api.core.listNode(page))).map(toNode),
  pods: async () => (await listAll('pods', (page) => api.core.listPodForAllNamespaces(page))).map(toPod),
  survey: () => surveyCluster(api),
  mark: (node, at) =>
    patchNode(api, node, { unschedulable: true, taints: [...otherTaints(node), { key: RECLAIM_TAINT, value: taintValue(iso(at)), effect: 'NoSchedule' }] }),
  unmark: (node) => patchNode(api, node, { unschedulable: null, taints: otherTaints(node).length > 0 ? otherTaints(node) : null }),
  evict: (pod) => evictPod(api, pod),
  attachments: async () => {
    const attachments = await listAll('volumeattachments', (page) => api.storage.listVolumeAttachment(page))
    const attached = attachments.flatMap(({ spec: { nodeName, source } }) => (source.persistentVolumeName === undefined ? [] : [{ nodeName, volume: source.persistentVolumeName }]))
    return new Map([...Map.groupBy(attached, ({ nodeName }) => nodeName)].map(([node, on]) => [node, on.map(({ volume }) => volume).toSorted()]))
  },
  volumeZones: (namespaces) => volumeZones(api, namespaces),
})

/** A merge patch replaces the list of taints: the resourceVersion makes sure it is the list we saw. */
const patchNode = (api: ClusterApi, { name, resourceVersion }: Node, spec: object) =>
  outcomeOf(`patch node ${name}`, () => api.core.patchNode({ name, body: { metadata: { resourceVersion }, spec } }, MERGE_PATCH))

/** The cordon's own taint comes and goes with `unschedulable` by itself. */
const otherTaints = ({ taints }: Node) => taints.filter(({ key }) => key !== RECLAIM_TAINT && key !== 'node.kubernetes.io/unschedulable')

/** A taint's value is a label value, which has no colon. */
const taintValue = (isoText: string): string => isoText.replaceAll(':', '-')
