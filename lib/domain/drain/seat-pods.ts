import type { Board } from './board.ts'
import { podKey, type SeenPod, type Volume } from './snapshot.ts'

/** A pod that looks for a place, with the volumes that bind it. */
export interface Seeker {
  readonly pod: SeenPod
  readonly volumes: readonly Volume[]
  /** It waits for a node and is none the plan evicts: where it goes, it may have to move again. */
  readonly waits: boolean
}

/** Where seekers found a place, and which found none. */
export interface Seats {
  readonly places: ReadonlyMap<SeenPod, number>
  readonly homeless: readonly Seeker[]
}

/** Tries with another seeker first, before a node is given up. */
const MOST_TRIES = 4

/**
 * Finds places for pods that leave one node together: pods that wait before those that move, then those with the fewest
 * nodes to choose from, then the largest first. When one finds none it is tried first, a few times. With `firm` the
 * first answer counts. The board is left as the answer says.
 */
export const seatPods = (board: Board, seekers: readonly Seeker[], firm: boolean): Seats => {
  const start = board.mark()
  let order = inOrder(board, seekers)
  let seats = seatInOrder(board, order)
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const [unlucky] = seats.homeless
    if (firm || unlucky === undefined || unlucky === order[0]) return seats
    order = [unlucky, ...order.filter((seeker) => seeker !== unlucky)]
    board.undo(start)
    seats = seatInOrder(board, order)
  }
  return seats
}

const inOrder = (board: Board, seekers: readonly Seeker[]): readonly Seeker[] =>
  seekers
    .map((seeker) => ({ seeker, choice: board.choice(seeker.pod, seeker.volumes), requests: seeker.pod.needs.requests }))
    .sort((a, b) =>
      Number(b.seeker.waits) - Number(a.seeker.waits) ||
      a.choice - b.choice ||
      b.requests.cpuMilli - a.requests.cpuMilli ||
      b.requests.memoryBytes - a.requests.memoryBytes ||
      (podKey(a.seeker.pod) < podKey(b.seeker.pod) ? -1 : 1))
    .map(({ seeker }) => seeker)

/** Once more for those that found none: they may want to be near one that was seated after them. */
const seatInOrder = (board: Board, order: readonly Seeker[]): Seats => {
  const places = new Map<SeenPod, number>()
  let homeless = order
  for (;;) {
    const left = homeless.filter((seeker) => !seat(board, seeker, places))
    if (left.length === homeless.length || !left.some(({ pod }) => pod.needs.near.length > 0)) return { places, homeless: left }
    homeless = left
  }
}

const seat = (board: Board, { pod, volumes, waits }: Seeker, places: Map<SeenPod, number>): boolean => {
  const index = board.place(pod, volumes)
  if (index === undefined) return false
  board.put(pod, index)
  if (!waits && board.standing(index) === 'open') board.stand(index, 'stays')
  places.set(pod, index)
  return true
}
