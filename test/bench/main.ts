import { Command, InvalidArgumentError } from 'commander'
import { cpus } from 'node:os'
import { bundles } from './bundles.ts'
import { calls } from './calls.ts'
import { cluster } from './cluster.ts'
import { cost } from './cost.ts'
import { hours } from './hours.ts'
import { money } from './money.ts'
import { nodes } from './nodes.ts'
import { type Bench, type Report, sayReport } from './report.ts'
import { tick } from './tick.ts'
import { traffic } from './traffic.ts'
import { wake } from './wake.ts'

const USUAL: Readonly<Record<string, Bench>> = { bundles, hours, tick, money, nodes, calls, cost, wake, traffic }

/** Those that need more than this repository run by name only. */
const BENCHES: Readonly<Record<string, Bench>> = { ...USUAL, cluster }

const names = (text: string): readonly string[] =>
  text.split(',').map((name) => {
    if (!Object.hasOwn(BENCHES, name)) throw new InvalidArgumentError(`found "${name}", expected some of ${Object.keys(BENCHES).join(',')}`)
    return name
  })

interface Options {
  readonly only: readonly string[]
  readonly json?: boolean
  readonly full?: boolean
  readonly csv?: string
}

await new Command('npm run bench --')
  .description('Measures Catnap on this machine. Figures are printed, not judged: see docs/benchmarks.md.')
  .option('--only <names>', `some of ${Object.keys(BENCHES).join(',')}; cluster runs by name only, on the control plane of docs/testing.md`, names, Object.keys(USUAL))
  .option('--json', 'one JSON document and nothing else')
  .option('--full', 'count a cluster of 100 environments too, instead of extrapolating; takes minutes more')
  .option('--csv <file>', 'for traffic: counts of requests as timestamp,value, instead of an example of ours')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(async ({ only, json = false, full = false, csv }: Options) => {
    const reports: Report[] = []
    for (const name of only) {
      const report = await BENCHES[name]?.({ full, ...(csv === undefined ? {} : { csv }) })
      if (report === undefined) continue
      reports.push(report)
      if (!json) console.log(sayReport(report))
    }
    const machine = { node: process.version, cores: cpus().length, measuredAt: new Date().toISOString() }
    if (json) console.log(JSON.stringify({ machine, ...Object.fromEntries(reports.map(({ name, figures }) => [name, figures])) }))
  })
  .parseAsync()
