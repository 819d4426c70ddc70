import { keepLedger } from '../../lib/domain/ledger/ledger.ts'
import type { EnvironmentFacts, LedgerInput, NodeLifecycle, PoolFacts } from '../../lib/domain/ledger/ledger-input.ts'
import { instant, later } from '../../lib/domain/time.ts'
import type { ContainerUsage } from '../../lib/domain/usage/container-usage.ts'
import { takeSamples } from '../../lib/domain/usage/take-samples.ts'
import { decodeUsage, encodeUsage } from '../../lib/domain/usage/usage-codec.ts'
import { reportMail } from '../../lib/views/mail/report-mail.ts'
import { adviceFor } from '../domain/build-container.ts'
import { listPrice } from '../domain/build-ledger.ts'
import { monday, TWELVE_BY_FIVE, usageOver } from '../domain/build-usage.ts'
import { adviceFor as adviceLine, blockerOf, figuresOf, priced, reportWith, savingsWith, weekOf } from '../domain/report-builders.ts'
import { type Bench, median } from './report.ts'

const CONTAINERS = 100_000
const POOLS = 1000
const ENVIRONMENTS = 500
const ROUNDS = 3
const HOUR = 3600

/** What one piece of work took, beside a baseline that does the least with the same data. */
interface Timed {
  readonly what: string
  readonly ms: number
  readonly ratio: number
}

/** Medians of rounds in which work and baseline take turns. */
const beside = (what: string, baseline: () => unknown, work: () => unknown): Timed => {
  const times: { readonly base: number; readonly own: number }[] = []
  for (let round = 0; round < ROUNDS; round += 1) times.push({ base: timeOf(baseline), own: timeOf(work) })
  const ms = median(times.map(({ own }) => own))
  return { what, ms, ratio: ms / median(times.map(({ base }) => base)) }
}

const timeOf = (work: () => unknown): number => {
  const began = performance.now()
  work()
  return performance.now() - began
}

/** What a hundred kinds of container were seen to use over four weeks of 12×5 hours, as items hold it. */
const kindsOfUsage = (): readonly ContainerUsage[] =>
  Array.from({ length: 100 }, (_, kind) => usageOver(TWELVE_BY_FIVE, 4, (index) => ({
    cpuMilli: 40 + 10 * kind + ((index * 37) % (20 + 5 * kind)), memoryMiB: 100 + 20 * kind + ((index * 13) % 60),
  })))

/** A look a quarter of an hour after the last one, with two pods. */
const lookAgain = (usage: ContainerUsage): ContainerUsage | undefined => {
  const at = later(usage.lastAt, 900)
  const sample = (pod: string) => ({ pod, measuredAt: at, startedAt: monday, cpuMilli: 180, memoryMiB: 300 })
  return takeSamples(usage, { at, environmentAwakeSince: monday, samples: [sample('web-1'), sample('web-2')] }).usage
}

/** Does something for every container, and uses what comes of it, so that nothing is optimised away. */
const each = (work: (index: number) => unknown) => (): number => {
  let sink = 0
  for (let index = 0; index < CONTAINERS; index += 1) sink += work(index) === undefined ? 0 : 1
  return sink
}

const histograms = (): { readonly timed: readonly Timed[]; readonly bytesPerItem: number } => {
  const texts = kindsOfUsage().map(encodeUsage)
  const plain = texts.map((text) => JSON.stringify(decodeUsage(text)))
  const parseOnly = each((index) => JSON.stringify(JSON.parse(plain[index % plain.length] ?? '')))
  return {
    timed: [
      beside('a look at each taken into its histogram: read, add two pods, write', parseOnly, each((index) => {
        const usage = lookAgain(decodeUsage(texts[index % texts.length] ?? ''))
        return usage && encodeUsage(usage)
      })),
      beside('each read for advice: read, percentiles, reasons, worth', parseOnly, each((index) =>
        adviceFor({ usage: decodeUsage(texts[index % texts.length] ?? '') }))),
    ],
    bytesPerItem: Math.round(texts.reduce((sum, text) => sum + text.length, 0) / texts.length),
  }
}

const DAY = { from: instant('2026-11-23T00:00:00Z'), to: instant('2026-11-24T00:00:00Z') }

