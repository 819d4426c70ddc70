import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareStages, nextStage, stageOf } from '../../lib/domain/stage.ts'
import { planSleep, planWake, type Workload } from '../../lib/domain/workload.ts'
import { asleepWith, cronJobWith, workloadWith } from './build-workload.ts'

const named = (name: string, changes: Partial<Workload> = {}): Workload => workloadWith({ name, ...changes })
const hpa = workloadWith({ kind: 'HorizontalPodAutoscaler', name: 'hpa', role: 'holder', present: { value: null }, place: { group: 'autoscaling', version: 'v2', plural: 'horizontalpodautoscalers', path: ['spec', 'behavior'] } })

/** Names by stage, in the order in which they are taken. */
const order = (verb: 'sleep' | 'wake', workloads: readonly Workload[], waves: readonly (readonly string[])[]): readonly (readonly string[])[] => {
  let left = verb === 'sleep' ? planSleep(workloads, '') : planWake(workloads, new Map(), '')
  const stages: string[][] = []
  for (let next = nextStage(verb, left, workloads, waves); next !== undefined; next = nextStage(verb, left, workloads, waves)) {
    const { steps } = next
    stages.push(steps.map(({ name }) => name).toSorted())
    left = left.filter((step) => !steps.includes(step))
  }
  return stages
}

describe('the order of a sleep', () => {
  it('holds what would scale up again, suspends what starts by the clock, then takes the last wave first', () => {
    const all = [named('db'), named('api-one'), named('api-two'), named('web'), cronJobWith(), hpa]
    expect(order('sleep', all, [['db'], ['api-*']])).toEqual([['hpa'], ['nightly'], ['web'], ['api-one', 'api-two'], ['db']])
  })
})

describe('the order of a wake', () => {
  it('is that of a sleep turned round', () => {
    const all = [asleepWith({ replicas: 1 }, { name: 'db' }), asleepWith({ replicas: 2 }, { name: 'api-one' }), asleepWith({ replicas: 3 }, { name: 'web' }),
      { ...cronJobWith({ present: { suspend: true } }), mark: { suspend: false } }, { ...hpa, present: { value: { scaleUp: { selectPolicy: 'Disabled' } } }, mark: { value: null } }]
    expect(order('wake', all, [['db'], ['api-*']])).toEqual([['db'], ['api-one'], ['web'], ['nightly'], ['hpa']])
  })

  it('waits for the workloads of the waves before', () => {
    const [db, web] = [workloadWith({ name: 'db', ready: 0 }), asleepWith({ replicas: 3 }, { name: 'web' })]
    expect(nextStage('wake', planWake([db, web], new Map(), ''), [db, web], [['db']])?.before).toEqual([db])
  })
})

describe('the wave of a workload', () => {
  it('is what its annotation says before what the intent says', () => {
    expect(stageOf(named('db', { wave: 7 }), [['db']])).toEqual({ role: 'workload', wave: 7 })
    expect(stageOf(named('db'), [['db']]).wave).toBe(0)
    expect(stageOf(named('web'), [['db'], ['api']]).wave).toBe(2)
  })

  it('may name the kind', () => {
    expect(stageOf(named('db'), [['Deployment/d*']]).wave).toBe(0)
    expect(stageOf(named('db'), [['StatefulSet/d*']]).wave).toBe(1)
  })
})

it('takes each step once, in an order that never goes back, whatever the waves are', () => {
  const workload = fc.record({ wave: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }), name: fc.constantFrom('db', 'api', 'web') })
    .map(({ wave, name }) => workloadWith({ name, ...(wave === undefined ? {} : { wave }) }))
  fc.assert(fc.property(fc.array(workload, { maxLength: 12 }), (found) => {
    const all = found.map((each, index) => ({ ...each, name: `${each.name}-${index}` }))
    const taken = order('sleep', all, [['db-*'], ['api-*']])
    expect(taken.flat().toSorted()).toEqual(all.map(({ name }) => name).toSorted())
    const stages = taken.flatMap(([name]) => all.filter((each) => each.name === name)).map((each) => stageOf(each, [['db-*'], ['api-*']]))
    expect(stages.slice(1).every((stage, index) => compareStages(stages[index] ?? stage, stage) > 0)).toBe(true)
  }))
})
