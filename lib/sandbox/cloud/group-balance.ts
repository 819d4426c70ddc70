/** A member of an Auto Scaling group that counts towards its desired capacity. */
export interface CountedMember {
  readonly id: string
  readonly zone: string
  readonly launchedAt: number
}

/** How many members each zone of the group has, in the group's order of zones. */
const countByZone = (
  zones: readonly string[],
  members: readonly CountedMember[],
): readonly (readonly [zone: string, count: number])[] =>
  zones.map((zone) => [zone, members.filter((member) => member.zone === zone).length])

/** The zone a new instance goes to: the emptiest, the first of equals. */
export const emptiestZone = (zones: readonly string[], members: readonly CountedMember[]): string =>
  countByZone(zones, members).reduce((best, next) => (next[1] < best[1] ? next : best), ['', Infinity])[0]

/** Whom the default termination policy ends first: in the fullest zone, the oldest. Undefined without members. */
export const scaleInVictim = (
  zones: readonly string[],
  members: readonly CountedMember[],
): CountedMember | undefined => {
  const [fullest] = countByZone(zones, members).reduce((best, next) => (next[1] > best[1] ? next : best), ['', 0])
  return members.filter((member) => member.zone === fullest).toSorted((a, b) => a.launchedAt - b.launchedAt)[0]
}

/** Whether zones differ by two or more: AZRebalance then moves one instance. */
export const isUnbalanced = (zones: readonly string[], members: readonly CountedMember[]): boolean => {
  const counts = countByZone(zones, members).map(([, count]) => count)
  return Math.max(...counts) - Math.min(...counts) >= 2
}
