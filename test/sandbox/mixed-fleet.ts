import type { Run } from '../../lib/sandbox/run.ts'
import type { SandboxFaults } from '../../lib/sandbox/sandbox.ts'
import { intentWith } from '../domain/build-intent.ts'
import { BATCH_NODE_POOL } from './batch-node-pool.ts'
import { type FleetRun, startWrittenFleet } from './start-written-fleet.ts'

const FLEET = `start: 2026-03-23T18:45:00Z
intent: catnap.yaml
clusters:
  us-dev:
    manifests: [nodes.yaml]
    pools:
      own-workers: { kind: auto-scaling-group, instanceType: m5.large, zones: [us-east-1a, us-east-1b], min: 2, desired: 4, max: 6 }
    namespaces:
      shop: { manifests: [shop.yaml], replicas: { web: 4 } }
      etl: { manifests: [etl.yaml], replicas: { web: 3 } }
`

const NODES = `${BATCH_NODE_POOL}      taints: [{ key: workload, value: batch, effect: NoSchedule }]
`

/** A Deployment whose pods each want most of a node. */
const web = (more: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web, resources: { requests: { cpu: 1500m } } }]
${more}`

const ON_BATCH = `      nodeSelector: { workload: batch }
      tolerations: [{ key: workload, operator: Exists }]
`

const HOURS = 'Mon-Fri 08:00-19:00'

/**
 * A fleet with Catnap in it whose nodes are of an Auto Scaling group, 4, and of a NodePool, 3; all of it sleeps from 19:00
 * on, 15 minutes after the start. One for each file: the functions read their environment once.
 */
export const startMixedFleet = async (faults?: SandboxFaults): Promise<FleetRun> => {
  const environments = { 'us-dev/shop': { namespaces: ['shop'], hours: HOURS }, 'us-dev/etl': { namespaces: ['etl'], hours: HOURS } }
  const intent = intentWith(environments, { pools: { 'us-dev': { 'own-workers': 1, batch: 0 } } })
  return startWrittenFleet({ 'fleet.yaml': FLEET, 'nodes.yaml': NODES, 'shop.yaml': web(''), 'etl.yaml': web(ON_BATCH) }, intent, faults)
}

/** Instances of a pool that run. */
export const running = ({ sandbox }: Run, pool: string): number => sandbox.cloud.instances().filter((instance) => instance.pool === pool && instance.state === 'running').length
