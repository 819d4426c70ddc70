import { hostPorts } from './host-ports.ts'
import { narrowPlaces } from './narrow-places.ts'
import { asked, nodeRooms } from './node-rooms.ts'
import type { Free, PlaceTree } from './place-tree.ts'
import { podAffinity } from './pod-affinity.ts'
import { podSpread } from './pod-spread.ts'
import { mayRunOn, nodeReaches, type Reach } from './reach.ts'
import { NO_TESTS, type NodeTest, passesAll, seatingOf } from './seating.ts'
import type { SeenNode, SeenPod, Snapshot, Volume } from './snapshot.ts'

/** Whether pods may move to a node. `open`: it may still leave, unless a pod moves to it. */
export type Standing = 'no place' | 'open' | 'stays' | 'leaves'

/**
 * Why a pod finds no place. `nowhere`: no node stays but its own. `closed`: labels, taints and volumes leave it none.
 * `full`: none has room. `refused`: those with room are kept from it by the pods there.
 */
export type Obstacle = 'nowhere' | 'closed' | 'full' | 'refused'

/** A cluster while a plan is made on it: who is where, what is free, and every change can be taken back. */
export interface Board {
  standing(index: number): Standing
  stand(index: number, standing: Standing): void
  /** Takes a pod off the node it is on. */
  lift(pod: SeenPod, index: number): void
  put(pod: SeenPod, index: number): void
  /** A node a pod would fit on; undefined: none. One that stays anyway is preferred. */
  place(pod: SeenPod, volumes: readonly Volume[]): number | undefined
  /** What keeps a pod from the nodes that stay, where there is no place for it. */
  obstacle(pod: SeenPod, volumes: readonly Volume[]): Obstacle
  /** Whether a pod would fit on one node, were its taints those of `unmarked`. */
  wouldFit(pod: SeenPod, volumes: readonly Volume[], index: number, unmarked: SeenNode): boolean
  /** How many nodes labels, taints and volumes leave to a pod. */
  choice(pod: SeenPod, volumes: readonly Volume[]): number
  /** The state now, to come back to. */
  mark(): number
  undo(mark: number): void
}

/** When a search is narrowed. It changes how long a search takes, not what it finds. */
interface SearchTerms {
  /** After so many nodes with room that refused the pod. */
  readonly patience: number
  /** Once as many refused pods of its kind as there are nodes, so many times over: to narrow a search takes about as long. */
  readonly worth: number
}

const USUAL_SEARCH: SearchTerms = { patience: 64, worth: 8 }

