import { createHash } from 'node:crypto'
import { type Instant, iso } from '../../domain/time.ts'
import type { Dice } from '../dice.ts'
import type { Timeline } from '../timeline.ts'
import { AwsError } from './aws-error.ts'
import { type CountedMember, emptiestZone, isUnbalanced, scaleInVictim } from './group-balance.ts'
import type { Instance } from './instance.ts'
import { processesMeant } from './scaling-process.ts'

/** AWS's lifecycle states of a group's instance that Catnap can meet. */
type LifecycleState = 'Pending' | 'InService' | 'Terminating:Wait' | 'Terminating' | 'Warmed:Stopped'

/** An instance in its group. */
export interface Member {
  readonly instance: Instance
  readonly lifecycle: LifecycleState
  readonly healthy: boolean
}

/** What the group did and why, as DescribeScalingActivities tells it. */
export interface ScalingActivity {
  readonly id: string
  readonly kind: 'launch' | 'terminate'
  readonly instance: Instance
  readonly cause: string
  readonly startedAt: Instant
}

/** The bounds of a group and how many it should have. */
export interface Capacity {
  readonly minSize: number
  readonly maxSize: number
  readonly desiredSize: number
}

/** What a group does with instances it does not need. */
export interface WarmPool {
  readonly reuseOnScaleIn: boolean
}

/** What a group is made of and lives in. */
export interface GroupWorld {
  readonly timeline: Timeline
  readonly dice: Dice
  /** Makes the group's next instance, not yet started. */
  readonly newInstance: (zone: string) => Instance
}

const keptActivities = 100
const rebalanceAfterSeconds = 60

/**
 * An Auto Scaling group: holds as many instances as it should have, spread over its zones. It decides by itself and
 * knows nothing of what runs on them.
 */
export class AutoScalingGroup {
  readonly name: string
  readonly arn: string
  readonly region: string
  readonly zones: readonly string[]
  readonly createdAt: Instant
  /** Its warm pool, if it has one, takes instances back on scale-in instead of ending them. */
  readonly warmPool: WarmPool | undefined
  readonly tags = new Map<string, { readonly value: string; readonly propagateAtLaunch: boolean }>()
  readonly #world: GroupWorld
  readonly #members = new Map<string, Member>()
  readonly #suspended = new Map<string, string>()
  readonly #activities: ScalingActivity[] = []
  #activityCount = 0
  #capacity: Capacity
  #newcomer: string | undefined
  #rebalanceIsDue = false

  constructor(
    identity: { name: string; arn: string; region: string; zones: readonly string[]; warmPool?: WarmPool | undefined },
    capacity: Capacity,
    world: GroupWorld,
  ) {
    this.name = identity.name
    this.arn = identity.arn
    this.region = identity.region
    this.zones = identity.zones
    this.warmPool = identity.warmPool
    this.#capacity = capacity
    this.#world = world
    this.createdAt = world.timeline.now()
  }

  get capacity(): Capacity {
    return this.#capacity
  }

