import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { readFileSync } from 'node:fs'
import { dynamodbRegistry } from '../../lib/adapters/dynamodb/dynamodb-registry.ts'
import { shippedPrice } from '../../lib/adapters/prices/shipped-prices.ts'
import { planDelivery } from '../../lib/domain/delivery.ts'
import { readIntent } from '../../lib/domain/intent/read-intent.ts'
import { instant, later } from '../../lib/domain/time.ts'
import type { Registry } from '../../lib/ports.ts'
import { openChat } from '../../lib/sandbox/chat.ts'
import { type FirstDay, firstDay } from '../../lib/sandbox/checker.ts'
import { createCloud, type SimulatedCloud } from '../../lib/sandbox/cloud/cloud.ts'
import type { ConsumeOptions } from '../../lib/sandbox/cloud/event-source.ts'
import { createCluster, type SimulatedCluster } from '../../lib/sandbox/cluster/create-cluster.ts'
import { loadManifests } from '../../lib/sandbox/cluster/manifests.ts'
import type { Dice } from '../../lib/sandbox/dice.ts'
import { CREDENTIALS, environmentVariables } from '../../lib/sandbox/environment-variables.ts'
import type { Sandbox } from '../../lib/sandbox/sandbox.ts'
import { startTable } from '../../lib/sandbox/table.ts'
import { Timeline } from '../../lib/sandbox/timeline.ts'
import { deliverIntent } from '../../lib/use-cases/deliver-intent.ts'
import { BATCH, SHOP, SYSTEM } from './fleet-objects.ts'
import { type Call, Gate } from './gate.ts'
import type { Invocation } from './invocation.ts'
import { startTableProxy } from './table-proxy.ts'
import { Workers } from './workers.ts'

/** A fleet of one cluster whose workers are processes of their own and can be killed at each of their calls. */
export interface CrashWorld {
  readonly sandbox: Sandbox
  readonly cluster: SimulatedCluster
  readonly cloud: SimulatedCloud
  readonly timeline: Timeline
  readonly gate: Gate
  readonly workers: Workers
  readonly registry: Registry
  readonly first: FirstDay
  /** The names of its environments, in the order in which they are asked. */
  readonly environments: readonly EnvironmentName[]
  /** While it is false, no tick comes. */
  ticking: boolean
  /** Somebody clicks on the wake page of an environment. */
  click(environment: string): Promise<void>
  /**
   * Holds up the worker that is at work for so long, while everything else goes on; its message comes again later. Wait for
   * the answer, then let it go on.
   */
  holdUp(seconds: number): Promise<void>
  /** Whether the worker at work is one that was held up. */
  isLate(): boolean
  /** Tells of each turn that ran to its end. */
  onEnd(listener: (turn: string) => void): void
  /** Lets time pass. */
  pass(seconds: number): Promise<void>
  close(): Promise<void>
}

/** What a world is made from. */
interface CrashWorldOptions {
  readonly loader: string
  readonly dice: Dice
  /** Default: both. */
  readonly environments?: readonly EnvironmentName[]
  /** What goes wrong with deliveries, by queue. */
  readonly deliveries?: Pick<ConsumeOptions, 'duplicate' | 'delaySeconds'>
}

const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev'
const START = instant('2026-11-23T08:00:00Z')
const QUEUES = { 'catnap-wake': 'reconcile', 'catnap-work': 'reconcile', 'catnap-nodes': 'reclaim' } as const
/** As infra/ sets it: six times the function's timeout. */
const VISIBILITY_SECONDS = 540

const OBJECTS = { shop: SHOP, batch: BATCH } as const
type EnvironmentName = keyof typeof OBJECTS
const ALL: readonly EnvironmentName[] = ['shop', 'batch']

/** The pool all environments share: three nodes in two zones, of which one stays while all sleep. */
const intentFor = (names: readonly EnvironmentName[]) => readIntent({
  mode: 'act',
  timezone: 'UTC',
  clusters: { 'us-dev': { arn: ARN, pools: { workers: { keep: 1 } } } },
  environments: Object.fromEntries(names.map((name) =>
    [`us-dev/${name}`, { namespaces: [name], hours: 'always', wake: { hosts: [`${name}.example.com`], by: 'click', stayAwake: '1h', front: 'link' } }])),
})

