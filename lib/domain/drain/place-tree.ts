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

  const lift = (knot: number): void => {
    for (let part = 0; part < 3; part += 1) {
      most[knot * 3 + part] = Math.max(most[knot * 6 + part] ?? 0, most[knot * 6 + 3 + part] ?? 0)
    }
  }
  const set = (slot: number, free: Free | undefined): void => {
    let knot = width + slot
    most[knot * 3] = free?.cpuMilli ?? -Infinity
    most[knot * 3 + 1] = free?.memoryBytes ?? -Infinity
    most[knot * 3 + 2] = free?.pods ?? -Infinity
    for (knot >>= 1; knot >= 1; knot >>= 1) lift(knot)
  }
  const first = (from: number, { cpuMilli, memoryBytes, pods }: Free): number => {
    const hasEnough = (knot: number): boolean =>
      (most[knot * 3 + 2] ?? 0) >= pods &&
      (cpuMilli === 0 || (most[knot * 3] ?? 0) >= cpuMilli) &&
      (memoryBytes === 0 || (most[knot * 3 + 1] ?? 0) >= memoryBytes)
    const search = (knot: number, start: number, size: number): number => {
      if (start + size <= from || !hasEnough(knot)) return -1
      if (size === 1) return start
      const left = search(knot * 2, start, size / 2)
      return left >= 0 ? left : search(knot * 2 + 1, start + size / 2, size / 2)
    }
    const found = search(1, 0, width)
    return found < count ? found : -1
  }
  return { set, first }
}
