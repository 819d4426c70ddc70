import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FrontPlan } from '../../../lib/domain/front/front.ts'
import {
  HOSTS_PER_RULE, type ListenerRule, planRules, planRulesBack, planRulesToWake, ruleKey, type RuleStep, sayRuleStep,
} from '../../../lib/domain/front/listener-rule.ts'
import { applyRuleStep, foreignRule, LISTENER, OTHER_GROUP, ruleWish, ruleWith, SHOP_GROUP, WAKE_GROUP } from './build-rule.ts'

const stepsOf = (plan: FrontPlan<RuleStep>): readonly RuleStep[] => {
  if ('problem' in plan) throw new Error(plan.problem)
  return plan.steps
}

const problemOf = (plan: FrontPlan<RuleStep>): string => ('problem' in plan ? plan.problem : '')

const nothing = new Map<string, never>()

describe('getting the rules of an environment ready', () => {
  it('makes a rule that leads its hosts to its target group', () => {
    const steps = stepsOf(planRules([], ruleWish()))

    expect(steps).toEqual([{ do: 'make-rule', environment: 'us-dev/shop', listener: LISTENER, hosts: ['shop.example.com'], to: SHOP_GROUP }])
    expect(steps.map(sayRuleStep)).toEqual(['make a rule: shop.example.com → shop-web (undone by deleting it)'])
  })

  it('makes a rule on each listener, and none where there is one', () => {
    const place = { listeners: [LISTENER, `${LISTENER}2`], wakeTargetGroup: WAKE_GROUP }

    expect(stepsOf(planRules([ruleWith()], ruleWish({ place })))).toMatchObject([{ do: 'make-rule', listener: `${LISTENER}2` }])
  })

  it('puts at most five hosts into a rule', () => {
    const hosts = Array.from({ length: 11 }, (_, index) => `shop-${index}.example.com`)

    expect(stepsOf(planRules([], ruleWish({ hosts }))).map((step) => ('hosts' in step ? step.hosts.length : 0))).toEqual([5, 5, 1])
  })

  it('takes a host the intent no longer names out of its rule, so that a sleep does not lead it away', () => {
    const rule = ruleWith({ hosts: ['shop.example.com', 'old.example.com'] })

    expect(stepsOf(planRules([rule], ruleWish()))).toEqual([{ do: 'narrow-rule', rule, hosts: ['shop.example.com'] }])
  })

  it('notes on the rule where a person led it meanwhile', () => {
    const rule = ruleWith({ leadsTo: OTHER_GROUP })

    expect(stepsOf(planRules([rule], ruleWish()))).toEqual([{ do: 'tag-rule', rule, original: { targetGroup: OTHER_GROUP } }])
  })

  it('never notes the wake function as what a rule led to', () => {
    expect(stepsOf(planRules([ruleWith({ leadsTo: WAKE_GROUP })], ruleWish()))).toEqual([])
  })

  it.each<readonly [string, readonly ListenerRule[], Parameters<typeof ruleWish>[0], RegExp]>([
    ['no target group leads into it', [], { targetGroups: [] }, /found no TargetGroupBinding in its namespaces, expected exactly one; .* say front: link/],
    ['several do', [], { targetGroups: [SHOP_GROUP, OTHER_GROUP] }, /found TargetGroupBindings of shop-web, shop-admin .* name one as targetGroup/],
    ['the one it names is none of them', [], { targetGroup: 'shop-api' }, /expected one of shop-api/],
    ['somebody else’s rule has its host', [foreignRule()], {}, /rule 7 of the balancer has shop.example.com and is none of Catnap’s: take the host out/],
    ['another environment’s rule has its host', [ruleWith({ environment: 'us-dev/blog', hosts: ['SHOP.example.com'] })], {}, /belongs to us-dev\/blog/],
    ['its rule was made to do something else', [{ ...foreignRule(), environment: 'us-dev/shop', leadsTo: undefined } as unknown as ListenerRule], {}, /leads to no single target group/],
  ])('says what is in the way when %s', (_, rules, wish, problem) => {
    expect(problemOf(planRules(rules, ruleWish(wish)))).toMatch(problem)
  })

  it('takes the target group the intent names where there are several', () => {
    expect(stepsOf(planRules([], ruleWish({ targetGroups: [SHOP_GROUP, OTHER_GROUP], targetGroup: 'shop-admin' })))).toMatchObject([{ to: OTHER_GROUP }])
  })
})

