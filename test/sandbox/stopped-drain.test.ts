import { expect, it } from 'vitest'
import { later } from '../../lib/domain/time.ts'
import { startCrowdedFleet } from './crowded-fleet.ts'
import { running } from './mixed-fleet.ts'

it('gives a node back that cannot be emptied in time, says why and what it costs, and leaves it alone for an hour', async () => {
  let asked = 0
  const refuse = async ({ path }: { readonly path: string }): Promise<{ readonly status: number; readonly body: object } | undefined> => {
    if (!path.endsWith('/eviction')) return undefined
    asked += 1
    return { status: 429, body: { kind: 'Status', message: 'Cannot evict pod as it would violate the budget.' } }
  }
  const run = await startCrowdedFleet({ drainWithin: '1m', faults: { cluster: { intercept: refuse } } })
  const { sandbox: { timeline, clusters }, operator } = run
  const history = async () => (await operator?.registry.history('us-dev/pool/own-workers')) ?? []
  await timeline.runUntil(later(timeline.now(), 25 * 60))

  const problems = (await history()).filter(({ what }) => what === 'problem')
  // One after the other: the budget lets one node go at a time.
  expect(problems).toHaveLength(6)
  for (const { text } of problems) {
    expect(text).toMatch(/^node ip-[\d-]+\.ec2\.internal could not be emptied and stays on the bill \(m5\.large, \$0\.0960 an hour\): not empty after 1m: api\/[\w-]+ \(disruption budget api\): evict pod api\/[\w-]+: 429 Cannot evict/)
  }
  const nodes = clusters.get('us-dev')?.list('v1', 'Node') ?? []
  expect(nodes).toHaveLength(6)
  for (const { spec } of nodes) expect(Object.keys(spec as object)).toEqual(['providerID'])
  expect(running(run, 'own-workers')).toBe(6)
  const pool = await operator?.registry.pools.get({ cluster: 'us-dev', name: 'own-workers' })
  expect(pool).toMatchObject({ leaving: {} })
  const held = { pod: expect.stringMatching(/^api\/api-/), budgets: ['api'], node: expect.stringMatching(/^ip-/), microUsdPerHour: 96_000 }
  expect(Object.values(pool?.stopped ?? {})).toEqual(Array.from({ length: 6 }, () => expect.objectContaining(held)))

  const before = asked
  await timeline.runUntil(later(timeline.now(), 20 * 60))
  expect(asked).toBe(before)
})
