import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Delivered, type DeliveryStep, planDelivery, sayDeliveryStep } from '../../lib/domain/delivery.ts'
import { type Intent, intentSchema } from '../../lib/domain/intent/schema.ts'
import { instant } from '../../lib/domain/time.ts'
import { intentWith, type WrittenEnvironment } from './build-intent.ts'

const at = instant('2026-11-23T08:00:00Z')
const NOTHING: Delivered = { clusters: [], environments: [], pools: [] }

/** What the table holds once these steps were written. */
const written = (now: Delivered, steps: readonly DeliveryStep[]): Delivered => steps.reduce(write, now)

const write = (now: Delivered, step: DeliveryStep): Delivered => {
  switch (step.do) {
    case 'put-fleet':
      return { ...now, fleet: step.fleet }
    case 'put-cluster':
      return { ...now, clusters: [...now.clusters.filter(({ name }) => name !== step.cluster.name), step.cluster] }
    case 'put-system':
      return { ...now, systems: [...(now.systems ?? []).filter(({ id }) => id !== step.system.id), step.system] }
    case 'remove-system':
      return { ...now, systems: (now.systems ?? []).map((one) => (one.id === step.system.id ? { ...step.system, removed: true } : one)) }
    case 'add-environment':
      return { ...now, environments: [...now.environments, step.environment] }
    case 'change-environment':
      return { ...now, environments: now.environments.map(({ removed: _removed, ...one }) => (one.id === step.environment.id ? { ...one, terms: step.terms, clusterArn: step.clusterArn } : { ...one, ...(_removed === undefined ? {} : { removed: _removed }) })) }
    case 'remove-environment':
      return { ...now, environments: now.environments.map((one) => (one.id === step.environment.id ? { ...step.environment, removed: true } : one)) }
    case 'add-pool':
      return { ...now, pools: [...now.pools, step.pool] }
    case 'change-pool':
      return {
        ...now,
        pools: now.pools.map((one) => {
          if (one.cluster !== step.pool.cluster || one.name !== step.pool.name) return one
          const { removed: _removed, pace: _pace, consolidate: _consolidate, drainSeconds: _drainSeconds, ...kept } = one
          return { ...kept, ...step.terms }
        }),
      }
    case 'remove-pool':
      return { ...now, pools: now.pools.map((one) => (one.cluster === step.pool.cluster && one.name === step.pool.name ? { ...one, removed: true } : one)) }
    default:
      return step satisfies never
  }
}

const deliver = (intent: Intent, now: Delivered = NOTHING) => written(now, planDelivery(intent, now, at))
const kinds = (intent: Intent, now: Delivered) => planDelivery(intent, now, at).map((step) => step.do)
const sentences = (intent: Intent, now: Delivered) => planDelivery(intent, now, at).map(sayDeliveryStep)

const shop = intentWith({ 'us-dev/shop': {} }, { pools: { 'us-dev': { workers: 1 } } })

const intents = fc.record({
  environments: fc.uniqueArray(fc.constantFrom('us-dev/shop', 'us-dev/blog', 'eu-dev/shop', 'ap-dev/batch'), { maxLength: 4 }),
  hours: fc.constantFrom('Mon-Fri 08:00-19:00', 'always', 'never'),
  keep: fc.nat(2),
  pools: fc.uniqueArray(fc.constantFrom('workers', 'spot'), { maxLength: 2 }),
  holidays: fc.constantFrom([], ['2026-12-25']),
}).map(({ environments, hours, keep, pools, holidays }) => intentWith(
  Object.fromEntries(environments.map((id): [string, WrittenEnvironment] => [id, { hours }])),
  { holidays, pools: { 'us-dev': Object.fromEntries(pools.map((pool) => [pool, keep])) } },
))

