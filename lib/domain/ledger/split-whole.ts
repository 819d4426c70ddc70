/**
 * Parts of an integer in proportion to integer weights that add up to it exactly: each gets the floor of its quota,
 * what is left goes one by one to the largest remainders, the earlier of equal ones (largest remainder method, Hare
 * quota). Without any weight the parts are equal. Throws a RangeError for numbers that are not whole or negative, or
 * where there is something and nobody to get it.
 */
export const splitWhole = (whole: number, weights: readonly (number | bigint)[]): readonly number[] => {
  if (!Number.isSafeInteger(whole) || whole < 0) throw new RangeError(`cannot split ${whole}, expected a whole number from 0 on`)
  if (whole === 0) return weights.map(() => 0)
  if (weights.length === 0) throw new RangeError(`cannot split ${whole} among nobody, expected at least one weight`)
  if (weights.some((weight) => weight < 0)) throw new RangeError(`cannot split by ${weights.join(', ')}, expected no negative weight`)
  if (weights.length === 1) return [whole]
  if (weights.every((weight) => Number(weight) === 0)) return largestRemainder(whole, quotas(whole, weights.map(() => 1), weights.length))
  const sum = weights.map(Number).reduce((total, weight) => total + weight, 0)
  // Weights times micro-dollars may pass 2^53: numbers only where all of it stays exact.
  return sum * whole <= Number.MAX_SAFE_INTEGER
    ? largestRemainder(whole, quotas(whole, weights.map(Number), sum))
    : largestRemainder(whole, largeQuotas(BigInt(whole), weights.map(BigInt)))
}

/** The floor of a quota, and what was cut off as a fraction of the sum of weights. */
interface Quota<T extends number | bigint> {
  part: number
  readonly remainder: T
}

const quotas = (whole: number, weights: readonly number[], sum: number): readonly Quota<number>[] =>
  weights.map((weight) => {
    const remainder = (whole * weight) % sum
    return { part: (whole * weight - remainder) / sum, remainder }
  })

const largeQuotas = (whole: bigint, weights: readonly bigint[]): readonly Quota<bigint>[] => {
  const sum = weights.reduce((total, weight) => total + weight, 0n)
  return weights.map((weight) => ({ part: Number((whole * weight) / sum), remainder: (whole * weight) % sum }))
}

const largestRemainder = <T extends number | bigint>(whole: number, all: readonly Quota<T>[]): readonly number[] => {
  const left = whole - all.reduce((sum, { part }) => sum + part, 0)
  // A stable sort: of equal remainders the earlier goes first.
  if (left > 0) for (const quota of all.toSorted((a, b) => (a.remainder > b.remainder ? -1 : Number(a.remainder < b.remainder))).slice(0, left)) quota.part += 1
  return all.map(({ part }) => part)
}
