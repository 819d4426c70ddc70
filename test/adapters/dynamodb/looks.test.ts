import { describe, expect, it } from 'vitest'
import type { Fleet } from '../../../lib/domain/fleet.ts'
import { planDelivery } from '../../../lib/domain/delivery.ts'
import { instant, type Instant, later } from '../../../lib/domain/time.ts'
import type { DueItem, Registry } from '../../../lib/ports.ts'
import { deliverIntent, readDelivered } from '../../../lib/use-cases/deliver-intent.ts'
import { intentWith } from '../../domain/build-intent.ts'
import { testTable } from './start-table.ts'

const now = instant('2026-11-23T08:00:00Z')
const arnOf = (name: string) => `arn:aws:eks:us-east-1:111122223333:cluster/${name}`

const dueLooks = async ({ due }: Registry, at: Instant, shards = 4): Promise<readonly DueItem[]> => {
  const found: DueItem[] = []
  for (let shard = 0; shard < shards; shard += 1) for await (const page of due(shard, at)) found.push(...page)
  return found.filter(({ queue }) => queue === 'usage')
}
const look = (cluster: string): DueItem => ({ queue: 'usage', clusterArn: arnOf(cluster), message: { kind: 'usage', cluster } })

describe('the looks at clusters', () => {
  it('are due beside their nodes, in the same index', async () => {
    const { registry } = await testTable()
    await registry.putLook({ name: 'us-dev', arn: arnOf('us-dev') }, now, 4)
    expect(await dueLooks(registry, now)).toEqual([look('us-dev')])
    expect(await dueLooks(registry, later(now, -1))).toEqual([])
    await registry.looks.next('us-dev', later(now, 900))
    expect(await dueLooks(registry, later(now, 899))).toEqual([])
    expect(await dueLooks(registry, later(now, 900))).toEqual([look('us-dev')])
  })

  it('are taken once, however many messages there are, and again when whoever took one died', async () => {
    const { registry: { putLook, looks } } = await testTable()
    await putLook({ name: 'us-dev', arn: arnOf('us-dev') }, now, 1)
    const taken = await Promise.all([1, 2, 3, 4].map(() => looks.take('us-dev', now, later(now, 100))))
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(await looks.take('us-dev', later(now, 99), later(now, 199))).toBe(false)
    expect(await looks.take('us-dev', later(now, 100), later(now, 200))).toBe(true)
  })

  it('do not come back when somebody who looked still says when to look next', async () => {
    const { registry } = await testTable()
    await registry.putLook({ name: 'us-dev', arn: arnOf('us-dev') }, now, 1)
    await registry.looks.drop('us-dev')
    await registry.looks.next('us-dev', now)
    expect(await registry.looks.take('us-dev', now, later(now, 100))).toBe(false)
    expect(await dueLooks(registry, now)).toEqual([])
  })

  it('move to other shards with the rest', async () => {
    const { registry } = await testTable()
    await registry.putLook({ name: 'us-dev', arn: arnOf('us-dev') }, now, 4)
    await registry.spread([], ['us-dev'], 1)
    expect(await dueLooks(registry, now, 1)).toEqual([look('us-dev')])
  })
})

const deliver = async (registry: Registry, clusters: readonly string[], at = now) => {
  const intent = intentWith({}, { pools: Object.fromEntries(clusters.map((name) => [name, {}])) })
  const delivered = await readDelivered({ clock: { now: () => at }, registry }, clusters)
  await deliverIntent({ clock: { now: () => at }, registry }, delivered, planDelivery(intent, delivered, at), 'ann')
}

describe('delivering an intent', () => {
  it('begins to look at its clusters, and ends with those that leave it', async () => {
    const { registry } = await testTable()
    await deliver(registry, ['us-dev', 'eu-dev'])
    expect(await dueLooks(registry, now)).toHaveLength(2)
    await deliver(registry, ['us-dev'])
    expect(await dueLooks(registry, now)).toEqual([look('us-dev')])
  })

  it('looks again at a cluster that comes back as it was', async () => {
    const { registry } = await testTable()
    await deliver(registry, ['us-dev', 'eu-dev'])
    await deliver(registry, ['us-dev'])
    await deliver(registry, ['us-dev', 'eu-dev'], later(now, 60))
    expect(await dueLooks(registry, later(now, 60))).toContainEqual(look('eu-dev'))
  })

  it('looks at all of them where it was interrupted and is called again', async () => {
    const { registry, meddle } = await testTable()
    let writes = 0
    meddle((action) => (action === 'PutItem' && (writes += 1) === 2 ? { status: 400, body: { __type: 'com.amazonaws.dynamodb.v20120810#AccessDeniedException', message: 'no' } } : undefined))
    await expect(deliver(registry, ['us-dev', 'eu-dev'])).rejects.toThrow('no')
    meddle(undefined)
    await deliver(registry, ['us-dev', 'eu-dev'])
    expect(await dueLooks(registry, now)).toHaveLength(2)
    expect((await registry.fleet() as Fleet).clusters).toEqual(['eu-dev', 'us-dev'])
  })
})
