import type { Standing } from './board.ts'
import { type Free, type PlaceTree, placeTree } from './place-tree.ts'
import type { Reach } from './reach.ts'
import { type NodeTest, passesAll } from './seating.ts'
import type { SeenNode } from './snapshot.ts'

/** Where pods look that many nodes refuse: those of a Deployment with one on nearly every node, all kept apart. */
export interface NarrowPlaces {
  /** A pod came to a node or went, or the node stands otherwise. */
  changed(index: number): void
  /** So many nodes with room refused a pod with these tests. */
  refused(reach: Reach, tests: readonly NodeTest[], nodes: number): void
  /** A way to search that passes over what refuses these tests; undefined: too few were refused for it to be worth its while. */
  search(reach: Reach, tests: readonly NodeTest[]): NarrowSearch | undefined
}

/** The first node of a reach with enough room that passes all tests; undefined: none. */
type NarrowSearch = (tree: 'staying' | 'open', wanted: Free) => number | undefined

/** The nodes of a reach in one domain, or all of them, and which of them pass the tests that are about the node itself. */
interface Part {
  readonly members: readonly number[]
  readonly staying: PlaceTree
  readonly open: PlaceTree
  /** How much of the log of changes it has followed. */
  seen: number
}

/** So many are kept: with its trees each takes 0.8 MB where there are 5,000 nodes. */
const MOST_KEPT = 64

/** The log is begun anew after so many changes. */
const LONGEST_LOG = 100_000

/** A topology of no more domains is looked through domain by domain. */
const FEW_DOMAINS = 16

/**
 * Narrowed searches over the places of a board. What is on a node itself is known of each node, and looked at anew only
 * where something changed since; what its domain decides is asked once for each domain where these are few. What is found
 * is what trying one node after the other finds. `worth`: as in SearchTerms.
 */
export const narrowPlaces = (
  nodes: readonly SeenNode[],
  freeOn: (index: number | undefined, standing: Standing) => Free | undefined,
  worth: number,
): NarrowPlaces => {
  const scopeOf = scopesOf(nodes)
  const refusals = new Map<string, number>()
  const kept = new Map<string, readonly Part[]>()
  const ids = new Map<Reach, number>()
  let log: number[] = []
  let followed = 0

  /** Whether what is on a node itself decides. */
  const isHere = ({ topologyKey }: NodeTest): boolean => topologyKey === undefined || scopeOf(topologyKey) === 'host'
  const fewOf = (tests: readonly NodeTest[]): string | undefined => tests.find(({ topologyKey }) => topologyKey !== undefined && scopeOf(topologyKey) === 'few')?.topologyKey
  /** Searches of one key have the same places: those of a reach that pass the same tests. */
  const keyOf = (reach: Reach, tests: readonly NodeTest[]): string => {
    const id = ids.get(reach) ?? ids.size
    ids.set(reach, id)
    return [id, fewOf(tests), ...tests.flatMap((test) => (isHere(test) ? [test.id] : []))].join(' ')
  }
  /** `tests` are those about the node itself: of searches of one key they answer alike. */
  const partsOf = (key: string, { members }: Reach, few: string | undefined, tests: readonly NodeTest[]): readonly Part[] => {
    const known = kept.get(key)
    if (known !== undefined) return known
    const passing = (index: number | undefined, standing: Standing): Free | undefined =>
      index !== undefined && passesAll(tests, index) ? freeOn(index, standing) : undefined
    const groups = few === undefined ? [members] : [...Map.groupBy(members, (index) => nodes[index]?.labels[few]).values()]
    const made = groups.map((group): Part => ({
      members: group,
      staying: placeTree(group.length, (slot) => passing(group[slot], 'stays')),
      open: placeTree(group.length, (slot) => passing(group[slot], 'open')),
      seen: log.length,
    }))
    kept.set(key, made)
    return made
  }
  /** Follows the changes since a part was looked at last. */
  const follow = (part: Part): void => {
    for (; part.seen < log.length; part.seen += 1) {
      const slot = slotOf(part.members, log[part.seen] ?? 0)
      if (slot === undefined) continue
      part.staying.changed(slot)
      part.open.changed(slot)
    }
    followed = log.length
  }
  return {
    changed: (index) => {
      // Of changes to one node in a row one is enough, unless somebody has followed it already.
      if (kept.size === 0 || (log.at(-1) === index && log.length > followed)) return
      log.push(index)
      if (log.length < LONGEST_LOG) return
      log = []
      followed = 0
      kept.clear()
    },
    refused: (reach, tests, times) => {
      const key = keyOf(reach, tests)
      refusals.set(key, (refusals.get(key) ?? 0) + times)
    },
    search: (reach, tests) => {
      const key = keyOf(reach, tests)
      const isKept = kept.has(key) || (kept.size < MOST_KEPT && (refusals.get(key) ?? 0) >= worth * reach.members.length)
      if (!isKept) return undefined
      const few = fewOf(tests)
      const here = tests.filter(isHere)
      const others = tests.filter((test) => !isHere(test))
      return (tree, wanted) => {
        let best: number | undefined
        for (const part of partsOf(key, reach, few, here)) {
          const [any] = part.members
          if (any === undefined || (few !== undefined && !others.every(({ topologyKey, passes }) => topologyKey !== few || passes(any)))) continue
          follow(part)
          best = firstIn(part[tree], part, others, wanted, best) ?? best
        }
        return best
      }
    },
  }
}

/** How far what a topology says reaches: to one node, to domains that are few, or to many. */
const scopesOf = (nodes: readonly SeenNode[]): ((topologyKey: string) => 'host' | 'few' | 'many') => {
  const known = new Map<string, 'host' | 'few' | 'many'>()
  return (topologyKey) => {
    const before = known.get(topologyKey)
    if (before !== undefined) return before
    const domains = nodes.flatMap(({ labels }) => labels[topologyKey] ?? [])
    const { size } = new Set(domains)
    const scope = size === domains.length ? 'host' : size <= FEW_DOMAINS ? 'few' : 'many'
    known.set(topologyKey, scope)
    return scope
  }
}

/** The first node that passes, before the best that is known. */
const firstIn = (tree: PlaceTree, { members }: Part, tests: readonly NodeTest[], wanted: Free, best: number | undefined): number | undefined => {
  for (let slot = tree.first(0, wanted); slot >= 0; slot = tree.first(slot + 1, wanted)) {
    const index = members[slot]
    if (index === undefined || (best !== undefined && index > best)) return undefined
    if (passesAll(tests, index)) return index
  }
  return undefined
}

/** Where a number stands among numbers that rise. */
const slotOf = (members: readonly number[], index: number): number | undefined => {
  let [low, high] = [0, members.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((members[middle] ?? 0) < index) low = middle + 1
    else high = middle
  }
  return members[low] === index ? low : undefined
}
