import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import type { JoiningNode } from '../../../lib/sandbox/cluster/nodes.ts'

type Fields = Readonly<Record<string, unknown>>

const labels = (name: string) => ({ app: name })

/** A pod template of one container that asks for 500m and 256Mi. */
export const templateOf = (name: string, spec: Fields = {}, container: Fields = {}) => ({
  metadata: { labels: labels(name) },
  spec: {
    containers: [
      { name: 'main', image: 'web:1', resources: { requests: { cpu: '500m', memory: '256Mi' } }, ...container },
    ],
    ...spec,
  },
})

const object = (apiVersion: string, kind: string, name: string, spec: Fields): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop' },
  spec,
})

const selected = (name: string) => ({ selector: { matchLabels: labels(name) }, template: templateOf(name) })

export const deploymentOf = (name: string, spec: Fields = {}): KubernetesObject =>
  object('apps/v1', 'Deployment', name, { ...selected(name), ...spec })

export const statefulSetOf = (name: string, spec: Fields = {}): KubernetesObject =>
  object('apps/v1', 'StatefulSet', name, { serviceName: name, ...selected(name), ...spec })

export const daemonSetOf = (name: string, spec: Fields = {}): KubernetesObject =>
  object('apps/v1', 'DaemonSet', name, { ...selected(name), ...spec })

export const jobOf = (name: string, spec: Fields = {}): KubernetesObject =>
  object('batch/v1', 'Job', name, { template: templateOf(name, { restartPolicy: 'Never' }), ...spec })

export const cronJobOf = (name: string, schedule: string, spec: Fields = {}): KubernetesObject =>
  object('batch/v1', 'CronJob', name, {
    schedule,
    jobTemplate: { spec: { template: templateOf(name, { restartPolicy: 'Never' }) } },
    ...spec,
  })

export const budgetOf = (name: string, app: string, spec: Fields): KubernetesObject =>
  object('policy/v1', 'PodDisruptionBudget', name, { selector: { matchLabels: labels(app) }, ...spec })

export const podOf = (name: string, spec: Fields = {}): KubernetesObject => ({
  ...object('v1', 'Pod', name, { ...templateOf(name).spec, ...spec }),
  metadata: { name, namespace: 'shop', labels: labels(name) },
})

export const configMapOf = (name: string, fields: Fields = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop', ...fields },
})

/** A node of two cores and 4 GiB that takes ten pods. */
export const nodeOf = (name: string, fields: Partial<JoiningNode> = {}): JoiningNode => ({
  name,
  instanceId: `i-${name}`,
  instanceType: 'm5.large',
  zone: 'us-east-1a',
  labels: {},
  taints: [],
  cpuMilli: 2000,
  memoryMiB: 4096,
  pods: 10,
  ...fields,
})
