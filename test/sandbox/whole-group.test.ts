import { expect, it } from 'vitest'
import { differences, lostOriginals } from '../../lib/sandbox/checker.ts'
import { running } from './mixed-fleet.ts'
import { pass, replicasIn, scale, startWholeFleet, wake, whole } from './whole-fleet.ts'

it('sleeps a cluster of one node group to no node at all, leaves what a person raised meanwhile, and comes back as it was', async () => {
  const run = await startWholeFleet()
  const { sandbox, operator, first } = run
  expect(running(run, 'workers')).toBe(3)

  await pass(run, 30)
  expect(running(run, 'workers')).toBe(0)
  expect(await whole(run)).toMatchObject({ phase: 'asleep', decision: { reason: 'every environment in it sleeps' } })
  expect(replicasIn(run, 'kube-system')).toEqual({ coredns: 0, 'metrics-server': 0 })
  expect(await lostOriginals(sandbox, first)).toEqual([])

  // A person wants more of the metrics: that is kept, and nothing else is touched for it.
  scale(run, 'kube-system', 'metrics-server', 2)
  await pass(run, 32)
  expect((await whole(run))?.remains).toEqual([{ by: 'hand', text: 'Deployment kube-system/metrics-server runs by hand: 2 replicas' }])

  await wake(run, 'us-dev/shop')
  await pass(run, 1)
  const waiting = await operator?.registry.environments.get('us-dev/shop')
  expect(waiting?.progress?.waitingFor).toMatch(/^cluster us-dev, which slept as a whole, to wake/)
  expect(replicasIn(run, 'shop')).toEqual({ web: 0 })
  await wake(run, 'us-dev/etl')
  await pass(run, 14)
  expect(await whole(run)).toMatchObject({ phase: 'awake' })
  expect(replicasIn(run, 'kube-system')).toEqual({ coredns: 2, 'metrics-server': 2 })
  expect(await differences(sandbox, first)).toEqual([expect.stringMatching(/^us-dev\/Deployment\/kube-system\/metrics-server: it is .*"replicas":2/)])

  // Told once each, under the cluster's own name.
  const history = (await operator?.registry.history('us-dev')) ?? []
  expect(history.filter(({ what }) => what === 'phase').map(({ text }) => text.replace(/\d+/, 'n')).toReversed()).toEqual(['asleep: every environment in it sleeps', 'awake after n s'])
})
