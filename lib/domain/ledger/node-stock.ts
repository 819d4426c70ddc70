import type { Capacity, Price, Priced } from './ledger-input.ts'

/** What nodes of one kind and price did in an hour, in node-seconds. */
export interface StockUse {
  /** Running, or gone and avoided. */
  all: number
  stranded: number
  potential: number
  surplus: number
}

/** Nodes of one type, capacity and price. */
export interface StockLine {
  readonly instanceType: string
  readonly capacity: Capacity
  readonly price: Price | undefined
  readonly use: Readonly<StockUse>
}

interface Shelf {
  readonly key: string
  readonly kind: string
  readonly node: Priced
  readonly price: Price | undefined
  count: number
  use: StockUse
}

const UNUSED: StockUse = { all: 0, stranded: 0, potential: 0, surplus: 0 }

/**
 * Nodes counted by kind and price. Where the data do not say which of several are missing, it is the cheapest, and
 * which came back, the dearest, so that no saving is overstated; of what ran in excess the dearest. A pool has few kinds: what is done here takes no longer for more nodes.
 */
export class NodeStock {
  readonly #shelves = new Map<string, Shelf>()
  #cheapestFirst: readonly Shelf[] | undefined
  #count = 0

  get count(): number {
    return this.#count
  }

  add(node: Priced, price: Price | undefined): void {
    this.#count += 1
    this.#put(node, price, 1)
  }

  /** Takes one of the node's kind, else of its type and capacity, the dearest; does nothing where there is none. */
  take(node: Priced): void {
    const kind = kindOf(node)
    const present = this.#sorted().filter(({ count }) => count > 0)
    const shelf = present.findLast((each) => each.kind === kind) ??
      present.findLast((each) => each.node.instanceType === node.instanceType && each.node.capacity === node.capacity)
    if (shelf === undefined) return
    shelf.count -= 1
    this.#count -= 1
  }

  clear(): void {
    for (const shelf of this.#shelves.values()) shelf.count = 0
    this.#count = 0
  }

  /** Counts `seconds` of so many nodes to a use. */
  use(what: keyof StockUse, nodes: number, seconds: number, first: 'cheapest' | 'dearest' = 'cheapest'): void {
    let left = nodes
    const sorted = this.#sorted()
    for (let index = 0; index < sorted.length && left > 0; index += 1) {
      const shelf = first === 'cheapest' ? sorted[index] : sorted.at(-1 - index)
      if (shelf === undefined) continue
      const taken = Math.min(left, shelf.count)
      shelf.use[what] += taken * seconds
      left -= taken
    }
  }

  /** What was counted since the last time; begins anew. */
  settle(): readonly StockLine[] {
    const lines: StockLine[] = []
    for (const shelf of this.#sorted()) {
      const { key, node, price, use } = shelf
      if (use.all > 0) {
        lines.push({ instanceType: node.instanceType, capacity: node.capacity, price, use })
        shelf.use = { ...UNUSED }
      }
      if (shelf.count === 0) {
        this.#shelves.delete(key)
        this.#cheapestFirst = undefined
      }
    }
    return lines
  }

  /** Prices what is there anew; to be settled before. */
  reprice(priceOf: (node: Priced) => Price | undefined): void {
    for (const shelf of this.#shelves.values()) {
      const price = priceOf(shelf.node)
      if (isSame(price, shelf.price)) continue
      this.#shelves.delete(shelf.key)
      this.#cheapestFirst = undefined
      this.#put(shelf.node, price, shelf.count)
    }
  }

  #put(node: Priced, price: Price | undefined, count: number): void {
    const kind = kindOf(node)
    const key = `${kind} ${price?.microUsdPerHour} ${price?.name}`
    const shelf = this.#shelves.get(key)
    if (shelf !== undefined) {
      shelf.count += count
      return
    }
    this.#shelves.set(key, { key, kind, node, price, count, use: { ...UNUSED } })
    this.#cheapestFirst = undefined
  }

  /** Those without a price last; in the same order whatever came first, so that the same hours make the same rows. */
  #sorted(): readonly Shelf[] {
    this.#cheapestFirst ??= [...this.#shelves.values()].toSorted((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1))
    return this.#cheapestFirst
  }
}

const isSame = (a: Price | undefined, b: Price | undefined): boolean => a === b || (a?.microUsdPerHour === b?.microUsdPerHour && a?.name === b?.name)

const rank = ({ price }: Shelf): number => price?.microUsdPerHour ?? Number.MAX_SAFE_INTEGER

/** Spot prices differ by zone, on-demand prices do not. */
const kindOf = ({ instanceType, capacity, zone }: Priced): string => (capacity === 'spot' ? `${instanceType} spot ${zone}` : `${instanceType} on-demand`)
