import { fileURLToPath } from 'node:url'
import { countOf, type Counts, sumCounts } from './call-counter.ts'
import { countFleetDay, type FleetDay, FUNCTIONS } from './fleet-day.ts'
import type { Bench } from './report.ts'

const EXAMPLE = fileURLToPath(new URL('../../lib/sandbox/example/fleet.yaml', import.meta.url))

/** What is counted, by the beginning of its name. */
const KINDS = [
  ['table calls', 'dynamodb:'],
  ['table read units', 'units:read'],
  ['table write units', 'units:write'],
  ['  of these for the due index', 'units:write index'],
  ['SQS sends', 'sqs:'],
  ['Kubernetes calls', 'kubernetes:'],
  ['EKS calls', 'eks:'],
  ['Auto Scaling calls', 'autoscaling:'],
  ['EC2 calls', 'ec2:'],
  ['CloudWatch calls', 'monitoring:'],
  ['Price List calls', 'pricing:'],
  ['Cost Explorer calls', 'ce:'],
  ['SES calls', 'ses:'],
  ['log bytes', 'bytes:log'],
  ['history bytes', 'bytes:history'],
] as const

/** Every call and table unit of the example fleet's Monday, counted on the wire. */
export const calls: Bench = async () => {
  const day = await countFleetDay(EXAMPLE)
  const { functions, environments } = day
  const all = sumCounts(...FUNCTIONS.map((name) => functions[name].counts))
  const perEnvironment = KINDS.map(([kind, prefix]) => ({ kind, count: countOf(all, prefix) / environments }))
  return {
    name: 'calls',
    says: `a Monday of the example fleet, ${day.clusters} clusters with ${environments} environments: ${day.sleeps} sleeps, ${day.wakes} wakes, ${day.failures} warnings`,
    tables: [
      {
        title: 'the whole fleet, by function',
        columns: ['counted', ...FUNCTIONS, 'sum', 'per environment-day'],
        rows: [
          ['invocations', ...FUNCTIONS.map((name) => functions[name].invocations), sumOf(day), sumOf(day) / environments],
          ...KINDS.map(([kind, prefix], index) =>
            [kind, ...FUNCTIONS.map((name) => countOf(functions[name].counts, prefix)), countOf(all, prefix), perEnvironment[index]?.count ?? 0]),
        ],
      },
      {
        title: 'each call, the whole fleet',
        columns: ['call', ...FUNCTIONS],
        rows: callNames(all).map((call) => [call, ...FUNCTIONS.map((name) => functions[name].counts[call] ?? 0)]),
      },
    ],
    notes: [
      'counted from two hours after the first delivery for 24 h; the table through a proxy before the embedded DynamoDB, all else by the hooks of the simulations',
      ...(Object.keys(day.unattributed).length === 0 ? [] : [`not attributed to a function: ${JSON.stringify(day.unattributed)}`]),
    ],
    figures: { ...day, perEnvironmentDay: Object.fromEntries(perEnvironment.map(({ kind, count }) => [kind.trim(), count])) },
  }
}

const sumOf = ({ functions }: FleetDay): number => FUNCTIONS.reduce((sum, name) => sum + functions[name].invocations, 0)

const callNames = (counts: Counts): readonly string[] =>
  Object.entries(counts).filter(([name]) => !/^(?:units|bytes|metrics):/.test(name)).toSorted((a, b) => b[1] - a[1]).map(([name]) => name)
