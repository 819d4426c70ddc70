import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import type { Pod } from '../../../lib/sandbox/cluster/resources.ts'
import type { RawApi } from '../../contract/raw-api.ts'
import { budgetOf, daemonSetOf, deploymentOf } from '../../sandbox/cluster/manifests-of.ts'
import { isServing } from './node-places.ts'
import { type PoolNames, templateIn } from './pool-objects.ts'

/** Where the system's own workloads are. */
export const SYSTEM = 'kube-system'

/** How many of each Deployment of the system there are, no two alike but those that come in pairs. */
export const SYSTEM_REPLICAS = { 'coredns': 2, 'karpenter': 2, 'metrics-server': 1, 'node-checks': 3 } as const

/**
 * The system of a cluster that may sleep as a whole, on the nodes of the group: name servers under a budget, Karpenter, others,
 * one under a budget that never lets a pod go, and an agent on every node.
 */
export const systemIn = ({ workers }: PoolNames): readonly KubernetesObject[] => [
  ...Object.entries(SYSTEM_REPLICAS).map(([name, replicas]) => deploymentOf(name, { replicas, template: templateIn(workers, name, '100m') })),
  budgetOf('coredns', 'coredns', { maxUnavailable: 1 }),
  budgetOf('node-checks', 'node-checks', { maxUnavailable: 0 }),
  daemonSetOf('agent', { template: templateIn(workers, 'agent', '50m') }),
].map((object) => ({ ...object, metadata: { ...object.metadata, namespace: SYSTEM } }))

/** Whether a pod of Karpenter's own is up. */
export const karpenterIsUp = async (admin: RawApi): Promise<boolean> =>
  ((await admin.list('Pod', SYSTEM)) as readonly Pod[]).some((pod) => pod.metadata.labels?.['app'] === 'karpenter' && isServing(pod))
