import { type Instant, secondsBetween } from '../../../domain/time.ts'
import type { Node } from '../resources.ts'
import type { ScalingGroup, ScalingGroups } from './scaling-groups.ts'

/** So long Cluster Autoscaler goes by what it last read of its groups, its own changes noted in it (aws_manager.go). */
const refreshSeconds = 60

/** Its groups as Cluster Autoscaler knows them: what others change it sees up to a minute later. */
export class KnownGroups {
  readonly #aws: ScalingGroups
  readonly #now: () => Instant
  #groups: readonly ScalingGroup[] = []
  #readAt: Instant | undefined

  constructor(aws: ScalingGroups, now: () => Instant) {
    this.#aws = aws
    this.#now = now
  }

  refresh(): void {
    if (this.#readAt !== undefined && secondsBetween(this.#readAt, this.#now()) < refreshSeconds) return
    this.#readAt = this.#now()
    this.#groups = this.#aws.list()
  }

  get all(): readonly ScalingGroup[] {
    return this.#groups
  }

  of(node: Node): ScalingGroup | undefined {
    const id = instanceOf(node)
    return this.#groups.find(({ instanceIds }) => instanceIds.includes(id))
  }

  grow(group: ScalingGroup, nodes: number): boolean {
    const desiredSize = group.desiredSize + nodes
    const isDone = this.#aws.setDesiredCapacity(group.name, desiredSize)
    if (isDone) this.#resized(group.name, desiredSize)
    return isDone
  }

  /** Ends a node's instance with its place in the group; then the groups are read anew. */
  end(node: Node): boolean {
    const group = this.of(node)
    const isDone = this.#aws.end(instanceOf(node))
    if (isDone && group !== undefined) this.#resized(group.name, group.desiredSize - 1)
    if (isDone) this.#readAt = undefined
    return isDone
  }

  #resized(name: string, desiredSize: number): void {
    this.#groups = this.#groups.map((group) => (group.name === name ? { ...group, desiredSize } : group))
  }
}

const instanceOf = ({ spec }: Node): string => spec?.providerID?.split('/').at(-1) ?? ''
