import { intentSchema } from '../../lib/domain/intent/schema.ts'
import { type FleetRun, startWrittenFleet } from './start-written-fleet.ts'

const FLEET = `start: 2026-03-23T18:52:00Z
intent: catnap.yaml
clusters:
  us-dev:
    pools:
      workers: { instanceType: m5.large, zones: [us-east-1a, us-east-1b], min: 1, desired: 4, max: 6 }
    namespaces:
      shop: { manifests: [shop.yaml] }
`

/** A pod of either fills a node; the database has a volume in each zone. */
const SHOP = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web, resources: { requests: { cpu: 1200m } } }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  replicas: 2
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers: [{ name: db, image: db, resources: { requests: { cpu: 1200m } } }]
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - { topologyKey: topology.kubernetes.io/zone, labelSelector: { matchLabels: { app: db } } }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`

/**
 * Four nodes of a node group over two zones and a shop that sleeps from 19:00 on, 8 minutes after the start, with a volume
 * in each zone. One for each file: the functions read their environment once.
 */
export const startZonalFleet = async (): Promise<FleetRun> => {
  const intent = intentSchema.parse({
    mode: 'act',
    timezone: 'UTC',
    clusters: { 'us-dev': { arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', pools: { workers: { keep: 1 } } } },
    environments: { 'us-dev/shop': { namespaces: ['shop'], hours: 'Mon-Fri 08:00-19:00' } },
  })
  return startWrittenFleet({ 'fleet.yaml': FLEET, 'shop.yaml': SHOP }, intent)
}
