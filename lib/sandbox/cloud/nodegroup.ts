import type { Instant } from '../../domain/time.ts'
import type { Dice } from '../dice.ts'
import type { Timeline } from '../timeline.ts'
import { ASKED, type AutoScalingGroup, type Capacity } from './auto-scaling-group.ts'
import { AwsError } from './aws-error.ts'
import { uuid } from './uuid.ts'

/** A taint as the EKS API writes it: `NO_SCHEDULE`, `NO_EXECUTE`, `PREFER_NO_SCHEDULE`. */
export interface NodegroupTaint {
  readonly key: string
  readonly value?: string
  readonly effect: 'NO_SCHEDULE' | 'NO_EXECUTE' | 'PREFER_NO_SCHEDULE'
}

/** What a managed node group is from birth. */
export interface NodegroupIdentity {
  readonly name: string
  readonly arn: string
  readonly cluster: string
  readonly instanceType: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly NodegroupTaint[]
}

/** One asynchronous change of a node group. */
export interface NodegroupUpdate {
  readonly id: string
  readonly createdAt: Instant
  readonly params: readonly { readonly type: string; readonly value: string }[]
  readonly status: 'InProgress' | 'Successful'
}

/** EKS drains for up to 15 minutes before it ends a node it chose; in the sandbox that takes a minute. */
const drainSeconds = 60

/** An EKS managed node group: a front for its Auto Scaling group with updates that take a while, one at a time. */
export class Nodegroup {
  readonly identity: NodegroupIdentity
  readonly group: AutoScalingGroup
  readonly tags = new Map<string, string>()
  readonly #timeline: Timeline
  readonly #dice: Dice
  readonly #updates = new Map<string, NodegroupUpdate>()
  readonly #updateByToken = new Map<string, string>()
  #updating: string | undefined

  constructor(identity: NodegroupIdentity, group: AutoScalingGroup, world: { timeline: Timeline; dice: Dice }) {
    this.identity = identity
    this.group = group
    this.#timeline = world.timeline
    this.#dice = world.dice
  }

  get status(): 'ACTIVE' | 'UPDATING' {
    return this.#updating === undefined ? 'ACTIVE' : 'UPDATING'
  }

  update(id: string): NodegroupUpdate | undefined {
    return this.#updates.get(id)
  }

  /**
   * Changes bounds and size: at once on the group, while the node group is UPDATING for 5 to 20 s. The same request
   * token gives the same update. Throws ResourceInUseException while another one is under way and
   * InvalidParameterException for bounds EKS refuses.
   */
  resize(change: Partial<Capacity>, requestToken: string | undefined): NodegroupUpdate {
    const repeated = this.#updates.get(this.#updateByToken.get(requestToken ?? '') ?? '')
    if (repeated !== undefined) return repeated
    if (this.#updating !== undefined) {
      const message = 'Nodegroup cannot be updated as it is currently not in Active State'
      throw new AwsError(409, 'ResourceInUseException', message)
    }
    const capacity = { ...this.group.capacity, ...change }
    refuseBadCapacity(capacity)
    const update = this.#begin(change)
    if (requestToken !== undefined) this.#updateByToken.set(requestToken, update.id)
    this.group.resize(capacity, ASKED, drainSeconds)
    return update
  }

  #begin(change: Partial<Capacity>): NodegroupUpdate {
    const id = uuid(`${this.identity.arn}\0update\0${this.#updates.size}`)
    const params = Object.entries(change).map(([name, value]) => ({
      type: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      value: String(value),
    }))
    const update: NodegroupUpdate = { id, createdAt: this.#timeline.now(), params, status: 'InProgress' }
    this.#updates.set(id, update)
    this.#updating = id
    this.#timeline.after(this.#dice(5, 20, 'nodegroup-update', id), () => {
      this.#updates.set(id, { ...update, status: 'Successful' })
      this.#updating = undefined
    })
    return update
  }
}

const refuseBadCapacity = ({ minSize, maxSize, desiredSize }: Capacity): void => {
  const wrong =
    [minSize, maxSize, desiredSize].some((size) => !Number.isInteger(size) || size < 0)
      ? 'minSize, maxSize and desiredSize must be whole numbers of at least 0'
      : maxSize < 1
        ? "Requested max capacity can't be less than 1"
        : minSize > maxSize
          ? `Minimum capacity ${minSize} can't be greater than max size ${maxSize}`
          : minSize > desiredSize
            ? `Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`
            : desiredSize > maxSize
              ? `Desired capacity ${desiredSize} can't be greater than max size ${maxSize}`
              : undefined
  if (wrong !== undefined) throw new AwsError(400, 'InvalidParameterException', wrong)
}
