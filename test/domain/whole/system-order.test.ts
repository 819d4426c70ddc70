import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextStage } from '../../../lib/domain/stage.ts'
import { inSystemOrder, isAutoscaler, startsNodes } from '../../../lib/domain/whole/system-order.ts'
import { objectKey, type Original, planSleep, planWake, type Workload, type WorkloadStep } from '../../../lib/domain/workload.ts'
import { workloadWith } from '../build-workload.ts'

const NAMES = ['coredns', 'karpenter', 'cluster-autoscaler', 'metrics-server', 'aws-load-balancer-controller', 'cert-manager-webhook'] as const

const systemWith = (replicas: Readonly<Record<string, number>>): readonly Workload[] =>
  Object.entries(replicas).map(([name, count]) => workloadWith({ namespace: 'kube-system', name, present: { replicas: count }, ready: count }))

/** A cluster's own workloads and what the table holds of them, as steps change both. */
interface World {
  workloads: readonly Workload[]
  readonly table: Map<string, Original>
}

const replicasOf = ({ present }: Workload): number => ('replicas' in present ? present.replicas : 0)

const take = (world: World, step: WorkloadStep): void => {
  if (step.do === 'sleep') world.table.set(objectKey(step), step.original)
  else world.table.delete(objectKey(step))
  world.workloads = world.workloads.map((workload): Workload => {
    if (workload.name !== step.name) return workload
    const { mark: _mark, ...bare } = workload
    return { ...bare, present: step.to, ready: 'replicas' in step.to ? step.to.replicas : 0, ...(step.do === 'sleep' ? { mark: step.original } : {}) }
  })
}

const nextOf = ({ workloads, table }: World, verb: 'sleep' | 'wake') => {
  const ordered = inSystemOrder(verb, workloads)
  return nextStage(verb, verb === 'sleep' ? planSleep(ordered, '') : planWake(ordered, table, ''), ordered)
}

/** Goes one way to its end. Answers the names of each stage. */
const runOut = (world: World, verb: 'sleep' | 'wake'): readonly (readonly string[])[] => {
  const stages: string[][] = []
  for (let next = nextOf(world, verb); next !== undefined; next = nextOf(world, verb)) {
    stages.push(next.steps.map(({ name }) => name).toSorted())
    for (const step of next.steps) take(world, step)
  }
  return stages
}

describe('the order of a cluster’s own workloads', () => {
  it('puts what ends nodes, and the name servers it needs, to sleep last, and wakes what starts nodes last, after whatever answers webhooks', () => {
    const world: World = { workloads: systemWith(Object.fromEntries(NAMES.map((name) => [name, 1]))), table: new Map() }
    expect(runOut(world, 'sleep')).toEqual([['aws-load-balancer-controller', 'cert-manager-webhook', 'metrics-server'], ['cluster-autoscaler', 'coredns', 'karpenter']])
    expect(runOut(world, 'wake')).toEqual([['aws-load-balancer-controller', 'cert-manager-webhook', 'coredns', 'metrics-server'], ['cluster-autoscaler', 'karpenter']])
  })

  it('lets an annotation order the rest, but nothing before what ends nodes', () => {
    const marked = [workloadWith({ name: 'late', wave: 3 }), workloadWith({ name: 'odd', wave: -7 }), workloadWith({ name: 'karpenter', wave: 9 })]
    expect(inSystemOrder('sleep', marked).map(({ wave }) => wave)).toEqual([3, 0, -1])
  })

  it('opens NodePools once every autoscaler is up, or where there is none', () => {
    expect(startsNodes(systemWith({ coredns: 0 }))).toBe(true)
    expect(startsNodes(systemWith({ karpenter: 2 }))).toBe(true)
    expect(startsNodes([workloadWith({ name: 'karpenter', present: { replicas: 2 }, ready: 1 })])).toBe(false)
    expect(startsNodes([workloadWith({ name: 'karpenter', present: { replicas: 0 }, ready: 0, mark: { replicas: 2 } })])).toBe(false)
  })

  it('holds whichever way the mind is changed: originals are in both places, what ends nodes goes last, and all comes back but what people raised', () => {
    const fleets = fc.record(Object.fromEntries(NAMES.map((name) => [name, fc.nat(3)])))
    const turns = fc.array(fc.record({ verb: fc.constantFrom('sleep' as const, 'wake' as const), taken: fc.nat(6), raised: fc.option(fc.constantFrom(...NAMES), { freq: 6 }) }), { maxLength: 12 })
    fc.assert(fc.property(fleets, turns, (before, changes) => {
      const world: World = { workloads: systemWith(before), table: new Map() }
      const raised = new Set<string>()
      for (const { verb, taken, raised: name } of changes) {
        // A slice may end after any step; what it planned on is looked at again by the next.
        for (const step of nextOf(world, verb)?.steps.slice(0, taken) ?? []) take(world, step)
        world.workloads = world.workloads.map((workload) => (workload.name === name ? { ...workload, present: { replicas: replicasOf(workload) + 1 }, ready: replicasOf(workload) + 1 } : workload))
        if (name !== null) raised.add(name)
      }
      expect(world.workloads.filter(({ mark }) => mark !== undefined).map((workload) => [objectKey(workload), workload.mark])).toEqual([...world.table].toSorted(byOrderOf(world)))
      const stages = runOut(world, 'sleep')
      expect(stages.slice(0, -1).flat().filter((name) => isAutoscaler({ name }))).toEqual([])
      runOut(world, 'wake')
      const untouched = world.workloads.filter(({ name }) => !raised.has(name))
      expect([...world.table.keys()]).toEqual([])
      expect(world.workloads.filter(({ mark }) => mark !== undefined)).toEqual([])
      expect(untouched.map(replicasOf)).toEqual(untouched.map(({ name }) => before[name]))
      expect(world.workloads.filter((workload) => raised.has(workload.name) && replicasOf(workload) === 0)).toEqual([])
    }))
  })
})

/** The table keeps the order in which things fell asleep. */
const byOrderOf = ({ workloads }: World) => {
  const places = new Map(workloads.map((workload, index) => [objectKey(workload), index]))
  return ([a]: readonly [string, Original], [b]: readonly [string, Original]): number => (places.get(a) ?? 0) - (places.get(b) ?? 0)
}