const NODEGROUPS = [
  { name: 'workers', instanceType: 'm5.large', zones: ['us-east-1a', 'us-east-1b'], minSize: 2, desiredSize: 3, maxSize: 5 },
  {
    name: 'system', instanceType: 't3.large', zones: ['us-east-1a'], minSize: 1, desiredSize: 1, maxSize: 2,
    taints: [{ key: 'system', effect: 'NO_SCHEDULE' as const }],
  },
]

/** Builds the fleet, lets it come up, applies the intent and puts the functions behind their queues and their rule. */
export const startCrashWorld = async ({ loader, dice, environments = ALL, deliveries = {} }: CrashWorldOptions): Promise<CrashWorld> => {
  const timeline = new Timeline(START)
  const gate = new Gate()
  const { cluster, cloud } = await startFleet(timeline, dice, gate, environments)
  const [table, chat] = await Promise.all([startTable(), openChat()])
  const proxy = await startTableProxy(table.url, tableFaults(gate))
  const sandbox: Sandbox = {
    timeline, cloud, chat, clusters: new Map([['us-dev', cluster]]),
    environment: environmentVariables(cloud.url, table.url),
    close: async () => void (await Promise.all([cluster.close(), cloud.close(), chat.close(), proxy.close(), table.close()])),
  }
  cloud.start()
  await timeline.runUntil(later(timeline.now(), COMES_UP_SECONDS))
  const first = firstDay(sandbox)

  const client = new DynamoDBClient({ endpoint: table.url, region: 'us-east-1', credentials: CREDENTIALS })
  const registry = dynamodbRegistry(DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }), sandbox.environment['CATNAP_TABLE'] ?? '')
  const read = intentFor(environments)
  if (!('intent' in read)) throw new Error(`the intent of the crash test is wrong: ${JSON.stringify(read.mistakes)}`)
  const nothing = { clusters: [], environments: [], pools: [] }
  await deliverIntent({ clock: timeline, registry }, nothing, planDelivery(read.intent, nothing, timeline.now()), 'the test')

  const workers = new Workers(loader, environmentVariables(cloud.url, proxy.url))
  let invocations = 0
  const listeners: ((turn: string) => void)[] = []
  let present: { readonly work: Promise<unknown>; readonly leave: () => void } | undefined
  const invoke = async (name: Invocation['name'], about: string, event: unknown): Promise<unknown> => {
    invocations += 1
    const turn = `${name} ${about}`
    gate.begin(turn)
    const work = workers.invoke({ id: `request-${invocations}`, name, event, now: timeline.now() })
    const heldUp = Promise.withResolvers<never>()
    const before = present
    present = { work, leave: () => heldUp.reject(new Error('it takes too long')) }
    try {
      const result = await Promise.race([work, heldUp.promise])
      for (const listener of listeners) listener(turn)
      return result
    } finally {
      present = before
    }
  }
  let late = false
  const goOn = async (resume: () => void, work: Promise<unknown>): Promise<void> => {
    late = true
    resume()
    await work.catch(() => {})
    late = false
  }
  for (const [queue, name] of Object.entries(QUEUES)) {
    cloud.queue(queue).consume(async (event: SQSEvent) => (await invoke(name, subjectOf(event), event)) as SQSBatchResponse, {
      ...deliveries, maxConcurrency: 5, batchSize: 1, visibilitySeconds: VISIBILITY_SECONDS, maxReceiveCount: 5, deadLetterQueue: cloud.queue(`${queue}-dead`),
    })
  }
  // Looks change nothing that could be lost: their messages are left lying.
  cloud.queue('catnap-usage')
  const world: CrashWorld = {
    sandbox, cluster, cloud, timeline, gate, workers, registry, first, environments,
    ticking: true,
    click: async (environment) => void (await invoke('wake', environment, clickEvent(`${environment}.example.com`))),
    holdUp: (seconds) => new Promise((resume) => {
      const turn = present
      const tell = workers.clock()
      // Another call of the same worker holds it up already.
      if (turn === undefined) return resume()
      timeline.after(seconds, () => {
        tell({ now: timeline.now() })
        return goOn(resume, turn.work)
      })
      turn.leave()
    }),
    isLate: () => late,
    onEnd: (listener) => void listeners.push(listener),
    pass: (seconds) => timeline.runUntil(later(timeline.now(), seconds)),
    close: async () => {
      workers.close()
      client.destroy()
      await sandbox.close()
    },
  }
  // A tick that fails is gone: the next one does its work.
  const everyMinute = async (): Promise<void> => {
    timeline.after(60, everyMinute)
    if (world.ticking) await invoke('tick', 'all', {}).catch(() => {})
  }
  timeline.after(60, everyMinute)
  return world
}

