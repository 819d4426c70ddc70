import { type Instant, secondsBetween } from '../../domain/time.ts'
import type { Dice } from '../dice.ts'
import type { Cancel, Timeline } from '../timeline.ts'

/** EC2's states of an instance that Catnap can meet. */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated'

/** What a kubelet says of its node when it registers. */
export interface NodeTraits {
  readonly nodegroup?: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly NodeTaint[]
}

/** As `core/v1` Taint. */
export interface NodeTaint {
  readonly key: string
  readonly value?: string
  readonly effect: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule'
}

/** What an instance is from birth. */
export interface InstanceIdentity {
  readonly id: string
  readonly cluster: string
  /** The node group, Auto Scaling group or NodePool it was started for. */
  readonly pool: string
  /** Of the Auto Scaling group that started it; undefined: Karpenter did. */
  readonly groupName?: string
  /** Managed by EKS Auto Mode: EC2 lets nobody else end it. */
  readonly isAutoMode?: boolean
  /** Its own tags; those a group hands on come on top. */
  readonly tags: Readonly<Record<string, string>>
  /** What its kubelet registers with. */
  readonly node: NodeTraits
  readonly region: string
  readonly account: string
  readonly instanceType: string
  readonly zone: string
  readonly privateIp: string
}

/** Who is told of an instance's life. */
export interface InstanceListener {
  running(instance: Instance): void
  joined(instance: Instance): void
  gone(instance: Instance): void
}

/**
 * One EC2 instance: pending 5 to 15 s, a node of its cluster 40 to 100 s after launch (FIELD: 28 to 31 s launch, 60 to
 * 100 s to Ready), 20 to 60 s from shutting-down to terminated. Billed from running until terminated.
 */
export class Instance {
  readonly identity: InstanceIdentity
  readonly launchedAt: Instant
  readonly #timeline: Timeline
  readonly #dice: Dice
  readonly #listener: InstanceListener
  #state: InstanceState = 'pending'
  #runningAt: Instant | undefined
  #endedAt: Instant | undefined
  #terminatedAt: Instant | undefined
  #plans: readonly Cancel[] = []

  constructor(identity: InstanceIdentity, world: { timeline: Timeline; dice: Dice; listener: InstanceListener }) {
    this.identity = identity
    this.#timeline = world.timeline
    this.#dice = world.dice
    this.#listener = world.listener
    this.launchedAt = world.timeline.now()
  }

  get id(): string {
    return this.identity.id
  }

  get state(): InstanceState {
    return this.#state
  }

  /** When billing began. */
  get runningAt(): Instant | undefined {
    return this.#runningAt
  }

  /** When somebody asked for its end. */
  get endedAt(): Instant | undefined {
    return this.#endedAt
  }

  /** When billing ended. */
  get terminatedAt(): Instant | undefined {
    return this.#terminatedAt
  }

  /** The name of its Node object, as EKS names nodes. */
  get privateDnsName(): string {
    const { privateIp, region } = this.identity
    const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`
    return `ip-${privateIp.replaceAll('.', '-')}.${domain}`
  }

  /** Starts it as EC2 does, over a minute or more. */
  launch(): void {
    const { id } = this
    this.#plans = [
      this.#timeline.after(this.#dice(5, 15, 'running', id), () => this.#run()),
      this.#timeline.after(this.#dice(40, 100, 'joined', id), () => this.#listener.joined(this)),
    ]
  }

  /** Is there at once, running and a node: the fleet on the first day. */
  appear(): void {
    this.#run()
    this.#listener.joined(this)
  }

  /** Begins its end. Answers whether it had not begun. */
  terminate(): boolean {
    if (this.#state === 'shutting-down' || this.#state === 'terminated') return false
    for (const cancel of this.#plans) cancel()
    this.#state = 'shutting-down'
    this.#endedAt = this.#timeline.now()
    this.#timeline.after(this.#dice(20, 60, 'terminated', this.id), () => {
      this.#state = 'terminated'
      this.#terminatedAt = this.#timeline.now()
      this.#listener.gone(this)
    })
    return true
  }

  /** Back into a warm pool: its node goes, its volumes stay and, stopped, it costs no hours any more. */
  stop(): void {
    for (const cancel of this.#plans) cancel()
    this.#state = 'stopping'
    this.#timeline.after(this.#dice(20, 60, 'stopped', this.id), () => {
      this.#state = 'stopped'
      this.#terminatedAt = this.#timeline.now()
      this.#listener.gone(this)
    })
  }

  /** Seconds on the bill up to `now`. */
  billedSeconds(now: Instant): number {
    return this.#runningAt === undefined ? 0 : secondsBetween(this.#runningAt, this.#terminatedAt ?? now)
  }

  #run(): void {
    this.#state = 'running'
    this.#runningAt = this.#timeline.now()
    this.#listener.running(this)
  }
}
