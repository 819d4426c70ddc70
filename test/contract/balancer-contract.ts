import { AddTagsCommand, CreateRuleCommand, ElasticLoadBalancingV2Client, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { elbv2Balancer } from '../../lib/adapters/elbv2/elbv2-balancer.ts'
import { type ListenerRule, planRules, planRulesBack, planRulesToWake, type RuleWish } from '../../lib/domain/front/listener-rule.ts'
import type { Balancer } from '../../lib/ports.ts'

/** A balancer the contract is held against: a simulated one, or moto's. */
export interface BalancerUnderTest {
  readonly url: string
  readonly listener: string
  readonly wakeTargetGroup: string
  /** Target groups of environments. */
  readonly targetGroups: readonly [string, string]
  close(): Promise<void>
}

const REGION = 'us-east-1'

let serial = 0

/** What Catnap relies on of Elastic Load Balancing. The balancer lives as long as all tests: each has an environment and hosts of its own. */
export const balancerContract = (start: () => Promise<BalancerUnderTest>): void => {
  let under: BalancerUnderTest | undefined
  let client: ElasticLoadBalancingV2Client
  let balancer: Balancer
  let wish: RuleWish

  beforeAll(async () => {
    under = await start()
    for (const [name, value] of Object.entries({ AWS_ENDPOINT_URL: under.url, AWS_ACCESS_KEY_ID: 'AKIACATNAP', AWS_SECRET_ACCESS_KEY: 'sandbox', AWS_MAX_ATTEMPTS: '1' })) vi.stubEnv(name, value)
    client = new ElasticLoadBalancingV2Client({ region: REGION })
    balancer = elbv2Balancer(REGION, { listeners: [under.listener], wakeTargetGroup: under.wakeTargetGroup })
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    client.destroy()
    await under?.close()
  })
  beforeEach(() => {
    serial += 1
    wish = { environment: `us-dev/shop-${serial}`, hosts: [`shop-${serial}.example.com`], place: balancer, targetGroups: [shop()] }
  })

  const shop = (): string => under?.targetGroups[0] ?? ''
  const other = (): string => under?.targetGroups[1] ?? ''
  const own = async (): Promise<readonly ListenerRule[]> => (await balancer.rules()).filter(({ environment }) => environment === wish.environment)
  const onlyRule = async (): Promise<ListenerRule> => {
    const [rule, ...others] = await own()
    if (rule === undefined || others.length > 0) throw new Error(`expected one rule, found ${others.length + (rule === undefined ? 0 : 1)}`)
    return rule
  }
  /** Carries out what is planned until nothing is left; how many rounds it took. */
  const ready = async (): Promise<number> => {
    for (let round = 0; round < 9; round += 1) {
      const plan = planRules(await balancer.rules(), wish)
      if ('problem' in plan) throw new Error(plan.problem)
      if (plan.steps.length === 0) return round
      for (const step of plan.steps) await balancer.change(step)
    }
    throw new Error('the rules do not get ready')
  }

  describe('a balancer', () => {
    it('has a rule for an environment’s hosts once it was made, with what it leads to on it, and none to make again', async () => {
      expect(await ready()).toBe(1)

      expect(await onlyRule()).toMatchObject({ hosts: wish.hosts, leadsTo: shop(), environment: wish.environment, original: { targetGroup: shop() } })
      expect(await ready()).toBe(0)
    })

    it('leads a host to the wake function and back, the environment’s group beside it', async () => {
      await ready()
      for (const step of planRulesToWake(await balancer.rules(), wish)) expect(await balancer.change(step)).toEqual({ done: true })
      expect(await onlyRule()).toMatchObject({ leadsTo: under?.wakeTargetGroup, original: { targetGroup: shop() } })
      expect(planRulesToWake(await balancer.rules(), wish)).toEqual([])

      const back = planRulesBack(await balancer.rules(), new Map(), wish)
      if ('problem' in back) throw new Error(back.problem)
      for (const step of back.steps) expect(await balancer.change(step)).toEqual({ done: true })
      expect(await onlyRule()).toMatchObject({ leadsTo: shop() })
      expect(planRulesBack(await balancer.rules(), new Map(), wish)).toEqual({ steps: [] })
    })

    it('puts more than five hosts into several rules, each before any that was made later', async () => {
      wish = { ...wish, hosts: Array.from({ length: 7 }, (_, index) => `shop-${serial}-${index}.example.com`) }
      await ready()

      const rules = await own()
      expect(rules.map(({ hosts }) => hosts.length).toSorted()).toEqual([2, 5])
      expect(new Set(rules.map(({ priority }) => priority)).size).toBe(2)
    })

    it('takes no priority twice: of rules made at once some are refused, and made when looked at again', async () => {
      const wishes = Array.from({ length: 4 }, (_, index) => ({ ...wish, environment: `${wish.environment}-${index}`, hosts: [`race-${serial}-${index}.example.com`] }))
      const rules = await balancer.rules()
      const outcomes = await Promise.all(wishes.flatMap((each) => {
        const plan = planRules(rules, each)
        return 'steps' in plan ? plan.steps.map((step) => balancer.change(step)) : []
      }))
      expect(outcomes.filter(({ done }) => done).length).toBeGreaterThan(0)
      const refused = outcomes.flatMap((outcome) => (outcome.done ? [] : [`${outcome.because} ${outcome.text.split(':')[0]}`]))
      expect(refused.filter((text) => text !== 'changed PriorityInUseException')).toEqual([])

      for (const each of wishes) {
        wish = each
        await ready()
      }
      const priorities = (await balancer.rules()).flatMap(({ priority }) => priority ?? [])
      expect(new Set(priorities).size).toBe(priorities.length)
    })

    it('shows rules of others, without a mark of ours', async () => {
      const Conditions = [{ Field: 'host-header', HostHeaderConfig: { Values: [`theirs-${serial}.example.com`] } }]
      const Actions = [{ Type: 'forward' as const, TargetGroupArn: shop() }]
      await client.send(new CreateRuleCommand({ ListenerArn: under?.listener, Priority: 900 + serial, Conditions, Actions }))

      const theirs = (await balancer.rules()).find(({ hosts }) => hosts.includes(`theirs-${serial}.example.com`))
      expect(theirs).toMatchObject({ priority: 900 + serial, leadsTo: shop() })
      expect(theirs).not.toHaveProperty('environment')
      expect(planRules(await balancer.rules(), { ...wish, hosts: [`theirs-${serial}.example.com`] })).toMatchObject({ problem: expect.stringContaining('none of Catnap’s') })
    })

    it('notes where a person led a rule, and takes a host out that the intent no longer names', async () => {
      wish = { ...wish, hosts: [...wish.hosts, `gone-${serial}.example.com`] }
      await ready()
      const rule = await onlyRule()
      await client.send(new ModifyRuleCommand({ RuleArn: rule.arn, Actions: [{ Type: 'forward', TargetGroupArn: other() }] }))
      wish = { ...wish, hosts: wish.hosts.slice(0, 1) }
      await ready()

      expect(await onlyRule()).toMatchObject({ hosts: wish.hosts, leadsTo: other(), original: { targetGroup: other() } })
    })

    it('shows all rules and their tags, however many there are', async () => {
      wish = { ...wish, hosts: Array.from({ length: 105 }, (_, index) => `many-${serial}-${index}.example.com`) }
      await ready()

      const rules = await own()
      expect(rules).toHaveLength(21)
      expect(rules.every(({ original }) => original?.targetGroup === shop())).toBe(true)
    })

    it('says what became of a change to a rule that is gone, or to a group that is not there', async () => {
      await ready()
      const rule = await onlyRule()
      const nowhere = shop().replace(/.$/, (last) => (last === '0' ? '1' : '0'))

      expect(await balancer.change({ do: 'point-rule', rule: { ...rule, arn: rule.arn.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }, from: shop(), to: other(), original: { targetGroup: shop() } }))
        .toMatchObject({ done: false, because: 'changed' })
      expect(await balancer.change({ do: 'point-rule', rule, from: shop(), to: nowhere, original: { targetGroup: shop() } }))
        .toMatchObject({ done: false, because: 'refused', text: expect.stringContaining('the target group is gone') })
      expect(await onlyRule()).toMatchObject({ leadsTo: shop() })
    })

    it('keeps tags of others when ours change', async () => {
      await ready()
      const rule = await onlyRule()
      await client.send(new AddTagsCommand({ ResourceArns: [rule.arn], Tags: [{ Key: 'team', Value: 'shop' }] }))
      expect(await balancer.change({ do: 'tag-rule', rule, original: { targetGroup: other() } })).toEqual({ done: true })

      expect(await onlyRule()).toMatchObject({ environment: wish.environment, original: { targetGroup: other() } })
    })
  })
}
