import type { Intent } from '../domain/intent/schema.ts'
import { writeFileSync } from 'node:fs'
import { instant, later } from '../domain/time.ts'
import { nodeChart } from '../views/node-chart.ts'
import type { Span } from '../domain/ledger/clock-hour.ts'
import type { FleetPlan } from './fleet-plan.ts'
import { readLogs, sayLine } from './log-lines.ts'
import { type MoneyFigures, readMoney } from './read-money.ts'
import { readFigures, type Run, startRun, wakeAndCompare } from './run.ts'

/** What a headless run is made from. */
export interface HeadlessOptions {
  readonly plan: FleetPlan
  readonly intent: Intent
  readonly seed: number
  readonly seconds: number
  readonly json: boolean
  /** Where to write a picture of the nodes with and without Catnap. */
  readonly chart?: string | undefined
}

/** How often the running nodes are counted for the picture. */
const COUNT_SECONDS = 15 * 60

/** What a headless run prints with `--json`; the same seed gives the same numbers. */
interface HeadlessResult extends Awaited<ReturnType<typeof readFigures>>, MoneyFigures {
  readonly seed: number
  readonly days: number
  readonly nodeHoursBaseline: number
  readonly nodeHoursActual: number
  readonly nodeHoursAvoided: number
  readonly usdBaseline: number
  readonly usdActual: number
  readonly usdAvoided: number
}

/** Runs the fleet twice over the same time, without Catnap and with it, and prints the difference. Answers the exit code. */
export const runHeadless = async (options: HeadlessOptions): Promise<number> => {
  const say = options.json ? () => {} : (text: string) => process.stdout.write(`${text}\n`)
  const began = performance.now()
  say(`baseline: ${Object.keys(options.plan.clusters).length} clusters for ${options.seconds / 86_400} days, Catnap off`)
  const baseline = await startRun({ ...options, catnap: false })
  const before = await bill(baseline, options.seconds)
  await baseline.close()

  const { result, lost, nodes } = await actualRun(options, before, say)
  if (options.chart !== undefined) writeFileSync(options.chart, chartOf(options, result, before.nodes, nodes))
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else say(`${summary(result)}\n${Math.round((performance.now() - began) / 1000)} s on this machine`)
  for (const line of lost) process.stderr.write(`checker: ${line}\n`)
  return lost.length === 0 && result.failures === 0 ? 0 : 1
}

const actualRun = async (options: HeadlessOptions, before: Bill, say: (text: string) => void) => {
  const run = await startRun({ ...options, catnap: true })
  const { timeline } = run.sandbox
  const stopReading = readLogs((line) => line.text !== 'due' && say(sayLine(timeline.now(), line)))
  try {
    const after = await bill(run, options.seconds)
    const figures = await readFigures(run, options.intent)
    const money = await readMoney(run, options.intent, after.span)
    const left = await wakeAndCompare(run, options.intent)
    const result: HeadlessResult = {
      ...figures,
      ...money,
      lostOriginals: figures.lostOriginals + left.length,
      nodeHoursBaseline: round(before.nodeHours), nodeHoursActual: round(after.nodeHours), nodeHoursAvoided: round(before.nodeHours - after.nodeHours),
      usdBaseline: round(before.usd), usdActual: round(after.usd), usdAvoided: round(before.usd - after.usd),
      seed: options.seed, days: options.seconds / 86_400,
    }
    return { result, lost: left, nodes: after.nodes }
  } finally {
    stopReading()
    await run.close()
  }
}

/** What the cloud bills for a time, and how many nodes ran in it, part by part. */
interface Bill {
  readonly span: Span
  readonly nodeHours: number
  readonly usd: number
  readonly nodes: readonly number[]
}

const bill = async ({ sandbox: { timeline, cloud } }: Run, seconds: number): Promise<Bill> => {
  const began = { nodeHours: cloud.nodeHours(), usd: cloud.usd(), at: timeline.now() }
  const nodes: number[] = []
  for (let passed = 0; passed < seconds; passed += COUNT_SECONDS) {
    nodes.push(cloud.instances().filter(({ state }) => state === 'running').length)
    await timeline.runUntil(later(began.at, Math.min(seconds, passed + COUNT_SECONDS)))
  }
  return { span: { from: began.at, to: timeline.now() }, nodeHours: cloud.nodeHours() - began.nodeHours, usd: cloud.usd() - began.usd, nodes }
}

const chartOf = ({ plan, seconds }: HeadlessOptions, result: HeadlessResult, without: readonly number[], withCatnap: readonly number[]): string => {
  const days = Array.from({ length: Math.ceil(seconds / 86_400) }, (_, day) => later(instant(plan.start), day * 86_400))
  return nodeChart({
    without,
    with: withCatnap,
    marks: days.map((day) => new Date(day).toUTCString().slice(0, 3)),
    title: `Nodes of ${Object.keys(plan.clusters).length} clusters over ${result.days} days: dashed without Catnap, filled with it`,
    detail: `${result.nodeHoursAvoided} of ${result.nodeHoursBaseline} node-hours did not run: $${result.usdAvoided} of $${result.usdBaseline} at list price`,
  })
}

const round = (value: number): number => Math.round(value * 100) / 100

const summary = (result: HeadlessResult): string => {
  const share = Math.round((100 * result.nodeHoursAvoided) / result.nodeHoursBaseline)
  return [
    '',
    `${result.environments} environments, ${result.days} days, seed ${result.seed}`,
    `  slept ${result.sleeps} times, woke ${result.wakes} times, ${result.wakesOnRequest} of them on request`,
    `  nodes: ${result.nodesReclaimed} off the bill, ${result.nodesRestored} brought back`,
    `  node-hours: ${result.nodeHoursBaseline} without Catnap, ${result.nodeHoursActual} with it: ${result.nodeHoursAvoided} avoided (${share} %)`,
    `  on-demand: $${result.usdBaseline} without, $${result.usdActual} with: $${result.usdAvoided} saved`,
    `  Catnap's own books: $${result.realizedUsd} realised less $${result.wakeUsd} for waking, $${result.potentialUsd} potential, $${result.strandedUsd} stranded; ` +
      `$${result.costExplorerUsd} billed so far, ${result.rightSizingRecords} containers looked at, ${result.emails} mails`,
    `  failures ${result.failures}, lost originals ${result.lostOriginals}`,
  ].join('\n')
}
