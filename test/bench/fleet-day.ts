import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { FunctionName } from '../../lib/sandbox/functions.ts'
import type { Counts } from './call-counter.ts'

const run = promisify(execFile)

/** What one function did in a day. */
export interface FunctionDay {
  readonly invocations: number
  /** CPU time of the process, in which the simulated clusters and cloud answer too: more than the function itself takes. */
  readonly cpuMs: number
  /** `service:Action` calls, `units:` of the table, `bytes:` written. */
  readonly counts: Counts
}

/** In the order in which they are shown. */
export const FUNCTIONS: readonly FunctionName[] = ['tick', 'reconcile', 'reclaim', 'observe', 'wake', 'account', 'report']

/** What Catnap did for a fleet in one simulated day. */
export interface FleetDay {
  readonly clusters: number
  readonly environments: number
  readonly sleeps: number
  readonly wakes: number
  readonly failures: number
  readonly functions: Readonly<Record<FunctionName, FunctionDay>>
  /** Calls in a step of the timeline that ran none of the functions; nothing, or the attribution is wrong. */
  readonly unattributed: Counts
  readonly tookSeconds: number
}

/** The simulations make much short-lived garbage; a larger nursery saves a tenth of the time. */
const YOUNG_SPACE = '--max-semi-space-size=64'

/** A day of a large fleet is 20 MB of log at the most; what is printed is one line of JSON. */
const MOST_OUTPUT_BYTES = 64 * 2 ** 20

/**
 * Counts a week-day of a fleet. In a process of its own: the functions are loaded once and keep the endpoints they
 * found, as in a Lambda container.
 */
export const countFleetDay = async (fleetFile: string): Promise<FleetDay> => {
  const script = fileURLToPath(new URL('count-fleet-day.ts', import.meta.url))
  const { stdout } = await run(process.execPath, [YOUNG_SPACE, script, fleetFile], { maxBuffer: MOST_OUTPUT_BYTES })
  return JSON.parse(stdout) as FleetDay
}
