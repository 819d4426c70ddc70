import type { Intent } from '../domain/intent/schema.ts'
import { later } from '../domain/time.ts'
import type { FleetPlan } from './fleet-plan.ts'
import { readLogs, sayLine } from './log-lines.ts'
import { readFigures, type Run, startRun, wakeAndCompare } from './run.ts'

/** What a headless run is made from. */
export interface HeadlessOptions {
  readonly plan: FleetPlan
  readonly intent: Intent
  readonly seed: number
  readonly seconds: number
  readonly json: boolean
}

/** What a headless run prints with `--json`; the same seed gives the same numbers. */
interface HeadlessResult extends Awaited<ReturnType<typeof readFigures>> {
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
  const [hoursBefore, usdBefore] = await bill(baseline, options.seconds)
  await baseline.close()

  const { result, lost } = await actualRun(options, hoursBefore, usdBefore, say)
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else say(`${summary(result)}\n${Math.round((performance.now() - began) / 1000)} s on this machine`)
  for (const line of lost) process.stderr.write(`checker: ${line}\n`)
  return lost.length === 0 && result.failures === 0 ? 0 : 1
}

const actualRun = async (options: HeadlessOptions, nodeHoursBaseline: number, usdBaseline: number, say: (text: string) => void) => {
  const run = await startRun({ ...options, catnap: true })
  const { timeline } = run.sandbox
  const stopReading = readLogs((line) => line.text !== 'due' && say(sayLine(timeline.now(), line)))
  try {
    const [nodeHoursActual, usdActual] = await bill(run, options.seconds)
    const figures = await readFigures(run, options.intent)
    const left = await wakeAndCompare(run, options.intent)
    const result: HeadlessResult = {
      ...figures,
      lostOriginals: figures.lostOriginals + left.length,
      nodeHoursBaseline: round(nodeHoursBaseline), nodeHoursActual: round(nodeHoursActual), nodeHoursAvoided: round(nodeHoursBaseline - nodeHoursActual),
      usdBaseline: round(usdBaseline), usdActual: round(usdActual), usdAvoided: round(usdBaseline - usdActual),
      seed: options.seed, days: options.seconds / 86_400,
    }
    return { result, lost: left }
  } finally {
    stopReading()
    await run.close()
  }
}

/** Node-hours and USD the cloud bills for the next `seconds`. */
const bill = async ({ sandbox: { timeline, cloud } }: Run, seconds: number): Promise<readonly [number, number]> => {
  const before = [cloud.nodeHours(), cloud.usd()] as const
  await timeline.runUntil(later(timeline.now(), seconds))
  return [cloud.nodeHours() - before[0], cloud.usd() - before[1]]
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
    `  failures ${result.failures}, lost originals ${result.lostOriginals}`,
  ].join('\n')
}
