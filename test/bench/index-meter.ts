import type { WireItem } from './item-bytes.ts'

/** What the due index holds of an item: its key and what infra/ projects. */
const INDEXED = ['dueShard', 'dueAt', 'id', 'queue', 'clusterArn'] as const

/** What a call to the table says, as far as its units depend on it. */
export interface TableCall {
  readonly Key?: WireItem
  readonly Item?: WireItem
  readonly IndexName?: string
  readonly RequestItems?: Readonly<Record<string, readonly { readonly PutRequest?: { readonly Item: WireItem }; readonly DeleteRequest?: { readonly Key: WireItem } }[]>>
}

/** What the table answers. */
export interface TableAnswer {
  readonly Attributes?: WireItem
  readonly ConsumedCapacity?: Capacity | readonly Capacity[]
}

interface Capacity {
  readonly CapacityUnits: number
}

/** A write as the due index sees it: the item as it is then, empty where it was deleted. */
interface IndexWrite {
  /** `pk sk` */
  readonly key: string
  readonly item: WireItem
  readonly units: number
}

/**
 * What writes cost in the due index, which the embedded table does not count: nothing changed costs nothing, a new key
 * of the index two writes (one takes the old entry away), anything else projected one.
 */
export class IndexMeter {
  readonly #held = new Map<string, WireItem>()

  /** Counts a call that was answered. */
  take(call: TableCall, answer: TableAnswer): readonly IndexWrite[] {
    return written(call, answer).map(([key, item]) => {
      const units = indexUnits(this.#held.get(key), item)
      this.#held.set(key, item)
      return { key, item, units }
    })
  }
}

/** The items as they are after the call, by key; an item that was deleted is empty. */
const written = ({ Key, RequestItems }: TableCall, { Attributes }: TableAnswer): readonly (readonly [string, WireItem])[] => {
  if (Attributes !== undefined && Key !== undefined) return [[keyOf(Key), Attributes]]
  return Object.values(RequestItems ?? {}).flat().flatMap(({ PutRequest, DeleteRequest }) => {
    const item = PutRequest?.Item ?? {}
    return [[keyOf(PutRequest?.Item ?? DeleteRequest?.Key ?? {}), item] as const]
  })
}

const keyOf = ({ pk, sk }: WireItem): string => `${String(pk?.['S'])} ${String(sk?.['S'])}`

const isIn = (item: WireItem | undefined): boolean => item?.['dueShard'] !== undefined && item['dueAt'] !== undefined

const indexUnits = (before: WireItem | undefined, after: WireItem): number => {
  const changed = INDEXED.filter((name) => before?.[name]?.['S'] !== after[name]?.['S'])
  if (changed.length === 0 || (!isIn(before) && !isIn(after))) return 0
  const moved = changed.includes('dueShard') || changed.includes('dueAt')
  return moved && isIn(before) && isIn(after) ? 2 : 1
}
