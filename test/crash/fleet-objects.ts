import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'

type Fields = Readonly<Record<string, unknown>>

const template = (app: string, cpu: string, spec: Fields = {}) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image: `${app}:1`, resources: { requests: { cpu, memory: '128Mi' } } }], ...spec },
})

const object = (apiVersion: string, kind: string, namespace: string, name: string, spec: Fields): KubernetesObject =>
  ({ apiVersion, kind, metadata: { name, namespace }, spec })

const scaled = (kind: 'Deployment' | 'StatefulSet', namespace: string, name: string, replicas: number, cpu: string, spec: Fields = {}): KubernetesObject =>
  object('apps/v1', kind, namespace, name, {
    replicas,
    selector: { matchLabels: { app: name } },
    ...(kind === 'StatefulSet' ? { serviceName: name, podManagementPolicy: 'Parallel' } : {}),
    template: template(name, cpu, spec),
  })

/** What runs in every cluster and is nobody's environment. */
export const SYSTEM: readonly KubernetesObject[] = [
  object('apps/v1', 'DaemonSet', 'kube-system', 'aws-node', {
    selector: { matchLabels: { app: 'aws-node' } },
    template: template('aws-node', '50m', { tolerations: [{ operator: 'Exists' }] }),
  }),
  scaled('Deployment', 'kube-system', 'coredns', 2, '100m', {
    nodeSelector: { 'eks.amazonaws.com/nodegroup': 'system' },
    tolerations: [{ key: 'system', operator: 'Exists' }],
  }),
]

/** Needs more than one node; every kind Catnap puts to sleep. */
export const SHOP: readonly KubernetesObject[] = [
  scaled('Deployment', 'shop', 'web', 3, '500m'),
  scaled('StatefulSet', 'shop', 'basket', 2, '300m'),
  object('batch/v1', 'CronJob', 'shop', 'rates', {
    schedule: '0 4 1 1 *',
    jobTemplate: { spec: { template: template('rates', '100m', { restartPolicy: 'Never' }) } },
  }),
]

/** Shares the nodes with the shop and fits beside anything. */
export const BATCH: readonly KubernetesObject[] = [scaled('Deployment', 'batch', 'runner', 4, '200m')]

/** Starts the nodes of the batch from nodes that it does not start itself. */
const KARPENTER = object('apps/v1', 'Deployment', 'karpenter', 'karpenter', {
  replicas: 2,
  selector: { matchLabels: { 'app.kubernetes.io/name': 'karpenter' } },
  template: {
    metadata: { labels: { 'app.kubernetes.io/name': 'karpenter' } },
    spec: {
      nodeSelector: { 'eks.amazonaws.com/nodegroup': 'system' }, tolerations: [{ key: 'system', operator: 'Exists' }],
      containers: [{ name: 'main', image: 'karpenter:1', resources: { requests: { cpu: '100m', memory: '128Mi' } } }],
    },
  },
})

/** A cluster that may sleep as a whole: Karpenter lives on the nodes that go, and has nodes of its own. */
export const WHOLE: readonly KubernetesObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'karpenter' } },
  KARPENTER,
  {
    apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: 'batch' },
    spec: {
      limits: { cpu: 20 },
      template: {
        metadata: { labels: { workload: 'batch' } },
        spec: {
          requirements: [
            { key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['m5.large'] },
            { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a'] },
          ],
        },
      },
    },
  },
  scaled('Deployment', 'batch', 'runner', 2, '200m', { nodeSelector: { workload: 'batch' } }),
]

/** Lets the pods of the batch go one at a time. */
export const RUNNER_BUDGET = object('policy/v1', 'PodDisruptionBudget', 'batch', 'runner', { maxUnavailable: 1, selector: { matchLabels: { app: 'runner' } } })
