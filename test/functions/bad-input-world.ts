import { createServer } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { clusterWideRoles } from '../../lib/domain/rights/cluster-roles.ts'
import { ANY_GRANT } from '../../lib/domain/rights/grant.ts'
import { RIGHTS } from '../../lib/domain/rights/rights.ts'
import type { FleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { listenOnLoopback } from '../../lib/sandbox/listen-on-loopback.ts'
import { readLogs } from '../../lib/sandbox/log-lines.ts'
import { type Run, startRun } from '../../lib/sandbox/run.ts'
import { intentWith } from '../domain/build-intent.ts'

/** A fleet of two clusters with Catnap at work in it, and what goes wrong there. */
export interface BadInputWorld {
  readonly run: Run
  /** Requests for these namespaces get no answer: the connection is closed. */
  readonly unreachable: Set<string>
  /** Writes to the items whose sort key has one of these in it are throttled. */
  readonly throttled: Set<string>
  /** How many writes were throttled. */
  throttledWrites(): number
  /** Takes a right to patch away from Catnap in a cluster, or gives all rights back. */
  withhold(cluster: string, resource: string | undefined): void
  close(): Promise<void>
}

const manifest = (kind: string, name: string, replicas: number) => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  serviceName: ${name}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: "web:1", resources: { requests: { cpu: 500m, memory: 256Mi } } }] }
`

const space = (manifests: string[], replicas = {}) => ({ manifests, replicas, labels: {} })

/** Asleep from 19:00 to 20:10: long enough for a message to be given up, short enough for a test. */
const HOURS = 'Mon 08:00-19:00, Mon 20:10-23:00'

/** Monday, 18:55, everything awake: us-dev/shop with a StatefulSet, us-dev/blog beside it, eu-dev/store elsewhere. */
export const badInputWorld = async (): Promise<BadInputWorld> => {
  const folder = mkdtempSync(join(tmpdir(), 'catnap-bad-input-'))
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const web = file('web.yaml', manifest('Deployment', 'web', 3))
  const db = file('db.yaml', manifest('StatefulSet', 'db', 2))
  const pools = { workers: { kind: 'node-group' as const, instanceType: 'm5.large', zones: ['us-east-1a', 'us-east-1b'], min: 1, desired: 3, max: 6, labels: {}, taints: [] } }
  const plan: FleetPlan = {
    start: '2026-03-23T18:45:00Z', intent: '', hosts: {}, visitors: [],
    clusters: {
      'us-dev': { version: '1.34', usage: {}, pools, manifests: [], namespaces: { shop: space([web, db]), blog: space([web], { web: 2 }) } },
      'eu-dev': { version: '1.34', usage: {}, pools, manifests: [], namespaces: { store: space([web], { web: 4 }) } },
    },
  }
  const intent = intentWith({
    'us-dev/shop': { namespaces: ['shop'], hours: HOURS }, 'us-dev/blog': { namespaces: ['blog'], hours: HOURS }, 'eu-dev/store': { namespaces: ['store'], hours: HOURS },
  }, { pools: { 'us-dev': { workers: 1 }, 'eu-dev': { workers: 1 } } })

  const unreachable = new Set<string>()
  const intercept = async ({ path }: { path: string }) => ([...unreachable].some((namespace) => path.includes(`/namespaces/${namespace}/`)) ? 'drop' as const : undefined)
  const run = await startRun({ plan, intent, seed: 1, catnap: true, faults: { cluster: { intercept } } })
  const stopReading = readLogs(() => {})
  const proxy = await throttlingProxy(run.sandbox.environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '')
  // The functions have not asked anything yet: they find the proxy where the table was.
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = proxy.url
  // The SDK's own patience, seconds of the wall for each throttled write, is not what is looked at here.
  process.env['AWS_MAX_ATTEMPTS'] = '1'
  return {
    run,
    unreachable,
    throttled: proxy.throttled,
    throttledWrites: proxy.throttledWrites,
    withhold: (cluster, resource) => run.sandbox.clusters.get(cluster)?.apply(rights(resource)),
    close: async () => {
      stopReading()
      await run.close()
      proxy.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** What `catnap rbac` gives, without the right to patch one resource. */
const rights = (without: string | undefined) =>
  clusterWideRoles({
    ...ANY_GRANT,
    rights: RIGHTS.map((right) => ({ ...right, verbs: right.verbs.filter((verb) => verb !== 'patch' || right.resource !== without) })),
  })

const throttlingProxy = async (table: string) => {
  const throttled = new Set<string>()
  let writes = 0
  const server = createServer(async (incoming, outgoing) => {
    const { headers } = incoming
    const body = await buffer(incoming)
    const action = String(headers['x-amz-target'])
    if (/UpdateItem|BatchWriteItem/.test(action) && [...throttled].some((part) => body.includes(part))) {
      writes += 1
      const refusal = { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', message: 'The level of configured provisioned throughput for the table was exceeded.' }
      return outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(refusal))
    }
    const answer = await fetch(table, { method: 'POST', body, headers: { 'x-amz-target': action, authorization: String(headers.authorization), 'x-amz-date': String(headers['x-amz-date']), 'content-type': 'application/x-amz-json-1.0' } })
    return outgoing.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(await answer.text())
  })
  server.keepAliveTimeout = 0
  return { ...(await listenOnLoopback(server)), throttled, throttledWrites: () => writes }
}
