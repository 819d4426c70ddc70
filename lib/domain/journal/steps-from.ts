import type { Instant } from '../time.ts'

/** A change of something: what it was, and what it is from `at` on. */
interface Change<T> {
  readonly at: Instant
  readonly was: T
  readonly is: T
}

/**
 * What held from an instant on, step by step, from the changes there were since, in order. The first of them says what
 * went before; without any, it was all the time what it is at `present`.
 */
export const stepsFrom = <T>(from: Instant, changes: readonly Change<T>[], present: T): readonly { readonly at: Instant; readonly is: T }[] => {
  const [first] = changes
  return [{ at: from, is: first === undefined ? present : first.was }, ...changes.map(({ at, is }) => ({ at, is }))]
}
