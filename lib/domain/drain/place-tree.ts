/** What is asked of a place, or free on it. */
export interface Free {
  readonly cpuMilli: number
  readonly memoryBytes: number
  readonly pods: number
}

/** Places in the order of preference, and what is free on each: finds the first with enough of everything. */
export interface PlaceTree {
  /** Notes what is free on a place; undefined: it is none at present. */
  set(slot: number, free: Free | undefined): void
  /** The first place at or after a slot with at least so much free; -1 where there is none. */
  first(from: number, asked: Free): number
}

/**
 * A tree of maxima over `count` places: a part of the cluster where nothing has as much CPU, memory or pods left is
 * passed over at once. What is asked as 0 is not looked at, so an overcommitted node still takes a pod without requests.
 */
export const placeTree = (count: number): PlaceTree => {
  const width = 2 ** Math.ceil(Math.log2(Math.max(1, count)))
  // Three numbers for each knot of a binary heap: CPU, memory, pods.
  const most = new Float64Array(width * 6).fill(-Infinity)

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
  const set = (slot: number, free: Free | undefined): void => {
    let knot = width + slot
    let isNew = note(knot, free?.cpuMilli ?? -Infinity, free?.memoryBytes ?? -Infinity, free?.pods ?? -Infinity)
    // As soon as the larger of two stays what it was, so does all above it.
    for (knot >>= 1; isNew && knot >= 1; knot >>= 1) isNew = note(knot, largest(knot, 0), largest(knot, 1), largest(knot, 2))
  }
  const first = (from: number, { cpuMilli, memoryBytes, pods }: Free): number => {
    const cpu = cpuMilli === 0 ? -Infinity : cpuMilli
    const memory = memoryBytes === 0 ? -Infinity : memoryBytes
    let knot = width + from
    if (from >= count) return -1
    for (;;) {
      const at = knot * 3
      if ((most[at] ?? 0) >= cpu && (most[at + 1] ?? 0) >= memory && (most[at + 2] ?? 0) >= pods) {
        if (knot >= width) return knot - width
        knot *= 2
        continue
      }
      // Up past every right-hand knot, then on to its neighbour; the last one of a level has none.
      while (knot % 2 === 1) knot = (knot - 1) / 2
      if (knot === 0) return -1
      knot += 1
    }
  }
  return { set, first }
}
