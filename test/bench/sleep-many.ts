import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { subscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import pMap from 'p-map'
import { Agent, request } from 'undici'
import { dynamodbRegistry } from '../../lib/adapters/dynamodb/dynamodb-registry.ts'
import { clusterApi } from '../../lib/adapters/kubernetes/cluster-api.ts'
import { kubernetesContainers } from '../../lib/adapters/kubernetes/kubernetes-containers.ts'
import { kubernetesIngresses } from '../../lib/adapters/kubernetes/kubernetes-ingresses.ts'
import { kubernetesNodes } from '../../lib/adapters/kubernetes/kubernetes-nodes.ts'
import { kubernetesWorkloads } from '../../lib/adapters/kubernetes/kubernetes-workloads.ts'
import { type Instant, later } from '../../lib/domain/time.ts'
import type { Capacity } from '../../lib/ports.ts'
import { CREDENTIALS, TABLE } from '../../lib/sandbox/environment-variables.ts'
import { reconcile } from '../../lib/use-cases/reconcile.ts'
import type { World } from '../../lib/use-cases/world.ts'

/** What the child is to do, as its parent says it. */
export interface Task {
  readonly url: string
  readonly certificateAuthority: string
  readonly token: string
  readonly tableUrl: string
  readonly id: string
  /** `floor` sends nothing but the bare patches; `engine` lets the workers come until the environment is there. */
  readonly by: 'floor' | 'engine'
  readonly to: 'asleep' | 'awake'
  /** Paths of the Deployments. */
  readonly paths: readonly string[]
}

/** What it took. */
export interface Taken {
  /** From the first call until the last patch was answered. */
  readonly changeSeconds: number
  /** Until the environment was there, pods and all; of the floor the same as above. */
  readonly wholeSeconds: number
  readonly turns: number
  /** Calls to the API server by method and kind. */
  readonly calls: Readonly<Record<string, number>>
  readonly cpuSeconds: number
  readonly peakMiB: number
}

/** As the engine: requests under way at once at one cluster (lib/use-cases/change-workloads.ts). */
const AT_ONCE = 8

const MOST_TURNS = 200

/** Brings one large environment to sleep or back, or sends the patches alone, once. */
const take = async (task: Task): Promise<Taken> => {
  const calls = new Map<string, number>()
  let lastPatch = performance.now()
  const count = (message: unknown): void => {
    const { method = '', path = '' } = (message as { readonly request?: { readonly method?: string; readonly path?: string } }).request ?? {}
    const call = `${method} ${kindIn(path)}`
    calls.set(call, (calls.get(call) ?? 0) + 1)
  }
  subscribe('undici:request:create', count)
  subscribe('undici:request:headers', (message) => {
    if ((message as { readonly request?: { readonly method?: string } }).request?.method === 'PATCH') lastPatch = performance.now()
  })
  const began = performance.now()
  const turns = task.by === 'floor' ? await barePatches(task) : await engine(task)
  const { user, system } = process.cpuUsage()
  return {
    changeSeconds: (lastPatch - began) / 1000, wholeSeconds: (performance.now() - began) / 1000, turns,
    calls: Object.fromEntries(calls), cpuSeconds: (user + system) / 1e6, peakMiB: process.resourceUsage().maxRSS / 1024,
  }
}

/** `deployments` of a path, its namespace and its query aside. */
const kindIn = (path: string): string => {
  const [plain = ''] = path.split('?')
  return /\/namespaces\/[^/]+\/([a-z]+)/.exec(plain)?.[1] ?? plain.split('/').at(-1) ?? ''
}

const barePatches = async ({ url, certificateAuthority, token, paths, to }: Task): Promise<number> => {
  const dispatcher = new Agent({ connections: 16, connect: { ca: certificateAuthority } })
  const body = JSON.stringify({ spec: { replicas: to === 'asleep' ? 0 : 1 } })
  await pMap(paths, async (path) => {
    const answer = await request(`${url}${path}`, { method: 'PATCH', dispatcher, body, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/merge-patch+json' } })
    await answer.body.dump()
    if (answer.statusCode !== 200) throw new Error(`PATCH ${path}: found ${answer.statusCode}, expected 200`)
  }, { concurrency: AT_ONCE })
  await dispatcher.close()
  return 1
}

const engine = async ({ url, certificateAuthority, token, tableUrl, id, to }: Task): Promise<number> => {
  const client = new DynamoDBClient({ endpoint: tableUrl, region: 'us-east-1', credentials: CREDENTIALS })
  const registry = dynamodbRegistry(DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }), TABLE)
  const api = clusterApi({ name: 'us-dev', url, certificateAuthority, token: async () => token })
  const clock = { now: () => Date.now() as Instant }
  const access = {
    workloads: kubernetesWorkloads(api), nodes: kubernetesNodes(api), capacity: NO_POOLS, containers: kubernetesContainers(api),
    fronts: { ingresses: kubernetesIngresses(api) }, support: async () => ({ version: '1.37', ends: [] }),
  }
  let againSeconds = 0
  const world: World = {
    clock,
    memory: registry,
    mailbox: { send: async ([parcel]) => {
      againSeconds = parcel?.delaySeconds ?? 0
    } },
    clusters: { open: async () => access },
    log: { info: () => {}, warn: (text) => process.stderr.write(`${text}\n`) },
    listPrice: () => undefined,
  }
  await registry.environments.change(id, { set: { hold: { as: to, until: later(clock.now(), 86_400), by: 'the bench' }, lease: undefined, dueAt: clock.now() } })
  let turns = 0
  for (let phase: string | undefined; phase !== to; phase = (await registry.environments.get(id))?.phase) {
    if (turns === MOST_TURNS) throw new Error(`not ${to} after ${MOST_TURNS} turns: ${JSON.stringify(await registry.environments.get(id))}`)
    await sleep(againSeconds * 1000)
    turns += 1
    await reconcile(world, id, `turn ${turns}`)
  }
  client.destroy()
  await api.close()
  return turns
}

const unexpected = (): never => {
  throw new Error('the engine asked for what this environment has none of')
}

/** A cluster whose nodes are all there already. */
const NO_POOLS: Capacity = {
  list: async () => [], status: async () => undefined, prepare: unexpected, grow: unexpected, restore: unexpected, remove: unexpected, troubles: unexpected,
  states: async () => new Map(), instances: async () => [],
}

if (import.meta.main) process.once('message', async (task: Task) => {
  const taken = await take(task)
  process.send?.(taken, () => process.disconnect())
})
