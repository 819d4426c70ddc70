import { CoreV1Api } from '@kubernetes/client-node'
import { expect, it } from 'vitest'
import type { Pod, PodDisruptionBudget } from '../../../lib/sandbox/cluster/resources.ts'
import { configOf, refusal } from './client-of.ts'
import { budgetOf, deploymentOf, nodeOf, podOf } from './manifests-of.ts'
import { startCluster } from './start-cluster.ts'

const labelled = (name: string, spec: object = {}) => {
  const pod = podOf(name, { ...spec })
  return { ...pod, metadata: { ...pod.metadata, labels: { app: 'web' } } }
}

const setUp = async (...budgets: readonly (readonly [string, object])[]) => {
  const { cluster, run } = await startCluster()
  cluster.joinNode(nodeOf('n1', { cpuMilli: 8000, pods: 30 }))
  cluster.apply([
    deploymentOf('web', { replicas: 3 }),
    ...budgets.map(([name, spec]) => budgetOf(name, 'web', { ...spec })),
  ])
  await run(60)
  const core = configOf(cluster).makeApiClient(CoreV1Api)
  const podNames = () => (cluster.list('v1', 'Pod') as readonly Pod[]).map(({ metadata }) => metadata.name)
  const evict = (name: string, deleteOptions: object = {}, dryRun?: string) =>
    core.createNamespacedPodEviction({
      name,
      namespace: 'shop',
      body: { metadata: { name, namespace: 'shop' }, deleteOptions },
      ...(dryRun === undefined ? {} : { dryRun }),
    })
  const budget = () => (cluster.list('policy/v1', 'PodDisruptionBudget')[0] as PodDisruptionBudget).status
  return { cluster, core, run, evict, podNames, budget }
}

it('evicts a pod without a budget, and its owner makes another', async () => {
  const { evict, podNames, run } = await setUp()
  const [name = ''] = podNames()
  expect(await evict(name)).toMatchObject({ kind: 'Status' })
  await run(20)
  expect(podNames()).toHaveLength(3)
  expect(podNames()).not.toContain(name)
})

it.each([
  ['minAvailable 2', { minAvailable: 2 }, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 }],
  ['minAvailable 50 %, rounded up', { minAvailable: '50%' }, { desiredHealthy: 2, disruptionsAllowed: 1 }],
  ['maxUnavailable 1', { maxUnavailable: 1 }, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 }],
  ['maxUnavailable 10 %, rounded up', { maxUnavailable: '10%' }, { desiredHealthy: 2, disruptionsAllowed: 1 }],
  ['maxUnavailable 0', { maxUnavailable: 0 }, { desiredHealthy: 3, disruptionsAllowed: 0 }],
])('counts a budget of %s', async (_, spec, status) => {
  const { budget } = await setUp(['web', spec])
  expect(budget()).toMatchObject({ currentHealthy: 3, observedGeneration: 1, ...status })
})

it('refuses the second of two evictions under a budget of one until the first is made good', async () => {
  const { evict, podNames, run } = await setUp(['web', { maxUnavailable: 1 }])
  const [first = '', second = ''] = podNames()
  await evict(first)
  expect(await refusal(evict(second))).toMatchObject({
    code: 429,
    reason: 'TooManyRequests',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    details: { causes: [{ reason: 'DisruptionBudget' }] },
  })
  await run(60)
  expect(await evict(second)).toMatchObject({ kind: 'Status' })
})

it('spends nothing in a dry run', async () => {
  const { evict, podNames, budget } = await setUp(['web', { maxUnavailable: 1 }])
  for (const name of podNames()) expect(await evict(name, {}, 'All')).toMatchObject({ kind: 'Status' })
  for (const name of podNames()) await evict(name, { dryRun: ['All'] })
  expect(budget()?.disruptionsAllowed).toBe(1)
  expect(podNames()).toHaveLength(3)
})

it('answers 500 to a pod under two budgets', async () => {
  const { evict, podNames } = await setUp(['a', { maxUnavailable: 1 }], ['b', { maxUnavailable: 2 }])
  const answer = await refusal(evict(podNames()[0] ?? ''))
  expect(answer).toMatchObject({ code: 500, message: expect.stringContaining('more than one PodDisruptionBudget') })
})

it('asks to come back when the budget changed and was not looked at yet', async () => {
  const { cluster, evict, podNames } = await setUp(['web', { maxUnavailable: 0 }])
  cluster.apply([budgetOf('web', 'web', { maxUnavailable: 1 })])
  const answer = await refusal(evict(podNames()[0] ?? ''))
  expect(answer).toMatchObject({ code: 429, details: { retryAfterSeconds: 10 }, headers: { 'retry-after': '10' } })
})

it('lets go of pending pods without a look at the budget', async () => {
  const { cluster, evict, run } = await setUp(['web', { maxUnavailable: 0 }])
  cluster.apply([labelled('web-pending', { nodeSelector: { none: 'such' } })])
  await run(5)
  expect(await evict('web-pending')).toMatchObject({ kind: 'Status' })
})

it.each([
  ['AlwaysAllow', { minAvailable: 3, unhealthyPodEvictionPolicy: 'AlwaysAllow' }, 'allowed'],
  ['IfHealthyBudget while the others suffice', { minAvailable: 3 }, 'allowed'],
  ['IfHealthyBudget while they do not', { minAvailable: 4 }, 'refused'],
])('decides about a pod that is not ready under %s', async (_, spec, outcome) => {
  const { cluster, evict, run, budget } = await setUp(['web', spec])
  cluster.apply([labelled('web-starting')])
  await run(3.5)
  const before = budget()
  const answer = await evict('web-starting').then(() => 'allowed', () => 'refused')
  expect(answer).toBe(outcome)
  expect(budget()?.disruptionsAllowed).toBe(before?.disruptionsAllowed)
})

it('refuses to evict a pod of that name with another uid, but has spent the budget by then', async () => {
  const { evict, podNames, budget } = await setUp(['web', { maxUnavailable: 1 }])
  const call = evict(podNames()[0] ?? '', { preconditions: { uid: 'another' } })
  expect(await refusal(call)).toMatchObject({ code: 409, reason: 'Conflict' })
  expect(budget()?.disruptionsAllowed).toBe(0)
})
