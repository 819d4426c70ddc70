import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../../lib/domain/history.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import type { DueItem, Registry } from '../../../lib/ports.ts'
import { TABLE } from '../../../lib/sandbox/environment-variables.ts'
import { poolWith } from '../../domain/build-cluster.ts'
import { wholeRecord } from '../../../lib/domain/whole/whole-record.ts'
import { environmentWith, termsWith } from '../../domain/build-environment.ts'
import { type Meddler, testTable } from './start-table.ts'

const now = instant('2026-11-23T08:00:00Z')
const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev'
const environments = (count: number) => Array.from({ length: count }, (_, index) => environmentWith({ id: `us-dev/e${index}`, name: `e${index}`, dueAt: now }))

const allDue = async ({ due }: Registry, shards: number, at = now): Promise<readonly DueItem[]> => {
  const found: DueItem[] = []
  for (let shard = 0; shard < shards; shard += 1) for await (const page of due(shard, at)) found.push(...page)
  return found
}

describe('the due index', () => {
  it('tells what is due now or was before, and nothing else', async () => {
    const { registry } = await testTable()
    await registry.createEnvironment(environmentWith({ id: 'us-dev/past', dueAt: later(now, -3600) }), 1)
    await registry.createEnvironment(environmentWith({ id: 'us-dev/now', dueAt: now }), 1)
    await registry.createEnvironment(environmentWith({ id: 'us-dev/soon', dueAt: later(now, 1) }), 1)
    const due = await allDue(registry, 1)
    expect(due.map(({ message }) => message)).toEqual([{ kind: 'environment', id: 'us-dev/past' }, { kind: 'environment', id: 'us-dev/now' }])
    expect(due[0]).toEqual({ queue: 'work', clusterArn: ARN, message: { kind: 'environment', id: 'us-dev/past' } })
  })

  it('has clusters too: their nodes are to be looked at', async () => {
    const { registry } = await testTable()
    await registry.putCluster({ name: 'us-dev', arn: ARN, whole: false, dueAt: now }, 1)
    expect(await allDue(registry, 1)).toEqual([{ queue: 'nodes', clusterArn: ARN, message: { kind: 'nodes', cluster: 'us-dev' } }])
    await registry.changeCluster('us-dev', { set: { dueAt: later(now, 3600) } })
    expect(await allDue(registry, 1)).toEqual([])
    expect(await registry.cluster('us-dev')).toEqual({ name: 'us-dev', arn: ARN, whole: false, dueAt: later(now, 3600) })
  })

  it('sends what sleeps or wakes to the queue where people wait', async () => {
    const { registry } = await testTable()
    await registry.createEnvironment(environmentWith({ dueAt: now }), 1)
    const queue = async () => (await allDue(registry, 1))[0]?.queue
    for (const [phase, expected] of [['falling-asleep', 'work'], ['asleep', 'wake'], ['waking', 'wake'], ['awake', 'work']] as const) {
      await registry.environments.change('us-dev/shop', { set: { phase } })
      expect(await queue()).toBe(expected)
    }
  })

  it('spreads over its shards, all of which together have everything once', async () => {
    const { registry } = await testTable()
    await Promise.all(environments(60).map((environment) => registry.createEnvironment(environment, 4)))
    const due = await allDue(registry, 4)
    expect(new Set(due.map(({ message }) => (message.kind === 'environment' ? message.id : '')))).toHaveLength(60)
    expect(due).toHaveLength(60)
    for (let shard = 0; shard < 4; shard += 1) expect((await allDue(registry, shard + 1)).length).toBeGreaterThan(shard * 5)
    await registry.spread(environments(60).map(({ id }) => id), [], 1)
    expect(await allDue(registry, 1)).toHaveLength(60)
  })

  it('is read page by page', async () => {
    const { registry, meddle, calls } = await testTable()
    await Promise.all(environments(7).map((environment) => registry.createEnvironment(environment, 1)))
    meddle((action, request) => (action === 'Query' ? { request: { ...request, Limit: 3 } } : undefined))
    expect(await allDue(registry, 1)).toHaveLength(7)
    expect(calls.filter((call) => call === 'Query')).toHaveLength(3)
    expect((await registry.inCluster('us-dev')).environments).toHaveLength(7)
  })
})

