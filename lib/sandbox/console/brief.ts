/** An answer that is kept for a moment. */
export interface Brief<T> {
  ask(): Promise<T>
  /** The next who asks gets a new one. */
  forget(): void
}

/** Asks at most once in so many milliseconds, however many ask; what failed is asked again. */
export const brief = <T>(ask: () => Promise<T>, keepMs: number, nowMs: () => number = () => performance.now()): Brief<T> => {
  let kept: { readonly at: number; readonly answer: Promise<T> } | undefined
  return {
    ask: () => {
      const at = nowMs()
      if (kept !== undefined && at - kept.at < keepMs) return kept.answer
      const fresh = { at, answer: ask() }
      kept = fresh
      fresh.answer.catch(() => {
        if (kept === fresh) kept = undefined
      })
      return fresh.answer
    },
    forget: () => {
      kept = undefined
    },
  }
}