  get members(): readonly Member[] {
    return [...this.#members.values()]
  }

  /** Suspended processes by name, with the reason AWS gives. */
  get suspended(): ReadonlyMap<string, string> {
    return this.#suspended
  }

  /** Newest first. */
  get activities(): readonly ScalingActivity[] {
    return this.#activities.toReversed()
  }

  /** Brings up the desired instances at once, as on the first day. */
  start(): void {
    while (this.#counted().length < this.#capacity.desiredSize) this.#enlist().instance.appear()
    this.#watchBalance()
  }

  /**
   * Sets the bounds and what it should have, and acts on it at once. Those it ends wait `drainSeconds` in
   * Terminating:Wait, as behind the lifecycle hook of an EKS node group.
   */
  resize(capacity: Capacity, cause: string, drainSeconds = 0): void {
    this.#capacity = capacity
    this.#settle(cause, drainSeconds)
  }

  /** Suspends the processes named, or all. Throws ValidationError for one AWS does not know. */
  suspend(processes: readonly string[]): void {
    for (const name of processesMeant(processes)) {
      if (!this.#suspended.has(name)) this.#suspended.set(name, `User suspended at ${iso(this.#world.timeline.now())}`)
    }
  }

  /** Resumes the processes named, or all, and does what was held up. */
  resume(processes: readonly string[]): void {
    for (const name of processesMeant(processes)) this.#suspended.delete(name)
    for (const { instance } of this.members) if (instance.endedAt !== undefined) this.#replaceUnhealthy(instance.id)
    this.#settle('in response to resumed processes', 0)
  }

  /**
   * Ends exactly that instance. With `decrement` the group shrinks by one, refused when that would take it below its
   * minimum; without, a new one starts. One that is ending already stays so, and costs no capacity a second time.
   */
  terminate(instanceId: string, decrement: boolean): ScalingActivity {
    const member = this.#members.get(instanceId)
    if (member === undefined) {
      const message = `Instance Id not found - No managed instance found for instance ID: ${instanceId}`
      throw new AwsError(400, 'ValidationError', message)
    }
    const { minSize, desiredSize } = this.#capacity
    const cause = `instance ${instanceId} was taken out of service in response to a user request`
    if (!isCounted(member)) return this.#record('terminate', member.instance, cause)
    if (decrement && desiredSize <= minSize) {
      const limit = `Currently, desiredSize equals minSize (${minSize})`
      const harm = "Terminating instance without replacement will violate group's min size constraint"
      const ways = "Either set shouldDecrementDesiredCapacity flag to false or lower group's min size"
      throw new AwsError(400, 'ValidationError', `${limit}. ${harm}. ${ways}.`)
    }
    if (decrement) this.#capacity = { ...this.#capacity, desiredSize: desiredSize - 1 }
    const activity = this.#end(member, cause, 0)
    this.#settle('in response to an instance that was taken out of service', 0)
    return activity
  }

  /** EC2 says an instance runs: it is in service, and a rebalancing may go on to its second half. */
  noticeRunning(instanceId: string): void {
    const member = this.#members.get(instanceId)
    if (member === undefined || member.lifecycle !== 'Pending') return
    this.#members.set(instanceId, { ...member, lifecycle: 'InService' })
    if (this.#newcomer !== instanceId) return
    this.#newcomer = undefined
    this.#settle('in order to balance the zones', 0)
  }

  /** Somebody ended an instance behind the group's back: a health check finds out 30 to 60 s later and replaces it. */
  noticeEnding(instanceId: string): void {
    const member = this.#members.get(instanceId)
    if (member === undefined || !isCounted(member)) return
    const { timeline, dice } = this.#world
    timeline.after(dice(30, 60, 'health-check', instanceId), () => this.#replaceUnhealthy(instanceId))
  }

  /** EC2 says an instance is terminated: it is no member any more. */
  noticeGone(instanceId: string): void {
    const member = this.#members.get(instanceId)
    if (member === undefined) return
    if (member.lifecycle === 'Warmed:Stopped') return
    if (isCounted(member)) this.#replaceUnhealthy(instanceId)
    if (!isCounted(this.#members.get(instanceId))) this.#members.delete(instanceId)
  }

  #replaceUnhealthy(instanceId: string): void {
    const member = this.#members.get(instanceId)
    if (member === undefined || !isCounted(member)) return
    if (this.#suspended.has('HealthCheck') || this.#suspended.has('ReplaceUnhealthy')) return
    this.#members.set(instanceId, { ...member, healthy: false })
    this.#terminateMember(member.instance)
    this.#record('terminate', member.instance, 'an instance was taken out of service by an EC2 health check')
    this.#settle('in response to an unhealthy instance needing to be replaced', 0)
  }

  #counted(): readonly CountedMember[] {
    return this.members.filter(isCounted).map((member) => ({
      id: member.instance.id,
      zone: member.instance.identity.zone,
      launchedAt: member.instance.launchedAt,
    }))
  }

  /** Launches what is missing, ends what is too many. A rebalancing's newcomer is one more until it is in service. */
  #settle(cause: string, drainSeconds: number): void {
    const { desiredSize } = this.#capacity
    if (this.#newcomer !== undefined && !isCounted(this.#members.get(this.#newcomer))) this.#newcomer = undefined
    const allowed = desiredSize + (this.#newcomer === undefined ? 0 : 1)
    while (this.#counted().length < desiredSize && !this.#suspended.has('Launch')) this.#launch(cause)
    while (this.#counted().length > allowed && !this.#suspended.has('Terminate')) {
      const victim = scaleInVictim(this.zones, this.#counted())
      const member = victim && this.#members.get(victim.id)
      if (member === undefined) break
      this.#end(member, `instance ${member.instance.id} was selected for termination ${cause}`, drainSeconds)
    }
    this.#watchBalance()
  }

  #watchBalance(): void {
    if (this.#rebalanceIsDue || !this.#mayRebalance()) return
    this.#rebalanceIsDue = true
    this.#world.timeline.after(rebalanceAfterSeconds, () => {
      this.#rebalanceIsDue = false
      if (this.#mayRebalance()) this.#newcomer = this.#launch('in order to balance the zones').id
    })
  }

  #mayRebalance(): boolean {
    const held = ['AZRebalance', 'Launch', 'Terminate'].some((name) => this.#suspended.has(name))
    return !held && this.#newcomer === undefined && isUnbalanced(this.zones, this.#counted())
  }

  #enlist(): Member {
    const member = {
      instance: this.#world.newInstance(emptiestZone(this.zones, this.#counted())),
      lifecycle: 'Pending' as const,
      healthy: true,
    }
    this.#members.set(member.instance.id, member)
    return member
  }

  #launch(cause: string): Instance {
    const { instance } = this.#enlist()
    instance.launch()
    this.#record('launch', instance, `an instance was started ${cause}`)
    return instance
  }

  #end(member: Member, cause: string, drainSeconds: number): ScalingActivity {
    const { instance } = member
    if (drainSeconds > 0) {
      this.#members.set(instance.id, { ...member, lifecycle: 'Terminating:Wait' })
      this.#world.timeline.after(drainSeconds, () => this.#terminateMember(instance))
    } else {
      this.#terminateMember(instance)
    }
    return this.#record('terminate', instance, cause)
  }

  #terminateMember(instance: Instance): void {
    const member = this.#members.get(instance.id)
    if (member !== undefined && this.warmPool?.reuseOnScaleIn === true && member.healthy) {
      this.#members.set(instance.id, { ...member, lifecycle: 'Warmed:Stopped' })
      instance.stop()
      return
    }
    if (member !== undefined) this.#members.set(instance.id, { ...member, lifecycle: 'Terminating' })
    instance.terminate()
    // It may have been gone all along, unnoticed while health checks were suspended.
    if (instance.state === 'terminated') this.#members.delete(instance.id)
  }

  #record(kind: ScalingActivity['kind'], instance: Instance, cause: string): ScalingActivity {
    const startedAt = this.#world.timeline.now()
    const id = createHash('sha256').update(`${this.arn}\0${this.#activityCount++}`).digest('hex').slice(0, 32)
    const activity = { id, kind, instance, cause: `At ${iso(startedAt)} ${cause}.`, startedAt }
    this.#activities.push(activity)
    if (this.#activities.length > keptActivities) this.#activities.shift()
    return activity
  }
}

const isCounted = (member: Member | undefined): boolean =>
  member !== undefined && (member.lifecycle === 'Pending' || member.lifecycle === 'InService')
