import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Bench, median } from './report.ts'

const run = promisify(execFile)

const said = async (script: string): Promise<unknown> => {
  const { stdout } = await run(process.execPath, [new URL(script, import.meta.url).pathname], { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

interface Rate {
  readonly perSecond: number
  readonly emptyPerSecond: number
  readonly requests: number
}

/** How many requests to what sleeps one core answers, and how soon after a click the cluster changes. */
export const wake: Bench = async () => {
  const rate = (await said('wake-rate.ts')) as Rate
  const delaysMs = ((await said('click-delays.ts')) as readonly number[]).toSorted((a, b) => a - b)
  const at = (share: number): number => delaysMs[Math.ceil(delaysMs.length * share) - 1] ?? Number.NaN
  const figures = { ...rate, clicks: delaysMs.length, p50Ms: median(delaysMs), p90Ms: at(0.9), mostMs: at(1) }
  return {
    name: 'wake',
    says: 'the wake function as deployed, warm; and the sandbox with its clock at the speed of the wall',
    tables: [
      {
        title: 'requests a second of one core, to an environment that sleeps',
        columns: ['answered by', 'a second', 'µs each'],
        rows: [['the wake function', rate.perSecond, 1e6 / rate.perSecond], ['an empty handler', rate.emptyPerSecond, 1e6 / rate.emptyPerSecond]],
      },
      {
        title: 'from the click to the first change in the cluster',
        columns: ['clicks', 'p50 ms', 'p90 ms', 'longest ms'],
        rows: [[figures.clicks, figures.p50Ms, figures.p90Ms, figures.mostMs]],
      },
    ],
    notes: [
      'a second is one of CPU: pages and problem documents in turn, each event read from JSON and each answer written as such, as for the empty handler',
      'the simulated queue hands a message on after 100 ms, which is most of the delay; the cluster and the table answer on this machine, and no function starts cold',
    ],
    figures,
  }
}
