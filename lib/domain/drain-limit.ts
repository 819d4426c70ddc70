/** How long emptying a node may take, unless the intent says otherwise (Cluster Autoscaler: 10 min of grace and 2 min a pod). */
export const DRAIN_SECONDS = 15 * 60
