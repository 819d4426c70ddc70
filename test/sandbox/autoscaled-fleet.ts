import { intentSchema } from '../../lib/domain/intent/schema.ts'
import { type FleetRun, startWrittenFleet } from './start-written-fleet.ts'

const FLEET = `start: 2026-03-23T18:45:00Z
intent: catnap.yaml
clusters:
  us-dev:
    manifests: [system.yaml]
    pools:
      workers: { instanceType: m5.large, zones: [us-east-1a, us-east-1b], min: 2, desired: 4, max: 6 }
      own-workers:
        kind: auto-scaling-group
        instanceType: m5.large
        zones: [us-east-1a]
        min: 1
        desired: 2
        max: 4
        labels: { workload: batch }
        tags: { k8s.io/cluster-autoscaler/enabled: 'true', k8s.io/cluster-autoscaler/us-dev: owned }
    namespaces:
      shop: { manifests: [shop.yaml] }
      etl: { manifests: [etl.yaml] }
      api: { manifests: [api.yaml] }
`

export const deployment = (name: string, { replicas, cpu, labels = `{ app: ${name} }`, annotations = '{}', more = '' }: { readonly replicas: number; readonly cpu: string; readonly labels?: string; readonly annotations?: string; readonly more?: string }): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: ${labels} }
  template:
    metadata: { labels: ${labels}, annotations: ${annotations} }
    spec:
      containers: [{ name: main, image: ${name}, resources: { requests: { cpu: ${cpu}, memory: 128Mi } } }]
${more}`

const budget = (name: string): string => `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name} }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: ${name} } } }
`

const inSystem = (manifest: string): string => manifest.replaceAll(/^metadata: \{ name: ([\w-]+) \}$/gm, 'metadata: { name: $1, namespace: kube-system }')

const ON_WORKERS = '      nodeSelector: { eks.amazonaws.com/nodegroup: workers }\n'

/** As its own manifests have it. */
export const AUTOSCALER = inSystem(deployment('cluster-autoscaler', { replicas: 1, cpu: '100m', annotations: "{ cluster-autoscaler.kubernetes.io/safe-to-evict: 'false' }", more: ON_WORKERS }))

const SYSTEM = [AUTOSCALER, ...[deployment('coredns', { replicas: 2, cpu: '100m', more: ON_WORKERS }), budget('coredns'), deployment('metrics-server', { replicas: 1, cpu: '100m', more: ON_WORKERS }), budget('metrics-server')].map(inSystem)].join('---\n')

const OPEN = 'Mon 08:00-19:00, Mon 19:40-24:00'

/**
 * A cluster with Cluster Autoscaler on its node group of four and an Auto Scaling group of two, both with its tags. A shop
 * on the one and an ETL on the other sleep from 19:00, 15 minutes after the start, until 19:40; an API stays awake.
 */
export const startAutoscaledFleet = async (): Promise<FleetRun> => {
  const intent = intentSchema.parse({
    mode: 'act', timezone: 'UTC',
    clusters: { 'us-dev': { arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', pools: { workers: { keep: 1 }, 'own-workers': { keep: 0 } } } },
    environments: {
      'us-dev/shop': { namespaces: ['shop'], hours: OPEN }, 'us-dev/etl': { namespaces: ['etl'], hours: OPEN }, 'us-dev/api': { namespaces: ['api'], hours: 'always' },
    },
  })
  const files = {
    'fleet.yaml': FLEET, 'system.yaml': SYSTEM, 'shop.yaml': [deployment('db', { replicas: 2, cpu: '1200m', more: ON_WORKERS }).replace('metadata: { name: db }', "metadata: { name: db, annotations: { catnap.dev/wave: '-1' } }"), deployment('web', { replicas: 1, cpu: '1200m', more: ON_WORKERS })].join('---\n'), 'api.yaml': deployment('web', { replicas: 1, cpu: '1200m', more: ON_WORKERS }),
    'etl.yaml': deployment('web', { replicas: 2, cpu: '1200m', more: '      nodeSelector: { workload: batch }\n' }),
  }
  return startWrittenFleet(files, intent)
}