/** The board of a snapshot. Nodes are numbered as given; the first is preferred as a place. */
export const placeBoard = (snapshot: Snapshot, nodes: readonly SeenNode[], standings: readonly Standing[], { patience, worth } = USUAL_SEARCH): Board => {
  const now = [...standings]
  const seating = seatingOf(snapshot, nodes)
  const rooms = nodeRooms(nodes)
  const spread = podSpread(seating)
  const neighbourhoods = [rooms, hostPorts(), podAffinity(seating), spread]
  const places = nodes.flatMap((_, index) => (isPlace(now[index]) ? [index] : []))
  const freeOn = (index: number | undefined, standing: Standing): Free | undefined =>
    index !== undefined && now[index] === standing ? rooms.free(index) : undefined
  const reaches = nodeReaches(nodes, places, freeOn)
  const narrow = narrowPlaces(nodes, freeOn, worth)

  const move = (pod: SeenPod, index: number, sign: 1 | -1): void => {
    for (const { moved } of neighbourhoods) moved(pod, index, sign)
    if (!isPlace(now[index])) return
    narrow.changed(index)
    for (const { reach, slot } of reaches.around(index)) treeOf(reach, now[index])?.changed(slot)
  }
  const restand = (index: number, standing: Standing): void => {
    const was = now[index]
    if (was === standing) return
    now[index] = standing
    narrow.changed(index)
    if ((was === 'leaves') !== (standing === 'leaves')) spread.leaves(index, standing === 'leaves')
    for (const { reach, slot } of reaches.around(index)) {
      treeOf(reach, was)?.changed(slot)
      treeOf(reach, standing)?.changed(slot)
    }
  }
  const numbers = new Map(nodes.map(({ name }, index) => [name, index]))
  for (const pod of seating.pods) {
    const index = pod.node === undefined ? undefined : numbers.get(pod.node)
    if (index !== undefined) move(pod, index, 1)
  }

  const testsFor = (pod: SeenPod): readonly NodeTest[] => {
    let tests = NO_TESTS
    for (const neighbourhood of neighbourhoods) {
      const more = neighbourhood.testsFor(pod)
      if (more.length > 0) tests = tests.length === 0 ? more : [...tests, ...more]
    }
    return tests
  }
  const search = (tree: 'staying' | 'open', reach: Reach, pod: SeenPod, tests: readonly NodeTest[]): number | undefined => {
    const wanted = asked(pod.needs)
    let refusals = 0
    let slot = reach[tree].first(0, wanted)
    for (; slot >= 0; slot = reach[tree].first(slot + 1, wanted)) {
      const index = reach.members[slot]
      if (index !== undefined && passesAll(tests, index)) break
      refusals += 1
      const narrowed = refusals === patience ? narrow.search(reach, tests) : undefined
      if (narrowed !== undefined) return narrowed(tree, wanted)
    }
    if (refusals >= patience) narrow.refused(reach, tests, refusals)
    return reach.members[slot]
  }
  const undoing: (() => void)[] = []
  return {
    standing: (index) => now[index] ?? 'no place',
    stand: (index, standing) => {
      const was = now[index] ?? 'no place'
      undoing.push(() => restand(index, was))
      restand(index, standing)
    },
    lift: (pod, index) => {
      undoing.push(() => move(pod, index, 1))
      move(pod, index, -1)
    },
    put: (pod, index) => {
      undoing.push(() => move(pod, index, -1))
      move(pod, index, 1)
    },
    place: (pod, volumes) => {
      const reach = reaches.of(pod.needs, volumes)
      const tests = testsFor(pod)
      return search('staying', reach, pod, tests) ?? search('open', reach, pod, tests)
    },
    obstacle: (pod, volumes) => {
      if (!places.some((index) => isPlace(now[index]))) return 'nowhere'
      const reach = reaches.of(pod.needs, volumes)
      if (reach.staying.first(0, ANY_ROOM) < 0 && reach.open.first(0, ANY_ROOM) < 0) return 'closed'
      const tests = rooms.testsFor(pod)
      return (search('staying', reach, pod, tests) ?? search('open', reach, pod, tests)) === undefined ? 'full' : 'refused'
    },
    wouldFit: (pod, volumes, index, unmarked) => {
      const free = rooms.free(index)
      const wanted = asked(pod.needs)
      const hasRoom = free.pods >= 1 && (wanted.cpuMilli === 0 || free.cpuMilli >= wanted.cpuMilli) &&
        (wanted.memoryBytes === 0 || free.memoryBytes >= wanted.memoryBytes)
      return hasRoom && mayRunOn(pod.needs, volumes, unmarked) && passesAll(testsFor(pod), index)
    },
    choice: (pod, volumes) => reaches.of(pod.needs, volumes).members.length,
    mark: () => undoing.length,
    undo: (mark) => {
      while (undoing.length > mark) undoing.pop()?.()
    },
  }
}

const isPlace = (standing: Standing | undefined): boolean => standing === 'open' || standing === 'stays'

/** The places of a reach among which a node of this standing is. */
const treeOf = ({ staying, open }: Reach, standing: Standing | undefined): PlaceTree | undefined =>
  standing === 'stays' ? staying : standing === 'open' ? open : undefined

/** What every place has, however overcommitted it is. */
const ANY_ROOM: Free = { cpuMilli: 0, memoryBytes: 0, pods: Number.MIN_SAFE_INTEGER }
