import { expect, it } from 'vitest'
import { differences, lostOriginals } from '../../lib/sandbox/checker.ts'
import { running } from './mixed-fleet.ts'
import { indexOf, pass, replicasIn, startWholeFleet, steps, wake, whole } from './whole-fleet.ts'

it('sleeps a cluster whose Karpenter lives on the nodes that go, and brings it back before what needs it', async () => {
  const run = await startWholeFleet({ karpenter: true })
  const { sandbox, first } = run
  expect([running(run, 'workers'), running(run, 'batch')]).toEqual([3, 1])

  await pass(run, 30)
  expect([running(run, 'workers'), running(run, 'batch')]).toEqual([0, 0])
  expect(replicasIn(run, 'karpenter')).toEqual({ karpenter: 0 })
  expect(await whole(run)).toMatchObject({ phase: 'asleep' })
  expect(await lostOriginals(sandbox, first)).toEqual([])
  expect(replicasIn(run, 'monitoring')).toEqual({ scraper: 4 })
  const asleep = await steps(run)
  const [shut, slept] = [indexOf(asleep, /^prepare pool batch|limits cpu 20 → a CPU limit of 0/), indexOf(asleep, /^put to sleep Deployment karpenter\/karpenter/)]
  expect(indexOf(asleep, /^put to sleep Deployment kube-system\/metrics-server/)).toBeLessThan(slept)
  expect(shut).toBeLessThan(slept)
  expect(asleep.findLastIndex((step) => /^end .* under node/.test(step))).toBeGreaterThan(slept)

  await wake(run, 'us-dev/etl')
  await wake(run, 'us-dev/shop')
  await pass(run, 14)
  expect(await differences(sandbox, first)).toEqual([])
  const awake = (await steps(run)).slice(asleep.length)
  const back = indexOf(awake, /^wake Deployment karpenter\/karpenter/)
  expect(indexOf(awake, /^wake Deployment kube-system\/metrics-server/)).toBeLessThan(back)
  expect(indexOf(awake, /^wake Deployment etl\/web/)).toBeGreaterThan(back)
  expect([running(run, 'workers'), running(run, 'batch')]).toEqual([3, 1])
})