describe('records', () => {
  it('are created once', async () => {
    const { registry } = await testTable()
    expect(await registry.createEnvironment(environmentWith({ epoch: 5 }), 1)).toBe(true)
    expect(await registry.createEnvironment(environmentWith({ epoch: 0 }), 1)).toBe(false)
    expect(await registry.createPool(poolWith({ epoch: 5 }))).toBe(true)
    expect(await registry.createPool(poolWith({ epoch: 0 }))).toBe(false)
    expect(await registry.inCluster('us-dev')).toMatchObject({ environments: [{ epoch: 5 }], pools: [{ epoch: 5 }] })
  })

  it('of a cluster as a whole are found by its name, are due like others, and are no environment', async () => {
    const { registry } = await testTable()
    const system = wholeRecord({ name: 'us-dev', arn: environmentWith().clusterArn, namespaces: ['kube-system'], timezone: 'UTC' }, now)
    expect(await registry.createEnvironment(system, 1)).toBe(true)
    await registry.createEnvironment(environmentWith(), 1)
    expect(await registry.inCluster('us-dev')).toEqual({ environments: [environmentWith()], pools: [], system })
    expect(await registry.environments.get('us-dev')).toEqual(system)
    expect((await allDue(registry, 1)).map(({ message }) => message)).toEqual([{ kind: 'environment', id: 'us-dev' }])
    await registry.environments.change('us-dev', { set: { removed: true } })
    await registry.forget({ ...system, removed: true })
    expect((await registry.inCluster('us-dev')).system).toBeUndefined()
  })

  it('come back as they were written, nothing of the table in them', async () => {
    const { registry } = await testTable()
    const environment = environmentWith({
      dueAt: now, pools: ['workers'], wakeSeconds: [90, 120], lease: { until: later(now, 60), by: 'ann' },
      decision: { desired: 'awake', rule: 'hours', reason: 'within Mon', reviewAt: later(now, 9) }, problem: { text: 'x', since: now, times: 2 },
    })
    const pool = poolWith({ shape: { cpuMilli: 1, memoryMiB: 0.5, pods: 3, labels: {}, taints: [{ key: 'a', effect: 'NoSchedule' }] }, demands: { 'us-dev/shop': 'asleep' } })
    await registry.createEnvironment(environment, 1)
    await registry.createPool(pool)
    expect(await registry.environments.get('us-dev/shop')).toEqual(environment)
    expect(await registry.glance('us-dev/shop')).toEqual(environment)
    expect(await registry.pools.get({ cluster: 'us-dev', name: 'workers' })).toEqual(pool)
  })

  it('are forgotten with their hosts, once they are taken out of the intent', async () => {
    const { registry } = await testTable()
    const environment = environmentWith({ terms: termsWith({ wake: { hosts: ['Shop.example.com', 'shop.example.org'], by: 'click', stayAwakeSeconds: 60 } }) })
    await registry.createEnvironment(environment, 1)
    await registry.setHosts(environment.id, [], environment.terms.wake.hosts)
    expect(await registry.environmentOfHost('shop.EXAMPLE.com')).toBe('us-dev/shop')
    await registry.setHosts(environment.id, environment.terms.wake.hosts, ['shop.example.org'])
    expect(await registry.environmentOfHost('shop.example.com')).toBeUndefined()
    const last = { ...environment, terms: termsWith({ wake: { hosts: ['shop.example.org'], by: 'click', stayAwakeSeconds: 60 } }) }
    await registry.forget(last)
    expect(await registry.environments.get('us-dev/shop')).toBeDefined()
    await registry.environments.change(environment.id, { set: { removed: true } })
    await registry.forget(last)
    expect(await registry.environments.get('us-dev/shop')).toBeUndefined()
    expect(await registry.environmentOfHost('shop.example.org')).toBeUndefined()
  })
})

