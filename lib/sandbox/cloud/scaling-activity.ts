import { createHash } from 'node:crypto'
import { type Instant, iso } from '../../domain/time.ts'
import type { Timeline } from '../timeline.ts'
import type { Instance } from './instance.ts'
import type { LaunchRefusal } from './launch-refusal.ts'

/** What the group did and why, as DescribeScalingActivities tells it. */
export type ScalingActivity = InstanceActivity | FailedLaunch

interface InstanceActivity {
  readonly id: string
  readonly kind: 'launch' | 'terminate'
  readonly instance: Instance
  readonly cause: string
  readonly startedAt: Instant
}

/** A launch that EC2 refused: there never was an instance. */
export interface FailedLaunch extends Omit<InstanceActivity, 'kind' | 'instance'> {
  readonly kind: 'failed-launch'
  readonly zone: string
  readonly refusal: LaunchRefusal
}

const keptActivities = 100

/** The activities of one group. */
export class ActivityLog {
  readonly #arn: string
  readonly #timeline: Timeline
  readonly #kept: ScalingActivity[] = []
  #count = 0

  constructor(arn: string, timeline: Timeline) {
    this.#arn = arn
    this.#timeline = timeline
  }

  get newestFirst(): readonly ScalingActivity[] {
    return this.#kept.toReversed()
  }

  deed(kind: InstanceActivity['kind'], instance: Instance, cause: string): ScalingActivity {
    return this.#note({ kind, instance, ...this.#entry(cause) })
  }

  failure(zone: string, refusal: LaunchRefusal, cause: string): ScalingActivity {
    return this.#note({ kind: 'failed-launch', zone, refusal, ...this.#entry(cause) })
  }

  #entry(cause: string): Pick<ScalingActivity, 'id' | 'cause' | 'startedAt'> {
    const startedAt = this.#timeline.now()
    const id = createHash('sha256').update(`${this.#arn}\0${this.#count++}`).digest('hex').slice(0, 32)
    return { id, cause: `At ${iso(startedAt)} ${cause}.`, startedAt }
  }

  #note(activity: ScalingActivity): ScalingActivity {
    this.#kept.push(activity)
    if (this.#kept.length > keptActivities) this.#kept.shift()
    return activity
  }
}
