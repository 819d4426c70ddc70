import { elbv2Balancer } from '../../lib/adapters/elbv2/elbv2-balancer.ts'
import type { Terms } from '../../lib/domain/environment.ts'
import { later } from '../../lib/domain/time.ts'
import type { ClusterAccess, Registry } from '../../lib/ports.ts'
import type { SimulatedCloud } from '../../lib/sandbox/cloud/cloud.ts'
import type { CloudCall } from '../../lib/sandbox/cloud/server.ts'
import type { Slice } from '../../lib/use-cases/world.ts'
import { testTable } from '../adapters/dynamodb/start-table.ts'
import { awsAt } from '../adapters/aws-at.ts'
import { environmentWith, termsWith } from '../domain/build-environment.ts'
import { cloudWorld, start } from '../sandbox/cloud/cloud-world.ts'

/** Where the connection of a worker dies: before a call reaches AWS, or after AWS acted and before the answer came. */
export type Cut = 'before' | 'after'

/** us-dev/shop behind the simulated balancer, with a worker that holds the claim. */
export interface FrontWorld {
  readonly cloud: SimulatedCloud
  readonly registry: Registry
  readonly slice: Slice
  readonly access: ClusterAccess
  /** The target group of its Service. */
  readonly shop: string
  /** From now on the connection dies at the nth call to Elastic Load Balancing, and every later one. */
  cutAt(nth: number, how: Cut): void
  /** The connection lives again; how many calls were made since. */
  heal(): number
  /** Told of each call before it reaches the balancer. */
  onCall(listener: (call: CloudCall) => Promise<void>): void
  /** Where its first host leads now. */
  leadsTo(): string | undefined
}

export const HOST = 'shop.example.com'
const OWNER = 'a worker'

export const wakeTerms = (changes: Partial<Terms['wake']> = {}): Terms => termsWith({ wake: { hosts: [HOST], by: 'click', stayAwakeSeconds: 7200, front: 'alb', ...changes } })

const isOurs = ({ service }: CloudCall): boolean => service === 'elasticloadbalancing'

/** A cloud and a table of the test's own; gone when it is over. */
export const frontWorld = async (terms = wakeTerms()): Promise<FrontWorld> => {
  let nth = Infinity
  let how: Cut = 'before'
  let calls = 0
  let listener: ((call: CloudCall) => Promise<void>) | undefined
  const { cloud } = await cloudWorld({
    intercept: async (call) => {
      if (!isOurs(call)) return undefined
      calls += 1
      if (calls > nth || (calls === nth && how === 'before')) return 'drop'
      return void (await listener?.(call))
    },
    committed: async (call) => (isOurs(call) && calls >= nth ? 'drop' : undefined),
  })
  awsAt(cloud.url)
  const { registry } = await testTable()
  const fleet = { mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [] } as const
  await registry.putFleet(fleet)
  const fresh = environmentWith({ terms, phase: 'falling-asleep' })
  await registry.createEnvironment(fresh, 1)
  const environment = await registry.environments.claim(fresh.id, { owner: OWNER, epoch: 0, now: start, until: later(start, 86_400) })
  if (environment === undefined) throw new Error('the claim was not given')

  const shop = cloud.targetGroups.of('us-dev', 'shop/web').targetGroupArn
  const [wakeTargetGroup = ''] = cloud.balancers.wakeTargetGroupArns
  const balancer = elbv2Balancer('us-east-1', { listeners: cloud.balancers.listenerArns, wakeTargetGroup })
  return {
    cloud, registry, shop,
    slice: {
      world: { clock: { now: () => start }, memory: registry, mailbox: { send: async () => {} }, clusters: { open: unexpected }, log: { info: () => {}, warn: () => {} }, listPrice: () => undefined },
      fleet,
      cluster: { name: 'us-dev', arn: environment.clusterArn, whole: false },
      environment, owner: OWNER,
    },
    access: {
      workloads: unexpectedPort(), nodes: unexpectedPort(), capacity: unexpectedPort(), support: unexpected,
      containers: { ...unexpectedPort<ClusterAccess['containers']>(), targetGroups: async () => new Map([['shop', [shop]]]) },
      fronts: { ingresses: unexpectedPort(), wakeTargetGroup, balancer },
    } as ClusterAccess,
    cutAt: (at, way) => {
      nth = at
      how = way
      calls = 0
    },
    heal: () => {
      nth = Infinity
      const made = calls
      calls = 0
      return made
    },
    onCall: (next) => {
      listener = next
    },
    leadsTo: () => cloud.balancers.route('us-east-1', HOST),
  }
}

const unexpected = (): never => {
  throw new Error('a front asked for what it has no business with')
}

const unexpectedPort = <Port extends object>(): Port => new Proxy({}, { get: () => unexpected }) as Port
