import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pMap from 'p-map'
import { dynamodbRegistry } from '../../lib/adapters/dynamodb/dynamodb-registry.ts'
import { admissionPolicy } from '../../lib/domain/rights/admission-policy.ts'
import { clusterWideRoles } from '../../lib/domain/rights/cluster-roles.ts'
import { ANY_GRANT } from '../../lib/domain/rights/grant.ts'
import type { Instant } from '../../lib/domain/time.ts'
import { CREDENTIALS, TABLE } from '../../lib/sandbox/environment-variables.ts'
import { startTable } from '../../lib/sandbox/table.ts'
import { applyManifest } from '../cluster/apply-manifest.ts'
import { planePrograms } from '../cluster/plane/build-plane.ts'
import { startPlane } from '../cluster/plane/start-plane.ts'
import { PATCH, pathOf, type RawApi, rawApi } from '../contract/raw-api.ts'
import { environmentWith, termsWith } from '../domain/build-environment.ts'
import { deploymentOf, nodeOf, templateOf } from '../sandbox/cluster/manifests-of.ts'
import type { Bench } from './report.ts'
import type { Taken, Task } from './sleep-many.ts'

const CHILD = fileURLToPath(new URL('sleep-many.ts', import.meta.url))

const NAMESPACES = 100
const PER_NAMESPACE = 10

/** All pods and as many again that end. */
const PODS_PER_NODE = 500
const NODES = 5

const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev'
const ID = 'us-dev/large'

/** Who sends the patches, one after the other; the floor on both sides of the engine. */
const ROUNDS = ['floor', 'engine', 'floor'] as const

/** So long the controllers of the plane may take for a thousand pods. */
const PATIENCE_MS = 600_000

const say = (line: string): void => void process.stderr.write(`plane: ${line}\n`)

// What an exit ends is in plane-process.ts.
const endNow = (): void => void process.exit(130)

/** 1,000 Deployments in 100 namespaces to sleep and back on a real control plane, beside the bare patches. */
export const cluster: Bench = async () => {
  const { plane, stop } = await startPlane(await planePrograms(say))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, endNow)
  const table = await startTable()
  const admin = rawApi(plane, plane.tokens.admin)
  try {
    const paths = await fill(admin, table.url)
    say(`${paths.length} Deployments are ready`)
    const took: Round[] = []
    for (const by of ROUNDS) {
      for (const to of ['asleep', 'awake'] as const) {
        const taken = await inChild({ url: plane.url, certificateAuthority: plane.certificateAuthority, token: plane.tokens.catnap, tableUrl: table.url, id: ID, by, to, paths })
        took.push({ by, to, ...taken })
        say(`${by} ${to}: ${taken.changeSeconds.toFixed(1)} s`)
        await untilReady(admin, to === 'asleep' ? 0 : paths.length)
      }
    }
    return reportOf(took, paths.length)
  } finally {
    await admin.close()
    await table.close()
    await stop(false)
  }
}

interface Round extends Taken, Pick<Task, 'by' | 'to'> {}

const inChild = async (task: Task): Promise<Taken> => {
  const child = fork(CHILD, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.send(task)
  const [taken] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [])]) as readonly (Taken | undefined)[]
  if (taken === undefined) throw new Error(`the process that was to bring ${task.id} ${task.to} ended without an answer`)
  return taken
}

/** Makes the nodes, the namespaces and what runs in them, and delivers the environment. Answers the paths of the Deployments. */
const fill = async (admin: RawApi, tableUrl: string): Promise<readonly string[]> => {
  for (const manifest of [...clusterWideRoles(ANY_GRANT), ...admissionPolicy(ANY_GRANT)]) await applyManifest(admin, manifest)
  for (let index = 0; index < NODES; index += 1) await joinNode(admin, `large-${index}`)
  const namespaces = Array.from({ length: NAMESPACES }, (_, index) => `large-${index}`)
  await pMap(namespaces, async (namespace) => {
    await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    for (let index = 0; index < PER_NAMESPACE; index += 1) {
      const name = `web-${index}`
      const object = deploymentOf(name, { replicas: 1, template: templateOf(name, {}, { resources: { requests: { cpu: '100m', memory: '128Mi' } } }) })
      await admin.create({ ...object, metadata: { ...object.metadata, namespace } })
    }
  }, { concurrency: 8 })

  const client = new DynamoDBClient({ endpoint: tableUrl, region: 'us-east-1', credentials: CREDENTIALS })
  const registry = dynamodbRegistry(DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }), TABLE)
  await registry.putFleet({ mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [] })
  await registry.putCluster({ name: 'us-dev', arn: ARN, whole: false }, 1)
  await registry.createEnvironment(environmentWith({ id: ID, name: 'large', clusterArn: ARN, terms: termsWith({ namespaces, hours: 'always' }), since: Date.now() as Instant }), 1)
  client.destroy()
  await untilReady(admin, NAMESPACES * PER_NAMESPACE)
  return namespaces.flatMap((namespace) => Array.from({ length: PER_NAMESPACE }, (_, index) => pathOf('Deployment', namespace, `web-${index}`)))
}

