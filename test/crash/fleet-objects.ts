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

/** Lets the pods of the batch go one at a time. */
export const RUNNER_BUDGET = object('policy/v1', 'PodDisruptionBudget', 'batch', 'runner', { maxUnavailable: 1, selector: { matchLabels: { app: 'runner' } } })