describe('originals', () => {
  const originals = new Map(Array.from({ length: 60 }, (_, index) => [`Deployment/shop/web-${index}`, { replicas: index + 1 }] as const))

  it('are kept by environment, however many, and dropped by object or all', async () => {
    const { registry } = await testTable()
    await registry.keepOriginals('us-dev/shop', originals)
    await registry.keepOriginals('us-dev/shop-2', new Map([['CronJob/shop/nightly', { suspend: false }]]))
    expect(await registry.originals('us-dev/shop')).toEqual(originals)
    await registry.dropOriginals('us-dev/shop', ['Deployment/shop/web-0'])
    expect((await registry.originals('us-dev/shop')).size).toBe(59)
    await registry.dropOriginals('us-dev/shop')
    expect((await registry.originals('us-dev/shop')).size).toBe(0)
    expect(await registry.originals('us-dev/shop-2')).toEqual(new Map([['CronJob/shop/nightly', { suspend: false }]]))
  })
})

/** Takes nothing of a batch, so often. */
const takesNone = (times: number): Meddler => {
  let left = times
  return (action, request) => {
    if (action !== 'BatchWriteItem' || left === 0) return undefined
    left -= 1
    const writes = (request['RequestItems'] as Record<string, readonly unknown[]>)[TABLE] ?? []
    return { status: 200, body: { UnprocessedItems: { [TABLE]: writes } } }
  }
}

describe('what the table did not take', () => {
  it('is sent again until it is taken', async () => {
    const { registry, meddle, calls } = await testTable()
    meddle(takesNone(2))
    await registry.keepOriginals('us-dev/shop', new Map([['Deployment/shop/web', { replicas: 3 }]]))
    expect(calls.filter((call) => call === 'BatchWriteItem')).toHaveLength(3)
    expect((await registry.originals('us-dev/shop')).size).toBe(1)
  })

  it('is an error after several tries, which says how much is missing and what happens next', async () => {
    const { registry, meddle } = await testTable()
    meddle(takesNone(99))
    await expect(registry.keepOriginals('us-dev/shop', new Map([['Deployment/shop/web', { replicas: 3 }], ['Deployment/shop/db', { replicas: 1 }]])))
      .rejects.toThrow('did not take 2 writes in 6 tries: it is throttled; tried again with the next message')
  })

  it('is an error at once where the table refuses everything', async () => {
    const { registry, meddle } = await testTable()
    meddle(() => ({ status: 400, body: { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', message: 'too fast' } }))
    await expect(registry.environments.get('us-dev/shop')).rejects.toThrow('too fast')
    await expect(registry.environments.change('us-dev/shop', { set: { epoch: 1 } })).rejects.toThrow('too fast')
  })
})

const entry = (seconds: number, text: string): HistoryEntry => ({ at: later(now, seconds), subject: 'us-dev/shop', what: 'decision', text })

describe('the history', () => {
  it('is told newest first, all of it or the newest entries', async () => {
    const { registry } = await testTable()
    await registry.append([entry(0, 'awake'), entry(60, 'asleep'), { ...entry(30, 'steps'), what: 'steps', steps: ['put to sleep x'] }])
    expect((await registry.history('us-dev/shop')).map(({ text }) => text)).toEqual(['asleep', 'steps', 'awake'])
    expect(await registry.history('us-dev/shop', 2)).toEqual([entry(60, 'asleep'), { ...entry(30, 'steps'), what: 'steps', steps: ['put to sleep x'] }])
    expect(await registry.history('us-dev/other')).toEqual([])
  })

  it('has an entry once, though the message that wrote it came twice, even in one batch', async () => {
    const { registry } = await testTable()
    await registry.append([entry(0, 'awake')])
    await registry.append([entry(0, 'awake'), entry(0, 'awake')])
    expect(await registry.history('us-dev/shop')).toHaveLength(1)
  })

  it('goes by itself after 400 days', async () => {
    const { registry, client } = await testTable()
    await registry.append([entry(0, 'awake')])
    const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE }))
    expect(Items[0]?.['expiresAt']).toBe(now / 1000 + 400 * 86_400)
  })
})
