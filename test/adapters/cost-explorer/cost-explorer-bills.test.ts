import { describe, expect, it } from 'vitest'
import { costExplorerBills } from '../../../lib/adapters/cost-explorer/cost-explorer-bills.ts'
import { instant } from '../../../lib/domain/time.ts'
import type { CloudOptions } from '../../../lib/sandbox/cloud/cloud.ts'
import { cloudWorld, cluster } from '../../sandbox/cloud/cloud-world.ts'
import { answerInTurn } from '../answer-in-turn.ts'
import { awsAt } from '../aws-at.ts'

const TAG = 'aws:eks:cluster-name'
const DEV = { name: 'dev', arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev' }

/** Everything is final: more than three days after. */
const FINAL = '2026-11-29T00:00:00Z'

/** A fleet of two m5.large ($0.096 an hour, the shipped price) from Nov 22nd 2026, 08:00 UTC. */
const billWorld = async (changes: Partial<CloudOptions> = {}, attempts = 1) => {
  const world = await cloudWorld(changes)
  awsAt(world.cloud.url, attempts)
  await world.timeline.runUntil(instant(FINAL))
  return { ...world, bills: costExplorerBills() }
}

const usd = (Amount: string, Unit = 'USD') => ({ Amount, Unit })

const groupOf = (eksName: string, account: string, Amount: string, Unit = 'USD') =>
  ({ Keys: [`${TAG}$${eksName}`, account], Metrics: { UnblendedCost: usd(Amount, Unit), AmortizedCost: usd(Amount, Unit) } })

const answer = (groups: readonly object[], NextPageToken?: string) => ({ ResultsByTime: [{ TimePeriod: { Start: '2026-11-23', End: '2026-11-24' }, Groups: groups }], NextPageToken })

describe('the bill of a cluster', () => {
  it('is told by the day under its name in the fleet, the last day included', async () => {
    const { bills, cloud } = await billWorld()
    const { days, problems, requests } = await bills.days([DEV], '2026-11-22', '2026-11-23')
    const row = { subject: 'dev', askedAt: expect.any(Number) }
    expect(days).toEqual([
      { ...row, day: '2026-11-22', unblendedMicroUsd: 2 * 16 * 96_000, amortizedMicroUsd: 2 * 16 * 96_000 },
      { ...row, day: '2026-11-23', unblendedMicroUsd: 2 * 24 * 96_000, amortizedMicroUsd: 2 * 24 * 96_000 },
    ])
    expect(problems).toEqual([])
    expect(cloud.charges()).toEqual([{ use: 'cost-explorer-request', units: requests, usd: requests * 0.01 }])
    expect(requests).toBe(2)
  })

  it('is whole over many pages, of which each cuts a day', async () => {
    const clusters = Array.from({ length: 12 }, (_, index) => cluster({ name: `c${index}`, arn: `arn:aws:eks:us-east-1:111122223333:cluster/c${index}` }))
    const { bills } = await billWorld({ clusters })
    const { days, requests, problems } = await bills.days(clusters, '2026-11-23', '2026-11-25')
    expect(days).toHaveLength(36)
    expect(new Set(days.map(({ subject, day }) => `${subject} ${day}`))).toHaveLength(36)
    expect(new Set(days.map(({ unblendedMicroUsd }) => unblendedMicroUsd))).toEqual(new Set([2 * 24 * 96_000]))
    expect([requests, problems]).toEqual([4 + 1, []])
  })

  it('is its own where clusters of other accounts or regions have its name', async () => {
    const clusters = [
      { name: 'a', arn: 'arn:aws:eks:us-east-1:111122223333:cluster/dev' },
      { name: 'b', arn: 'arn:aws:eks:us-east-1:444455556666:cluster/dev' },
      { name: 'c', arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/dev' },
    ]
    const { asked } = await answerInTurn([
      answer([groupOf('dev', '111122223333', '3')]), answer([]), answer([groupOf('dev', '111122223333', '1'), groupOf('dev', '444455556666', '2')]), answer([]),
    ])
    const { days, problems } = await costExplorerBills().days(clusters, '2026-11-23', '2026-11-23')
    expect(Object.fromEntries(days.map(({ subject, unblendedMicroUsd }) => [subject, unblendedMicroUsd]))).toEqual({ a: 1e6, b: 2e6, c: 3e6 })
    expect(problems).toEqual([])
    expect(asked.map((request) => JSON.stringify(request['Filter']).match(/"(?:us|eu)-\w+-1"/g))).toEqual([['"eu-west-1"'], ['"eu-west-1"'], ['"us-east-1"'], ['"us-east-1"']])
  })

  it('that has not come has no row, and it is said what may be the matter', async () => {
    const { bills } = await billWorld()
    const { days, problems } = await bills.days([DEV], '2026-11-28', '2026-11-28')
    expect(days).toEqual([])
    expect(problems).toEqual([expect.stringContaining(`no row for any cluster of account 111122223333; unless no node ran or these days are not on the bill yet: is ${TAG} activated as a cost allocation tag`)])
  })

  it('is asked for by days that are days', async () => {
    await answerInTurn([{}])
    const bills = costExplorerBills()
    await expect(bills.days([DEV], '2026-11-31', '2026-12-01')).rejects.toThrow('found "2026-11-31" to "2026-12-01", expected YYYY-MM-DD')
    await expect(bills.days([DEV], '2026-11-23', '2026-11-22')).rejects.toThrow('the first not after the last')
    expect(await bills.days([], '2026-11-22', '2026-11-23')).toEqual({ days: [], requests: 0, problems: [] })
  })
})

/** Refuses so many calls of Cost Explorer after the first few. */
const refusing = (code: string, times = Number.POSITIVE_INFINITY, after = 0): Partial<CloudOptions> => {
  let calls = 0
  return {
    intercept: async ({ service }) => {
      if (service !== 'ce') return undefined
      calls += 1
      return calls > after && calls <= after + times ? { status: 400, code, message: 'Rate exceeded' } : undefined
    },
  }
}

describe('Cost Explorer that refuses', () => {
  it.each(['LimitExceededException', 'ThrottlingException'])('with %s once is asked again by the SDK', async (code) => {
    const { bills } = await billWorld(refusing(code, 1), 2)
    const { days, problems } = await bills.days([DEV], '2026-11-23', '2026-11-23')
    expect([days.length, problems]).toEqual([1, []])
  })

  it('for good has no row and one problem, and is asked no more', async () => {
    const { bills } = await billWorld(refusing('LimitExceededException'))
    expect(await bills.days([DEV], '2026-11-23', '2026-11-23')).toEqual({
      days: [], requests: 1, problems: ['Cost Explorer: page 1 was refused (LimitExceededException: Rate exceeded)'],
    })
  })

  it('for want of a right names the right', async () => {
    const { bills } = await billWorld(refusing('AccessDeniedException'))
    const { problems } = await bills.days([DEV], '2026-11-23', '2026-11-23')
    expect(problems[0]).toContain('the role needs the right ce:GetCostAndUsage')
  })

  it('a later page keeps what was read before, which is whole', async () => {
    const clusters = Array.from({ length: 12 }, (_, index) => cluster({ name: `c${index}`, arn: `arn:aws:eks:us-east-1:111122223333:cluster/c${index}` }))
    const { bills } = await billWorld({ clusters, ...refusing('ThrottlingException', 1, 1) })
    const { days, problems } = await bills.days(clusters, '2026-11-23', '2026-11-23')
    expect(days).toHaveLength(10)
    expect(problems).toEqual(['Cost Explorer: page 2 was refused (ThrottlingException: Rate exceeded); the bill of some clusters or days is missing'])
  })

  it('the part of Savings Plans takes no day without it', async () => {
    const { bills } = await billWorld(refusing('ThrottlingException', 1, 1))
    const { days, problems } = await bills.days([DEV], '2026-11-23', '2026-11-23')
    expect(days).toEqual([])
    expect(problems[0]).toContain('no day is taken without')
  })
})

const ask = () => costExplorerBills().days([DEV], '2026-11-23', '2026-11-23')

describe('what Cost Explorer answers', () => {
  it('for nodes a Savings Plan pays for is amortized cost and nothing on the invoice', async () => {
    const planned = { Keys: [`${TAG}$us-dev`, '111122223333'], Metrics: { AmortizedCost: usd('1.4') } }
    const { asked } = await answerInTurn([answer([groupOf('us-dev', '111122223333', '2.304')]), answer([planned])])
    const { days } = await ask()
    expect(days).toMatchObject([{ unblendedMicroUsd: 2_304_000, amortizedMicroUsd: 3_704_000 }])
    expect(asked.map((request) => request['Metrics'])).toEqual([['UnblendedCost', 'AmortizedCost'], ['AmortizedCost']])
    expect(JSON.stringify(asked[0]?.['Filter'])).toContain('{"Not":{"Dimensions":{"Key":"RECORD_TYPE","Values":["SavingsPlanCoveredUsage","SavingsPlanNegation"]}}}')
  })

  it('with a credit may be below zero', async () => {
    await answerInTurn([answer([groupOf('us-dev', '111122223333', '-0.5')]), answer([])])
    expect((await ask()).days).toMatchObject([{ unblendedMicroUsd: -500_000 }])
  })

  it('with a tiny amount is read though it is written with an exponent', async () => {
    await answerInTurn([answer([groupOf('us-dev', '111122223333', '2.5E-6')]), answer([])])
    expect((await ask()).days).toMatchObject([{ unblendedMicroUsd: 3 }])
  })

  it.each([['12', 'EUR', 'found UnblendedCost in "EUR", expected USD'], ['many', 'USD', 'found UnblendedCost "many", expected a number'], ['', 'USD', 'found UnblendedCost "", expected a number']])(
    'of %j %s is left out with its row and said', async (amount, unit, words) => {
      await answerInTurn([answer([groupOf('us-dev', '111122223333', amount, unit)]), answer([])])
      const { days, problems } = await ask()
      expect(days).toEqual([])
      expect(problems).toContain(`Cost Explorer, dev on 2026-11-23: ${words}; left out`)
    })

  it('twice counts once, and pages that go round in a circle are cut', async () => {
    const page = answer([groupOf('us-dev', '111122223333', '1')], 'round')
    const { asked } = await answerInTurn([page, page, answer([])])
    const { days, requests, problems } = await ask()
    expect(days).toMatchObject([{ unblendedMicroUsd: 1_000_000 }])
    expect(problems).toEqual(['Cost Explorer: page 2 names a next page that was read before; stopped there; the bill of some clusters or days is missing'])
    expect(requests).toBe(3)
    const [{ NextPageToken: _none, ...first } = {}, { NextPageToken: token, ...second } = {}] = asked
    expect([token, second]).toEqual(['round', first])
  })

  it('without end is cut as well', async () => {
    let page = 0
    const endless = Array.from({ length: 210 }, () => answer([], `page ${(page += 1)}`))
    const { asked } = await answerInTurn(endless)
    const { problems } = await ask()
    expect(problems).toEqual(['Cost Explorer: found more than 200 pages; stopped there'])
    expect(asked).toHaveLength(200)
  })

  it('without the tag says that it must be activated', async () => {
    await answerInTurn([answer([groupOf('', '111122223333', '88'), groupOf('us-dev', '999999999999', '7')]), answer([])])
    const { days, problems } = await ask()
    expect(days).toEqual([])
    expect(problems).toEqual([`Cost Explorer: account 111122223333 has instances on its bill, but no row for any cluster; activate ${TAG} as a cost allocation tag in the billing console (it counts from then on)`])
  })

  it('for a day nobody asked for is left out', async () => {
    await answerInTurn([{ ResultsByTime: [{ TimePeriod: { Start: '2026-11-24' }, Groups: [groupOf('us-dev', '111122223333', '1')] }] }, answer([])])
    expect((await ask()).days).toEqual([])
  })
})
