import { type Hours, hoursAt, isOpen, parseHours } from '../../lib/domain/hours.ts'
import { type Instant, instant, later } from '../../lib/domain/time.ts'
import { type Bench, median } from './report.ts'

const EVALUATIONS = 100_000
/** Each loop is run so often; the median counts. */
const ROUNDS = 5

const ZONES = ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney', 'America/Sao_Paulo', 'Asia/Tokyo', 'Africa/Casablanca', 'Pacific/Auckland', 'America/Los_Angeles']
const DAYS = ['Mon-Fri', 'Mon-Thu', 'Sat-Sun', 'Fri-Mon', 'Mon-Sun']
const SPANS = ['08:00-19:00', '07:30-18:30', '20:00-06:00', '00:00-24:00', '09:15-12:45']
const HOLIDAYS = ['2026-01-01', '2026-04-06', '2026-12-25']
const START = instant('2026-01-01T00:00:00Z')

/** 7,919 is prime to the number of expressions: each is asked at instants all over the year. */
const anywhere = (index: number): Instant => later(START, ((index * 7919) % 525_600) * 60)

/** 100,000 evaluations of hours beside as many instants written as ISO text. */
export const hours: Bench = async () => {
  const texts = ZONES.flatMap((zone) => DAYS.flatMap((days) => SPANS.map((span) => `${days} ${span} ${zone}`)))
  const all = texts.map((text) => parseHours(text, 'UTC'))
  const pick = (index: number): Hours => all[index % all.length] ?? parseHours('always', 'UTC')
  // As the tick asks: everything in one minute, then everything a minute later.
  const onward = (index: number): Instant => later(START, Math.floor(index / all.length) * 60)

  let sink = 0
  const loops: readonly (readonly [name: string, body: (index: number) => void])[] = [
    ['baseline: new Date(…).toISOString()', (index) => { sink += new Date(anywhere(index)).toISOString().length }],
    ['isOpen, anywhere in the year', (index) => { sink += Number(isOpen(pick(index), anywhere(index), HOLIDAYS)) }],
    ['hoursAt, anywhere in the year', (index) => { sink += Number(hoursAt(pick(index), anywhere(index), HOLIDAYS).awake) }],
    ['hoursAt, minute after minute', (index) => { sink += Number(hoursAt(pick(index), onward(index), HOLIDAYS).awake) }],
    ['parseHours and hoursAt, as a worker does', (index) => { sink += Number(hoursAt(parseHours(texts[index % texts.length] ?? 'always', 'UTC'), anywhere(index), HOLIDAYS).awake) }],
  ]
  const times = new Map<string, number[]>(loops.map(([name]) => [name, []]))
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, body] of loops) {
      const began = performance.now()
      for (let index = 0; index < EVALUATIONS; index += 1) body(index)
      times.get(name)?.push(performance.now() - began)
    }
  }
  const medians = loops.map(([name]) => ({ name, ms: median(times.get(name) ?? []) }))
  const baseline = medians[0]?.ms ?? Number.NaN
  const figures = medians.map(({ name, ms }) => ({ name, ms, microsecondsEach: (1000 * ms) / EVALUATIONS, ratio: ms / baseline }))
  return {
    name: 'hours',
    says: `${EVALUATIONS.toLocaleString('en-US')} evaluations over ${texts.length} expressions in ${ZONES.length} zones; medians of ${ROUNDS} rounds`,
    tables: [{
      title: 'one loop each',
      columns: ['loop', 'ms', 'µs each', '× baseline'],
      rows: figures.map(({ name, ms, microsecondsEach, ratio }) => [name, ms, microsecondsEach, ratio]),
    }],
    notes: [`${sink > 0 ? 'all' : 'none'} of it was used, so that nothing was optimised away`],
    figures: { evaluations: EVALUATIONS, expressions: texts.length, zones: ZONES.length, loops: figures },
  }
}
