import { AwsError } from './aws-error.ts'
import { balancerId, elbDigest as digest } from './balancer-id.ts'
import type { FleetCluster } from './fleet.ts'
import { refuseBadTags } from './resource-tags.ts'
import type { TargetGroups } from './target-groups.ts'

/** A target group of a forward action; of weight 0 it gets no request. */
export interface Share {
  readonly targetGroupArn: string
  readonly weight: number
}

/** What a rule asks and does. */
export interface RuleConfig {
  readonly hosts: readonly string[]
  readonly forward: readonly Share[]
}

/** A rule of a listener. */
export interface SimulatedRule extends RuleConfig {
  readonly arn: string
  readonly listenerArn: string
  /** Undefined: the default, which takes what no other does. */
  readonly priority: number | undefined
  readonly tags: ReadonlyMap<string, string>
}

/** The balancer of an account and region, as infra/ deploys it: one HTTPS listener, whose default is the wake function. */
interface Listener {
  readonly arn: string
  readonly loadBalancerArn: string
  readonly wakeTargetGroupArn: string
  readonly region: string
}

/** Quotas of an Application Load Balancer as they are unless AWS raised them. */
const MOST_RULES = 100
const MOST_VALUES = 5
const MOST_PRIORITY = 50_000

/** The balancers of Catnap's own spokes, with their rules. */
export class Balancers {
  readonly #listeners: readonly Listener[]
  readonly #targetGroups: TargetGroups
  readonly #rules = new Map<string, SimulatedRule>()
  /** Target groups that belong to a balancer of somebody else's. */
  readonly #elsewhere = new Set<string>()
  #made = 0

  constructor(clusters: ReadonlyMap<string, FleetCluster>, targetGroups: TargetGroups) {
    this.#targetGroups = targetGroups
    const places = new Map([...clusters.values()].map(({ account, region }) => [`${account}/${region}`, { account, region }]))
    this.#listeners = [...places.values()].map(({ account, region }) => listenerOf(account, region))
    for (const { arn, wakeTargetGroupArn } of this.#listeners) {
      const forward = [{ targetGroupArn: wakeTargetGroupArn, weight: 1 }]
      this.#keep({ arn: ruleArn(arn, 'default'), listenerArn: arn, priority: undefined, hosts: [], forward, tags: new Map() })
    }
  }

  get listenerArns(): readonly string[] {
    return this.#listeners.map(({ arn }) => arn)
  }

  get wakeTargetGroupArns(): readonly string[] {
    return this.#listeners.map(({ wakeTargetGroupArn }) => wakeTargetGroupArn)
  }

