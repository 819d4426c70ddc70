import { readFileSync } from 'node:fs'
import { later } from '../../lib/domain/time.ts'
import { readFleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { readLogs } from '../../lib/sandbox/log-lines.ts'
import { type Run, startRun } from '../../lib/sandbox/run.ts'
import { CallCounter, countOf, type Counts, sumCounts } from './call-counter.ts'
import type { FleetDay, FunctionDay, FunctionName } from './fleet-day.ts'
import { readIntentText } from './intent-text.ts'
import { meterTable } from './table-meter.ts'

/** Until everything is where its hours want it: the first sleeps are not what a day costs. */
const SETTLES_SECONDS = 2 * 3600
const DAY_SECONDS = 86_400
const QUEUES = ['wake', 'work', 'nodes'] as const

/** `GET /api/v1/namespaces/shop/pods?limit=500` is `kubernetes:list pods`. */
const kubernetesCall = (method: string, path: string): string => {
  const parts = (path.split('?')[0] ?? '').split('/').filter((part) => part !== '')
  const inGroup = parts.slice(parts[0] === 'api' ? 2 : 3)
  const [resource, name] = inGroup[0] === 'namespaces' && inGroup.length > 2 ? inGroup.slice(2) : inGroup
  return `kubernetes:${method === 'GET' ? (name === undefined ? 'list' : 'get') : method.toLowerCase()} ${resource ?? ''}`
}

/** What a step of the timeline may have run, told by what it moved. */
interface Position {
  readonly received: Readonly<Record<(typeof QUEUES)[number], number>>
  readonly visits: number
}

const positionOf = ({ sandbox: { cloud }, people }: Run): Position => {
  const received = (name: (typeof QUEUES)[number]) => cloud.queue(`catnap-${name}`).received
  return { received: { wake: received('wake'), work: received('work'), nodes: received('nodes') }, visits: people.came + people.clicked }
}

/** Steps run one after the other, so what was called in one was called by the function it ran. */
const functionOf = (before: Position, after: Position, counts: Counts): readonly [FunctionName, invocations: number] | undefined => {
  const received = (name: (typeof QUEUES)[number]) => after.received[name] - before.received[name]
  if (received('nodes') > 0) return ['reclaim', received('nodes')]
  if (received('wake') + received('work') > 0) return ['reconcile', received('wake') + received('work')]
  if (after.visits > before.visits) return ['wake', after.visits - before.visits]
  return countOf(counts, 'dynamodb:Query due') > 0 ? ['tick', 1] : undefined
}

const countDay = async (run: Run, counter: CallCounter): Promise<Pick<FleetDay, 'functions' | 'unattributed'>> => {
  const { timeline } = run.sandbox
  const days: Record<FunctionName, FunctionDay> = { tick: idle, wake: idle, reconcile: idle, reclaim: idle }
  let unattributed: Counts = {}
  const end = later(timeline.now(), DAY_SECONDS)
  counter.take()
  for (let next = timeline.next(); next !== undefined && next <= end; next = timeline.next()) {
    const before = positionOf(run)
    const cpuBefore = process.cpuUsage()
    await timeline.step()
    const { user, system } = process.cpuUsage(cpuBefore)
    const cpuMs = (user + system) / 1000
    const counts = counter.take()
    const [name, invocations] = functionOf(before, positionOf(run), counts) ?? []
    if (name === undefined || invocations === undefined) unattributed = sumCounts(unattributed, counts)
    else days[name] = { invocations: days[name].invocations + invocations, cpuMs: days[name].cpuMs + cpuMs, counts: sumCounts(days[name].counts, counts) }
  }
  return { functions: days, unattributed }
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
