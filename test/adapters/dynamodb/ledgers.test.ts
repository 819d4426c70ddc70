import { describe, expect, it } from 'vitest'
import { dynamodbLedgers } from '../../../lib/adapters/dynamodb/dynamodb-ledgers.ts'
import type { AdviceRecord } from '../../../lib/domain/advice/advice-record.ts'
import { keepLedger } from '../../../lib/domain/ledger/ledger.ts'
import type { LedgerRow } from '../../../lib/domain/ledger/ledger-row.ts'
import { TABLE } from '../../../lib/sandbox/environment-variables.ts'
import { at, ledgerInput, POOL } from '../../domain/build-ledger.ts'
import { closed, storyWith } from '../../domain/build-story.ts'
import { adviceFor, reconciled } from '../../domain/report-builders.ts'
import { testTable } from './start-table.ts'

const ledgersOf = async () => {
  const { client, calls } = await testTable()
  return { ledgers: dynamodbLedgers(client, TABLE), calls }
}

/** A row of the pool in each of the hours from one to another. */
const rowsOf = (from: string, to: string): readonly LedgerRow[] => keepLedger(ledgerInput({ span: { from: at(from), to: at(to) } })).rows

const adviceOf = (container: string): AdviceRecord => ({ ...adviceFor('us-dev/shop', { container }), at: at('00:00') })

describe('the rows of hours', () => {
  it('are read as they were kept, from an hour on and before another', async () => {
    const { ledgers } = await ledgersOf()
    await ledgers.keepRows('us-dev', { from: at('08:00'), to: at('12:00') }, rowsOf('08:00', '12:00'))
    expect(await ledgers.rows('us-dev', at('09:00'), at('11:00'))).toEqual(rowsOf('09:00', '11:00'))
    expect(await ledgers.rows('us-dev', at('09:00'), at('09:00'))).toEqual([])
    expect(await ledgers.rows('eu', at('09:00'), at('11:00'))).toEqual([])
  })

  it('are replaced within the span and nowhere else; what is as it was is not written', async () => {
    const { ledgers, calls } = await ledgersOf()
    await ledgers.keepRows('us-dev', { from: at('08:00'), to: at('12:00') }, rowsOf('08:00', '12:00'))
    const writes = () => calls.filter((action) => action === 'BatchWriteItem').length
    const before = writes()
    await ledgers.keepRows('us-dev', { from: at('08:00'), to: at('12:00') }, rowsOf('08:00', '12:00'))
    expect(writes()).toBe(before)
    await ledgers.keepRows('us-dev', { from: at('09:00'), to: at('11:00') }, rowsOf('09:00', '10:00').map((row) => ({ ...row, blockers: ['a budget'] })))
    expect((await ledgers.rows('us-dev', at('00:00'), at('23:00'))).map(({ hour, blockers }) => [hour, blockers])).toEqual([[at('08:00'), []], [at('09:00'), ['a budget']], [at('11:00'), []]])
  })
})

describe('days', () => {
  it('are read as they were kept, from one to another', async () => {
    const { ledgers } = await ledgersOf()
    const { day } = closed(storyWith())
    await ledgers.keepDay(day)
    expect(await ledgers.days('us-dev', '2026-11-23', '2026-11-23')).toEqual([day])
    expect(await ledgers.days('us-dev', '2026-11-24', '2026-11-30')).toEqual([])
  })

  it('of 300 environments fit into an item with room to spare', async () => {
    const { ledgers } = await ledgersOf()
    const { day } = closed(storyWith())
    const environments = Array.from({ length: 300 }, (_, index) => day.environments.map((each) => ({ ...each, id: `us-dev/environment-${index}`, awakeSeconds: index * 97 }))).flat()
    await ledgers.keepDay({ ...day, environments })
    expect((await ledgers.days('us-dev', '2026-11-23', '2026-11-23'))[0]?.environments).toHaveLength(300)
  })
})

it('keeps days beside their bill', async () => {
  const { ledgers } = await ledgersOf()
  const days = [reconciled('2026-11-20', 12), reconciled('2026-11-21', 13, { unblendedMicroUsd: 12_900_000, amortizedMicroUsd: 12_900_000 })]
  await ledgers.keepBills('us-dev', days)
  expect(await ledgers.bills('us-dev', '2026-11-20', '2026-11-21')).toEqual(days)
  expect(await ledgers.bills('us-dev', '2026-11-21', '2026-11-30')).toEqual(days.slice(1))
})

it('remembers that a day asked for the bill', async () => {
  const { ledgers } = await ledgersOf()
  const question = { day: '2026-11-23', at: at('00:20'), tries: 1, requests: 2, answered: true, problems: [] }
  await ledgers.keepBillQuestion(question)
  expect([await ledgers.billQuestion('2026-11-23'), await ledgers.billQuestion('2026-11-24')]).toEqual([question, undefined])
})

it('replaces the advice of an environment: a container that is gone has none', async () => {
  const { ledgers } = await ledgersOf()
  await ledgers.keepAdvice('us-dev/shop', [adviceOf('server'), adviceOf('proxy')])
  await ledgers.keepAdvice('us-dev/shop', [adviceOf('server')])
  expect(await ledgers.advice('us-dev/shop')).toEqual([adviceOf('server')])
  expect(await ledgers.advice('us-dev/other')).toEqual([])
})

it('names what it is about in the keys of hours', async () => {
  const { ledgers } = await ledgersOf()
  const [row] = rowsOf('08:00', '09:00')
  if (row === undefined) throw new Error('expected a row')
  await ledgers.keepRows('us-dev', { from: at('08:00'), to: at('09:00') }, [row, { ...row, pool: `${POOL}-2` }])
  expect((await ledgers.rows('us-dev', at('08:00'), at('09:00'))).map(({ pool }) => pool)).toEqual([POOL, `${POOL}-2`])
})
