import { claimedVolumes } from './claimed-volumes.ts'
import { isMarked } from './candidate.ts'
import { mayRunOn } from './reach.ts'
import { hasFinished, type Room, type SeenNode, type SeenPod, type Snapshot } from './snapshot.ts'

/** Pods that are evicted at once, whatever node of those they may run on the scheduler gives each of them. */
export interface LeavingBatch {
  /** Takes a pod in where each of the batch still finds room; whether it did. One alone always goes: a place was found for it. */
  take(pod: SeenPod): boolean
}

interface Place {
  readonly node: SeenNode
  readonly free: Room
  readonly freePods: number
}

/**
 * The judge finds places for pods together; the scheduler takes one after the other and knows no others. So that none is
 * left without a node, all of a batch must fit together on a node that each of them may run on.
 */
export const leavingBatch = (snapshot: Snapshot): LeavingBatch => {
  const places = placesOf(snapshot)
  const batch: SeenPod[] = []
  let total: Room = { cpuMilli: 0, memoryBytes: 0, others: {} }
  return {
    take: (pod) => {
      const more = plus(total, pod.needs.requests, 1)
      const together = [...batch, pod]
      const hasRoom = ({ free, freePods }: Place): boolean => freePods >= together.length && fitsInto(more, free)
      const roomy = batch.length === 0 ? [] : places.filter(hasRoom)
      const isRoomy = together.every(({ needs, ...each }) => roomy.some(({ node }) => mayRunOn(needs, claimedVolumes(snapshot, { needs, ...each }).volumes, node)))
      if (batch.length > 0 && !isRoomy) return false
      batch.push(pod)
      total = more
      return true
    },
  }
}

const placesOf = ({ nodes, pods }: Snapshot): readonly Place[] => {
  const bound = Map.groupBy(pods.filter((pod) => !hasFinished(pod)), ({ node }) => node)
  return nodes.filter((node) => node.ready && !node.cordoned && !node.terminating && !isMarked(node)).map((node) => {
    const on = bound.get(node.name) ?? []
    return { node, free: on.reduce((free, { needs }) => plus(free, needs.requests, -1), node.allocatable), freePods: node.allocatablePods - on.length }
  })
}

const plus = (a: Room, b: Room, sign: 1 | -1): Room => ({
  cpuMilli: a.cpuMilli + sign * b.cpuMilli,
  memoryBytes: a.memoryBytes + sign * b.memoryBytes,
  others: Object.entries(b.others).reduce((others, [name, amount]) => ({ ...others, [name]: (others[name] ?? 0) + sign * amount }), a.others),
})

const fitsInto = (asked: Room, free: Room): boolean =>
  asked.cpuMilli <= free.cpuMilli && asked.memoryBytes <= free.memoryBytes && Object.entries(asked.others).every(([name, amount]) => amount <= (free.others[name] ?? 0))
