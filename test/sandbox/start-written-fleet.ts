import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Intent } from '../../lib/domain/intent/schema.ts'
import { type FleetPlan, readFleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { type Run, startRun } from '../../lib/sandbox/run.ts'
import type { SandboxFaults } from '../../lib/sandbox/sandbox.ts'

/** A run with what its intent was, so that a test can compare at the end. */
export type FleetRun = Run & { readonly intent: Intent }

/** Writes a fleet's files, `fleet.yaml` among them, and reads it. */
export const writeFleet = (files: Readonly<Record<string, string>>): FleetPlan => {
  const folder = mkdtempSync(join(tmpdir(), 'catnap-fleet-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return readFleetPlan(join(folder, 'fleet.yaml'))
}

/** Writes a fleet and starts it with Catnap in it until the test is over. One for each file of tests: the functions read their environment once. */
export const startWrittenFleet = async (files: Readonly<Record<string, string>>, intent: Intent, faults?: SandboxFaults): Promise<FleetRun> => {
  const run = await startRun({ plan: writeFleet(files), intent, seed: 1, catnap: true, ...(faults === undefined ? {} : { faults }) })
  onTestFinished(() => run.close())
  return { ...run, intent }
}
