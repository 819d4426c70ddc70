import { type FrontPlan, hasHost, type RuleOriginal } from './front.ts'

/** Condition values a listener rule takes. Rule: Elastic Load Balancing, quotas of an Application Load Balancer. */
export const HOSTS_PER_RULE = 5

/** A rule of a listener, as the balancer shows it. */
export interface ListenerRule {
  readonly arn: string
  readonly listener: string
  /** From 1, the lowest first; undefined: the listener's default. */
  readonly priority?: number
  /** The hosts it is for. */
  readonly hosts: readonly string[]
  /** The target group, by ARN, that gets the requests; undefined: it does something else, or shares them out. */
  readonly leadsTo?: string
  /** The environment it was made for; undefined: no rule of ours. */
  readonly environment?: string
  /** The original Catnap left on the rule itself. */
  readonly original?: RuleOriginal
}

/** The balancer of ours in front of the clusters of a spoke. */
export interface BalancerPlace {
  readonly listeners: readonly string[]
  /** The wake function, as a target group by ARN. */
  readonly wakeTargetGroup: string
}

/** One change to a rule: what, and what undoes it. */
export type RuleStep =
  | { readonly do: 'make-rule'; readonly environment: string; readonly listener: string; readonly hosts: readonly string[]; readonly to: string }
  | { readonly do: 'narrow-rule'; readonly rule: ListenerRule; readonly hosts: readonly string[] }
  | { readonly do: 'tag-rule'; readonly rule: ListenerRule; readonly original: RuleOriginal }
  /** `beside` gets no request, and its targets are still looked after: so it is known when they are healthy again. */
  | { readonly do: 'point-rule'; readonly rule: ListenerRule; readonly from: string; readonly to: string; readonly beside?: string; readonly original: RuleOriginal }

/** What rules are planned for. */
export interface RuleWish {
  readonly environment: string
  readonly hosts: readonly string[]
  readonly place: BalancerPlace
  /** Target groups, by ARN, that lead into the environment; the one a new rule leads to must be the only one. */
  readonly targetGroups: readonly string[]
  /** Its name, where the intent says it. */
  readonly targetGroup?: string
}

/**
 * What must be so before a rule may lead elsewhere: each listener has rules of ours for all the hosts and for no other,
 * and each carries what it leads to.
 */
export const planRules = (rules: readonly ListenerRule[], wish: RuleWish): FrontPlan<RuleStep> => {
  const { environment, hosts, place } = wish
  const foreign = rules.find((rule) => rule.environment !== environment && rule.hosts.some((host) => hasHost(hosts, host)))
  if (foreign !== undefined) return { problem: sayForeign(foreign, hosts) }
  const own = ownRules(rules, wish)
  const changed = own.find(({ leadsTo }) => leadsTo === undefined)
  if (changed !== undefined) {
    return { problem: `rule ${changed.priority} for ${changed.hosts.join(', ')} leads to no single target group any more: let it lead to the environment’s, or delete it, and Catnap makes its own` }
  }
  const missing = place.listeners.map((listener) => ({ listener, hosts: hosts.filter((host) => !own.some((rule) => rule.listener === listener && hasHost(rule.hosts, host))) }))
  const to = missing.some(({ hosts: none }) => none.length > 0) ? onlyTargetGroup(wish) : { targetGroup: '' }
  if ('problem' in to) return to
  return {
    steps: [
      ...missing.flatMap(({ listener, hosts: none }) => inFives(none).map((five): RuleStep => ({ do: 'make-rule', environment, listener, hosts: five, to: to.targetGroup }))),
      ...own.flatMap((rule): RuleStep[] => {
        const kept = rule.hosts.filter((host) => hasHost(hosts, host))
        return kept.length === rule.hosts.length ? [] : [{ do: 'narrow-rule', rule, hosts: kept }]
      }),
      ...own.flatMap((rule): RuleStep[] => {
        const { leadsTo, original } = rule
        if (leadsTo === undefined || leadsTo === place.wakeTargetGroup || leadsTo === original?.targetGroup) return []
        return [{ do: 'tag-rule', rule, original: { targetGroup: leadsTo } }]
      }),
    ],
  }
}