  /** In the order in which they are tried. */
  rulesOf(listenerArn: string): readonly SimulatedRule[] {
    return [...this.#rules.values()].filter((rule) => rule.listenerArn === listenerArn).toSorted((a, b) => (a.priority ?? Infinity) - (b.priority ?? Infinity))
  }

  /** Throws an AwsError. */
  listener(arn: string, region: string): Listener {
    const found = this.#listeners.find((listener) => listener.arn === arn && listener.region === region)
    if (found === undefined) throw new AwsError(400, 'ListenerNotFound', `One or more listeners not found`)
    return found
  }

  /** Throws an AwsError. */
  rule(arn: string): SimulatedRule {
    const found = this.#rules.get(arn)
    if (found === undefined) throw new AwsError(400, 'RuleNotFound', `One or more rules not found`)
    return found
  }

  /** The group a request for a host gets to, by the first rule that takes it; undefined where no rule names the host. */
  route(region: string, host: string): string | undefined {
    const listeners = this.#listeners.filter((listener) => listener.region === region)
    const rule = listeners.flatMap(({ arn }) => this.rulesOf(arn)).find(({ hosts }) => hosts.some((each) => takes(each, host)))
    return rule?.forward.find(({ weight }) => weight > 0)?.targetGroupArn
  }

  /** Whether a rule, with whatever weight, leads to a group: only then are its targets looked after. */
  isUsed(targetGroupArn: string): boolean {
    return [...this.#rules.values()].some(({ forward }) => forward.some((share) => share.targetGroupArn === targetGroupArn))
  }

  /** Throws an AwsError. */
  create(listener: Listener, priority: number, config: RuleConfig, tags: ReadonlyMap<string, string>): SimulatedRule {
    const rules = this.rulesOf(listener.arn)
    if (!(priority >= 1 && priority <= MOST_PRIORITY)) throw invalid(`'${priority}' is not a valid rule priority`)
    if (rules.some((rule) => rule.priority === priority)) throw new AwsError(400, 'PriorityInUse', `Priority '${priority}' is currently in use`)
    if (rules.length > MOST_RULES) throw new AwsError(400, 'TooManyRules', `The maximum number of rules on listener '${listener.arn}' has been reached`)
    this.#refuse(listener, config)
    refuseBadTags(tags, 'ValidationError')
    this.#made += 1
    return this.#keep({ arn: ruleArn(listener.arn, `${this.#made}`), listenerArn: listener.arn, priority, ...config, tags })
  }

  /** Throws an AwsError. */
  modify(arn: string, change: Partial<RuleConfig>): SimulatedRule {
    const rule = this.rule(arn)
    if (rule.priority === undefined) throw new AwsError(400, 'OperationNotPermitted', `Default rule '${arn}' cannot be modified`)
    const listener = this.#listeners.find(({ arn: own }) => own === rule.listenerArn)
    const changed = { ...rule, ...change }
    if (listener !== undefined) this.#refuse(listener, changed)
    return this.#keep(changed)
  }

  /** Throws an AwsError. */
  tag(arn: string, tags: ReadonlyMap<string, string>): void {
    const rule = this.rule(arn)
    const all = new Map([...rule.tags, ...tags])
    refuseBadTags(all, 'ValidationError')
    this.#keep({ ...rule, tags: all })
  }

  untag(arn: string, keys: readonly string[]): void {
    const rule = this.rule(arn)
    this.#keep({ ...rule, tags: new Map([...rule.tags].filter(([key]) => !keys.includes(key))) })
  }

  remove(arn: string): void {
    this.#rules.delete(arn)
  }

  /** From now on a target group belongs to a balancer of somebody else's. */
  associateElsewhere(targetGroupArn: string): void {
    this.#elsewhere.add(targetGroupArn)
  }

  #keep(rule: SimulatedRule): SimulatedRule {
    this.#rules.set(rule.arn, rule)
    return rule
  }

  #refuse({ wakeTargetGroupArn, region }: Listener, { hosts, forward }: RuleConfig): void {
    if (hosts.length === 0) throw invalid('A condition must be specified')
    if (hosts.length > MOST_VALUES) throw invalid(`A rule can only have '${MOST_VALUES}' condition values`)
    if (forward.length === 0 || forward.length > 5) throw invalid(`A forward action can only have from 1 to 5 target groups: found ${forward.length}`)
    for (const { targetGroupArn } of forward) {
      const isKnown = targetGroupArn === wakeTargetGroupArn || this.#targetGroups.all.some((group) => group.targetGroupArn === targetGroupArn && group.region === region)
      if (!isKnown) throw new AwsError(400, 'TargetGroupNotFound', `Target groups '${targetGroupArn}' not found`)
      if (this.#elsewhere.has(targetGroupArn)) {
        throw new AwsError(400, 'TargetGroupAssociationLimit', `The following target groups cannot be associated with more than one load balancer: ${targetGroupArn}`)
      }
    }
  }
}

const invalid = (message: string): AwsError => new AwsError(400, 'ValidationError', message)

const listenerOf = (account: string, region: string): Listener => {
  const arn = (resource: string): string => `arn:aws:elasticloadbalancing:${region}:${account}:${resource}`
  const id = balancerId(account, region)
  return {
    arn: arn(`listener/${id}/${digest(`listener\0${id}`)}`),
    loadBalancerArn: arn(`loadbalancer/${id}`),
    wakeTargetGroupArn: arn(`targetgroup/catnap-wake/${digest(`wake\0${id}`)}`),
    region,
  }
}

const ruleArn = (listenerArn: string, seed: string): string => `${listenerArn.replace(':listener/', ':listener-rule/')}/${digest(`rule\0${listenerArn}\0${seed}`)}`

/** `*` and `?` stand for any characters and one. Case does not matter. */
const takes = (pattern: string, host: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(host)
