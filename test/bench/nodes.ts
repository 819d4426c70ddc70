import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Crowd } from './crowded-cluster.ts'
import type { Judged } from './judge-cluster.ts'
import { type Bench, median } from './report.ts'

const run = promisify(execFile)

const CHILD = fileURLToPath(new URL('judge-cluster.ts', import.meta.url))

const SIZES = [500, 1000, 2500, 5000] as const
const APART_SIZES = [500, 5000] as const

/** Processes for each size; the median counts. */
const ROUNDS = { quick: 1, full: 3 } as const

/** From paged JSON to the plan, in a process of its own for each size, so that memory is that of one plan. */
export const nodes: Bench = async ({ full }) => {
  const figures: Judged[] = []
  for (const size of SIZES) figures.push(await judged(size, full ? ROUNDS.full : ROUNDS.quick))
  const apart: Judged[] = []
  for (const size of APART_SIZES) apart.push(await judged(size, full ? ROUNDS.full : ROUNDS.quick, 'apart'))
  const [first, last] = [figures[0], figures.at(-1)]
  const growth = first === undefined || last === undefined ? Number.NaN : last.judgeCpuMs / first.judgeCpuMs
  return {
    name: 'nodes',
    says: `every node and pod of a crowded cluster read from pages of 500 and judged, consolidation on; ${full ? `medians of ${ROUNDS.full} processes` : 'one process'} each`,
    tables: [
      {
        title: 'reading, beside JSON.parse of the same pages',
        columns: ['nodes', 'pods', 'pages', 'MB of JSON', 'parse ms', 'take in ms', 'take in, × parse'],
        rows: figures.map(({ nodes: many, pods, pages, jsonMB, parseMs, takeMs }) => [many, pods, pages, jsonMB, parseMs, takeMs, takeMs / parseMs]),
      },
      {
        title: 'judging, by a process that has never judged before',
        columns: ['nodes', 'budgets', 'may leave', 'ms', 'CPU ms', 'CPU µs a pod', 'CPU, × 500 nodes', 'peak MiB'],
        rows: figures.map(({ nodes: many, pods, budgets, leaving, judgeMs, judgeCpuMs, peakMiB }) =>
          [many, budgets, leaving, judgeMs, judgeCpuMs, (1000 * judgeCpuMs) / pods, judgeCpuMs / (first?.judgeCpuMs ?? Number.NaN), peakMiB]),
      },
      {
        title: 'the same where pods in thousands are kept apart by host and by zone, beside judging the usual cluster in this run',
        columns: ['nodes', 'budgets', 'may leave', 'ms', 'CPU ms', 'CPU µs a pod', 'CPU, × 500 nodes', 'CPU, × usual', 'peak MiB'],
        rows: apart.map(({ nodes: many, pods, budgets, leaving, judgeMs, judgeCpuMs, peakMiB }) => [
          many, budgets, leaving, judgeMs, judgeCpuMs, (1000 * judgeCpuMs) / pods, judgeCpuMs / (apart[0]?.judgeCpuMs ?? Number.NaN),
          judgeCpuMs / (figures.find((usual) => usual.nodes === many)?.judgeCpuMs ?? Number.NaN), peakMiB,
        ]),
      },
    ],
    notes: [
      `5,000 nodes take ${growth.toFixed(1)} times the CPU time of 500 to judge; what was asked for is at most 12, and 3 s`,
      'peak memory is the whole process from its start to the plan, the making of the pages included; a worker has 1,024 MiB',
    ],
    figures: { sizes: figures, growth, apart },
  }
}

const judged = async (size: number, rounds: number, crowd: Crowd = 'usual'): Promise<Judged> => {
  const found: Judged[] = []
  for (let round = 0; round < rounds; round += 1) {
    const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, `${size}`, crowd])
    found.push(JSON.parse(stdout) as Judged)
  }
  const [any] = found
  if (any === undefined) throw new Error(`no process judged ${size} nodes`)
  const middle = (pick: (judged: Judged) => number): number => median(found.map(pick))
  return {
    ...any, parseMs: middle(({ parseMs }) => parseMs), takeMs: middle(({ takeMs }) => takeMs), judgeMs: middle(({ judgeMs }) => judgeMs),
    judgeCpuMs: middle(({ judgeCpuMs }) => judgeCpuMs), peakMiB: Math.max(...found.map(({ peakMiB }) => peakMiB)),
  }
}
