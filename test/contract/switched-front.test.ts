import { describe, expect, it } from 'vitest'
import { ruleKey } from '../../lib/domain/front/listener-rule.ts'
import { leadBack, leadToWake, readyFront } from '../../lib/use-cases/switch-front.ts'
import { type Cut, type FrontWorld, frontWorld, HOST, wakeTerms } from './front-world.ts'

const rulesOf = ({ cloud: { balancers } }: FrontWorld) => balancers.listenerArns.flatMap((arn) => balancers.rulesOf(arn)).filter(({ priority }) => priority !== undefined)

const isLed = (world: FrontWorld): boolean => world.leadsTo() === world.cloud.balancers.wakeTargetGroupArns[0]

const sleep = ({ slice, access }: FrontWorld): Promise<boolean> => leadToWake(slice, access, ['shop'])
const wake = ({ slice, access }: FrontWorld, waits = false): Promise<string | undefined> => leadBack(slice, access, ['shop'], waits)

describe('the front of an environment', () => {
  it('is made ready without leading anybody elsewhere, led to the wake page, and led back', async () => {
    const world = await frontWorld()
    expect(await readyFront(world.slice, world.access, ['shop'])).toBe(true)
    expect(world.leadsTo()).toBe(world.shop)

    expect(await sleep(world)).toBe(true)
    expect(isLed(world)).toBe(true)
    expect([...(await world.registry.frontOriginals('us-dev/shop'))]).toEqual([[ruleKey(rulesOf(world)[0]?.arn ?? ''), { targetGroup: world.shop }]])

    expect(await wake(world)).toBeUndefined()
    expect(world.leadsTo()).toBe(world.shop)
    expect(await world.registry.frontOriginals('us-dev/shop')).toEqual(new Map())
    const said = (await world.registry.history('us-dev/shop')).flatMap(({ steps = [] }) => steps)
    const group = world.shop.split('/')[1]
    expect(said.toSorted()).toEqual([
      `lead shop.example.com to catnap-wake instead of ${group} (undone by ${group})`,
      `lead shop.example.com to ${group} instead of catnap-wake (undone by ${group})`,
      `make a rule: shop.example.com → ${group} (undone by deleting it)`,
    ])
  })

  it('has its original on the rule and in the table before it is changed', async () => {
    const world = await frontWorld()
    await readyFront(world.slice, world.access, ['shop'])
    const kept: unknown[] = []
    world.onCall(async ({ action }) => {
      if (action !== 'ModifyRule') return
      const [rule] = rulesOf(world)
      kept.push([rule?.tags.get('catnap.dev/original'), (await world.registry.frontOriginals('us-dev/shop')).get(ruleKey(rule?.arn ?? ''))])
    })
    await sleep(world)
    await wake(world)

    expect(kept).toEqual([[world.shop, { targetGroup: world.shop }], [world.shop, { targetGroup: world.shop }]])
  })

  it.each<Cut>(['before', 'after'])('ends the same when a worker is cut off %s any of its calls', async (cut) => {
    const clean = await frontWorld()
    clean.heal()
    await sleep(clean)
    const toWake = clean.heal()
    await wake(clean)
    const back = clean.heal()
    expect([toWake, back]).toEqual([8, 5])

    for (let nth = 1; nth <= toWake; nth += 1) {
      const world = await frontWorld()
      world.cutAt(nth, cut)
      await expect(sleep(world), `cut ${cut} call ${nth} of the sleep`).rejects.toThrow(/./)
      world.heal()
      expect(await sleep(world)).toBe(true)
      expect(isLed(world)).toBe(true)
      expect(rulesOf(world)).toHaveLength(1)
      expect([...(await world.registry.frontOriginals('us-dev/shop')).values()]).toEqual([{ targetGroup: world.shop }])
    }
    for (let nth = 1; nth <= back; nth += 1) {
      const world = await frontWorld()
      await sleep(world)
      world.cutAt(nth, cut)
      expect(await wake(world), `cut ${cut} call ${nth} of the wake`).toMatch(/^its hosts still lead to the wake page/)
      world.heal()
      expect(await wake(world)).toBeUndefined()
      expect(world.leadsTo()).toBe(world.shop)
      expect(await world.registry.frontOriginals('us-dev/shop')).toEqual(new Map())
    }
  })

  it('ends the same when a message comes twice and two workers are at it', async () => {
    const world = await frontWorld(wakeTerms({ hosts: [HOST, 'a.example.com', 'b.example.com', 'c.example.com', 'd.example.com', 'e.example.com'] }))
    await Promise.all([sleep(world), sleep(world), sleep(world)])
    expect(isLed(world)).toBe(true)
    expect(rulesOf(world).flatMap(({ hosts }) => hosts).toSorted()).toEqual(['a.example.com', 'b.example.com', 'c.example.com', 'd.example.com', 'e.example.com', HOST])

    await Promise.all([wake(world), wake(world)])
    expect(world.leadsTo()).toBe(world.shop)
  })

  it('lets nothing sleep where there is no balancer, and says what to do', async () => {
    const { slice, access } = await frontWorld()
    const { balancer: _, ...fronts } = access.fronts

    await expect(readyFront(slice, { ...access, fronts }, ['shop'])).rejects.toThrow(/nothing of it sleeps: this spoke has no balancer of Catnap: .* or say front: link/)
  })

  it('is left alone once somebody changed the mind, or paused the fleet', async () => {
    const world = await frontWorld()
    await readyFront(world.slice, world.access, ['shop'])
    await world.registry.environments.change('us-dev/shop', { set: { epoch: 1 } })

    expect(await sleep(world)).toBe(false)
    expect(world.leadsTo()).toBe(world.shop)
  })

  it('is led back only once a target is healthy, as long as it waits for that', async () => {
    const world = await frontWorld()
    await sleep(world)
    world.cloud.targetGroups.hold('us-dev', 'shop/web', { registered: 2, healthy: 0 })
    expect(await wake(world, true)).toBe('0 of 2 targets are healthy behind the balancer yet')
    expect(isLed(world)).toBe(true)

    world.cloud.targetGroups.hold('us-dev', 'shop/web', { registered: 2, healthy: 1 })
    expect(await wake(world, true)).toBeUndefined()
    expect(world.leadsTo()).toBe(world.shop)
  })

  it('is led back although the intent says link by now', async () => {
    const world = await frontWorld()
    await sleep(world)
    const environment = { ...world.slice.environment, terms: wakeTerms({ front: 'link' }) }

    expect(await leadBack({ ...world.slice, environment }, world.access, ['shop'], false)).toBeUndefined()
    expect(world.leadsTo()).toBe(world.shop)
  })

  it('is led back from the tag alone and from the table alone', async () => {
    const world = await frontWorld()
    await sleep(world)
    await world.registry.dropFrontOriginals('us-dev/shop')
    expect(await wake(world)).toBeUndefined()
    expect(world.leadsTo()).toBe(world.shop)

    await sleep(world)
    for (const { arn } of rulesOf(world)) world.cloud.balancers.untag(arn, ['catnap.dev/original'])
    const nowhere = { ...world.access, containers: { ...world.access.containers, targetGroups: async () => new Map() } }
    expect(await leadBack(world.slice, nowhere, ['shop'], false)).toBeUndefined()
    expect(world.leadsTo()).toBe(world.shop)
  })

  it('keeps what a person did to its rule while it slept: led elsewhere, or deleted', async () => {
    const world = await frontWorld()
    await sleep(world)
    const admin = world.cloud.targetGroups.of('us-dev', 'shop/admin').targetGroupArn
    for (const { arn } of rulesOf(world)) world.cloud.balancers.modify(arn, { forward: [{ targetGroupArn: admin, weight: 1 }] })
    expect(await wake(world)).toBeUndefined()
    expect(world.leadsTo()).toBe(admin)

    await sleep(world)
    expect([...(await world.registry.frontOriginals('us-dev/shop')).values()]).toEqual([{ targetGroup: admin }])
    for (const { arn } of rulesOf(world)) world.cloud.balancers.remove(arn)
    expect(await wake(world)).toBeUndefined()
    expect(rulesOf(world)).toEqual([])
  })
})
