import { describe, expect, it } from 'vitest'
import { dynamodbJournal } from '../../../lib/adapters/dynamodb/dynamodb-journal.ts'
import type { Fact } from '../../../lib/domain/journal/fact.ts'
import type { NodeLifecycle } from '../../../lib/domain/ledger/ledger-input.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import { TABLE } from '../../../lib/sandbox/environment-variables.ts'
import { testTable } from './start-table.ts'

const now = instant('2026-11-23T20:00:00Z')

const life = (instanceId: string, changes: Partial<NodeLifecycle> = {}): NodeLifecycle =>
  ({ instanceId, pool: 'us-dev/workers', instanceType: 'm5.large', capacity: 'on-demand', zone: 'us-east-1a', runningAt: later(now, -3600), ...changes })

const asleep = (seconds: number, environment = 'us-dev/shop'): Fact => ({ kind: 'phase', at: later(now, seconds), environment, was: 'falling-asleep', is: 'asleep' })

const entry = (fact: Fact, subject = 'us-dev/shop') => ({ at: fact.at, subject, what: 'phase' as const, text: 'asleep: hours', fact })

const journalOf = async () => {
  const { client, registry } = await testTable()
  return { registry, journal: dynamodbJournal(client, TABLE) }
}

describe('the journal of a cluster', () => {
  it('has the facts that came with the history, in the order of time', async () => {
    const { registry, journal } = await journalOf()
    await registry.append([entry(asleep(60)), entry(asleep(0, 'us-dev/batch'), 'us-dev/batch')])
    expect(await journal.between('us-dev', now, later(now, 3600))).toEqual([asleep(0, 'us-dev/batch'), asleep(60)])
    expect(await registry.history('us-dev/shop')).toEqual([{ at: later(now, 60), subject: 'us-dev/shop', what: 'phase', text: 'asleep: hours' }])
  })

  it('has a fact once that was told twice', async () => {
    const { registry, journal } = await journalOf()
    await registry.append([entry(asleep(0))])
    await registry.append([entry(asleep(0))])
    expect(await journal.between('us-dev', now, later(now, 1))).toHaveLength(1)
  })

  it('includes the beginning of what is asked for and not its end, and nothing of other clusters', async () => {
    const { registry, journal } = await journalOf()
    await registry.append([entry(asleep(0)), entry(asleep(60)), entry(asleep(30, 'eu-dev/shop'), 'eu-dev/shop')])
    expect(await journal.between('us-dev', now, later(now, 60))).toEqual([asleep(0)])
  })
})

describe('the lives of nodes', () => {
  it('are those that run, and those that ended since', async () => {
    const { journal } = await journalOf()
    const ended = (id: string, seconds: number) => life(id, { terminatedAt: later(now, seconds) })
    await journal.keepLives('us-dev', [life('i-1'), ended('i-2', -7200), ended('i-3', -60), ended('i-4', 0)])
    expect((await journal.lives('us-dev', later(now, -60))).map(({ instanceId }) => instanceId)).toEqual(['i-1', 'i-3', 'i-4'])
  })

  it('ends in one place when a node that ran has ended', async () => {
    const { journal } = await journalOf()
    await journal.keepLives('us-dev', [life('i-1')])
    await journal.keepLives('us-dev', [life('i-1', { terminatedAt: now })])
    expect(await journal.lives('us-dev', later(now, -60))).toEqual([life('i-1', { terminatedAt: now })])
    expect(await journal.lives('us-dev', later(now, 60))).toEqual([])
  })

  it('ends when whoever took the node saw it end, where that was sooner', async () => {
    const { registry, journal } = await journalOf()
    await journal.keepLives('us-dev', [life('i-1'), life('i-2', { terminatedAt: later(now, 600) })])
    const left = (instanceId: string): Fact => ({ kind: 'left', at: now, pool: 'us-dev/workers', instanceId })
    await registry.append(['i-1', 'i-2'].map((id) => ({ at: now, subject: 'us-dev/pool/workers', what: 'phase', text: `${id} is off the bill`, fact: left(id) })))
    expect((await journal.lives('us-dev', later(now, -60))).map(({ terminatedAt }) => terminatedAt)).toEqual([now, now])
  })
})
