import { isChosen, reaches, toleratesAll } from './node-fit.ts'
import { type Free, type PlaceTree, placeTree } from './place-tree.ts'
import type { Needs, SeenNode, Volume } from './snapshot.ts'

/**
 * The nodes some pods may run on by what never changes in a plan: labels, taints, volumes. Those that stay for certain
 * and those that may still leave are kept apart, since a pod on one of the latter makes it stay.
 */
export interface Reach {
  /** Numbers of nodes, by slot of the trees. */
  readonly members: readonly number[]
  readonly staying: PlaceTree
  readonly open: PlaceTree
}

/** Where a node stands in a reach. */
interface Slot {
  readonly reach: Reach
  readonly slot: number
}

/** The reaches there are. */
export interface Reaches {
  /** The nodes a pod may run on. */
  of(needs: Needs, volumes: readonly Volume[]): Reach
  /** The reaches a node is in. */
  around(index: number): readonly Slot[]
}

/**
 * Reaches over these nodes; `freeOn` knows what is free on one that stands so. Pods that may run on the same nodes share
 * a reach, however they say it: a cluster has few, and each change of a node has to be noted in all of its own.
 */
export const nodeReaches = (
  nodes: readonly SeenNode[],
  places: readonly number[],
  freeOn: (index: number | undefined, standing: 'stays' | 'open') => Free | undefined,
): Reaches => {
  const byNeeds = new Map<Needs, Reach>()
  const byNumbers = new Map<string, Reach>()
  const byMembers = new Map<string, Reach>()
  const numbers = new Map<object, number>()
  const numberByWords = new Map<string, number>()
  const around = nodes.map((): Slot[] => [])

  /** Of parts that say the same, one number. */
  const numberOf = (part: object, say: () => unknown): number => {
    const known = numbers.get(part)
    if (known !== undefined) return known
    const words = JSON.stringify(say())
    const number = numberByWords.get(words) ?? numberByWords.size
    numberByWords.set(words, number)
    numbers.set(part, number)
    return number
  }
  const build = (members: readonly number[]): Reach => {
    const reach = {
      members,
      staying: placeTree(members.length, (slot) => freeOn(members[slot], 'stays')),
      open: placeTree(members.length, (slot) => freeOn(members[slot], 'open')),
    }
    for (const [slot, index] of members.entries()) around[index]?.push({ reach, slot })
    return reach
  }
  const find = (needs: Needs, volumes: readonly Volume[]): Reach => {
    const { nodeSelector, nodeTerms, tolerations } = needs
    const own = numberOf(needs, () => [nodeSelector, nodeTerms, tolerations])
    const key = [own, ...volumes.map((volume) => numberOf(volume, () => volume)).toSorted()].join()
    const known = byNumbers.get(key)
    if (known !== undefined) return known
    const members = places.filter((index) => {
      const node = nodes[index]
      return node !== undefined && mayRunOn(needs, volumes, node)
    })
    const same = members.join()
    const reach = byMembers.get(same) ?? build(members)
    byMembers.set(same, reach)
    byNumbers.set(key, reach)
    return reach
  }
  const of = (needs: Needs, volumes: readonly Volume[]): Reach => {
    if (volumes.length > 0) return find(needs, volumes)
    const reach = byNeeds.get(needs) ?? find(needs, volumes)
    byNeeds.set(needs, reach)
    return reach
  }
  return { of, around: (index) => around[index] ?? [] }
}

/** Whether a pod may run on a node by labels, taints and volumes. */
export const mayRunOn = (needs: Needs, volumes: readonly Volume[], node: SeenNode): boolean =>
  isChosen(needs, node) && toleratesAll(needs.tolerations, node.taints) && volumes.every((volume) => reaches(volume, node))
