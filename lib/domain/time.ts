/** An instant, in milliseconds since the Unix epoch. Branded, so that no bare number is taken for one. */
export type Instant = number & { readonly instant: unique symbol }

/** Reads an ISO 8601 instant with an offset or `Z`. Throws a RangeError when it is not one. */
export const instant = (isoText: string): Instant => {
  const ms = Date.parse(isoText)
  if (Number.isNaN(ms) || !/(?:[zZ]|[+-]\d\d:?\d\d)$/.test(isoText)) {
    throw new RangeError(`not an instant: found "${isoText}", expected ISO 8601 with an offset, as in 2026-11-22T08:00:00Z`)
  }
  return ms as Instant
}

/** The instant as ISO 8601 in UTC, to the second: `2026-11-22T08:00:00Z`. */
export const iso = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19)}Z`

/** The instant `seconds` later (earlier, when negative). */
export const later = (at: Instant, seconds: number): Instant => (at + seconds * 1000) as Instant

/** Seconds from `from` to `to`; negative when `to` is earlier. */
export const secondsBetween = (from: Instant, to: Instant): number => (to - from) / 1000

/** The earliest of the instants given; undefined ones do not count. */
export const earliest = (...instants: readonly (Instant | undefined)[]): Instant | undefined =>
  instants.reduce((first, next) => (first === undefined || (next !== undefined && next < first) ? next : first), undefined)
