import { expect, it } from 'vitest'
import { instant, later } from '../../lib/domain/time.ts'
import { differences, lostOriginals } from '../../lib/sandbox/checker.ts'
import type { Node, Pod } from '../../lib/sandbox/cluster/resources.ts'
import { readMoney } from '../../lib/sandbox/read-money.ts'
import type { Run } from '../../lib/sandbox/run.ts'
import { startAutoscaledFleet } from './autoscaled-fleet.ts'
import { running } from './mixed-fleet.ts'

const MICRO_USD_PER_HOUR = 96_000

const waiting = ({ sandbox }: Run): readonly string[] =>
  ((sandbox.clusters.get('us-dev')?.list('v1', 'Pod') ?? []) as readonly Pod[]).filter(({ spec }) => spec.nodeName === undefined).map(({ metadata }) => metadata.name)

/** Nodes that Cluster Autoscaler is removing, by name. */
const leaving = ({ sandbox }: Run): readonly string[] =>
  ((sandbox.clusters.get('us-dev')?.list('v1', 'Node') ?? []) as readonly Node[]).filter(({ spec }) => spec?.taints?.some(({ key }) => key === 'ToBeDeletedByClusterAutoscaler')).map(({ metadata }) => metadata.name)

it('sleeps and wakes beside Cluster Autoscaler: each takes its nodes, none is counted twice or started for nothing, and all is as before', async () => {
  const run = await startAutoscaledFleet()
  const { sandbox: { timeline, cloud }, operator, intent, first } = run
  const began = timeline.now()
  const billed = cloud.usd()
  const size = (): readonly number[] => [running(run, 'workers'), running(run, 'own-workers')]
  const started = (): number => cloud.instances().length
  expect([size(), started()]).toEqual([[4, 2], 6])

  // Once they sleep nobody's pod waits longer than it takes to move, and nothing is started for any.
  await timeline.runUntil(instant('2026-03-23T19:01:00Z'))
  const seen = { waits: 0, taken: new Set<string>() }
  while (timeline.now() < instant('2026-03-23T19:35:00Z')) {
    await timeline.runUntil(later(timeline.now(), 5))
    seen.waits = waiting(run).length === 0 ? 0 : seen.waits + 1
    expect(seen.waits).toBeLessThan(3)
    for (const name of leaving(run)) seen.taken.add(name)
  }
  expect([size(), started()]).toEqual([[2, 0], 6])
  expect(await lostOriginals(run.sandbox, first)).toEqual([])

  // The empty ones went by Catnap, those whose pods fitted elsewhere by the autoscaler, to which they are left.
  const offTheBill = async (pool: string) => ((await operator?.registry.history(`us-dev/pool/${pool}`)) ?? []).filter(({ text }) => /is off the bill/.test(text)).length
  expect([await offTheBill('workers'), await offTheBill('own-workers'), seen.taken.size]).toEqual([0, 2, 2])

  // The autoscaler goes by an older size when the first wave waits: it ends no node with what it asks for.
  await timeline.runUntil(instant('2026-03-23T19:55:00Z'))
  expect([size(), started()]).toEqual([[4, 2], 10])
  expect(await differences(run.sandbox, first)).toEqual([])

  const { realizedUsd } = await readMoney(run, intent, { from: began, to: instant('2026-03-23T20:00:00Z') })
  const hours = (timeline.now() - began) / 3_600_000
  const saved = 6 * hours * (MICRO_USD_PER_HOUR / 1e6) - (cloud.usd() - billed)
  expect(realizedUsd).toBeLessThanOrEqual(saved + 0.005)
  expect(realizedUsd).toBeGreaterThan(0.75 * saved)
  expect(await differences(run.sandbox, first)).toEqual([])
})
