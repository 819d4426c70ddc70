import { expect, it } from 'vitest'
import { differences, lostOriginals } from '../../lib/sandbox/checker.ts'
import type { Node, Pod } from '../../lib/sandbox/cluster/resources.ts'
import type { Run } from '../../lib/sandbox/run.ts'
import { running } from './mixed-fleet.ts'
import { indexOf, pass, replicasIn, startWholeFleet, steps, wake, whole } from './whole-fleet.ts'

/** A node Cluster Autoscaler was just taking when it was put to sleep itself: its taint is nobody's any more. */
const leaveTaint = ({ sandbox }: Run): void => {
  const cluster = sandbox.clusters.get('us-dev')
  const scraper = ((cluster?.list('v1', 'Pod') ?? []) as readonly Pod[]).find(({ metadata }) => metadata.namespace === 'monitoring')
  const node = ((cluster?.list('v1', 'Node') ?? []) as readonly Node[]).find(({ metadata }) => metadata.name === scraper?.spec.nodeName)
  if (node === undefined) throw new Error('nothing is left to take')
  const taints = [...(node.spec?.taints ?? []), { key: 'ToBeDeletedByClusterAutoscaler', value: '1774292400', effect: 'NoSchedule' }]
  cluster?.apply([{ ...node, spec: { ...node.spec, taints } }])
}

it('sleeps a cluster whose Cluster Autoscaler lives on the nodes that go, which starts none meanwhile, and brings it back before what needs it', async () => {
  const run = await startWholeFleet({ autoscaler: true })
  const { sandbox, first } = run
  const started = (): number => sandbox.cloud.instances().length
  expect(running(run, 'workers')).toBe(3)
  expect(replicasIn(run, 'kube-system')).toEqual({ coredns: 2, 'metrics-server': 1, 'cluster-autoscaler': 1 })

  for (let looks = 0; looks < 120 && replicasIn(run, 'kube-system')['cluster-autoscaler'] === 1; looks += 1) await pass(run, 0.25)
  leaveTaint(run)
  await pass(run, 15)
  expect(await whole(run)).toMatchObject({ phase: 'asleep' })
  expect([running(run, 'workers'), started()]).toEqual([0, 3])
  expect(replicasIn(run, 'monitoring')).toEqual({ scraper: 4 })
  expect(await lostOriginals(sandbox, first)).toEqual([])
  const asleep = await steps(run)
  const slept = indexOf(asleep, /^put to sleep Deployment kube-system\/cluster-autoscaler/)
  expect(indexOf(asleep, /^put to sleep Deployment kube-system\/metrics-server/)).toBeLessThan(slept)
  expect(asleep.findLastIndex((step) => /^end .* under node/.test(step))).toBeGreaterThan(slept)

  await wake(run, 'us-dev/etl')
  await wake(run, 'us-dev/shop')
  await pass(run, 16)
  expect(await differences(sandbox, first)).toEqual([])
  expect([running(run, 'workers'), started()]).toEqual([3, 6])
  const awake = (await steps(run)).slice(asleep.length)
  const back = indexOf(awake, /^wake Deployment kube-system\/cluster-autoscaler/)
  expect(indexOf(awake, /^wake Deployment kube-system\/metrics-server/)).toBeLessThan(back)
  expect(indexOf(awake, /^wake Deployment etl\/web/)).toBeGreaterThan(back)
})
