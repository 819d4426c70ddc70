import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AutoScalingClient, UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling'
import { expect, it, onTestFinished } from 'vitest'
import { later } from '../../lib/domain/time.ts'
import { lostOriginals } from '../../lib/sandbox/checker.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import type { Pod } from '../../lib/sandbox/cluster/resources.ts'
import { CREDENTIALS } from '../../lib/sandbox/environment-variables.ts'
import { readFleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { type Run, startRun, wakeAndCompare } from '../../lib/sandbox/run.ts'
import type { SandboxFaults } from '../../lib/sandbox/sandbox.ts'
import { intentWith } from '../domain/build-intent.ts'

const FLEET = `start: 2026-03-23T18:45:00Z
intent: catnap.yaml
clusters:
  us-dev:
    manifests: [nodes.yaml]
    pools:
      own-workers: { kind: auto-scaling-group, instanceType: m5.large, zones: [us-east-1a, us-east-1b], min: 2, desired: 4, max: 6 }
    namespaces:
      shop: { manifests: [shop.yaml], replicas: { web: 4 } }
      etl: { manifests: [etl.yaml], replicas: { web: 3 } }
`

const NODES = `apiVersion: karpenter.sh/v1
kind: NodePool
metadata: { name: batch }
spec:
  limits: { cpu: 20 }
  template:
    metadata: { labels: { workload: batch } }
    spec:
      requirements:
        - { key: node.kubernetes.io/instance-type, operator: In, values: [m5.large] }
        - { key: topology.kubernetes.io/zone, operator: In, values: [us-east-1a, us-east-1b] }
      taints: [{ key: workload, value: batch, effect: NoSchedule }]
`

/** A Deployment whose pods each want most of a node. */
const web = (more: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web, resources: { requests: { cpu: 1500m } } }]
${more}`

const ON_BATCH = `      nodeSelector: { workload: batch }
      tolerations: [{ key: workload, operator: Exists }]
