/**
 * Catnap's own cost over the environments it looks after, equally: ticks, messages and reads follow how many there
 * are, not what they save. The parts add up to the whole (micro-USD); the first get what is left over. Without any
 * environment there is no part: the cost stays unattributed.
 */
export const shareOwnCost = (microUsd: number, environmentIds: readonly string[]): ReadonlyMap<string, number> => {
  const each = Math.floor(microUsd / Math.max(1, environmentIds.length))
  const over = microUsd - each * environmentIds.length
  return new Map(environmentIds.map((id, index) => [id, each + (index < over ? 1 : 0)]))
}
