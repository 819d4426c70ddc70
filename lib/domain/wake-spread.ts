/** Wakes of one cluster that are due at the same instant begin so far apart, on average. */
const APART_SECONDS = 3

/** They begin at most so much earlier: a node that is up before anybody comes is paid for. */
const LONGEST_SPREAD_SECONDS = 600

/**
 * By how many seconds an environment begins its planned wake before the others, so that those of one cluster that are to be
 * ready at the same hour do not all ask at once: two hours to settle become minutes (FIELD §1, 12). Always the same for an
 * environment, evenly spread over them. A wake on request waits for nobody.
 */
export const wakeSpreadSeconds = (id: string, environmentsOfCluster: number): number => {
  const window = Math.min(LONGEST_SPREAD_SECONDS, APART_SECONDS * Math.max(0, environmentsOfCluster - 1))
  return Math.floor((hashOf(id) / 2 ** 32) * window)
}

/** FNV-1a of 32 bits, its bits mixed by MurmurHash3's finalizer: ids that differ in their last letter alone are far apart. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