const joinNode = async (admin: RawApi, name: string): Promise<void> => {
  const { zone, instanceId } = nodeOf(name)
  await admin.create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name } }, spec: { providerID: `aws:///${zone}/${instanceId}` } })
  const capacity = { cpu: '960', memory: '1920Gi', pods: `${PODS_PER_NODE}` }
  const { status } = await admin.call('PATCH', `${pathOf('Node', undefined, name)}/status`, { status: { capacity, allocatable: capacity } }, PATCH.merge)
  if (status !== 200) throw new Error(`the status of node ${name} could not be written: found ${status}, expected 200`)
}

/** Waits until so many pods are ready and no others are there. */
const untilReady = async (admin: RawApi, pods: number): Promise<void> => {
  for (const deadline = Date.now() + PATIENCE_MS; ;) {
    const [deployments, found] = await Promise.all([admin.list('Deployment'), admin.list('Pod')])
    const ready = deployments.reduce((sum, { status }) => sum + ((status as { readonly readyReplicas?: number } | undefined)?.readyReplicas ?? 0), 0)
    if (ready === pods && found.length === pods) return
    if (Date.now() > deadline) throw new Error(`found ${ready} of ${found.length} pods ready after ${PATIENCE_MS / 1000} s, expected ${pods} of ${pods}`)
    await sleep(1000)
  }
}

const reportOf = (took: readonly Round[], objects: number) => {
  const ways = (['asleep', 'awake'] as const).map((to) => {
    const floors = took.filter((round) => round.by === 'floor' && round.to === to)
    const floorSeconds = floors.reduce((sum, { changeSeconds }) => sum + changeSeconds, 0) / floors.length
    const engine = took.find((round) => round.by === 'engine' && round.to === to)
    if (engine === undefined) throw new Error(`nobody brought it ${to}: found no round of the engine, expected one`)
    const [writes, reads] = [sumOf(engine.calls, (call) => call.startsWith('PATCH')), sumOf(engine.calls, (call) => call.startsWith('GET'))]
    return { ...engine, floorSeconds, times: engine.changeSeconds / floorSeconds, writes, reads }
  })
  return {
    name: 'cluster',
    says: `${objects} Deployments of one replica in ${NAMESPACES} namespaces, one environment, to sleep and back on a real control plane; the floor sends the bare patches, 8 at once as the engine does`,
    tables: [
      {
        title: 'from the first call to the last patch answered',
        columns: ['to', 'floor s', 'engine s', '× floor', 'until there s', 'turns', 'CPU s', 'peak MiB'],
        rows: ways.map(({ to, floorSeconds, changeSeconds, times, wholeSeconds, turns, cpuSeconds, peakMiB }) => [to, floorSeconds, changeSeconds, times, wholeSeconds, turns, cpuSeconds, peakMiB]),
      },
      {
        title: 'calls to the API server, all turns',
        columns: ['to', 'patches', 'an object', 'reads', 'reads an object'],
        rows: ways.map(({ to, writes, reads }) => [to, writes, writes / objects, reads, reads / objects]),
      },
      {
        title: 'each call',
        columns: ['call', 'asleep', 'awake'],
        rows: [...new Set(ways.flatMap(({ calls }) => Object.keys(calls)))].toSorted().map((call) => [call, ...ways.map(({ calls }) => calls[call] ?? 0)]),
      },
    ],
    notes: [
      'floor and engine take turns on the same Deployments, a process each, with the same token, before the same admission policy; the controllers work at the pods meanwhile',
      'until there: pods ended or ready, in the pace of the plane\'s controllers, and the pauses between two looks',
    ],
    figures: { objects, namespaces: NAMESPACES, rounds: took },
  }
}

const sumOf = (calls: Readonly<Record<string, number>>, counts: (call: string) => boolean): number =>
  Object.entries(calls).reduce((sum, [call, count]) => (counts(call) ? sum + count : sum), 0)
