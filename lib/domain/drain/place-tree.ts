/** What is asked of a place, or free on it. */
export interface Free {
  readonly cpuMilli: number
  readonly memoryBytes: number
  readonly pods: number
}

/** Places in the order of preference, and what is free on each: finds the first with enough of everything. */
export interface PlaceTree {
  /** What is free on a place is another; it is asked for before the next search. */
  changed(slot: number): void
  /** The first place at or after a slot with at least so much free; -1 where there is none. */
  first(from: number, asked: Free): number
}

/**
 * A tree of maxima over `count` places, of which `freeOn` knows what is free; undefined: it is none at present. A part of
 * the cluster where nothing has as much CPU, memory or pods left is passed over at once. What is asked as 0 is not looked
 * at, so an overcommitted node still takes a pod without requests. Pods come to a few places and are taken back from
 * them over and over: what changed is noted once for each search.
 */
export const placeTree = (count: number, freeOn: (slot: number) => Free | undefined): PlaceTree => {
  const width = 2 ** Math.ceil(Math.log2(Math.max(1, count)))
  // Three numbers for each knot of a binary heap: CPU, memory, pods.
  const most = new Float64Array(width * 6).fill(-Infinity)
  const stale = Array.from({ length: count }, (_, slot) => slot)
  const isStale = new Uint8Array(count).fill(1)

  /** Notes what a knot has; false: it had as much. */
  const note = (knot: number, cpuMilli: number, memoryBytes: number, pods: number): boolean => {
    const at = knot * 3
    if (most[at] === cpuMilli && most[at + 1] === memoryBytes && most[at + 2] === pods) return false
    most[at] = cpuMilli
    most[at + 1] = memoryBytes
    most[at + 2] = pods
    return true
  }
  /** The larger of what the two knots under one have. */
  const largest = (knot: number, part: number): number => Math.max(most[knot * 6 + part] ?? 0, most[knot * 6 + 3 + part] ?? 0)
  const set = (slot: number): void => {
    const free = freeOn(slot)
    let knot = width + slot
    let isNew = note(knot, free?.cpuMilli ?? -Infinity, free?.memoryBytes ?? -Infinity, free?.pods ?? -Infinity)
    // As soon as the larger of two stays what it was, so does all above it.
    for (knot >>= 1; isNew && knot >= 1; knot >>= 1) isNew = note(knot, largest(knot, 0), largest(knot, 1), largest(knot, 2))
  }
  const refresh = (): void => {
    for (const slot of stale) {
      isStale[slot] = 0
      set(slot)
    }
    stale.length = 0
  }
  const first = (from: number, { cpuMilli, memoryBytes, pods }: Free): number => {
    if (stale.length > 0) refresh()
    const cpu = cpuMilli === 0 ? -Infinity : cpuMilli
    const memory = memoryBytes === 0 ? -Infinity : memoryBytes
    let knot = width + from
    if (from >= count) return -1
    for (;;) {
      const at = knot * 3
      if ((most[at] ?? 0) >= cpu && (most[at + 1] ?? 0) >= memory && (most[at + 2] ?? 0) >= pods) {
        if (knot >= width) return knot - width
        knot <<= 1
        continue
      }
      // Up past every right-hand knot, then on to its neighbour; the last one of a level has none.
      while ((knot & 1) === 1) knot >>= 1
      if (knot === 0) return -1
      knot += 1
    }
  }
  return {
    changed: (slot) => {
      if (isStale[slot] === 1) return
      isStale[slot] = 1
      stale.push(slot)
    },
    first,
  }
}
