import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  record,
} from 'fast-check'
import { expect, it } from 'vitest'
import { instant, later } from '../../../lib/domain/time.ts'
import type { AutoScalingGroup } from '../../../lib/sandbox/cloud/auto-scaling-group.ts'
import { AwsError } from '../../../lib/sandbox/cloud/aws-error.ts'
import { Fleet } from '../../../lib/sandbox/cloud/fleet.ts'
import { dice } from '../../../lib/sandbox/dice.ts'
import { Timeline } from '../../../lib/sandbox/timeline.ts'

type Act =
  | { readonly do: 'resize'; readonly minSize: number; readonly more: number; readonly drainSeconds: number }
  | { readonly do: 'end'; readonly nth: number; readonly decrement: boolean }
  | { readonly do: 'kill'; readonly nth: number }
  | { readonly do: 'suspend' | 'resume'; readonly process: string }
  | { readonly do: 'wait'; readonly seconds: number }

const process = constantFrom('Launch', 'Terminate', 'AZRebalance', 'HealthCheck')
const act: Arbitrary<Act> = oneof(
  record({
    do: constant('resize' as const),
    minSize: nat(3),
    more: nat(5),
    drainSeconds: constantFrom(0, 60),
  }),
  record({ do: constant('end' as const), nth: nat(8), decrement: boolean() }),
  record({ do: constant('kill' as const), nth: nat(8) }),
  record({ do: constantFrom('suspend' as const, 'resume' as const), process }),
  record({ do: constant('wait' as const), seconds: nat(150) }),
)

const world = (seed: number) => {
  const timeline = new Timeline(instant('2026-11-22T08:00:00Z'))
  const nodes = new Set<string>()
  const workers = {
    name: 'workers',
    instanceType: 'm5.large',
    zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    minSize: 1,
    desiredSize: 3,
    maxSize: 8,
  }
  const arn = 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev'
  const fleet = new Fleet({
    timeline,
    dice: dice(seed),
    clusters: [{ name: 'us-dev', arn, endpoint: 'http://127.0.0.1', nodegroups: [workers], accessEntries: [] }],
    prices: () => ({ vcpu: 2, memoryMiB: 8192, usdPerHour: 0.096 }),
  })
  fleet.onNode({
    joined: (_, { instanceId }) => nodes.add(instanceId),
    gone: (_, instanceId) => nodes.delete(instanceId),
  })
  fleet.start()
  return { timeline, fleet, nodes }
}

const perform = async (group: AutoScalingGroup, { fleet, timeline }: ReturnType<typeof world>, step: Act) => {
  const nth = (n: number) => group.members[n % Math.max(group.members.length, 1)]?.instance
  if (step.do === 'wait') await timeline.runUntil(later(timeline.now(), step.seconds))
  if (step.do === 'suspend') group.suspend([step.process])
  if (step.do === 'resume') group.resume([step.process])
  if (step.do === 'kill' && nth(step.nth)?.terminate() === true) group.noticeEnding(nth(step.nth)?.id ?? '')
  if (step.do === 'end') group.terminate(nth(step.nth)?.id ?? fleet.instances[0]?.id ?? '', step.decrement)
  if (step.do === 'resize') {
    const { minSize, more, drainSeconds } = step
    group.resize({ minSize, desiredSize: minSize + more, maxSize: 8 }, 'in a test', drainSeconds)
  }
}

const refusedOr = async (done: Promise<void>): Promise<void> =>
  done.catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error
  })

it('a group left alone has what it should have, balanced, whatever was done to it before', () =>
  assert(
    asyncProperty(integer(), array(act, { maxLength: 25 }), async (seed, steps) => {
      const here = world(seed)
      const [group] = here.fleet.groups
      if (group === undefined) throw new Error('no group')
      for (const step of steps) {
        await refusedOr(perform(group, here, step))
        expect(group.capacity.desiredSize).toBeGreaterThanOrEqual(group.capacity.minSize)
        expect(group.capacity.desiredSize).toBeLessThanOrEqual(group.capacity.maxSize)
      }
      group.resume([])
      await here.timeline.runUntil(later(here.timeline.now(), 3600))
      expect(group.members.map(({ lifecycle }) => lifecycle)).toEqual(
        Array.from({ length: group.capacity.desiredSize }, () => 'InService'),
      )
      const running = here.fleet.instances.filter(({ state }) => state !== 'terminated').map(({ id }) => id)
      expect(running.toSorted()).toEqual(group.members.map(({ instance }) => instance.id).toSorted())
      expect([...here.nodes].toSorted()).toEqual(running.toSorted())
      const zones = group.members.map(({ instance }) => instance.identity.zone)
      const perZone = group.zones.map((zone) => zones.filter((other) => other === zone).length)
      expect(Math.max(...perZone) - Math.min(...perZone)).toBeLessThanOrEqual(1)
    }),
    { numRuns: 200 },
  ))