it('tells how many nodes may go at once where that is not the usual', () => {
  const paced = intentWith({}, { clusters: { 'us-dev': { arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', pools: { workers: { keep: 1, disrupt: { nodes: 1, percent: 0 } } } } } })
  const usual = intentWith({}, { clusters: { 'us-dev': { arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', pools: { workers: { keep: 1 } } } } })
  const before = deliver(usual)
  expect(before.pools[0]).not.toHaveProperty('pace')
  expect(sentences(paced, before)).toEqual(['~ pool us-dev/workers: disrupt.nodes 10 → 1, disrupt.percent 10 → 0'])
  expect(deliver(paced, before).pools[0]).toMatchObject({ keep: 1, pace: { nodes: 1, percent: 0 } })
  expect(deliver(usual, deliver(paced, before)).pools[0]).not.toHaveProperty('pace')
})

const withWorkers = (workers: object) => intentWith({}, { clusters: { 'us-dev': { arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', pools: { workers } } } })

it('tells that a pool is consolidated, and how long that may take where it is not the usual', () => {
  const before = deliver(withWorkers({ keep: 1 }))
  const emptied = withWorkers({ keep: 1, consolidate: true, drainWithin: '1h' })
  expect(sentences(emptied, before)).toEqual(['~ pool us-dev/workers: consolidate false → true, drainWithin 15m → 1h'])
  expect(deliver(emptied, before).pools[0]).toMatchObject({ keep: 1, consolidate: true, drainSeconds: 3600 })
  expect(deliver(withWorkers({ keep: 1 }), deliver(emptied, before)).pools).toEqual(before.pools)
})

describe('a delivery', () => {
  it('writes the fleet, its clusters, pools and environments, each environment awake and due', () => {
    expect(kinds(shop, NOTHING)).toEqual(['put-fleet', 'put-cluster', 'add-pool', 'add-environment'])
    expect(deliver(shop).environments).toMatchObject([{ id: 'us-dev/shop', cluster: 'us-dev', name: 'shop', phase: 'awake', epoch: 0, dueAt: at }])
  })

  it('leaves nothing to do once it was written, whatever was there before', () => {
    fc.assert(fc.property(intents, intents, (before, after) => {
      const now = deliver(after, deliver(before))
      expect(planDelivery(after, now, at)).toEqual([])
    }))
  })

  it('ends the same when it is interrupted at any step and delivered again', () => {
    fc.assert(fc.property(intents, intents, fc.nat(12), (before, after, taken) => {
      const now = deliver(before)
      const half = written(now, planDelivery(after, now, at).slice(0, taken))
      const whole = deliver(after, half)
      expect(planDelivery(after, whole, at)).toEqual([])
      expect(whole.environments.map(({ id, terms, removed }) => ({ id, terms, removed })).toSorted((a, b) => (a.id < b.id ? -1 : 1)))
        .toEqual(deliver(after, now).environments.map(({ id, terms, removed }) => ({ id, terms, removed })).toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    }))
  })

  it('changes only what the intent says of an environment, never where it is', () => {
    const now = deliver(shop)
    const asleep: Delivered = { ...now, environments: now.environments.map((one) => ({ ...one, phase: 'asleep', epoch: 7 })) }
    const steps = planDelivery(intentWith({ 'us-dev/shop': { hours: 'always' } }, { pools: { 'us-dev': { workers: 1 } } }), asleep, at)
    expect(steps.map((step) => step.do)).toEqual(['change-environment'])
    expect(written(asleep, steps).environments).toMatchObject([{ phase: 'asleep', epoch: 7, terms: { hours: 'always' } }])
  })

  it('takes whom to tell and what to ignore into each environment, and nothing where neither is said', () => {
    const ignore = { agents: ['acme'], paths: [], headers: [], known: true }
    const said = deliver(intentWith({ 'us-dev/shop': { wake: { ignore: { agents: ['acme'] } } }, 'us-dev/blog': {} }, { contact: '#platform' }))
    expect(said.environments.map(({ terms }) => [terms.contact, terms.wake.ignore])).toEqual([['#platform', ignore], ['#platform', undefined]])
    expect(sentences(intentWith({ 'us-dev/shop': {}, 'us-dev/blog': {} }, { contact: '#ops' }), said)).toEqual([expect.stringContaining('contact'), expect.stringContaining('contact')])
    expect(deliver(shop).environments[0]?.terms).not.toHaveProperty('contact')
  })

  it('tells who is told, and what changed about a report by its name', () => {
    const reports = { finops: { to: ['finops@example.com'] }, shop: { to: ['shop@example.com'], every: 'daily 08:00', environments: ['us-dev/*'] } }
    const pools = { 'us-dev': { workers: 1 } }
    const first = intentWith({ 'us-dev/shop': {} }, { pools, reports })
    expect(sentences(first, NOTHING)[0]).toBe('+ fleet: mode act, timezone UTC, reports finops (Mon 08:00), shop (daily 08:00)')
    const now = deliver(first)
    expect(now.fleet?.reports).toEqual([
      { name: 'finops', to: ['finops@example.com'], every: 'Mon 08:00' },
      { name: 'shop', to: ['shop@example.com'], every: 'daily 08:00', environments: ['us-dev/*'] },
    ])
    const second = intentWith({ 'us-dev/shop': {} }, { pools, reports: { finops: { to: ['finops@example.com', 'lead@example.com'] }, team: { to: ['team@example.com'] } } })
    expect(sentences(second, now)).toEqual([
      '~ fleet: reports.finops.to +lead@example.com, reports.shop.to -shop@example.com, reports.shop.every daily 08:00 → none, ' +
        'reports.shop.environments -us-dev/*, reports.team.to +team@example.com, reports.team.every none → Mon 08:00',
    ])
    expect(kinds(second, deliver(second, now))).toEqual([])
  })

  it('keeps the kill switch', () => {
    const now = deliver(shop)
    const pause = { by: 'ann', at }
    const paused: Delivered = { ...now, ...(now.fleet === undefined ? {} : { fleet: { ...now.fleet, pause } }), clusters: now.clusters.map((cluster) => ({ ...cluster, pause })) }
    const after = deliver(intentWith({ 'us-dev/shop': {} }, { holidays: ['2026-12-25'], pools: { 'us-dev': { workers: 1 } } }), paused)
    expect(after.fleet).toMatchObject({ pause, holidays: ['2026-12-25'] })
    expect(after.clusters).toMatchObject([{ pause }])
  })
})

describe('what is taken out of the intent', () => {
  const blog = intentWith({ 'us-dev/blog': {} }, { pools: { 'us-dev': {} } })

  it('is marked as removed, so that it is woken and given back first', () => {
    const now = deliver(blog, deliver(shop))
    expect(now.environments.find(({ id }) => id === 'us-dev/shop')?.removed).toBe(true)
    expect(now.pools).toMatchObject([{ name: 'workers', removed: true }])
  })

  it('keeps its cluster listed until it is gone', () => {
    const elsewhere = intentWith({ 'eu-dev/shop': {} })
    const now = deliver(elsewhere, deliver(shop))
    expect(now.fleet?.clusters).toEqual(['eu-dev', 'us-dev'])
    expect(deliver(elsewhere, { ...now, environments: now.environments.filter(({ removed }) => removed !== true) }).fleet?.clusters).toEqual(['eu-dev', 'us-dev'])
    expect(deliver(elsewhere, { ...now, environments: now.environments.filter(({ removed }) => removed !== true), pools: [] }).fleet?.clusters).toEqual(['eu-dev'])
  })

  it('is what it was when it comes back', () => {
    const now = deliver(shop, deliver(blog, deliver(shop)))
    expect(now.environments.find(({ id }) => id === 'us-dev/shop')?.removed).toBeUndefined()
    expect(now.pools.every(({ removed }) => removed === undefined)).toBe(true)
  })

  it('does not take along a host that another environment has now', () => {
    const hosts = ['shop.example.com']
    const before = deliver(intentWith({ 'us-dev/shop': { wake: { hosts } } }))
    const steps = planDelivery(intentWith({ 'us-dev/store': { wake: { hosts } } }), before, at)
    expect(steps.find((step) => step.do === 'remove-environment')?.environment.terms.wake.hosts).toEqual([])
  })
})

const many = (count: number) => intentWith(Object.fromEntries(Array.from({ length: count }, (_, index) => [`us-dev/e${index}`, {}])))

describe('the shards of the due index', () => {
  it('are one for 500 environments', () => {
    expect(deliver(many(500)).fleet?.dueShards).toBe(1)
    expect(deliver(many(501)).fleet?.dueShards).toBe(2)
  })

  it('never become fewer: what is in them would be forgotten', () => {
    expect(deliver(many(1), deliver(many(1001))).fleet?.dueShards).toBe(3)
  })
})

describe('the sentence of a step', () => {
  it('says what is new, what changes and what goes', () => {
    expect(sentences(shop, NOTHING)).toEqual([
      '+ fleet: mode act, timezone UTC',
      '+ cluster us-dev: arn:aws:eks:us-east-1:111122223333:cluster/us-dev',
      '+ pool us-dev/workers: keep 1',
      '+ environment us-dev/shop: Mon-Fri 08:00-19:00',
    ])
    const now = deliver(shop)
    expect(sentences(intentWith({ 'us-dev/shop': { hours: 'never' } }, { pools: { 'us-dev': { workers: 2 } } }), now)).toEqual([
      '~ pool us-dev/workers: keep 1 → 2',
      '~ environment us-dev/shop: hours Mon-Fri 08:00-19:00 → never',
    ])
    expect(sentences(intentWith({ 'us-dev/blog': {} }), now)).toEqual([
      '- pool us-dev/workers: given back what it was first',
      '+ environment us-dev/blog: Mon-Fri 08:00-19:00',
      '- environment us-dev/shop',
    ])
  })
})

const systems = (intent: Intent, now: Delivered) => sentences(intent, now).filter((sentence) => sentence.includes('as a whole'))

describe('a cluster that may sleep as a whole', () => {
  const arn = 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev'
  const intentOf = (changes: object): Intent => intentSchema.parse({ clusters: { 'us-dev': { arn, whole: true, pools: { workers: { keep: 0 } }, ...changes } }, environments: { 'us-dev/shop': { namespaces: ['shop'], hours: 'never' } } })

  it('has a record of its own, once, for as long as no pool of it keeps a node', () => {
    const first = deliver(intentOf({}))
    expect(systems(intentOf({}), NOTHING)).toEqual(['+ cluster us-dev sleeps as a whole: kube-system with it'])
    expect(planDelivery(intentOf({}), first, at)).toEqual([])
    for (const changes of [{ pools: { workers: { keep: 1 } } }, { pools: {} }, { whole: false, pools: { workers: { keep: 1 } } }]) {
      expect(systems(intentOf(changes), NOTHING)).toEqual([])
      expect(systems(intentOf(changes), first)).toEqual(['- cluster us-dev no longer sleeps as a whole'])
    }
    expect(systems(intentOf({}), deliver(intentOf({ pools: {} }), first))).toEqual(['~ cluster us-dev sleeps as a whole: kube-system with it'])
  })

  it('forgets no namespace while it sleeps: what is at zero there is to come back', () => {
    const now = deliver(intentOf({ system: ['karpenter'] }))
    const asleep = { ...now, systems: (now.systems ?? []).map((system) => ({ ...system, phase: 'asleep' as const })) }
    expect(systems(intentOf({ system: ['cert-manager'] }), asleep)).toEqual(['~ cluster us-dev sleeps as a whole: kube-system, cert-manager, karpenter with it'])
    expect(systems(intentOf({ system: ['cert-manager'] }), now)).toEqual(['~ cluster us-dev sleeps as a whole: kube-system, cert-manager with it'])
  })

  it('keeps its cluster listed after that was taken out, until it is woken', () => {
    const now = { ...deliver(intentOf({})), environments: [], pools: [] }
    expect(deliver(intentSchema.parse({ clusters: {}, environments: {} }), now).fleet?.clusters).toEqual(['us-dev'])
  })
})
