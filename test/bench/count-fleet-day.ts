import { readFileSync } from 'node:fs'
import { later } from '../../lib/domain/time.ts'
import { readFleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { readLogs } from '../../lib/sandbox/log-lines.ts'
import type { FunctionName } from '../../lib/sandbox/functions.ts'
import { type Run, startRun } from '../../lib/sandbox/run.ts'
import { CallCounter, type Counts, sumCounts } from './call-counter.ts'
import { type FleetDay, type FunctionDay, FUNCTIONS } from './fleet-day.ts'
import { readIntentText } from './intent-text.ts'
import { meterTable } from './table-meter.ts'

/** Until everything is where its hours want it: the first sleeps are not what a day costs. */
const SETTLES_SECONDS = 2 * 3600
const DAY_SECONDS = 86_400

type Invocations = Readonly<Record<FunctionName, number>>

/** `GET /api/v1/namespaces/shop/pods?limit=500` is `kubernetes:list pods`. */
const kubernetesCall = (method: string, path: string): string => {
  const parts = (path.split('?')[0] ?? '').split('/').filter((part) => part !== '')
  const inGroup = parts.slice(parts[0] === 'api' ? 2 : 3)
  const [resource, name] = inGroup[0] === 'namespaces' && inGroup.length > 2 ? inGroup.slice(2) : inGroup
  return `kubernetes:${method === 'GET' ? (name === undefined ? 'list' : 'get') : method.toLowerCase()} ${resource ?? ''}`
}

/** Steps run one after the other, so what was called in one was called by the function it invoked. */
const functionOf = (before: Invocations, after: Invocations): readonly [FunctionName, invocations: number] | undefined =>
  FUNCTIONS.map((name) => [name, after[name] - before[name]] as const).find(([, times]) => times > 0)

const countDay = async (run: Run, counter: CallCounter): Promise<Pick<FleetDay, 'functions' | 'unattributed'>> => {
  const { sandbox: { timeline }, functions } = run
  if (functions === undefined) throw new Error('no functions to count: expected a run with Catnap in it')
  const days = Object.fromEntries(FUNCTIONS.map((name) => [name, idle])) as Record<FunctionName, FunctionDay>
  let unattributed: Counts = {}
  const metricsAskedFor = (): number => run.sandbox.cloud.charges().find(({ use }) => use === 'cloudwatch-metric')?.units ?? 0
  const metricsBefore = metricsAskedFor()
  const end = later(timeline.now(), DAY_SECONDS)
  counter.take()
  for (let next = timeline.next(); next !== undefined && next <= end; next = timeline.next()) {
    const before = { ...functions.invocations }
    const cpuBefore = process.cpuUsage()
    await timeline.step()
    const { user, system } = process.cpuUsage(cpuBefore)
    const cpuMs = (user + system) / 1000
    const counts = counter.take()
    const [name, invocations] = functionOf(before, functions.invocations) ?? []
    if (name === undefined || invocations === undefined) unattributed = sumCounts(unattributed, counts)
    else days[name] = { invocations: days[name].invocations + invocations, cpuMs: days[name].cpuMs + cpuMs, counts: sumCounts(days[name].counts, counts) }
  }
  const metrics = { 'metrics:asked for': metricsAskedFor() - metricsBefore }
  return { functions: { ...days, observe: { ...days.observe, counts: sumCounts(days.observe.counts, metrics) } }, unattributed }
}

const idle: FunctionDay = { invocations: 0, cpuMs: 0, counts: {} }

const began = performance.now()
const [, , fleetFile = ''] = process.argv
const plan = readFleetPlan(fleetFile)
const intent = readIntentText(readFileSync(plan.intent, 'utf8'))
const counter = new CallCounter()
const run = await startRun({
  plan, intent, seed: 1, catnap: true,
  faults: {
    cluster: { intercept: async ({ method, path }) => counter.add(kubernetesCall(method, path)) },
    cloud: { intercept: async ({ service, action }) => counter.add(`${service}:${action}`) },
  },
})
// The functions ask for the table's endpoint with their first call, which the timeline has not let them make yet.
const meter = await meterTable(run.sandbox.environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '', counter)
process.env['AWS_ENDPOINT_URL_DYNAMODB'] = meter.url
const seen = { sleeps: 0, wakes: 0, failures: 0 }
const stopReading = readLogs(({ level, text, fields }) => {
  counter.add('bytes:log', JSON.stringify({ level, text, ...fields }).length + 1)
  if (level === 'WARN') seen.failures += 1
})
await run.sandbox.timeline.runUntil(later(run.sandbox.timeline.now(), SETTLES_SECONDS))
seen.failures = 0
const counted = await countDay(run, counter)
stopReading()
const phases = async (): Promise<readonly string[]> =>
  (await Promise.all(Object.keys(intent.environments).map(async (id) => (await run.operator?.registry.history(id)) ?? [])))
    .flat().filter(({ what, at }) => what === 'phase' && at >= later(run.sandbox.timeline.now(), -DAY_SECONDS)).map(({ text }) => text)
const changes = await phases()
const day: FleetDay = {
  clusters: Object.keys(intent.clusters).length,
  environments: Object.keys(intent.environments).length,
  sleeps: changes.filter((text) => text.startsWith('asleep')).length,
  wakes: changes.filter((text) => text.startsWith('awake')).length,
  failures: seen.failures,
  ...counted,
  tookSeconds: (performance.now() - began) / 1000,
}
await run.close()
await meter.close()
process.stdout.write(`${JSON.stringify(day)}\n`, () => process.exit(0))