/** The steps that lead the hosts to the wake function. Rules that lead there already are left. */
export const planRulesToWake = (rules: readonly ListenerRule[], wish: RuleWish): readonly RuleStep[] =>
  ownRules(rules, wish).flatMap((rule): RuleStep[] => {
    const { leadsTo: from } = rule
    const { wakeTargetGroup: to } = wish.place
    return from === undefined || from === to ? [] : [{ do: 'point-rule', rule, from, to, beside: from, original: { targetGroup: from } }]
  })

/**
 * The steps that lead the hosts back: by the tag on the rule, or the table where the tag was lost, or the only target
 * group there is. What leads elsewhere was changed by a person, and is left so.
 */
export const planRulesBack = (rules: readonly ListenerRule[], remembered: ReadonlyMap<string, RuleOriginal>, wish: RuleWish): FrontPlan<RuleStep> => {
  const { environment, place } = wish
  const asleep = rules.filter((rule) => rule.environment === environment && rule.leadsTo === place.wakeTargetGroup)
  const steps: RuleStep[] = []
  for (const rule of asleep) {
    const kept = rule.original ?? remembered.get(ruleKey(rule.arn))
    const found = kept ?? onlyTargetGroup(wish)
    if ('problem' in found) return found
    steps.push({ do: 'point-rule', rule, from: place.wakeTargetGroup, to: found.targetGroup, original: found })
  }
  return { steps }
}

/** Rules of this environment that still are for one of its hosts. */
const ownRules = (rules: readonly ListenerRule[], { environment, hosts }: RuleWish): readonly ListenerRule[] =>
  rules.filter((rule) => rule.environment === environment && rule.hosts.some((host) => hasHost(hosts, host)))

/** The key of a rule within its environment's originals. */
export const ruleKey = (arn: string): string => `Rule/${arn}`

const onlyTargetGroup = ({ targetGroups, targetGroup: name }: RuleWish): RuleOriginal | { readonly problem: string } => {
  const known = [...new Set(targetGroups)]
  const fitting = name === undefined ? known : known.filter((arn) => nameOf(arn) === name)
  const [only] = fitting
  if (only !== undefined && fitting.length === 1) return { targetGroup: only }
  const found = known.length === 0 ? 'no TargetGroupBinding' : `TargetGroupBindings of ${known.map((arn) => nameOf(arn) || 'a target group not there yet').join(', ')}`
  const expected = name === undefined ? 'exactly one' : `one of ${name}`
  return { problem: `no target group to lead its hosts to: found ${found} in its namespaces, expected ${expected}; make a TargetGroupBinding, or name one as targetGroup, or say front: link` }
}

/** The name in `arn:…:targetgroup/<name>/<id>`. */
const nameOf = (arn: string): string => arn.split('/')[1] ?? ''

const inFives = (hosts: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(hosts.length / HOSTS_PER_RULE) }, (_, index) => hosts.slice(index * HOSTS_PER_RULE, (index + 1) * HOSTS_PER_RULE))

const sayForeign = ({ priority, hosts: theirs, environment }: ListenerRule, hosts: readonly string[]): string => {
  const shared = theirs.filter((host) => hasHost(hosts, host)).join(', ')
  const whose = environment === undefined ? 'is none of Catnap’s' : `belongs to ${environment}`
  return `rule ${priority} of the balancer has ${shared} and ${whose}: take the host out of it, and Catnap makes a rule of its own`
}

/** The step in one sentence. */
export const sayRuleStep = (step: RuleStep): string => {
  switch (step.do) {
    case 'make-rule':
      return `make a rule: ${step.hosts.join(', ')} → ${nameOf(step.to)} (undone by deleting it)`
    case 'narrow-rule':
      return `rule ${step.rule.priority}: ${step.rule.hosts.join(', ')} → ${step.hosts.join(', ')} (the intent names no more; undone by ${step.rule.hosts.join(', ')})`
    case 'tag-rule':
      return `note on rule ${step.rule.priority} that it leads to ${nameOf(step.original.targetGroup)} (undone by ${step.rule.original === undefined ? 'no note' : nameOf(step.rule.original.targetGroup)})`
    case 'point-rule':
      return `lead ${step.rule.hosts.join(', ')} to ${nameOf(step.to)} instead of ${nameOf(step.from)} (undone by ${nameOf(step.original.targetGroup)})`
    default:
      return step satisfies never
  }
}
