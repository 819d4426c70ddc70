import { type Instant, iso } from '../../domain/time.ts'
import type { Dice } from '../dice.ts'
import type { Timeline } from '../timeline.ts'
import { AwsError } from './aws-error.ts'
import { type CountedMember, emptiestZone, isUnbalanced, scaleInVictim } from './group-balance.ts'
import type { Instance } from './instance.ts'
import type { LaunchRefusal } from './launch-refusal.ts'
import { ActivityLog, type FailedLaunch, type ScalingActivity } from './scaling-activity.ts'
import { processesMeant } from './scaling-process.ts'

/** AWS's lifecycle states of a group's instance that Catnap can meet. */
type LifecycleState = 'Pending' | 'InService' | 'Terminating:Wait' | 'Terminating' | 'Warmed:Stopped'

/** An instance in its group. */
export interface Member {
  readonly instance: Instance
  readonly lifecycle: LifecycleState
  readonly healthy: boolean
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
  /** Why EC2 starts none in a zone at present; undefined: it does. */
  readonly refusal: (zone: string) => LaunchRefusal | undefined
}

/** Why a group acts on a size it was given. */
export const ASKED = 'in response to a difference between desired and actual capacity'

const rebalanceAfterSeconds = 60
// What EC2 refuses a group tries again by itself; the pauses grow on AWS.
const launchAgainSeconds = 60

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
  readonly #activities: ActivityLog
  #capacity: Capacity
  #newcomer: string | undefined
  #rebalanceIsDue = false
  #launchIsDue = false

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
    this.#activities = new ActivityLog(identity.arn, world.timeline)
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
    return this.#activities.newestFirst
  }

  /** Why it has fewer instances than it should: what EC2 said to its last try. Undefined: it has them, or they are on their way. */
  get shortage(): FailedLaunch | undefined {
    const last = this.activities.find(({ kind }) => kind !== 'terminate')
    return last?.kind === 'failed-launch' && this.#counted().length < this.#capacity.desiredSize ? last : undefined
  }

  /** Brings up the desired instances at once, as on the first day. */
  start(): void {
    while (this.#counted().length < this.#capacity.desiredSize) this.#enlist(emptiestZone(this.zones, this.#counted())).instance.appear()
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

  /** Sets how many it should have, within its bounds: ValidationError beyond them. */
  setDesiredCapacity(desiredSize: number): void {
    const { minSize, maxSize } = this.#capacity
    const refusal = (bound: string): AwsError => new AwsError(400, 'ValidationError', `New SetDesiredCapacity value ${desiredSize} is ${bound} for the AutoScalingGroup.`)
    if (!(desiredSize <= maxSize)) throw refusal(`above max value ${maxSize}`)
    if (desiredSize < minSize) throw refusal(`below min value ${minSize}`)
    this.resize({ minSize, maxSize, desiredSize }, ASKED)
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
    if (!isCounted(member)) return this.#activities.deed('terminate', member.instance, cause)
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
    this.#activities.deed('terminate', member.instance, 'an instance was taken out of service by an EC2 health check')
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
    this.#launchMissing(cause)
    while (this.#counted().length > allowed && !this.#suspended.has('Terminate')) {
      const victim = scaleInVictim(this.zones, this.#counted())
      const member = victim && this.#members.get(victim.id)
      if (member === undefined) break
      this.#end(member, `instance ${member.instance.id} was selected for termination ${cause}`, drainSeconds)
    }
    this.#watchBalance()
  }

  /** In the emptiest zone first; where EC2 refuses, in the next: balanced, as far as that can be. */
  #launchMissing(cause: string): void {
    let open = this.zones
    while (this.#counted().length < this.#capacity.desiredSize && !this.#suspended.has('Launch')) {
      const zone = emptiestZone(open, this.#counted())
      if (this.#tryLaunch(zone, cause) !== undefined) continue
      open = open.filter((other) => other !== zone)
      if (open.length === 0) return this.#launchLater()
    }
  }

  #launchLater(): void {
    if (this.#launchIsDue) return
    this.#launchIsDue = true
    this.#world.timeline.after(launchAgainSeconds, () => {
      this.#launchIsDue = false
      this.#settle(ASKED, 0)
    })
  }

  #watchBalance(): void {
    if (this.#rebalanceIsDue || !this.#mayRebalance()) return
    this.#rebalanceIsDue = true
    this.#world.timeline.after(rebalanceAfterSeconds, () => {
      this.#rebalanceIsDue = false
      if (!this.#mayRebalance()) return
      this.#newcomer = this.#tryLaunch(emptiestZone(this.zones, this.#counted()), 'in order to balance the zones')?.id
      if (this.#newcomer === undefined) this.#watchBalance()
    })
  }

  #mayRebalance(): boolean {
    const held = ['AZRebalance', 'Launch', 'Terminate'].some((name) => this.#suspended.has(name))
    return !held && this.#newcomer === undefined && isUnbalanced(this.zones, this.#counted())
  }

  #enlist(zone: string): Member {
    const member = {
      instance: this.#world.newInstance(zone),
      lifecycle: 'Pending' as const,
      healthy: true,
    }
    this.#members.set(member.instance.id, member)
    return member
  }

  /** Undefined: EC2 refuses. */
  #tryLaunch(zone: string, cause: string): Instance | undefined {
    const refusal = this.#world.refusal(zone)
    if (refusal !== undefined) {
      this.#activities.failure(zone, refusal, `an instance was started ${cause}`)
      return undefined
    }
    const { instance } = this.#enlist(zone)
    instance.launch()
    this.#activities.deed('launch', instance, `an instance was started ${cause}`)
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
    return this.#activities.deed('terminate', instance, cause)
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
}

const isCounted = (member: Member | undefined): boolean =>
  member !== undefined && (member.lifecycle === 'Pending' || member.lifecycle === 'InService')
