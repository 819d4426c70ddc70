/** How often what was called, and what units and bytes it took, by name. */
export type Counts = Readonly<Record<string, number>>

/** Counts until somebody takes what was counted. */
export class CallCounter {
  #counts = new Map<string, number>()

  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by)
  }

  /** What was counted since the last time. */
  take(): Counts {
    const counts = Object.fromEntries(this.#counts)
    this.#counts = new Map()
    return counts
  }
}

/** The sum of several counts. */
export const sumCounts = (...all: readonly Counts[]): Counts => {
  const sum = new CallCounter()
  for (const counts of all) for (const [name, count] of Object.entries(counts)) sum.add(name, count)
  return sum.take()
}

/** The sum of those whose name begins so. */
export const countOf = (counts: Counts, prefix: string): number =>
  Object.entries(counts).reduce((sum, [name, count]) => (name.startsWith(prefix) ? sum + count : sum), 0)
