/** How many nodes of a pool may be on their way off the bill at once: so many, or so much of it where that is more. */
export interface Pace {
  readonly nodes: number
  readonly percent: number
}

/** Ten at once are what Cluster Autoscaler ends of empty nodes, 10 % what Karpenter disrupts of a pool. */
export const USUAL_PACE: Pace = { nodes: 10, percent: 10 }

/** The nodes of a pool of this size that may go at once; at least one, so that a pool always comes to its end. */
export const atOnce = ({ nodes, percent }: Pace, poolSize: number): number => Math.max(1, nodes, Math.ceil((poolSize * percent) / 100))

/** After a wake no node of its pools is taken for so long: what it needs may still be on its way (Cluster Autoscaler: 10 min after a scale-up). */
export const QUIET_SECONDS = 10 * 60
