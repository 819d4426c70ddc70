/** How many nodes of a pool each of its zones has, those on their way included. */
export type ZoneCounts = Readonly<Record<string, number>>

/**
 * The zone an Auto Scaling group starts its next instance in: the emptiest, but for those in which it starts none at present.
 * Of equals nobody knows which: the one wished for is taken, and where it becomes another the next look sees it.
 */
export const nextZone = (counts: ZoneCounts, barren: ReadonlySet<string>, wished: readonly string[] = []): string | undefined => {
  const open = Object.entries(counts).filter(([zone]) => !barren.has(zone))
  const fewest = Math.min(...open.map(([, count]) => count))
  const emptiest = open.flatMap(([zone, count]) => (count === fewest ? [zone] : []))
  return emptiest.find((zone) => wished.includes(zone)) ?? emptiest[0]
}
