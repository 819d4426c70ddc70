import { IndexMeter, type TableAnswer, type TableCall } from '../bench/index-meter.ts'
import { type LoopbackProxy, type PassingAnswer, startLoopbackProxy } from '../loopback-proxy.ts'

/** What DynamoDB gives one partition key in a second, of the table and of an index alike. */
export const KEY_LIMITS = { writes: 1000, reads: 3000 } as const

/** What was refused, and what the busiest keys took. */
export interface LimitFacts {
  readonly throttled: number
  /** Units the key with the most of them took, over the whole load. */
  readonly mostWrites: number
  readonly mostReads: number
}

/** A table that refuses what DynamoDB would refuse of one key. */
export interface LimitedTable extends LoopbackProxy {
  /** From now on. `slower`: the load is so many times slower than life, and so are the limits. */
  enforce(slower: number): void
  /** What happened since, and no more limits. */
  release(): LimitFacts
}

/** Units a key may still take: a second's worth at most, and more with each moment. What is taken beyond is a debt. */
class Allowance {
  #left: number
  #at = performance.now()
  taken = 0
  readonly #perSecond: number

  constructor(perSecond: number) {
    this.#perSecond = perSecond
    this.#left = perSecond
  }

  isSpent(): boolean {
    const now = performance.now()
    this.#left = Math.min(this.#perSecond, this.#left + ((now - this.#at) / 1000) * this.#perSecond)
    this.#at = now
    return this.#left <= 0
  }

  take(units: number): void {
    this.#left -= units
    this.taken += units
  }
}

const READS = new Set(['GetItem', 'Query'])

const REFUSAL: PassingAnswer = {
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', message: 'the key takes no more for now' }),
}

type Kind = keyof typeof KEY_LIMITS

/** What the keys of a table and its index took since the limits began. */
class Allowances {
  readonly #of = { reads: new Map<string, Allowance>(), writes: new Map<string, Allowance>() }
  readonly #slower: number
  throttled = 0

  constructor(slower: number) {
    this.#slower = slower
  }

  of(kind: Kind, key: string): Allowance {
    const found = this.#of[kind].get(key) ?? new Allowance(KEY_LIMITS[kind] / this.#slower)
    this.#of[kind].set(key, found)
    return found
  }

  facts(): LimitFacts {
    const most = (kind: Kind): number => Math.round(Math.max(0, ...[...this.#of[kind].values()].map(({ taken }) => taken)))
    return { throttled: this.throttled, mostWrites: most('writes'), mostReads: most('reads') }
  }
}

/**
 * Stands before the embedded table and, once told to, enforces the limits of each partition key, those of the due index
 * too. A refused condition costs what the item was last written with. A batch of which one key has nothing left is
 * refused as a whole, where DynamoDB would take the rest of it.
 */
export const startLimitedTable = async (tableUrl: string): Promise<LimitedTable> => {
  const index = new IndexMeter()
  /** By item: its key in the due index, and what it took to write it. */
  const known = new Map<string, { readonly shard?: string; readonly units: number }>()
  let allowances: Allowances | undefined
  const proxy = await startLoopbackProxy(tableUrl, async (request, forward) => {
    const kind = READS.has(String(request.headers['x-amz-target'] ?? '').replace(/.*\./, '')) ? 'reads' : 'writes'
    const call = JSON.parse(request.body.toString()) as TableCall
    const keys = keysOf(call)
    const { shard, units: lastUnits = 1 } = known.get(itemKey(call)) ?? {}
    if ([...keys, ...(kind === 'reads' || shard === undefined ? [] : [shard])].some((key) => allowances?.of(kind, key).isSpent())) {
      if (allowances !== undefined) allowances.throttled += 1
      return REFUSAL
    }
    const answer = await forward({ ...request, body: Buffer.from(JSON.stringify({ ...call, ReturnConsumedCapacity: 'TOTAL' })) })
    const said = answer.status === 200 ? (JSON.parse(answer.body.toString()) as TableAnswer) : undefined
    const units = said === undefined ? lastUnits : unitsOf(said)
    for (const key of keys) allowances?.of(kind, key).take(units / keys.length)
    for (const { key, item, units: inIndex } of said === undefined ? [] : index.take(call, said)) {
      const own = item['dueShard']?.['S']
      known.set(key, { units, ...(typeof own === 'string' ? { shard: own } : {}) })
      if (inIndex > 0 && typeof own === 'string') allowances?.of('writes', own).take(inIndex)
    }
    return answer
  })
  return {
    ...proxy,
    enforce: (slower) => {
      allowances = new Allowances(slower)
    },
    release: () => {
      const facts = (allowances ?? new Allowances(1)).facts()
      allowances = undefined
      return facts
    },
  }
}

/** The least there is, half a read, where the embedded table says nothing. */
const unitsOf = ({ ConsumedCapacity }: TableAnswer): number =>
  Math.max(0.5, [ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0))

const keysOf = ({ Key, Item, RequestItems }: TableCall): readonly string[] => {
  const puts = Object.values(RequestItems ?? {}).flat().map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key)
  return [...new Set([Key, Item, ...puts].flatMap((item) => String(item?.['pk']?.['S'] ?? '') || []))]
}

const itemKey = ({ Key }: TableCall): string => `${String(Key?.['pk']?.['S'])} ${String(Key?.['sk']?.['S'])}`
