import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a NodePool of a test may have at most. */
export const LIMITS = { cpu: 100, memory: '400Gi' } as const

/** A NodePool of m5.large in two zones, unless told otherwise. Its nodes are labelled with its name. */
export const nodePoolWith = (changes: { readonly spec?: Fields; readonly template?: Fields; readonly metadata?: Fields } = {}, pool = 'batch'): KubernetesObject => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: pool, ...changes.metadata },
  spec: {
    limits: LIMITS,
    ...changes.spec,
    template: {
      metadata: { labels: { workload: pool } },
      spec: {
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
        requirements: [
          { key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['m5.large'] },
          { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a', 'us-east-1b'] },
        ],
        ...changes.template,
      },
    },
  },
})

/** Pods that fit on no node together, in a namespace of the pool's name. */
export const etlIn = (pool = 'batch', replicas = 2): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'etl', namespace: pool },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'etl' } },
    template: {
      metadata: { labels: { app: 'etl' } },
      spec: { nodeSelector: { workload: pool }, containers: [{ name: 'etl', image: 'acme/etl:1', resources: { requests: { cpu: '1500m' } } }] },
    },
  },
})

/** A budget that never lets a pod of them go. */
export const neverIn = (pool = 'batch'): KubernetesObject => ({
  apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'etl', namespace: pool }, spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'etl' } } },
})
