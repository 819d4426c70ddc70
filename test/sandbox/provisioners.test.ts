import { AutoScalingClient, UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling'
import { expect, it } from 'vitest'
import { later } from '../../lib/domain/time.ts'
import { lostOriginals } from '../../lib/sandbox/checker.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import type { Pod } from '../../lib/sandbox/cluster/resources.ts'
import { CREDENTIALS } from '../../lib/sandbox/environment-variables.ts'
import { type Run, wakeAndCompare } from '../../lib/sandbox/run.ts'
import { running, startMixedFleet } from './mixed-fleet.ts'

const limits = ({ sandbox }: Run): unknown =>
  sandbox.clusters.get('us-dev')?.list('karpenter.sh/v1', 'NodePool').map(({ spec }) => (spec as { readonly limits?: unknown }).limits)

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
  const run = await startMixedFleet()
  const { sandbox: { timeline, clusters }, operator, intent } = run
  const pass = (minutes: number): Promise<void> => timeline.runUntil(later(timeline.now(), minutes * 60))
  expect([running(run, 'own-workers'), running(run, 'batch')]).toEqual([4, 3])

  await pass(45)
  expect([running(run, 'own-workers'), running(run, 'batch')]).toEqual([1, 0])
  expect(limits(run)).toEqual([{ cpu: '0' }])
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
