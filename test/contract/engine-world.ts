import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbRegistry } from '../../lib/adapters/dynamodb/dynamodb-registry.ts'
import type { Environment, Phase, Terms } from '../../lib/domain/environment.ts'
import { later } from '../../lib/domain/time.ts'
import type { Original } from '../../lib/domain/workload.ts'
import type { Capacity, Containers, Notices, Registry, Workloads } from '../../lib/ports.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { CREDENTIALS, TABLE } from '../../lib/sandbox/environment-variables.ts'
import { startTable } from '../../lib/sandbox/table.ts'
import { reconcile } from '../../lib/use-cases/reconcile.ts'
import type { World } from '../../lib/use-cases/world.ts'
import { environmentWith, termsWith } from '../domain/build-environment.ts'
import type { ContractWorld, Cut } from './contract-world.ts'
import type { Meddling } from './meddling-proxy.ts'

/** What an environment has besides its namespace. */
interface EngineOptions extends Partial<Pick<Terms, 'namespaces' | 'namespaceLabels' | 'wake' | 'sleep' | 'managedBy' | 'hours' | 'warn'>> {
  /** Where its Ingresses reach the wake function. */
  readonly wakeUrl?: string
  /** Another cluster of the fleet, by this name. */
  readonly other?: { readonly name: string; readonly workloads: Workloads }
  /** Its pools; unless told, it has none. */
  readonly capacity?: Capacity
  readonly notices?: Notices
  readonly warned?: (text: string) => void
}

/** One environment of a cluster under test, and the engine that looks after it. */
export interface EngineWorld {
  readonly namespace: string
  /** Holds it so, and lets the workers come until it is. */
  bring(to: 'awake' | 'asleep'): Promise<void>
  /** Wants it so, and lets one worker come. */
  nudge(to: 'awake' | 'asleep'): Promise<Environment | undefined>
  /** Lets one worker come. */
  look(): Promise<Environment | undefined>
  /** What was patched since it was last asked, by `plural/name`, in order. */
  patched(): readonly string[]
  /** The table, as the operator's commands have it. */
  readonly registry: Registry
  /** From now on the connection dies at the nth patch. */
  cutAt(nth: number, how: Cut): void
  wasCut(): boolean
  /** By `kind/name`, here and below. */
  specs(): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>>
  /** Originals in the table. */
  originals(): Promise<Readonly<Record<string, Original>>>
  /** Workloads that carry a mark of Catnap. */
  marked(): Promise<readonly string[]>
  close(): Promise<void>
}

const ID = 'us-dev/shop'
const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev'
const KINDS = ['Deployment', 'StatefulSet', 'CronJob'] as const

