import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import type { JoiningNode } from '../../lib/sandbox/cluster/nodes.ts'
import { PATCH, pathOf, type RawApi } from '../contract/raw-api.ts'

/** Registers a node as its kubelet does, which kwok then plays. Throws an Error where the API server refuses. */
export const joinNode = async (admin: RawApi, node: JoiningNode, finalizers: readonly string[] = []): Promise<void> => {
  await admin.create(nodeObject(node, finalizers))
  const capacity = { cpu: `${node.cpuMilli}m`, memory: `${node.memoryMiB}Mi`, pods: `${node.pods}` }
  const { status } = await admin.call('PATCH', `${pathOf('Node', undefined, node.name)}/status`, { status: { capacity, allocatable: capacity } }, PATCH.merge)
  if (status !== 200) throw new Error(`the status of node ${node.name} could not be written: found ${status}, expected 200`)
}

/** A node as EKS shows it. */
const nodeObject = ({ name, instanceId, instanceType, zone, nodegroup, labels, taints }: JoiningNode, finalizers: readonly string[]): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name,
    ...(finalizers.length === 0 ? {} : { finalizers }),
    labels: {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'node.kubernetes.io/instance-type': instanceType,
      'topology.kubernetes.io/zone': zone,
      'topology.kubernetes.io/region': zone.replace(/[a-z]$/, ''),
      ...(nodegroup === undefined ? {} : { 'eks.amazonaws.com/nodegroup': nodegroup, 'eks.amazonaws.com/capacityType': 'ON_DEMAND' }),
      ...labels,
    },
  },
  spec: { providerID: `aws:///${zone}/${instanceId}`, taints },
})
