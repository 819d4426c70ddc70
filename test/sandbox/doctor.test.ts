import { readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { readIntentFile } from '../../lib/adapters/yaml/intent-file.ts'
import { doctorCommand } from '../../lib/cli/commands/doctor.ts'
import { connect } from '../../lib/cli/connection.ts'
import { CREDENTIALS, OPERATOR } from '../../lib/sandbox/environment-variables.ts'
import { readFleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { startRun } from '../../lib/sandbox/run.ts'
import { runOnDesk } from '../cli/run-on-desk.ts'
import { smallFleetFiles } from './small-fleet-files.ts'

it('examines a fleet over EKS, with a token of its own identity signed at the time that is there', async () => {
  const plan = readFleetPlan(smallFleetFiles())
  const read = readIntentFile(readFileSync(plan.intent, 'utf8'))
  if (!('intent' in read)) throw new Error(JSON.stringify(read.problems))
  const run = await startRun({ plan, intent: read.intent, seed: 1, catnap: true })
  onTestFinished(() => run.close())
  const examineAs = async ({ accessKeyId }: { readonly accessKeyId: string }) => {
    process.env['AWS_ACCESS_KEY_ID'] = accessKeyId
    return runOnDesk(doctorCommand, ['doctor', '--json'], async (target, say) => ({ ...(await connect(target, say)), clock: { now: () => run.sandbox.timeline.now() } }))
  }

  const asOperator = await examineAs(OPERATOR)
  const asWorker = await examineAs(CREDENTIALS)

  expect(asOperator.code).toBe(0)
  expect(JSON.parse(asOperator.out)).toMatchObject({ clusters: [{ environments: [expect.stringContaining('/shop')] }] })
  const unseen = (JSON.parse(asWorker.out) as { findings: { rule: string; found: string }[] }).findings.filter(({ rule }) => rule === 'unseen-part')
  expect(unseen.some(({ found }) => found.includes('403 validatingwebhookconfigurations'))).toBe(true)
})