/** Delivers the environment to a table of its own. */
export const engineWorld = async (contract: ContractWorld, namespace: string, { wakeUrl, other, capacity = NO_POOLS, notices, warned = () => {}, ...terms }: EngineOptions = {}): Promise<EngineWorld> => {
  const { cluster, admin, proxy } = contract
  const table = await startTable()
  const client = new DynamoDBClient({ endpoint: table.url, region: 'us-east-1', credentials: CREDENTIALS })
  const registry = dynamodbRegistry(DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }), TABLE)
  await registry.putFleet({ mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [] })
  await registry.putCluster({ name: 'us-dev', arn: ARN, whole: false }, 1)
  if (other !== undefined) await registry.putCluster({ name: other.name, arn: `${ARN}-${other.name}`, whole: false }, 1)
  await registry.createEnvironment(environmentWith({ clusterArn: ARN, terms: termsWith({ namespaces: [namespace], hours: 'always', ...terms }), since: cluster.now() }), 1)

  const world: World = {
    clock: { now: () => cluster.now() },
    memory: registry,
    mailbox: { send: async () => {} },
    clusters: { open: async ({ name }) => ({ workloads: name === other?.name ? other.workloads : contract.workloads, nodes: contract.nodes, capacity, containers: NO_CONTAINERS, fronts: { ingresses: contract.ingresses, ...(wakeUrl === undefined ? {} : { wakeUrl }) }, support: async () => ({ version: '1.37', ends: [] }) }) },
    log: { info: () => {}, warn: warned },
    listPrice: () => undefined,
    ...(notices === undefined ? {} : { notices }),
  }
  const cutter = cutsAt()
  let patched: string[] = []
  proxy.meddle(({ method, path }) => {
    const [, plural = '', name = ''] = /\/namespaces\/[^/]+\/([^/]+)\/([^/?]+)/.exec(path) ?? []
    if (method === 'PATCH') patched.push(`${plural}/${name}`)
    return cutter.meddle(method)
  })

  let turns = 0
  const turn = async (): Promise<Phase | undefined> => {
    turns += 1
    await reconcile(world, ID, `turn ${turns}`)
    // A worker that was cut off has given up by now; the next one reaches the cluster.
    cutter.heal()
    return (await registry.environments.get(ID))?.phase
  }
  const hold = async (as: 'awake' | 'asleep'): Promise<void> => {
    await registry.environments.change(ID, { set: { hold: { as, until: later(cluster.now(), 86_400), by: 'the test' }, lease: undefined, dueAt: cluster.now() } })
  }
  const objects = async (): Promise<readonly (readonly [string, KubernetesObject])[]> =>
    (await Promise.all(KINDS.map(async (kind) => (await admin.list(kind, namespace)).map((object) => [`${kind}/${object.metadata.name}`, object] as const)))).flat()

  return {
    namespace,
    nudge: async (to) => {
      await hold(to)
      await turn()
      return registry.environments.get(ID)
    },
    look: async () => {
      await turn()
      return registry.environments.get(ID)
    },
    patched: () => {
      const all = patched
      patched = []
      return all
    },
    registry,
    bring: async (to) => {
      await hold(to)
      await cluster.until(`${namespace} is ${to}`, async () => (await turn()) === to)
    },
    cutAt: cutter.cutAt,
    wasCut: cutter.wasCut,
    specs: async () => Object.fromEntries((await objects()).map(([key, { spec }]) => [key, spec as Readonly<Record<string, unknown>>])),
    originals: async () =>
      Object.fromEntries([...(await registry.originals(ID))].map(([key, original]) => [key.replace(`/${namespace}/`, '/'), original])),
    marked: async () =>
      (await objects()).flatMap(([key, { metadata }]) => (/catnap\.dev/.test(JSON.stringify(metadata.annotations ?? {})) ? [key] : [])).toSorted(),
    close: async () => {
      proxy.meddle(undefined)
      client.destroy()
      await table.close()
    },
  }
}

/** What stands between a worker and its cluster. */
const cutsAt = () => {
  let nth = 0
  let how = ''
  let patches = 0
  let cut = false
  let isDead = false
  const meddle = (method: string): Meddling => {
    if (isDead) return 'cut before'
    if (method !== 'PATCH' || nth === 0) return undefined
    patches += 1
    if (patches !== nth) return undefined
    cut = true
    isDead = how.endsWith('for good')
    return how.startsWith('cut before') ? 'cut before' : 'cut after'
  }
  return {
    meddle,
    cutAt: (at: number, way: Cut): void => {
      nth = at
      how = way
      patches = 0
      cut = false
    },
    heal: (): void => {
      isDead = false
    },
    wasCut: () => cut,
  }
}

const unexpected = (): never => {
  throw new Error('the engine asked for what this environment has none of')
}

/** A cluster whose nodes are all there already: no pool of the intent. */
const NO_POOLS: Capacity = {
  list: async () => [],
  status: async () => undefined,
  prepare: unexpected,
  grow: unexpected,
  restore: unexpected,
  remove: unexpected,
  troubles: unexpected,
  states: async () => new Map(),
  instances: async () => [],
}

const NO_CONTAINERS: Containers = { look: async () => ({ containers: [], doings: new Map() }), targetGroups: async () => new Map() }