`

const HOURS = 'Mon-Fri 08:00-19:00'

const startFleet = async (faults?: SandboxFaults): Promise<Run & { readonly intent: ReturnType<typeof intentWith> }> => {
  const folder = mkdtempSync(join(tmpdir(), 'catnap-provisioners-'))
  for (const [name, text] of [['fleet.yaml', FLEET], ['nodes.yaml', NODES], ['shop.yaml', web('')], ['etl.yaml', web(ON_BATCH)]] as const) writeFileSync(join(folder, name), text)
  const environments = { 'us-dev/shop': { namespaces: ['shop'], hours: HOURS }, 'us-dev/etl': { namespaces: ['etl'], hours: HOURS } }
  const intent = intentWith(environments, { pools: { 'us-dev': { 'own-workers': 1, batch: 0 } } })
  const run = await startRun({ plan: readFleetPlan(join(folder, 'fleet.yaml')), intent, seed: 1, catnap: true, ...(faults === undefined ? {} : { faults }) })
  onTestFinished(() => run.close())
  return { ...run, intent }
}

const running = ({ sandbox }: Run, pool: string): number => sandbox.cloud.instances().filter((instance) => instance.pool === pool && instance.state === 'running').length

const limits = ({ sandbox }: Run): unknown => (sandbox.clusters.get('us-dev')?.list('karpenter.sh/v1', 'NodePool')[0]?.spec as { readonly limits?: unknown }).limits

/** A pod of nobody's environment that may run on nothing but a node of the NodePool. */
const STRANGER: KubernetesObject = {
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'report', namespace: 'others' },
  spec: { nodeSelector: { workload: 'batch' }, tolerations: [{ operator: 'Exists' }], containers: [{ name: 'report', image: 'report', resources: { requests: { cpu: '1' } } }] },
}

const putSizesBack = async ({ sandbox }: Run): Promise<void> => {
  const client = new AutoScalingClient({ region: 'us-east-1', endpoint: sandbox.cloud.url, credentials: CREDENTIALS })
  await client.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'own-workers', MinSize: 2, DesiredCapacity: 4 }))
  client.destroy()
}

it('takes and gives back nodes of Karpenter and of an Auto Scaling group, whatever others do meanwhile', async () => {
  const run = await startFleet()
  const { sandbox: { timeline, clusters }, operator, intent } = run
  const pass = (minutes: number): Promise<void> => timeline.runUntil(later(timeline.now(), minutes * 60))
  expect([running(run, 'own-workers'), running(run, 'batch')]).toEqual([4, 3])

  await pass(45)
  expect([running(run, 'own-workers'), running(run, 'batch')]).toEqual([1, 0])
  expect(limits(run)).toEqual({ cpu: '0' })
  expect(await lostOriginals(run.sandbox, run.first)).toEqual([])

  // Somebody else's pod needs a node of the pool that was shut: it gets one within minutes.
  clusters.get('us-dev')?.apply([STRANGER])
  await pass(10)
  const stranger = clusters.get('us-dev')?.list('v1', 'Pod').find(({ metadata }) => metadata.name === 'report')
  expect((stranger as Pod | undefined)?.status?.phase).toBe('Running')
  expect(await lostOriginals(run.sandbox, run.first)).toEqual([])

  // Terraform: named at the next look, and the nodes it brought are taken again.
  await putSizesBack(run)
  await pass(90)
  const pool = await operator?.registry.pools.get({ cluster: 'us-dev', name: 'own-workers' })
  expect(pool?.putBack?.text).toMatch(/^somebody put the pool back while all who use it sleep: minimum 2, 4 nodes asked for/)
  const history = (await operator?.registry.history('us-dev/pool/own-workers')) ?? []
  expect(history.filter(({ what }) => what === 'problem')).toHaveLength(1)
  expect(running(run, 'own-workers')).toBe(1)
  expect(await lostOriginals(run.sandbox, run.first)).toEqual([])

  clusters.get('us-dev')?.remove({ apiVersion: 'v1', kind: 'Pod', name: 'report', namespace: 'others' })
  expect(await wakeAndCompare(run, intent)).toEqual([])
  expect(running(run, 'own-workers')).toBe(4)
  expect(running(run, 'batch')).toBeGreaterThanOrEqual(3)
})

/** Of each call that changes something of Karpenter's the first is lost on its way, and the answer to the second on its way back. */
const losing = (): { readonly faults: SandboxFaults; readonly lost: () => readonly string[] } => {
  const counts = new Map<string, number>()
  const lost: string[] = []
  const nth = ({ method, path }: { readonly method: string; readonly path: string }, at: 'before' | 'after'): Promise<'drop' | undefined> => {
    const kind = /karpenter\.sh\/v1\/(\w+)\//.exec(path)?.[1]
    if (kind === undefined || method === 'GET') return Promise.resolve(undefined)
    const key = `${method} ${kind}`
    const count = (counts.get(key) ?? 0) + (at === 'before' ? 1 : 0)
    counts.set(key, count)
    if (count !== (at === 'before' ? 1 : 2) || lost.includes(`${key} ${at}`)) return Promise.resolve(undefined)
    lost.push(`${key} ${at}`)
    return Promise.resolve('drop')
  }
  return { faults: { cluster: { intercept: (call) => nth(call, 'before'), committed: (call) => nth(call, 'after') } }, lost: () => lost.toSorted() }
}

it('ends the same when calls to Karpenter’s objects, or the answers to them, are lost', async () => {
  const { faults, lost } = losing()
  const run = await startFleet(faults)
  const { sandbox: { timeline }, intent } = run
  for (let quarter = 0; quarter < 4; quarter += 1) {
    await timeline.runUntil(later(timeline.now(), 900))
    expect(await lostOriginals(run.sandbox, run.first)).toEqual([])
  }
  expect([running(run, 'own-workers'), running(run, 'batch')]).toEqual([1, 0])
  expect(lost()).toEqual(['DELETE nodeclaims after', 'DELETE nodeclaims before', 'PATCH nodepools after', 'PATCH nodepools before'])
  expect(await wakeAndCompare(run, intent)).toEqual([])
})
