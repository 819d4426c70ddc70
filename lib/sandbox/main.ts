import { Command, InvalidArgumentError } from 'commander'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readIntentFile } from '../adapters/yaml/intent-file.ts'
import { parseDuration } from '../domain/duration.ts'
import type { Intent } from '../domain/intent/schema.ts'
import { type FleetPlan, readFleetPlan } from './fleet-plan.ts'
import { runHeadless } from './headless.ts'
import { runLive } from './live.ts'

const EXAMPLE = fileURLToPath(new URL('example/fleet.yaml', import.meta.url))

const HELP = `
Without --for it runs until Ctrl-C, serves the console at http://localhost:4780/ and each environment at
http://<name>.localhost:4780/, and the catnap command of this folder acts on it. With --for it runs that long as fast
as it can and prints what was saved against the same time without Catnap.

Examples:
  $ npm start
  $ npm start -- --speed 600
  $ npm start -- --skip 2d20h
  $ npm start -- --for 7d
  $ npm start --silent -- --for 7d --json --seed 2
  $ npm start -- --fleet my-fleet.yaml

Exit codes: 0 fine, 1 an original was lost, something failed or a file cannot be used, 2 wrong usage.`

const duration = (text: string): number => {
  try {
    return parseDuration(text)
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}

const positive = (text: string): number => {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError(`found "${text}", expected a number above 0`)
  return value
}

const readIntent = (plan: FleetPlan): Intent => {
  const read = readIntentFile(readFileSync(plan.intent, 'utf8'))
  if ('intent' in read) return read.intent
  const [first] = read.problems
  throw new Error(`${plan.intent} has ${read.problems.length} mistakes, the first in line ${first?.line}: found ${first?.found}, expected ${first?.expected}; run catnap validate ${plan.intent}`)
}

interface Options {
  readonly for?: number
  readonly json?: boolean
  readonly chart?: string
  readonly seed: number
  readonly speed: number
  readonly skip: number
  readonly port: number
  readonly fleet: string
}

const program = new Command('npm start --')
  .description('A fleet of simulated clusters on this machine with Catnap at work in it.')
  .option('--for <duration>', 'run headless for so long, as in 1d or 7d', duration)
  .option('--json', 'with --for: print one JSON object and nothing else')
  .option('--chart <file>', 'with --for: draw the nodes with and without Catnap into an SVG')
  .option('--seed <number>', 'what chance depends on: the same seed, the same numbers', positive, 1)
  .option('--speed <factor>', 'how much faster than the wall its clock runs', positive, 60)
  .option('--skip <duration>', 'run through so much of its time first, as fast as it can, as in 2d20h', duration, 0)
  .option('--port <number>', 'where the console and the environments are served', positive, 4780)
  .option('--fleet <file>', 'what the clusters are filled with', EXAMPLE)
  .addHelpText('after', HELP)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(async ({ for: seconds, json = false, chart, seed, speed, skip, port, fleet }: Options) => {
    const plan = readFleetPlan(fleet)
    const intent = readIntent(plan)
    if (seconds === undefined) await runLive({ plan, intent, seed, speed, skipSeconds: skip, port })
    else process.exitCode = await runHeadless({ plan, intent, seed, seconds, json, chart })
  })

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
