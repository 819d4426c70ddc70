import { createHash } from 'node:crypto'
import { type Instant, later } from '../../domain/time.ts'
import type { Timeline } from '../timeline.ts'
import { balancerId } from './balancer-id.ts'
import type { FleetCluster } from './fleet.ts'

/** A target group of a balancer: the pods behind one Service, `namespace/name`, of a cluster. */
export interface TargetGroup {
  readonly cluster: string
  readonly service: string
  readonly region: string
  /** As CloudWatch's dimension LoadBalancer has it: `app/…/…`. */
  readonly loadBalancer: string
  /** As CloudWatch's dimension TargetGroup has it: `targetgroup/…/…`. */
  readonly targetGroup: string
  readonly targetGroupArn: string
}

/** Targets of a group at a time. */
export interface Targets {
  readonly registered: number
  readonly healthy: number
}

interface Stay extends Targets {
  readonly from: Instant
}

interface Group {
  readonly identity: TargetGroup
  /** How many targets since when, oldest first. */
  readonly stays: Stay[]
  /** Requests by the minute since 1970. */
  readonly requests: Map<number, number>
}

const MINUTE_MS = 60_000
const NO_TARGETS: Targets = { registered: 0, healthy: 0 }

/** What the balancers in front of the clusters count: one Application Load Balancer an account and region, one target group a Service. */
export class TargetGroups {
  readonly #timeline: Timeline
  readonly #clusters: ReadonlyMap<string, FleetCluster>
  readonly #groups = new Map<string, Group>()

  constructor(timeline: Timeline, clusters: ReadonlyMap<string, FleetCluster>) {
    this.#timeline = timeline
    this.#clusters = clusters
  }

  get all(): readonly TargetGroup[] {
    return [...this.#groups.values()].map(({ identity }) => identity)
  }

  /** The target group of a Service, made on first use. Throws where the cloud has no such cluster. */
  of(cluster: string, service: string): TargetGroup {
    return this.#group(cluster, service).identity
  }

  /** From now on the group has these targets. */
  hold(cluster: string, service: string, targets: Targets): void {
    this.#group(cluster, service).stays.push({ from: this.#timeline.now(), ...targets })
  }

  /** Requests that reach the balancer from now on, evenly over `overSeconds`; without a healthy target they do not count. */
  request(cluster: string, service: string, count = 1, overSeconds = 60): void {
    const { requests } = this.#group(cluster, service)
    const first = minuteOf(this.#timeline.now())
    const minutes = Math.max(1, Math.round(overSeconds / 60))
    for (let index = 0; index < minutes; index += 1) {
      const share = Math.floor(((index + 1) * count) / minutes) - Math.floor((index * count) / minutes)
      if (share > 0) requests.set(first + index, (requests.get(first + index) ?? 0) + share)
    }
  }

  /** Requests a group served in a minute since 1970. */
  served({ cluster, service }: TargetGroup, minute: number): number {
    const group = this.#group(cluster, service)
    const count = group.requests.get(minute) ?? 0
    return count > 0 && staysIn(group, minute).some(({ healthy }) => healthy > 0) ? count : 0
  }

  /** The targets of a group at the end of a minute since 1970. */
  targets({ cluster, service }: TargetGroup, minute: number): Targets {
    const { registered, healthy } = staysIn(this.#group(cluster, service), minute).at(-1) ?? NO_TARGETS
    return { registered, healthy }
  }

  /** The targets of a group now. */
  present({ cluster, service }: TargetGroup): Targets {
    return this.#group(cluster, service).stays.at(-1) ?? NO_TARGETS
  }

  /** Whether a group had targets at some time from an instant to another. */
  hadTargets({ cluster, service }: TargetGroup, from: Instant, to: Instant): boolean {
    const { stays } = this.#group(cluster, service)
    return stays.some(({ registered, from: since }, index) => registered > 0 && since < to && (stays[index + 1]?.from ?? Infinity) > from)
  }

  /** Whether a group served a request in a minute that began from an instant to another. */
  hadRequests(group: TargetGroup, from: Instant, to: Instant): boolean {
    const minutes = this.#group(group.cluster, group.service).requests.keys()
    return [...minutes].some((minute) => minute * MINUTE_MS >= from && minute * MINUTE_MS < to && this.served(group, minute) > 0)
  }

  #group(cluster: string, service: string): Group {
    const key = `${cluster}/${service}`
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const found = this.#clusters.get(cluster)
    if (found === undefined) {
      throw new Error(`no such cluster behind a balancer: found "${cluster}", expected one of the simulated cloud`)
    }
    const group = { identity: identify(found, service), stays: [], requests: new Map() }
    this.#groups.set(key, group)
    return group
  }
}

/** Minutes since 1970 of an instant. */
export const minuteOf = (at: Instant): number => Math.floor(at / MINUTE_MS)

/** What held during a minute, oldest first. */
const staysIn = ({ stays }: Group, minute: number): readonly Targets[] => {
  const [from, to] = [minute * MINUTE_MS, (minute + 1) * MINUTE_MS]
  const begunBefore = stays.findLastIndex((stay) => stay.from <= from)
  return stays.slice(Math.max(0, begunBefore)).filter((stay) => stay.from < to)
}

/** Named as the AWS Load Balancer Controller names them: 8 letters of namespace and Service, ten of a digest. */
const identify = ({ cluster, region, account }: FleetCluster, service: string): TargetGroup => {
  const [namespace = '', name = ''] = service.split('/')
  const digest = (text: string): string => createHash('sha256').update(`${cluster.arn}\0${text}`).digest('hex')
  const shortened = [namespace, name].map((part) => part.replace(/[^a-z0-9]/g, '').slice(0, 8)).join('-')
  const id = digest(service)
  const targetGroup = `targetgroup/k8s-${shortened}-${id.slice(0, 10)}/${id.slice(10, 26)}`
  return {
    cluster: cluster.name,
    service,
    region,
    loadBalancer: balancerId(account, region),
    targetGroup,
    targetGroupArn: `arn:aws:elasticloadbalancing:${region}:${account}:${targetGroup}`,
  }
}

/** CloudWatch shows a minute a minute after it is over. */
export const isPublished = (minute: number, now: Instant): boolean => later(now, -60) >= (minute + 1) * MINUTE_MS
