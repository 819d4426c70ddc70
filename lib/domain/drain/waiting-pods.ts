import type { Board } from './board.ts'
import { claimedVolumes } from './claimed-volumes.ts'
import type { PodContext } from './pod-rule.ts'
import { daemonPod } from './pod-rules/daemon-pod.ts'
import { type Seeker, seatPods } from './seat-pods.ts'
import type { SeenNode, SeenPod, Snapshot } from './snapshot.ts'

/** Pods no node was found for yet, and the room that is kept for them. */
export interface WaitingPods {
  /** Those whose room is on a node. */
  on(index: number): readonly Seeker[]
  /** Their room is on other nodes now. */
  moved(places: ReadonlyMap<SeenPod, number>): void
  /** The one that would find a place on this node, and nowhere else, if our mark were off it; it is kept for it. */
  wants(index: number, unmarked: SeenNode): SeenPod | undefined
}

/** Whether a pod waits for a node. */
const isWaiting = (pod: SeenPod): boolean =>
  pod.node === undefined && pod.phase === 'Pending' && pod.deletionAt === undefined

/** The node a DaemonSet's controller made a pod for: it names it in every term of the required node affinity. */
const pinnedTo = ({ needs: { nodeTerms = [] } }: SeenPod): string | undefined => {
  const [name, ...more] = new Set(nodeTerms.map(({ fields }) => fields.find(({ operator }) => operator === 'In')?.values.join()))
  return more.length === 0 ? name : undefined
}

/** A waiting pod of a DaemonSet takes its room on its own node. It needs no other and does not hold it: it goes with it. */
const seatDaemons = (board: Board, nodes: readonly SeenNode[], daemons: readonly Seeker[]): void => {
  const numbers = new Map(nodes.map(({ name }, index) => [name, index]))
  for (const { pod, volumes } of daemons) {
    const index = numbers.get(pinnedTo(pod) ?? '')
    const node = index === undefined ? undefined : nodes[index]
    if (index !== undefined && node !== undefined && board.wouldFit(pod, volumes, index, node)) board.put(pod, index)
  }
}

/**
 * Keeps room for the pods that wait, before any other takes it. Nodes are numbered as given. Where the whole cluster
 * sleeps nobody waits.
 */
export const seatWaiting = (board: Board, snapshot: Snapshot, context: PodContext): WaitingPods => {
  const waiting = context.asleep ? [] : snapshot.pods.filter(isWaiting)
  const all = waiting.flatMap((pod): readonly Seeker[] => {
    const { volumes, unknown } = claimedVolumes(snapshot, pod)
    return unknown === undefined ? [{ pod, volumes, waits: true }] : []
  })
  const [daemons = [], seekers = []] = [true, false].map((is) => all.filter(({ pod }) => (daemonPod(pod, context) !== undefined) === is))
  seatDaemons(board, snapshot.nodes, daemons)
  const { places, homeless } = seatPods(board, seekers, true)
  const seats = new Map(places)
  const bySeat = new Map<number, Seeker[]>()
  const without = new Set(homeless)
  const sit = (seeker: Seeker, index: number): void => {
    const here = bySeat.get(index)
    if (here === undefined) bySeat.set(index, [seeker])
    else here.push(seeker)
  }
  for (const seeker of seekers) {
    const index = seats.get(seeker.pod)
    if (index !== undefined) sit(seeker, index)
  }
  return {
    on: (index) => bySeat.get(index) ?? [],
    moved: (changes) => {
      for (const [pod, index] of changes) {
        const from = seats.get(pod)
        if (from === undefined) continue
        const seeker = bySeat.get(from)?.find((other) => other.pod === pod)
        if (seeker === undefined) continue
        bySeat.set(from, (bySeat.get(from) ?? []).filter((other) => other !== seeker))
        seats.set(pod, index)
        sit(seeker, index)
      }
    },
    wants: (index, unmarked) => {
      const found = [...without].find(({ pod, volumes }) => board.wouldFit(pod, volumes, index, unmarked))
      if (found === undefined) return undefined
      without.delete(found)
      return found.pod
    },
  }
}