describe('leading hosts to the wake function and back', () => {
  it('keeps the environment’s group beside it, so that it is known when its targets are healthy', () => {
    const steps = planRulesToWake([ruleWith()], ruleWish())

    expect(steps).toMatchObject([{ do: 'point-rule', from: SHOP_GROUP, to: WAKE_GROUP, beside: SHOP_GROUP, original: { targetGroup: SHOP_GROUP } }])
    expect(steps.map(sayRuleStep)).toEqual(['lead shop.example.com to catnap-wake instead of shop-web (undone by shop-web)'])
  })

  const asleep = ruleWith({ leadsTo: WAKE_GROUP })

  it('leads back by the tag on the rule', () => {
    const steps = stepsOf(planRulesBack([{ ...asleep, original: { targetGroup: OTHER_GROUP } }], nothing, ruleWish()))

    expect(steps).toMatchObject([{ from: WAKE_GROUP, to: OTHER_GROUP }])
    expect(steps[0]).not.toHaveProperty('beside')
  })

  it('leads back by the table where somebody took the tag away, and by the only target group where both are lost', () => {
    const { original: _, ...untagged } = asleep

    expect(stepsOf(planRulesBack([untagged], new Map([[ruleKey('rule-1'), { targetGroup: OTHER_GROUP }]]), ruleWish()))).toMatchObject([{ to: OTHER_GROUP }])
    expect(stepsOf(planRulesBack([untagged], nothing, ruleWish()))).toMatchObject([{ to: SHOP_GROUP }])
    expect(problemOf(planRulesBack([untagged], nothing, ruleWish({ targetGroups: [] })))).toMatch(/no target group to lead its hosts to/)
  })

  it('leaves a rule that a person led elsewhere while it slept, and those of others', () => {
    const rules = [ruleWith({ leadsTo: OTHER_GROUP }), ruleWith({ arn: 'rule-2', environment: 'us-dev/blog', hosts: ['blog.example.com'], leadsTo: WAKE_GROUP })]

    expect(stepsOf(planRulesBack(rules, nothing, ruleWish()))).toEqual([])
  })

  it('leads back hosts that the intent no longer names', () => {
    expect(stepsOf(planRulesBack([asleep], nothing, ruleWish({ hosts: ['new.example.com'] })))).toMatchObject([{ to: SHOP_GROUP }])
  })
})

const host = fc.integer({ min: 0, max: 14 }).map((number) => `shop-${number}.example.com`)
const anyRule = fc.record({
  hosts: fc.uniqueArray(host, { minLength: 1, maxLength: 5 }),
  leadsTo: fc.constantFrom(SHOP_GROUP, OTHER_GROUP, WAKE_GROUP),
  original: fc.constantFrom(undefined, { targetGroup: SHOP_GROUP }, { targetGroup: OTHER_GROUP }),
})

/** Rules of the environment, each host in one of them. */
const anyRules = fc.array(anyRule, { maxLength: 4 }).map((rules) => rules.map(({ original, ...rule }, index): ListenerRule => {
  const { original: _, ...base } = ruleWith({ arn: `rule-${index + 1}`, priority: index + 1, ...rule })
  return { ...base, ...(original === undefined ? {} : { original }) }
}))

describe('whatever rules there are', () => {
  const seeded = { seed: 20261122, numRuns: 300 }
  const anyHosts = fc.uniqueArray(host, { minLength: 1, maxLength: 12 })

  it('nothing is left to do once a plan is carried out', () => {
    fc.assert(fc.property(anyRules, anyHosts, (rules, hosts) => {
      const wish = ruleWish({ hosts })
      const ready = stepsOf(planRules(rules, wish)).reduce(applyRuleStep, rules)
      expect(stepsOf(planRules(ready, wish))).toEqual([])

      const led = planRulesToWake(ready, wish).reduce(applyRuleStep, ready)
      expect(planRulesToWake(led, wish)).toEqual([])
      expect(stepsOf(planRules(led, wish))).toEqual([])

      const back = stepsOf(planRulesBack(led, nothing, wish)).reduce(applyRuleStep, led)
      expect(stepsOf(planRulesBack(back, nothing, wish))).toEqual([])
    }), seeded)
  })

  it('every host has a rule of at most five, leads to the wake function asleep, and after it where it led before', () => {
    fc.assert(fc.property(anyRules, anyHosts, (rules, hosts) => {
      const wish = ruleWish({ hosts })
      const awake = rules.map((rule) => (rule.leadsTo === WAKE_GROUP ? { ...rule, leadsTo: SHOP_GROUP } : rule))
      const ready = stepsOf(planRules(awake, wish)).reduce(applyRuleStep, awake)
      const led = planRulesToWake(ready, wish).reduce(applyRuleStep, ready)
      for (const each of hosts) expect(led.some((rule) => rule.hosts.includes(each) && rule.leadsTo === WAKE_GROUP)).toBe(true)
      for (const rule of led) {
        expect(rule.hosts.length).toBeLessThanOrEqual(HOSTS_PER_RULE)
        expect(rule.original?.targetGroup).not.toBe(WAKE_GROUP)
      }
      const back = stepsOf(planRulesBack(led, nothing, wish)).reduce(applyRuleStep, led)
      expect(back).toEqual(ready)
    }), seeded)
  })
})
