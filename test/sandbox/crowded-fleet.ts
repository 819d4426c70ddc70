import { intentSchema } from '../../lib/domain/intent/schema.ts'
import type { SandboxFaults } from '../../lib/sandbox/sandbox.ts'
import { type FleetRun, startWrittenFleet } from './start-written-fleet.ts'

const FLEET = `start: 2026-03-23T18:45:00Z
intent: catnap.yaml
clusters:
  us-dev:
    pools:
      own-workers: { kind: auto-scaling-group, instanceType: m5.large, zones: [us-east-1a], min: 1, desired: 6, max: 8 }
    namespaces:
      shop: { manifests: [shop.yaml] }
      api: { manifests: [api.yaml] }
`

/** Fills the nodes by day. */
const SHOP = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 6
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web, resources: { requests: { cpu: 1200m } } }] }
`

/** Stays awake, a little on each node: stateless under a budget, and with a volume each. */
const API = `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  replicas: 6
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: api, image: api, resources: { requests: { cpu: 250m } } }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: api }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: api } } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  replicas: 3
  serviceName: db
  podManagementPolicy: Parallel
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: db, resources: { requests: { cpu: 200m } } }], volumes: [] }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`

interface CrowdedOptions {
  readonly drainWithin?: string
  readonly faults?: SandboxFaults
}

/**
 * Six nodes with the pods of a shop, which sleeps from 19:00 on, 15 minutes after the start, and of an API and its database,
 * which do not: what is left on the nodes fits on two. One for each file: the functions read their environment once.
 */
export const startCrowdedFleet = async ({ drainWithin = '15m', faults }: CrowdedOptions = {}): Promise<FleetRun> => {
  const intent = intentSchema.parse({
    mode: 'act',
    timezone: 'UTC',
    clusters: { 'us-dev': { arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', pools: { 'own-workers': { keep: 1, consolidate: true, drainWithin } } } },
    environments: { 'us-dev/shop': { namespaces: ['shop'], hours: 'Mon-Fri 08:00-19:00' }, 'us-dev/api': { namespaces: ['api'], hours: 'always' } },
  })
  return startWrittenFleet({ 'fleet.yaml': FLEET, 'shop.yaml': SHOP, 'api.yaml': API }, intent, faults)
}
