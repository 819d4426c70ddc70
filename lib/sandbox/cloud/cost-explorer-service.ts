import { createHash } from 'node:crypto'
import { calendarDate, dayNumber } from '../../domain/calendar-date.ts'
import type { Dice } from '../dice.ts'
import { AwsError } from './aws-error.ts'
import { type BillLine, type BillWorld, type KnownDay, knownDay } from './bill.ts'
import { costFilter, costGroups } from './cost-query.ts'
import { refuseOtherRegions } from './home-region.ts'
import { JsonInput } from './json-input.ts'
import type { Service } from './service.ts'
import { awsJsonAnswer, awsJsonRefusal } from './wire.ts'

const target = 'AWSInsightsIndexService.GetCostAndUsage'
const metrics = ['AmortizedCost', 'BlendedCost', 'NetAmortizedCost', 'NetUnblendedCost', 'UnblendedCost']
/** Far smaller than in AWS, so that nobody who forgets the next page gets away with it. */
const groupsPerPage = 10
/** How much too low the amounts of a day are until it is final. */
const unsettledShare = [0.001, 0.012] as const

/** One row of an answer: a group of a day, or the whole day. */
interface Row {
  readonly day: KnownDay
  readonly keys: readonly string[] | undefined
  readonly usd: number
}

/** AWS Cost Explorer (awsJson1_1, 2017-10-25): GetCostAndUsage by the day, of the simulated bill. */
export const costExplorerService = (world: BillWorld, dice: Dice): Service => ({
  action: (request) => (request.target === target ? 'GetCostAndUsage' : undefined),
  handle: (_, { body, region, requestId }) => {
    refuseOtherRegions(region)
    return awsJsonAnswer(getCostAndUsage(world, dice, body), requestId, '1.1')
  },
  refuse: (error, requestId) =>
    awsJsonRefusal(error, requestId, { namespace: 'com.amazonaws.costexplorer', version: '1.1' }),
})

const invalid = (message: string): AwsError => new AwsError(400, 'ValidationException', message)

const getCostAndUsage = (world: BillWorld, dice: Dice, body: string): object => {
  world.meter.count('cost-explorer-request')
  const input = JsonInput.parse(body)
  const asked = input.texts('Metrics')
  const wrong = asked.find((metric) => !metrics.includes(metric))
  if (asked.length === 0 || wrong !== undefined) {
    throw invalid(`Metrics: expected some of ${metrics.join(', ')}, found ${wrong ?? 'none'}`)
  }
  if (input.text('Granularity') !== 'DAILY') {
    throw invalid(`the simulated Cost Explorer knows the granularity DAILY only: found ${input.text('Granularity') ?? 'none'}`)
  }
  const groupBy = input.objects('GroupBy')
  const rows = rowsOf(knownDays(world, dice, input.object('TimePeriod')), costFilter(input.object('Filter')), groupBy)
  const start = startOf(input, body)
  const shown = rows.slice(start, start + groupsPerPage)
  const end = start + groupsPerPage
  return {
    DimensionValueAttributes: [],
    GroupDefinitions: groupBy.map((group) => ({ Type: group.text('Type'), Key: group.text('Key') })),
    ResultsByTime: resultsByTime(shown, asked),
    NextPageToken: end < rows.length ? tokenOf(end, body) : undefined,
  }
}

const longestDays = 400

const knownDays = (world: BillWorld, dice: Dice, period: JsonInput | undefined): readonly KnownDay[] => {
  const first = dayNumber(period?.text('Start') ?? '')
  const end = dayNumber(period?.text('End') ?? '')
  if (first === undefined || end === undefined) throw invalid('TimePeriod: Start and End must be dates, as in 2026-03-23')
  if (first >= end) throw invalid('Start date (and hour) should be before end date (and hour)')
  if (end - first > longestDays) throw invalid(`TimePeriod: found ${end - first} days, expected at most ${longestDays}`)
  const unsettled = (key: string): number => dice(...unsettledShare, 'cost explorer', key)
  return Array.from({ length: end - first }, (_, index) =>
    knownDay(world, calendarDate(first + index), world.fleet.timeline.now(), unsettled))
}

/** A row for each group of each day, by day and key; one row for a day without groups. */
const rowsOf = (
  days: readonly KnownDay[], passes: (line: BillLine) => boolean, groupBy: readonly JsonInput[],
): readonly Row[] => {
  const keysOf = costGroups(groupBy)
  return days.flatMap((day): readonly Row[] => {
    const lines = day.lines.filter((line) => passes(line))
    if (groupBy.length === 0) return [{ day, keys: undefined, usd: total(lines) }]
    const groups = [...Map.groupBy(lines, (line) => JSON.stringify(keysOf(line)))].sort(([a], [b]) => (a < b ? -1 : 1))
    if (groups.length === 0) return [{ day, keys: undefined, usd: 0 }]
    return groups.map(([keys, own]) => ({ day, keys: JSON.parse(keys) as readonly string[], usd: total(own) }))
  })
}

const total = (lines: readonly BillLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0)

/** The rows by day; a day cut by the end of a page is continued on the next. */
const resultsByTime = (rows: readonly Row[], asked: readonly string[]): readonly object[] =>
  [...Map.groupBy(rows, ({ day }) => day)].map(([day, own]) => ({
    TimePeriod: { Start: day.date, End: day.nextDate },
    Total: own.some(({ keys }) => keys === undefined) ? amounts(own[0]?.usd ?? 0, asked) : {},
    Groups: own.flatMap(({ keys, usd }) => (keys === undefined ? [] : [{ Keys: keys, Metrics: amounts(usd, asked) }])),
    Estimated: day.isEstimated,
  }))

const amounts = (usd: number, asked: readonly string[]): object =>
  Object.fromEntries(asked.map((metric) => [metric, { Amount: usd === 0 ? '0' : usd.toFixed(10), Unit: 'USD' }]))

/** What a token stands for: where to go on, and all the other parameters. */
const tokenOf = (position: number, body: string): string =>
  Buffer.from(`${position}:${fingerprint(body)}`).toString('base64url')

const fingerprint = (body: string): string => {
  const { NextPageToken: _, ...parameters } = JSON.parse(body) as Readonly<Record<string, unknown>>
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16)
}

const startOf = (input: JsonInput, body: string): number => {
  const token = input.text('NextPageToken')
  if (token === undefined) return 0
  const [, position, parameters] = /^(\d+):([0-9a-f]{16})$/.exec(Buffer.from(token, 'base64url').toString()) ?? []
  if (position === undefined) throw new AwsError(400, 'InvalidNextTokenException', 'The pagination token is invalid.')
  if (parameters !== fingerprint(body)) {
    const remedy = 'Try again with the old token or without a pagination token.'
    throw new AwsError(400, 'RequestChangedException', `Your request parameters changed between pages. ${remedy}`)
  }
  return Number(position)
}
