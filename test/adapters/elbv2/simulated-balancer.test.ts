import { describe, expect, it } from 'vitest'
import { elbv2Balancer } from '../../../lib/adapters/elbv2/elbv2-balancer.ts'
import type { RuleStep } from '../../../lib/domain/front/listener-rule.ts'
import { createCloud } from '../../../lib/sandbox/cloud/cloud.ts'
import { dice } from '../../../lib/sandbox/dice.ts'
import { Timeline } from '../../../lib/sandbox/timeline.ts'
import { balancerContract } from '../../contract/balancer-contract.ts'
import { cloudWorld, cluster, start } from '../../sandbox/cloud/cloud-world.ts'
import { awsAt } from '../aws-at.ts'

const simulatedBalancer = async () => {
  const cloud = await createCloud({ timeline: new Timeline(start), dice: dice(1), clusters: [cluster()], prices: () => ({ vcpu: 2, memoryMiB: 8192, usdPerHour: 0.1 }) })
  const [listener = ''] = cloud.balancers.listenerArns
  const [wakeTargetGroup = ''] = cloud.balancers.wakeTargetGroupArns
  const targetGroups = [cloud.targetGroups.of('us-dev', 'shop/web').targetGroupArn, cloud.targetGroups.of('us-dev', 'shop/admin').targetGroupArn] as const
  return { url: cloud.url, listener, wakeTargetGroup, targetGroups, close: () => cloud.close() }
}

balancerContract(simulatedBalancer)

/** The balancer of us-dev, behind the simulated API, and the target group of its Service shop/web. */
const world = async () => {
  const { cloud } = await cloudWorld()
  awsAt(cloud.url)
  const [wakeTargetGroup = ''] = cloud.balancers.wakeTargetGroupArns
  const balancer = elbv2Balancer('us-east-1', { listeners: cloud.balancers.listenerArns, wakeTargetGroup })
  const shop = cloud.targetGroups.of('us-dev', 'shop/web').targetGroupArn
  const make = (hosts: readonly string[] = ['shop.example.com']): RuleStep => ({ do: 'make-rule', environment: 'us-dev/shop', listener: balancer.listeners[0] ?? '', hosts, to: shop })
  return { cloud, balancer, shop, make }
}

describe('what Elastic Load Balancing refuses, the simulation refuses', () => {
  it('a target group that belongs to another balancer', async () => {
    const { cloud, balancer, shop, make } = await world()
    cloud.balancers.associateElsewhere(shop)

    expect(await balancer.change(make())).toMatchObject({ done: false, because: 'refused', text: expect.stringMatching(/TargetGroupAssociationLimit.*a target group belongs to one balancer: make the environment a second one/) })
  })

  it('more than five hosts in a rule', async () => {
    const { balancer, make } = await world()

    await expect(balancer.change(make(['a.b', 'b.b', 'c.b', 'd.b', 'e.b', 'f.b']))).rejects.toThrow(`A rule can only have '5' condition values`)
  })

  it('a hundred and first rule', async () => {
    const { cloud, balancer, make } = await world()
    const listener = cloud.balancers.listener(balancer.listeners[0] ?? '', 'us-east-1')
    const config = { hosts: ['x.example.com'], forward: [{ targetGroupArn: cloud.balancers.wakeTargetGroupArns[0] ?? '', weight: 1 }] }
    for (let priority = 1; priority <= 100; priority += 1) cloud.balancers.create(listener, priority, config, new Map())

    expect(await balancer.change(make())).toMatchObject({ because: 'refused', text: expect.stringContaining('ask for more under Service Quotas') })
  })

  it('a missing right, which is named', async () => {
    const { cloud } = await cloudWorld({ intercept: async ({ action }) => (action === 'CreateRule' ? { status: 403, code: 'AccessDenied', message: 'not authorized to perform this' } : undefined) })
    awsAt(cloud.url)
    const [wakeTargetGroup = ''] = cloud.balancers.wakeTargetGroupArns
    const balancer = elbv2Balancer('us-east-1', { listeners: cloud.balancers.listenerArns, wakeTargetGroup })

    await expect(balancer.change({ do: 'make-rule', environment: 'e', listener: balancer.listeners[0] ?? '', hosts: ['a.b'], to: wakeTargetGroup })).rejects.toThrow('elasticloadbalancing:CreateRule')
  })
})

describe('the health of targets', () => {
  it('is told only while a rule leads to their group, be it with weight 0', async () => {
    const { cloud, balancer, shop, make } = await world()
    cloud.targetGroups.hold('us-dev', 'shop/web', { registered: 3, healthy: 2 })
    expect(await balancer.health([shop])).toEqual({ healthy: 0, registered: 3 })

    await balancer.change(make())
    expect(await balancer.health([shop])).toEqual({ healthy: 2, registered: 3 })
    const rule = (await balancer.rules()).find(({ environment }) => environment === 'us-dev/shop')
    if (rule === undefined) throw new Error('no rule was made')
    await balancer.change({ do: 'point-rule', rule, from: shop, to: balancer.wakeTargetGroup, beside: shop, original: { targetGroup: shop } })
    expect(await balancer.health([shop])).toEqual({ healthy: 2, registered: 3 })
    expect(cloud.balancers.route('us-east-1', 'SHOP.example.com')).toBe(balancer.wakeTargetGroup)
  })
})
