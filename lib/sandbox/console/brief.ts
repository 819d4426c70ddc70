/** Asks at most once in so many milliseconds, however many ask; what failed is asked again. */
export const brief = <T>(ask: () => Promise<T>, keepMs: number, nowMs: () => number = () => performance.now()): (() => Promise<T>) => {
  let kept: { readonly at: number; readonly answer: Promise<T> } | undefined
  return () => {
    const at = nowMs()
    if (kept !== undefined && at - kept.at < keepMs) return kept.answer
    const fresh = { at, answer: ask() }
    kept = fresh
    fresh.answer.catch(() => {
      if (kept === fresh) kept = undefined
    })
    return fresh.answer
  }
}
