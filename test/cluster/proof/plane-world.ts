import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbRegistry } from '../../../lib/adapters/dynamodb/dynamodb-registry.ts'
import { shippedPrice } from '../../../lib/adapters/prices/shipped-prices.ts'
import type { Instant } from '../../../lib/domain/time.ts'
import type { Registry } from '../../../lib/ports.ts'
import { createCloud, type SimulatedCloud } from '../../../lib/sandbox/cloud/cloud.ts'
import type { CloudNodegroup } from '../../../lib/sandbox/cloud/fleet.ts'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { CREDENTIALS, TABLE } from '../../../lib/sandbox/environment-variables.ts'
import { startTable } from '../../../lib/sandbox/table.ts'
import { Timeline } from '../../../lib/sandbox/timeline.ts'
import { type RawApi, rawApi } from '../../contract/raw-api.ts'
import { Gate } from '../../crash/gate.ts'
import { clusterFaults, cloudFaults, tableFaults } from '../../crash/gate-faults.ts'
import { quickDice } from '../../crash/quick-dice.ts'
import { type Deliveries, type RunningFunctions, startFunctions } from '../../crash/start-functions.ts'
import { startTableProxy } from '../../crash/table-proxy.ts'
import { environmentWith, termsWith } from '../../domain/build-environment.ts'
import { type LoopbackProxy, startLoopbackProxy } from '../../loopback-proxy.ts'
import type { Plane } from '../plane/start-plane.ts'
import { ownersOf } from './boutique.ts'
import { passAtRest } from './pass-at-rest.ts'
import { type Checked, differences, lostOriginals, type Picture, pictureOf } from './plane-checker.ts'
import { type PlanePools, planePools } from './plane-pools.ts'
import { settled } from './settled.ts'

/**
 * Catnap's functions in processes that can be killed at each of their calls, before a real control plane. AWS and the clock
 * are simulated: that clock stands still while a function runs, and waits for the controllers of the plane before it goes on,
 * so that a claim's 100 s or a message's 9 minutes cost nothing and mean what they mean.
 */
export interface PlaneWorld extends RunningFunctions {
  readonly timeline: Timeline
  readonly gate: Gate
  readonly registry: Registry
  readonly admin: RawApi
  readonly cloud: SimulatedCloud
  readonly tableUrl: string
  /** What came about at nodes of its own that never may. */
  offences(): readonly string[]
  /** Makes a namespace with objects in it, and their owners, and delivers the environment. */
  settleIn(name: string, objects: (namespace: string) => readonly KubernetesObject[], owners?: typeof ownersOf): Promise<PlaneEnvironment>
  /** Says that somebody changed the cluster: the controllers have work to do. */
  stir(): void
  pass(seconds: number): Promise<void>
  close(): Promise<void>
}

/** One environment there, and the independent checker's eyes on it. */
export interface PlaneEnvironment {
  readonly name: string
  readonly id: string
  readonly namespace: string
  /** The first day; what people change is changed in it. */
  readonly first: Picture
  lostOriginals(): Promise<readonly string[]>
  differences(): Promise<readonly string[]>
  /** Forgets it and deletes what it had. */
  leave(): Promise<void>
}

/** What a world is made from. */
interface PlaneWorldOptions {
  readonly plane: Plane
  readonly loader: string
  readonly seed: number
  readonly deliveries?: Deliveries
  /** Node groups of its cloud, and which NodePools Karpenter looks after there; without them its pods run on what the plane has. */
  readonly own?: OwnNodes
}

/** Nodes that only the pods of one world use. */
interface OwnNodes {
  readonly nodegroups: readonly CloudNodegroup[]
  readonly nodePools: readonly string[]
  /** Whether Karpenter is up. Default: always. */
  readonly karpenterIsUp?: (admin: RawApi) => Promise<boolean>
  /** Namespaces of no environment whose workloads are on these nodes too. */
  readonly system?: readonly string[]
}

const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev'

let serial = 0

