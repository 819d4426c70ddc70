import type { ListenerRule, RuleStep, RuleWish } from '../../../lib/domain/front/listener-rule.ts'

const group = (name: string): string => `arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/${name}/6d0ecf831eec9f09`

export const SHOP_GROUP = group('shop-web')
export const OTHER_GROUP = group('shop-admin')
export const WAKE_GROUP = group('catnap-wake')
export const LISTENER = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/catnap-public/1111111111111111/2222222222222222'

/** The front of us-dev/shop, which has one host and one target group, unless told otherwise. */
export const ruleWish = (changes: Partial<RuleWish> = {}): RuleWish => ({
  environment: 'us-dev/shop',
  hosts: ['shop.example.com'],
  place: { listeners: [LISTENER], wakeTargetGroup: WAKE_GROUP },
  targetGroups: [SHOP_GROUP],
  ...changes,
})

/** The rule of us-dev/shop as Catnap makes it, unless told otherwise. */
export const ruleWith = (changes: Partial<ListenerRule> = {}): ListenerRule => ({
  arn: 'rule-1',
  listener: LISTENER,
  priority: 1,
  hosts: ['shop.example.com'],
  leadsTo: SHOP_GROUP,
  environment: 'us-dev/shop',
  original: { targetGroup: SHOP_GROUP },
  ...changes,
})

/** A rule that is none of Catnap's. */
export const foreignRule = (changes: Partial<ListenerRule> = {}): ListenerRule => {
  const { environment: _, original: __, ...rule } = ruleWith({ arn: 'foreign', priority: 7, ...changes })
  return rule
}

/** The rules after a step, as a balancer that does what it is told shows them. */
export const applyRuleStep = (rules: readonly ListenerRule[], step: RuleStep): readonly ListenerRule[] => {
  switch (step.do) {
    case 'make-rule': {
      const { environment, listener, hosts, to } = step
      return [...rules, { arn: `rule-${rules.length + 1}`, listener, priority: rules.length + 1, hosts, leadsTo: to, environment, original: { targetGroup: to } }]
    }
    case 'narrow-rule':
      return rules.map((rule) => (rule.arn === step.rule.arn ? { ...rule, hosts: step.hosts } : rule))
    case 'tag-rule':
      return rules.map((rule) => (rule.arn === step.rule.arn ? { ...rule, original: step.original } : rule))
    case 'point-rule':
      return rules.map((rule) => (rule.arn === step.rule.arn ? { ...rule, leadsTo: step.to } : rule))
    default:
      return step satisfies never
  }
}
