import type { JoiningNode } from '../nodes.ts'

/** An Auto Scaling group whose tags let Cluster Autoscaler find it. */
export interface ScalingGroup {
  readonly name: string
  readonly minSize: number
  readonly desiredSize: number
  readonly maxSize: number
  readonly instanceIds: readonly string[]
  /** The node its next instance becomes: in the first of its zones, as Cluster Autoscaler takes it to be. */
  readonly next: Omit<JoiningNode, 'name' | 'instanceId'>
}

/** What Cluster Autoscaler asks of Auto Scaling. Changes answer whether AWS does them. */
export interface ScalingGroups {
  list(): readonly ScalingGroup[]
  setDesiredCapacity(group: string, desiredSize: number): boolean
  /** Ends exactly that instance, and its group shrinks by it. */
  end(instanceId: string): boolean
}
