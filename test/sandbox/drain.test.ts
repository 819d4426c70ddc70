import { expect, it } from 'vitest'
import { later } from '../../lib/domain/time.ts'
import type { Pod } from '../../lib/sandbox/cluster/resources.ts'
import type { Run } from '../../lib/sandbox/run.ts'
import { startCrowdedFleet } from './crowded-fleet.ts'
import { running } from './mixed-fleet.ts'

const podsOf = ({ sandbox }: Run, app: string): readonly Pod[] =>
  (sandbox.clusters.get('us-dev')?.list('v1', 'Pod') as readonly Pod[]).filter(({ metadata }) => metadata.labels?.['app'] === app)

const ready = (run: Run, app: string): number =>
  podsOf(run, app).filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True')).length

it('empties nodes whose pods fit elsewhere, breaks no budget, leaves nobody without a node, and gives it all back', async () => {
  const run = await startCrowdedFleet()
  const { sandbox: { timeline }, operator } = run
  expect(running(run, 'own-workers')).toBe(6)
  const fewest = { api: 6, db: 3 }
  for (let minute = 0; minute < 75; minute += 0.25) {
    await timeline.runUntil(later(timeline.now(), 15))
    fewest.api = Math.min(fewest.api, ready(run, 'api'))
    fewest.db = Math.min(fewest.db, ready(run, 'db'))
  }
  const history = (await operator?.registry.history('us-dev/pool/own-workers')) ?? []
  console.log(history.map(({ at, what, text, steps }) => `${new Date(at).toISOString()} ${what} ${text}\n   ${(steps ?? []).join('\n   ')}`).join('\n'))
  console.log(await operator?.registry.pools.get({ cluster: 'us-dev', name: 'own-workers' }), fewest)
  expect(running(run, 'own-workers')).toBe(2)
})
