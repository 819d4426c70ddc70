import { expect, it } from 'vitest'
import { intentSchema } from '../../lib/domain/intent/schema.ts'
import { instant, later } from '../../lib/domain/time.ts'
import { lostOriginals } from '../../lib/sandbox/checker.ts'
import type { Node } from '../../lib/sandbox/cluster/resources.ts'
import type { Run } from '../../lib/sandbox/run.ts'
import { AUTOSCALER, deployment } from './autoscaled-fleet.ts'
import { running } from './mixed-fleet.ts'
import { startWrittenFleet } from './start-written-fleet.ts'

const FLEET = `start: 2026-03-23T18:50:00Z
intent: catnap.yaml
clusters:
  us-dev:
    manifests: [system.yaml]
    pools:
      workers: { instanceType: m5.large, zones: [us-east-1a], min: 1, desired: 14, max: 16 }
    namespaces:
      shop: { manifests: [shop.yaml] }
`

/** Nodes with a taint, by name. */
const tainted = ({ sandbox }: Run, taint: string): readonly string[] =>
  ((sandbox.clusters.get('us-dev')?.list('v1', 'Node') ?? []) as readonly Node[]).filter(({ spec }) => spec?.taints?.some(({ key }) => key === taint)).map(({ metadata }) => metadata.name)

/** Nodes Catnap ended, by name. */
const ended = async ({ operator }: Run): Promise<readonly string[]> =>
  ((await operator?.registry.history('us-dev/pool/workers')) ?? []).flatMap(({ steps = [] }) => steps.flatMap((step) => /^end .* under node (\S+),/.exec(step)?.[1] ?? []))

it('leaves to Cluster Autoscaler the nodes it is removing, and what both want goes once', async () => {
  // One node at a time: when the rest has been empty for ten minutes the autoscaler takes it, while Catnap goes on.
  const intent = intentSchema.parse({
    mode: 'act', timezone: 'UTC',
    clusters: { 'us-dev': { arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', pools: { workers: { keep: 1, disrupt: { nodes: 1, percent: 1 } } } } },
    environments: { 'us-dev/shop': { namespaces: ['shop'], hours: 'Mon 08:00-19:00' } },
  })
  const run = await startWrittenFleet({ 'fleet.yaml': FLEET, 'system.yaml': AUTOSCALER, 'shop.yaml': deployment('web', { replicas: 14, cpu: '1200m' }) }, intent)
  const { sandbox: { timeline, cloud }, operator, first } = run
  const removing = new Set<string>()
  const both = new Set<string>()
  while (timeline.now() < instant('2026-03-23T19:15:00Z')) {
    await timeline.runUntil(later(timeline.now(), 5))
    const ours = tainted(run, 'catnap.dev/reclaim')
    for (const name of ours) expect(removing).not.toContain(name)
    for (const name of tainted(run, 'ToBeDeletedByClusterAutoscaler')) (ours.includes(name) ? both : removing).add(name)
  }
  const byCatnap = await ended(run)
  expect(removing.size).toBeGreaterThanOrEqual(3)
  expect(byCatnap.filter((name) => removing.has(name))).toEqual([])
  expect([...both].every((name) => byCatnap.includes(name))).toBe(true)

  // All but the node that stays, each once; nothing was started, and the size is what is there.
  expect(new Set([...byCatnap, ...removing]).size).toBe(13)
  expect([byCatnap.length + removing.size, running(run, 'workers'), cloud.instances().length]).toEqual([13, 1, 14])
  expect(cloud.pools()).toMatchObject([{ minSize: 1, desiredSize: 1 }])
  const history = (await operator?.registry.history('us-dev/pool/workers')) ?? []
  expect(history.filter(({ text }) => /is off the bill/.test(text))).toHaveLength(byCatnap.length)
  expect(history.filter(({ text }) => /Cluster Autoscaler is removing/.test(text))).toEqual([])
  expect(await lostOriginals(run.sandbox, first)).toEqual([])
})
