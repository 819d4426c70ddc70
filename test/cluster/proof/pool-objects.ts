import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { nodePoolWith } from '../../contract/node-pool-objects.ts'
import { budgetOf, daemonSetOf, deploymentOf, statefulSetOf, templateOf } from '../../sandbox/cluster/manifests-of.ts'

/** The names of a world's pools: a plane serves several worlds, and each has nodes of its own. */
export interface PoolNames {
  readonly workers: string
  readonly burst: string
}

/** The limits of the NodePool: several resources, as text and as numbers. */
export const LIMITS = { 'cpu': 100, 'memory': '400Gi', 'nodes': '12', 'nvidia.com/gpu': 4 } as const

/** The label and the key of the taint that keep the nodes of a pool for its own pods. */
const OWN = 'workload'

/** A node group of three m5.large in two zones, two of which stay while somebody is awake. */
export const workersOf = ({ workers }: PoolNames) => ({
  name: workers, instanceType: 'm5.large', zones: ['us-east-1a', 'us-east-1b'], minSize: 2, desiredSize: 3, maxSize: 5,
  labels: { [OWN]: workers }, taints: [{ key: OWN, value: workers, effect: 'NO_SCHEDULE' as const }],
})

/** A NodePool whose limits name several resources. `changes`: of its spec. */
export const nodePoolOf = ({ burst }: PoolNames, changes: Readonly<Record<string, unknown>> = {}): KubernetesObject => nodePoolWith({
  metadata: { annotations: { 'example.com/team': 'shop' } },
  spec: { limits: LIMITS, ...changes },
  template: { taints: [{ key: OWN, value: burst, effect: 'NoSchedule' }] },
}, burst)

/** A pod template for the nodes of a pool. */
export const templateIn = (pool: string, name: string, cpu: string, annotations: Readonly<Record<string, string>> = {}) => {
  const made = templateOf(name, { nodeSelector: { [OWN]: pool }, tolerations: [{ key: OWN, operator: 'Exists' }] }, { resources: { requests: { cpu, memory: '64Mi' } } })
  return { ...made, metadata: { ...made.metadata, annotations } }
}

/** Needs a node more than the others do, and two of Karpenter's, each for one pod. */
export const shopIn = ({ workers, burst }: PoolNames) => (): readonly KubernetesObject[] => [
  deploymentOf('web', { replicas: 3, template: templateIn(workers, 'web', '500m') }),
  statefulSetOf('basket', { replicas: 2, podManagementPolicy: 'Parallel', template: templateIn(workers, 'basket', '300m') }),
  deploymentOf('crunch', { replicas: 2, template: templateIn(burst, 'crunch', '1500m') }),
]

/** Of its pods, that stay awake and are on every node at first, one may be away at a time. */
export const batchIn = ({ workers }: PoolNames) => (): readonly KubernetesObject[] => [
  deploymentOf('runner', { replicas: RUNNERS, template: spread(templateIn(workers, 'runner', '200m')) }),
  budgetOf('runner', 'runner', { maxUnavailable: 1 }),
  daemonSetOf('agent', { template: templateIn(workers, 'agent', '50m') }),
]

/** The scheduler puts its pods on as many nodes as there are. */
const spread = (template: ReturnType<typeof templateIn>) => ({
  ...template,
  spec: { ...template.spec, topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: template.metadata.labels } }] },
})

/** How many pods the budget is about. */
export const RUNNERS = 4