/** So many pools of four nodes, three of which leave at 19:00 and come back at 07:50, each used by two environments. */
const dayOf = (pools: number): LedgerInput => {
  const names = Array.from({ length: pools }, (_, index) => `cluster-${Math.floor(index / 4)}/pool-${index % 4}`)
  const at = (hour: number) => later(DAY.from, hour * HOUR)
  const life = (pool: string, id: string, from: number, to?: number): NodeLifecycle => ({
    instanceId: `${pool} ${id}`, pool, instanceType: 'm5.xlarge', capacity: 'on-demand', zone: 'us-east-1a', runningAt: at(from), ...(to === undefined ? {} : { terminatedAt: at(to) }),
  })
  const facts = (pool: string): PoolFacts => ({ pool, keep: 1, baseline: [{ at: at(-5), heldNodes: 4, wantedNodes: 1 }, { at: at(7.8), wantedNodes: 4 }, { at: at(18.9), heldNodes: 4, wantedNodes: 1 }] })
  const user = (pool: string, name: string): EnvironmentFacts => ({
    id: `${pool}-${name}`, uses: { [pool]: { cpuMilli: 2000, memoryMiB: 4096 } },
    states: [{ at: at(-5), state: 'asleep' }, { at: at(7.8), state: 'waking' }, { at: at(7.9), state: 'awake' }, { at: at(18.9), state: 'asleep' }],
    shut: [{ from: at(-5), to: at(8) }, { from: at(19), to: at(32) }],
  })
  return {
    span: DAY,
    nodes: names.flatMap((pool) => [life(pool, 'stays', -100), ...['a', 'b', 'c'].flatMap((id) => [life(pool, `${id} before`, -100, -5), life(pool, id, 7.8, 19)])]),
    pools: names.map(facts),
    environments: names.flatMap((pool) => [user(pool, 'shop'), user(pool, 'batch')]),
    coverage: [],
    priceOf: listPrice,
  }
}

const mailFor = (environments: number) => {
  const ids = Array.from({ length: environments }, (_, index) => `cluster-${index % 20}/environment-${index}`)
  const report = reportWith({
    current: weekOf(ids.map((id, index) => figuresOf(id, { savings: savingsWith({ realized: priced(1000 - index), avoidedNodeSeconds: HOUR * (index + 1) }) }))),
    advice: ids.map((id) => adviceLine(id)),
    blockers: ids.slice(0, 50).map((id) => blockerOf(id)),
  })
  return reportMail(report, undefined)
}

const bytes = (text: string): number => new TextEncoder().encode(text).byteLength

/** The money side: histograms of 100,000 containers, the ledger of 1,000 pools for a day, a mail for 500 environments. */
export const money: Bench = async () => {
  const { timed, bytesPerItem } = histograms()
  const [small, large] = [dayOf(POOLS / 10), dayOf(POOLS)]
  const ledger = keepLedger(large)
  const ledgerTime = beside(`the ledger of ${POOLS} pools for a day, against a tenth of them`, () => keepLedger(small), () => keepLedger(large))
  const message = mailFor(ENVIRONMENTS)
  const mailTime = beside(`one mail for ${ENVIRONMENTS} environments, against one for 50`, () => mailFor(ENVIRONMENTS / 10), () => mailFor(ENVIRONMENTS))
  const sizes = {
    bytesPerUsageItem: bytesPerItem, ledgerRows: ledger.rows.length, ledgerShares: ledger.shares.length,
    mailHtmlBytes: bytes(message.html), mailTextBytes: bytes(message.text), attachedBytes: message.attachments.reduce((sum, { content }) => sum + content.byteLength, 0),
  }
  return {
    name: 'money',
    says: `${CONTAINERS.toLocaleString('en-US')} containers, ${POOLS.toLocaleString('en-US')} pools, ${ENVIRONMENTS} environments; medians of ${ROUNDS} rounds; histograms beside JSON.parse and JSON.stringify of the same`,
    tables: [
      { title: 'time', columns: ['work', 'ms', '× baseline'], rows: [...timed, ledgerTime, mailTime].map(({ what, ms, ratio }) => [what, ms, ratio]) },
      { title: 'size', columns: ['', 'count'], rows: Object.entries(sizes).map(([what, count]) => [what, count]) },
    ],
    notes: [],
    figures: { timed: [...timed, ledgerTime, mailTime], sizes },
  }
}
