/** What one signal says. Only all of them `idle` is idleness; `unknown` keeps awake (DESIGN law 6). */
export interface Verdict {
  readonly seen: 'idle' | 'active' | 'unknown'
  readonly why: string
}

/** What several signals say together: one that is active is enough to stay awake, and one that is unknown as well. */
export const together = (verdicts: readonly Verdict[]): Verdict => {
  for (const seen of ['active', 'unknown'] as const) {
    const whys = verdicts.filter((verdict) => verdict.seen === seen).map(({ why }) => why)
    if (whys.length > 0) return { seen, why: whys.join('; ') }
  }
  if (verdicts.length === 0) return { seen: 'unknown', why: 'no signal was asked' }
  return { seen: 'idle', why: verdicts.map(({ why }) => why).join('; ') }
}
