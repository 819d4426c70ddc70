import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dynamodbJournal } from '../../lib/adapters/dynamodb/dynamodb-journal.ts'
import { dynamodbUsageRecords } from '../../lib/adapters/dynamodb/dynamodb-usage-records.ts'
import type { Journal, UsageRecords } from '../../lib/ports.ts'
import type { FleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { readLogs } from '../../lib/sandbox/log-lines.ts'
import { type Run, startRun } from '../../lib/sandbox/run.ts'
import { intentWith } from '../domain/build-intent.ts'

/** A fleet in two regions with Catnap at work in it, what it keeps of what it sees, and what it cannot see. */
export interface ObserveWorld {
  readonly run: Run
  readonly usage: UsageRecords
  readonly journal: Journal
  /** CloudWatch refuses every call in these regions. */
  readonly blind: Set<string>
  /** The metrics API of all clusters is away. */
  metricsGone: boolean
  close(): Promise<void>
}

const SHOP = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: "web:1", resources: { requests: { cpu: 500m, memory: 256Mi }, limits: { memory: 512Mi } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`

const IDLE = { after: '15m', requests: { below: '1/min' } }
const arnIn = (region: string, name: string) => `arn:aws:eks:${region}:111122223333:cluster/${name}`
const pools = (zone: string) => ({ workers: { kind: 'node-group' as const, instanceType: 'm5.large', zones: [zone], min: 1, desired: 3, max: 6, labels: {}, taints: [] } })
const written = (namespace: string) => ({ namespaces: [namespace], hours: 'Mon 08:00-19:00', idle: IDLE })

/** Monday, 08:00, all awake: of us-dev shop and blog are behind a balancer and docs is not, store of eu-dev is. */
export const observeWorld = async (): Promise<ObserveWorld> => {
  const folder = mkdtempSync(join(tmpdir(), 'catnap-observe-'))
  const file = join(folder, 'shop.yaml')
  writeFileSync(file, SHOP)
  const space = { manifests: [file], replicas: {}, labels: {} }
  const plan: FleetPlan = {
    start: '2026-03-23T07:50:00Z', intent: '', visitors: [],
    hosts: { 'shop.localhost': 'us-dev/shop/web', 'blog.localhost': 'us-dev/blog/web', 'store.localhost': 'eu-dev/store/web' },
    clusters: {
      'us-dev': { version: '1.34', usage: {}, pools: pools('us-east-1a'), manifests: [], namespaces: { shop: space, blog: space, docs: space } },
      'eu-dev': { version: '1.31', usage: {}, pools: pools('eu-west-1a'), manifests: [], namespaces: { store: space } },
    },
  }
  const intent = intentWith(
    { 'us-dev/shop': written('shop'), 'us-dev/blog': written('blog'), 'us-dev/docs': written('docs'), 'eu-dev/store': written('store') },
    {
      clusters: {
        'us-dev': { arn: arnIn('us-east-1', 'us-dev'), pools: { workers: { keep: 1 } } },
        'eu-dev': { arn: arnIn('eu-west-1', 'eu-dev'), pools: { workers: { keep: 1 } } },
      },
    },
  )
  const blind = new Set<string>()
  const away = { metricsGone: false }
  const refusal = { status: 400, code: 'AccessDenied', message: 'User is not authorized to perform: cloudwatch:GetMetricData' }
  const run = await startRun({
    plan, intent, seed: 1, catnap: true,
    faults: {
      cloud: { intercept: async ({ service, region }) => (service === 'monitoring' && blind.has(region) ? refusal : undefined) },
      cluster: { metricsFault: () => (away.metricsGone ? 'unavailable' : undefined) },
    },
  })
  const stopReading = readLogs(() => {})
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } })
  const table = run.sandbox.environment['CATNAP_TABLE'] ?? ''
  return Object.assign(away, {
    run,
    usage: dynamodbUsageRecords(client, table, run.sandbox.timeline),
    journal: dynamodbJournal(client, table),
    blind,
    close: async () => {
      stopReading()
      client.destroy()
      await run.close()
      rmSync(folder, { recursive: true })
    },
  })
}
