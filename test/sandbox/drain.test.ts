import { expect, it } from 'vitest'
import { later } from '../../lib/domain/time.ts'
import { lostOriginals } from '../../lib/sandbox/checker.ts'
import type { Pod } from '../../lib/sandbox/cluster/resources.ts'
import { type Run, wakeAndCompare } from '../../lib/sandbox/run.ts'
import { startCrowdedFleet } from './crowded-fleet.ts'
import { running } from './mixed-fleet.ts'

const podsOf = ({ sandbox }: Run, app: string): readonly Pod[] =>
  ((sandbox.clusters.get('us-dev')?.list('v1', 'Pod') ?? []) as readonly Pod[]).filter(({ metadata }) => metadata.labels?.['app'] === app)

const ready = (run: Run, app: string): number =>
  podsOf(run, app).filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True')).length

it('empties nodes whose pods fit elsewhere, breaks no budget, leaves nobody without a node, and gives it all back', async () => {
  const run = await startCrowdedFleet()
  const { sandbox: { timeline, clusters }, operator, intent } = run
  const attachments = clusters.get('us-dev')
  const fewest = { api: 6, db: 3 }
  expect(running(run, 'own-workers')).toBe(6)
  for (let looks = 0; looks < 80; looks += 1) {
    await timeline.runUntil(later(timeline.now(), 15))
    fewest.api = Math.min(fewest.api, ready(run, 'api'))
    fewest.db = Math.min(fewest.db, ready(run, 'db'))
    // An instance that ends under its volume costs the next pod six minutes.
    const nodes = new Set(attachments?.list('v1', 'Node').map(({ metadata }) => metadata.name))
    for (const { spec } of attachments?.list('storage.k8s.io/v1', 'VolumeAttachment') ?? []) expect(nodes).toContain((spec as { readonly nodeName: string }).nodeName)
  }
  expect(running(run, 'own-workers')).toBe(2)
  expect(fewest).toEqual({ api: 5, db: 2 })
  expect([ready(run, 'api'), ready(run, 'db')]).toEqual([6, 3])
  expect(await lostOriginals(run.sandbox, run.first)).toEqual([])

  const history = (await operator?.registry.history('us-dev/pool/own-workers')) ?? []
  expect(history.filter(({ what }) => what === 'problem')).toEqual([])
  const steps = history.toReversed().flatMap(({ steps: taken = [] }) => taken)
  expect(steps.filter((step) => step.startsWith('evict')).join()).toMatch(/evict api\/api-\w+-\w+, api\/db-\d from node .* \(its \d pods fit on nodes that stay; undone by removing the mark\)/)
  expect(steps.filter((step) => step.startsWith('end'))).toHaveLength(4)

  expect(await wakeAndCompare(run, intent)).toEqual([])
  expect(running(run, 'own-workers')).toBe(6)
})
