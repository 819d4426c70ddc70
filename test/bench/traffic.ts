import { shippedPrice } from '../../lib/adapters/prices/shipped-prices.ts'
import { sayDuration } from '../../lib/domain/duration.ts'
import { readVisitors } from '../../lib/sandbox/visitors.ts'
import { replay } from './replay.ts'
import type { Bench } from './report.ts'

const OURS = new URL('../../lib/sandbox/example/visitors-shop.csv', import.meta.url).pathname

/** What is neither in the CSV nor decided by the domain. */
const ASSUMED = {
  afterSeconds: 45 * 60, stayAwakeSeconds: 2 * 3600,
  /** A node in 100 s and pods after it (FIELD: wake latency of a node). */
  wakeSeconds: 150,
  /** The wait before a drain, the drain, the end of the instance. */
  reclaimSeconds: 300,
  nodes: 4, instanceType: 'm5.xlarge',
} as const

const HOURS = ['always', 'Mon-Fri 08:00-19:00'] as const
const BELOW_PER_MINUTE = [1, 5, 10, 20, 30] as const

/** What the requests of a CSV would have let sleep, by rates of idleness and hours. */
export const traffic: Bench = async ({ csv = OURS }) => {
  const rows = readVisitors(csv).map(({ at, value }) => ({ at, requests: value }))
  const usdPerHour = (ASSUMED.nodes * (shippedPrice(ASSUMED.instanceType)?.microUsdPerHour ?? Number.NaN)) / 1e6
  const figures = HOURS.flatMap((hours) => BELOW_PER_MINUTE.map((belowPerMinute) => ({ open: hours, belowPerMinute, ...replay(rows, { ...ASSUMED, hours, belowPerMinute }) })))
  const spanHours = figures[0]?.hours ?? Number.NaN
  return {
    name: 'traffic',
    says: `${rows.length} counts of requests in ${csv.slice(csv.lastIndexOf('/') + 1)} played against the decisions of the domain, minute by minute`,
    tables: [{
      title: `what slept in ${Math.round(spanHours / 24)} days, what that saved, what people waited`,
      columns: ['hours', 'idle below', 'asleep h', '%', 'USD saved', 'of', 'sleeps', 'wakes on request', 'by hours', 'met the page only', 'waited', 'p50 s', 'hours waited'],
      rows: figures.map((row) => [
        row.open, `${row.belowPerMinute}/min`, row.asleepHours, Math.round((100 * row.asleepHours) / spanHours), row.offHours * usdPerHour, spanHours * usdPerHour,
        row.sleeps, row.wakesOnRequest, row.wakesByHours, row.metAsleep, row.waited, row.waitSeconds.p50, row.waitSeconds.personHours,
      ]),
    }],
    notes: [
      `assumed: idle.after ${sayDuration(ASSUMED.afterSeconds)}, stayAwake ${sayDuration(ASSUMED.stayAwakeSeconds)}, a wake of ${ASSUMED.wakeSeconds} s, nodes off the bill ${ASSUMED.reclaimSeconds} s after it slept, ${ASSUMED.nodes} × ${ASSUMED.instanceType} at list price, of which none has to stay`,
      'decisions, looks and leases are those of the engine; clusters and nodes are not simulated',
      'people wake it in a minute with as many requests as the rate; fewer than that meet the page and leave it asleep: with by: anyone each of them would wake it',
      'the CSV names no zone: its times are taken for UTC',
    ],
    figures: { assumed: ASSUMED, csv: csv.slice(csv.lastIndexOf('/') + 1), rows: figures },
  }
}
