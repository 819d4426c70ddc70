import { expect, it } from 'vitest'
import { intentSchema } from '../../lib/domain/intent/schema.ts'
import { later } from '../../lib/domain/time.ts'
import type { Pod } from '../../lib/sandbox/cluster/resources.ts'
import { startWrittenFleet } from './start-written-fleet.ts'

const ID = 'us-dev/shop'

const FLEET = `start: 2026-03-23T18:52:00Z
intent: catnap.yaml
clusters:
  us-dev:
    pools:
      workers: { instanceType: m5.large, zones: [us-east-1a], min: 0, desired: 3, max: 6 }
    namespaces:
      shop: { manifests: [shop.yaml] }
`

/** All three would fit on one node, and each wants one of its own. */
const SHOP = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web, resources: { requests: { cpu: 100m } } }]
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - { topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }
`

it('wakes pods that fit on fewer nodes than the scheduler puts them on: from no node to the three they had', async () => {
  const intent = intentSchema.parse({
    mode: 'act',
    timezone: 'UTC',
    clusters: { 'us-dev': { arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', whole: true, pools: { workers: { keep: 0 } } } },
    environments: { [ID]: { namespaces: ['shop'], hours: 'Mon-Fri 08:00-19:00' } },
  })
  const { sandbox: { timeline, cloud, clusters }, operator } = await startWrittenFleet({ 'fleet.yaml': FLEET, 'shop.yaml': SHOP }, intent)
  const pass = (minutes: number): Promise<void> => timeline.runUntil(later(timeline.now(), minutes * 60))
  const running = (): number => cloud.instances().filter(({ state }) => state === 'running').length
  expect(running()).toBe(3)
  await pass(28)
  expect(running()).toBe(0)

  await operator?.registry.environments.change(ID, { set: { hold: { as: 'awake', until: later(timeline.now(), 3600), by: 'the test' }, dueAt: timeline.now() } })
  await pass(8)
  const pods = (clusters.get('us-dev')?.list('v1', 'Pod') ?? []) as readonly Pod[]
  expect(pods.filter(({ metadata, status }) => metadata.labels?.['app'] === 'web' && status?.phase === 'Running')).toHaveLength(3)
  expect(running()).toBe(3)
  expect(await operator?.registry.environments.get(ID)).toMatchObject({ phase: 'awake' })
  expect((await operator?.registry.environments.get(ID))?.problem).toBeUndefined()
})