/** Starts the table, the cloud and the workers of one world; the plane is there, and others may use it too. */
export const startPlaneWorld = async ({ plane, loader, seed, deliveries = {}, own }: PlaneWorldOptions): Promise<PlaneWorld> => {
  const timeline = new Timeline(Date.now() as Instant)
  const gate = new Gate()
  const admin = rawApi(plane, plane.tokens.admin)
  const state: State = { isStirred: false, namespaces: new Set() }
  const table = await startTable()
  const tableProxy = await startTableProxy(table.url, tableFaults(gate))
  const known: { cloud?: SimulatedCloud } = {}
  const clusterProxy = await startClusterProxy(plane, gate, state, (token) => known.cloud?.authenticate('us-dev', token) !== undefined)
  const cloud = await startCloud(timeline, seed, gate, clusterProxy.url, own?.nodegroups ?? [])
  known.cloud = cloud
  const stir = (): void => {
    state.isStirred = true
  }
  const pools: PlanePools | undefined = own && planePools({
    admin, cloud, timeline, cluster: 'us-dev', owns: (pool) => own.nodePools.includes(pool), stir,
    ...(own.karpenterIsUp === undefined ? {} : { isUp: own.karpenterIsUp }),
  })
  cloud.start()
  const client = new DynamoDBClient({ endpoint: table.url, region: 'us-east-1', credentials: CREDENTIALS })
  const registry = dynamodbRegistry(DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }), TABLE)
  await registry.putFleet({ mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [] })
  await registry.putCluster({ name: 'us-dev', arn: ARN, whole: false }, 1)

  const rest = async (): Promise<void> => {
    if (!state.isStirred) return
    state.isStirred = false
    if (pools !== undefined) return pools.rest([...state.namespaces, ...(own?.system ?? [])])
    for (const namespace of state.namespaces) await settled(admin, namespace)
  }
  const settleIn: PlaneWorld['settleIn'] = async (name, objects, ownersIn = ownersOf) => {
    const namespace = `proof-${process.pid}-${(serial += 1)}`
    await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    const owners = ownersIn(namespace)
    await Promise.all([...objects(namespace).map((object) => ({ ...object, metadata: { ...object.metadata, namespace } })), ...owners].map((object) => admin.create(object)))
    await settled(admin, namespace)
    state.namespaces.add(namespace)
    const id = `us-dev/${name}`
    const host = `${name}.example.com`
    const terms = termsWith({ namespaces: [namespace], hours: 'always', wake: { hosts: [host], by: 'click', stayAwakeSeconds: 3600, front: 'link' } })
    const environment = environmentWith({ id, name, clusterArn: ARN, terms, since: timeline.now(), dueAt: timeline.now() })
    await registry.createEnvironment(environment, 1)
    await registry.setHosts(id, [], [host])
    const checked: Checked = { admin, tableUrl: table.url, id, namespace, owners: owners.map(({ kind, metadata }) => ({ kind, namespace: metadata.namespace ?? '', name: metadata.name })) }
    const first = await pictureOf(checked)
    return {
      name, id, namespace, first,
      lostOriginals: () => lostOriginals(checked, first),
      differences: () => differences(checked, first),
      leave: async () => {
        state.namespaces.delete(namespace)
        await registry.setHosts(id, [host], [])
        await registry.forget(environment)
        await Promise.all([admin.remove('Namespace', namespace), ...owners.map(({ kind, metadata }) => admin.remove(kind, metadata.name, metadata.namespace))])
      },
    }
  }

  const functions = startFunctions({ loader, gate, timeline, cloud, tableUrl: tableProxy.url, deliveries })
  return Object.assign(functions, {
    timeline, gate, registry, admin, cloud, settleIn, stir,
    tableUrl: table.url,
    offences: () => pools?.offences() ?? [],
    pass: (seconds: number) => passAtRest(timeline, seconds, rest),
    close: async () => {
      functions.workers.close()
      client.destroy()
      await pools?.close()
      await Promise.all([cloud.close(), clusterProxy.close(), tableProxy.close(), admin.close()])
      await table.close()
    },
  })
}

interface State {
  /** Whether anything was written since the controllers were last at rest. */
  isStirred: boolean
  readonly namespaces: Set<string>
}

/** Stands where EKS's endpoint is: knows its tokens, hands everything on with the right that `catnap rbac` gives, and asks the gate. */
const startClusterProxy = (plane: Plane, gate: Gate, state: State, isKnown: (token: string) => boolean): Promise<LoopbackProxy> => {
  const faults = clusterFaults(gate)
  return startLoopbackProxy(plane.url, async (request, forward) => {
    const { method, headers } = request
    if (!isKnown((headers.authorization ?? '').replace('Bearer ', ''))) return { status: 401, headers: {}, body: '' }
    // The namespaces of a world have names of their own; the place in the work is the same.
    const call = { method, path: [...state.namespaces].reduce((path, namespace) => path.replaceAll(namespace, 'shop'), request.path) }
    const fault = await faults.intercept(call)
    if (fault === 'drop') return 'cut'
    if (fault !== undefined) return { status: fault.status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(fault.body) }
    const answer = await forward({ ...request, headers: { ...headers, authorization: `Bearer ${plane.tokens.catnap}` } })
    if (method !== 'GET') state.isStirred = true
    return (await faults.committed(call)) === 'drop' ? 'cut' : answer
  }, plane.certificateAuthority)
}

const startCloud = (timeline: Timeline, seed: number, gate: Gate, endpoint: string, nodegroups: readonly CloudNodegroup[]): Promise<SimulatedCloud> => createCloud({
  timeline, dice: quickDice(seed),
  clusters: [{
    name: 'us-dev', arn: ARN, endpoint, nodegroups,
    accessEntries: [{ principalArn: 'arn:aws:iam::111122223333:role/catnap', accessKeyId: CREDENTIALS.accessKeyId, username: 'catnap', groups: ['catnap'] }],
  }],
  prices: (instanceType) => {
    const price = shippedPrice(instanceType)
    return price && { vcpu: price.vcpu, memoryMiB: price.memoryMiB, usdPerHour: price.microUsdPerHour / 1e6 }
  },
  ...cloudFaults(gate),
})
