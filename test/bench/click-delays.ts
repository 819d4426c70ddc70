import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setImmediate as turn } from 'node:timers/promises'
import { later } from '../../lib/domain/time.ts'
import { readFleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { readLogs } from '../../lib/sandbox/log-lines.ts'
import { type Run, startRun } from '../../lib/sandbox/run.ts'
import { PERSON } from '../functions/wake-events.ts'
import { readIntentText } from './intent-text.ts'

/** Until all that sleeps by its hours on a Monday at three in the morning does. */
const SETTLES_SECONDS = 3 * 3600
/** An environment falls asleep in less, its drain included. */
const FALLS_ASLEEP_SECONDS = 20 * 60
const ROUNDS = 3
const LONGEST_SECONDS = 20

const plan = readFleetPlan(fileURLToPath(new URL('../../lib/sandbox/example/fleet.yaml', import.meta.url)))
const intent = readIntentText(readFileSync(plan.intent, 'utf8'))
/** Told the path of each change to a cluster that was carried out. */
let changed: ((path: string) => void) | undefined
const run = await startRun({
  plan, intent, seed: 1, catnap: true,
  faults: { cluster: { committed: async ({ method, path }) => void (method === 'GET' ? undefined : changed?.(path)) } },
})
const stopReading = readLogs(() => {})

/** From the click until the first change to what the host leads to, with the sandbox's clock at the speed of the wall's. */
const click = async ({ sandbox: { timeline }, door }: Run, host: string, service: string): Promise<number | undefined> => {
  const [began, start] = [performance.now(), timeline.now()]
  const changes: number[] = []
  const [, namespace = ''] = service.split('/')
  changed = (path) => void (path.includes(`/namespaces/${namespace}/`) && changes.push(performance.now() - began))
  const answer = await door({ method: 'POST', host, path: '/', headers: { ...PERSON, origin: `http://${host}`, 'content-type': 'application/x-www-form-urlencoded' }, body: Buffer.from('catnap=wake').toString('base64') })
  while (answer.status === 303 && changes.length === 0 && performance.now() - began < LONGEST_SECONDS * 1000) {
    await timeline.runUntil(later(start, (performance.now() - began) / 1000))
    await turn()
  }
  changed = undefined
  return changes[0]
}

const delaysMs: number[] = []
const { operator, sandbox: { timeline } } = run
await timeline.runUntil(later(timeline.now(), SETTLES_SECONDS))
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [host, service] of Object.entries(plan.hosts)) {
    const delayMs = await click(run, host, service)
    if (delayMs !== undefined) delaysMs.push(delayMs)
  }
  const until = later(timeline.now(), 2 * 86_400)
  for (const id of Object.keys(intent.environments)) {
    await operator?.registry.environments.change(id, { set: { hold: { as: 'asleep', until, by: 'bench' }, lease: undefined, dueAt: timeline.now() } })
  }
  await timeline.runUntil(later(timeline.now(), FALLS_ASLEEP_SECONDS))
}
stopReading()
console.log(JSON.stringify(delaysMs.map(Math.round)))
process.exit()
