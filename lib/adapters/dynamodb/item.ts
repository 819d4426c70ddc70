import type { Environment, Phase } from '../../domain/environment.ts'
import type { Cluster, Fleet } from '../../domain/fleet.ts'
import type { Pool } from '../../domain/pool.ts'
import { instant, iso } from '../../domain/time.ts'
import type { PoolKey, QueueName } from '../../ports.ts'

/** The primary key of an item. */
export interface ItemKey {
  readonly pk: string
  readonly sk: string
}

/** An item as the table holds it: the record's own attributes beside the keys and those of the due index. */
export type Item = ItemKey & Readonly<Record<string, unknown>>

/** The sort key of the record of a cluster as a whole. */
export const SYSTEM = 'system'

/** The one place that knows where things are kept. A cluster, its environments and its pools share a partition. */
export const keys = {
  fleet: { pk: 'FLEET', sk: 'fleet' },
  cluster: (name: string): ItemKey => ({ pk: `CLUSTER#${name}`, sk: 'cluster' }),
  environment: (id: string): ItemKey => {
    const [cluster = id, ...name] = id.split('/')
    return { pk: `CLUSTER#${cluster}`, sk: name.length === 0 ? SYSTEM : `environment#${name.join('/')}` }
  },
  look: (cluster: string): ItemKey => ({ pk: `CLUSTER#${cluster}`, sk: 'look' }),
  pool: ({ cluster, name }: PoolKey): ItemKey => ({ pk: `CLUSTER#${cluster}`, sk: `pool#${name}` }),
  original: (environment: string, objectKey: string): ItemKey => ({ pk: `ORIGINALS#${environment}`, sk: objectKey }),
  frontOriginal: (environment: string, key: string): ItemKey => ({ pk: `FRONT#${environment}`, sk: key }),
  host: (host: string): ItemKey => ({ pk: `HOST#${host.toLowerCase()}`, sk: 'host' }),
  sending: (recipient: string, period: string): ItemKey => ({ pk: `SENDING#${recipient}`, sk: period }),
  usage: (environment: string, container: string): ItemKey => ({ pk: `USAGE#${environment}`, sk: container }),
  history: (subject: string, entry: string): ItemKey => ({ pk: `HISTORY#${subject}`, sk: entry }),
  price: (region: string, instanceType: string): ItemKey => ({ pk: `PRICES#${region}`, sk: instanceType }),
  ledger: (cluster: string, entry: string): ItemKey => ({ pk: `LEDGER#${cluster}`, sk: entry }),
  billQuestion: (day: string): ItemKey => ({ pk: 'BILLS', sk: `asked#${day}` }),
  advice: (environment: string, container: string): ItemKey => ({ pk: `ADVICE#${environment}`, sk: container }),
  journal: (cluster: string, entry: string): ItemKey => ({ pk: `JOURNAL#${cluster}`, sk: entry }),
}

/** Which queue a due environment belongs to: whatever sleeps or wakes may have people waiting. */
export const queueFor = (phase: Phase): QueueName => (phase === 'asleep' || phase === 'waking' ? 'wake' : 'work')

/** The shard of the due index something belongs to: FNV-1a of its id, so that shards fill evenly. */
export const shardOf = (id: string, shards: number): string => {
  let hash = 0x811c9dc5
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return `due#${(hash >>> 0) % shards}`
}

/** An attribute value as the table holds it: `dueAt` is text there, because the due index sorts by it. */
export const toAttribute = (name: string, value: unknown): unknown => (name === 'dueAt' && typeof value === 'number' ? iso(value as Environment['since']) : value)

const record = ({ pk: _pk, sk: _sk, dueShard: _dueShard, queue: _queue, dueAt, ...rest }: Item): Record<string, unknown> =>
  typeof dueAt === 'string' ? { ...rest, dueAt: instant(dueAt) } : rest

// The table is ours alone: what is in it was written by `toAttribute` from these very types.
export const toEnvironment = (item: Item): Environment => record(item) as unknown as Environment
export const toPool = (item: Item): Pool => record(item) as unknown as Pool
/** A fleet delivered before there were reports has none. */
export const toFleet = (item: Item): Fleet => ({ reports: [], ...record(item) }) as unknown as Fleet
export const toCluster = (item: Item): Cluster => {
  const { id: _id, clusterArn: _arn, ...rest } = record(item)
  return rest as unknown as Cluster
}
