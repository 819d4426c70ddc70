import type { Instant } from '../../domain/time.ts'

/** How long an instance was on the bill. */
interface Billed {
  readonly runningAt?: Instant
  readonly terminatedAt?: Instant
}

/**
 * Round instants `stepSeconds` apart, at most `most` of them and none before `since`, and `now` as the last. Oldest first:
 * only the last moves from one look to the next.
 */
export const stepsUntil = (now: Instant, since: Instant, stepSeconds: number, most: number): readonly Instant[] => {
  const stepMs = stepSeconds * 1000
  const last = Math.floor((now - 1) / stepMs) * stepMs
  const count = Math.max(0, Math.min(most - 1, Math.floor((last - since) / stepMs) + 1))
  return [...Array.from({ length: count }, (_, index) => (last - (count - 1 - index) * stepMs) as Instant), now]
}

/** How many of the instances were on the bill at each of these instants. */
export const countNodes = (instances: readonly Billed[], steps: readonly Instant[]): readonly number[] =>
  steps.map((at) => instances.filter(({ runningAt, terminatedAt }) => runningAt !== undefined && runningAt <= at && (terminatedAt === undefined || terminatedAt > at)).length)