/** So long that no node is too young to be taken. */
const COMES_UP_SECONDS = 11 * 60

const startFleet = async (timeline: Timeline, dice: Dice, gate: Gate, environments: readonly EnvironmentName[]) => {
  const authentication: { authenticate?: SimulatedCloud['authenticate'] } = {}
  const cluster = await createCluster({
    name: 'us-dev', timeline, dice, podReadySeconds: [5, 30],
    authenticate: (token) => authentication.authenticate?.('us-dev', token),
    ...clusterFaults(gate),
  })
  const cloud = await createCloud({
    timeline, dice,
    clusters: [{
      name: 'us-dev', arn: ARN, endpoint: cluster.url, nodegroups: NODEGROUPS,
      accessEntries: [{ principalArn: 'arn:aws:iam::111122223333:role/catnap', accessKeyId: CREDENTIALS.accessKeyId, username: 'catnap', groups: ['catnap'] }],
    }],
    prices: (instanceType) => {
      const price = shippedPrice(instanceType)
      return price && { vcpu: price.vcpu, memoryMiB: price.memoryMiB, usdPerHour: price.microUsdPerHour / 1e6 }
    },
    ...cloudFaults(gate),
  })
  authentication.authenticate = (name, token) => cloud.authenticate(name, token)
  cloud.onNode({ joined: (_, node) => cluster.joinNode(node), gone: (_, instanceId) => cluster.nodeGone(instanceId) })
  cluster.apply([...loadManifests(readFileSync(new URL('../../infra/rbac.yaml', import.meta.url), 'utf8')), ...SYSTEM, ...environments.flatMap((name) => OBJECTS[name])])
  return { cluster, cloud }
}

const REFUSALS = {
  throttle: { status: 429, code: 'ThrottlingException', type: 'ProvisionedThroughputExceededException', tableStatus: 400 },
  fail: { status: 500, code: 'InternalFailure', type: 'InternalServerError', tableStatus: 500 },
  conflict: { status: 409, code: 'ResourceInUseException', type: 'TransactionConflictException', tableStatus: 400 },
} as const

const tableFaults = (gate: Gate) => {
  const known = new WeakMap<object, Call>()
  return {
    intercept: async (request: { what: string }) => {
      const { call, refusal } = await gate.before('table', request.what)
      known.set(request, call)
      if (refusal === undefined || refusal === 'drop') return refusal
      return { status: REFUSALS[refusal].tableStatus, type: REFUSALS[refusal].type }
    },
    committed: (request: object) => gate.after(known.get(request)),
  }
}

const clusterFaults = (gate: Gate) => {
  const known = new WeakMap<object, Call>()
  return {
    intercept: async (request: { method: string; path: string }) => {
      const { call, refusal } = await gate.before('cluster', `${request.method} ${request.path.split('?')[0]}`)
      known.set(request, call)
      if (refusal === undefined || refusal === 'drop') return refusal
      const { status } = REFUSALS[refusal]
      const reason = { throttle: 'TooManyRequests', fail: 'InternalError', conflict: 'Conflict' }[refusal]
      return { status, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message: 'thrown by the test', code: status } }
    },
    committed: (request: object) => gate.after(known.get(request)),
  }
}

const cloudFaults = (gate: Gate) => {
  const known = new WeakMap<object, Call>()
  return {
    intercept: async (request: { service: string; action: string }) => {
      const { call, refusal } = await gate.before('aws', `${request.service} ${request.action}`)
      known.set(request, call)
      if (refusal === undefined || refusal === 'drop') return refusal
      return { status: REFUSALS[refusal].status, code: REFUSALS[refusal].code, message: 'thrown by the test' }
    },
    committed: (request: object) => gate.after(known.get(request)),
  }
}

const subjectOf = ({ Records: [record] }: SQSEvent): string => {
  const { id, cluster }: { id?: string; cluster?: string } = JSON.parse(record?.body ?? '{}')
  return id ?? cluster ?? ''
}

/** As a Function URL sends a click on the page's button. */
const clickEvent = (host: string) => ({
  version: '2.0', routeKey: '$default', rawPath: '/', rawQueryString: '', isBase64Encoded: false,
  headers: { host, origin: `http://${host}`, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
  requestContext: { stage: '$default', http: { method: 'POST', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' } },
})
