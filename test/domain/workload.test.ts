import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KINDS } from '../../lib/domain/kinds/kinds.ts'
import { isAsleep, isReady, objectKey, type Original, planSleep, planWake, sayWorkloadStep, type Workload, type WorkloadStep } from '../../lib/domain/workload.ts'
import { asleepWith, cronJobWith, workloadWith } from './build-workload.ts'

/** What the cluster is after the steps: each sets the one field and writes or removes the mark, in one request. */
const apply = (workloads: readonly Workload[], steps: readonly WorkloadStep[]): readonly Workload[] =>
  workloads.map(({ mark, ...workload }) => {
    const step = steps.find((candidate) => objectKey(candidate) === objectKey(workload))
    if (step === undefined) return { ...workload, ...(mark === undefined ? {} : { mark }) }
    return { ...workload, present: step.to, ...(step.do === 'sleep' ? { mark: step.original } : {}) }
  })

const originalsOf = (steps: readonly WorkloadStep[]) => new Map(steps.map((step) => [objectKey(step), step.original]))

const scaled = fc.record({ kind: fc.constantFrom('Deployment' as const, 'StatefulSet' as const), replicas: fc.nat(50) })
  .map(({ kind, replicas }) => workloadWith({ kind, present: { replicas } }))
const suspended = fc.boolean().map((suspend) => cronJobWith({ present: { suspend } }))

/** An object of each kind with any value at its place, as the engine reads it. */
const ofAnyKind = fc.constantFrom(...KINDS).chain((kind) => fc.record({ replicas: fc.nat(50), suspend: fc.boolean(), text: fc.constantFrom('true', 'false', 'other'), policy: fc.dictionary(fc.constantFrom('prune', 'selfHeal'), fc.boolean()), isThere: fc.boolean() })
  .map(({ replicas, suspend, text, policy, isThere }): readonly Workload[] => {
    const last = kind.path.at(-1)
    const values: Readonly<Record<string, unknown>> = { replicas, suspend, automated: policy, behavior: { scaleDown: { stabilizationWindowSeconds: replicas } } }
    const value = values[last ?? ''] ?? text
    const base = { spec: { minReplicas: 0 } }
    const present = kind.read(isThere ? placed(base, kind.path, value) : base)
    const place = { group: kind.group, version: kind.version, plural: kind.plural, path: kind.path }
    return present === undefined ? [] : [workloadWith({ kind: kind.kind, role: kind.role, place, present })]
  }))

const placed = (object: object, [first = '', ...rest]: readonly string[], value: unknown): Readonly<Record<string, unknown>> =>
  ({ ...object, [first]: rest.length === 0 ? value : placed((object as Record<string, object>)[first] ?? {}, rest, value) })

const named = (workloads: readonly Workload[]): readonly Workload[] => workloads.map((workload, index) => ({ ...workload, name: `w${index}` }))
const anyWorkloads = fc.array(fc.oneof(scaled.map((each) => [each]), suspended.map((each) => [each]), ofAnyKind), { maxLength: 30 }).map((all) => named(all.flat()))

/** As `anyWorkloads`, some of them already marked by a sleep that was interrupted, or changed by hand since. */
const halfAsleep = fc.array(fc.record({ workload: fc.oneof(scaled, suspended), mark: fc.option(fc.nat(9)) }), { maxLength: 30 })
  .map((all) => all.map(({ workload, mark }, index): Workload => ({
    ...workload, name: `w${index}`,
    ...(mark === null ? {} : { mark: 'replicas' in workload.present ? { replicas: mark } : { suspend: mark % 2 === 1 } }),
  })))

describe('a sleep', () => {
  it('takes replicas to zero and suspends CronJobs, each with what it was', () => {
    const steps = planSleep([workloadWith(), workloadWith({ kind: 'StatefulSet', name: 'db', present: { replicas: 2 } }), cronJobWith()], 'the hours are over')
    expect(steps.map(({ name, do: verb, from, to, original, why }) => ({ name, verb, from, to, original, why }))).toEqual([
      { name: 'web', verb: 'sleep', from: { replicas: 3 }, to: { replicas: 0 }, original: { replicas: 3 }, why: 'the hours are over' },
      { name: 'db', verb: 'sleep', from: { replicas: 2 }, to: { replicas: 0 }, original: { replicas: 2 }, why: 'the hours are over' },
      { name: 'nightly', verb: 'sleep', from: { suspend: false }, to: { suspend: true }, original: { suspend: false }, why: 'the hours are over' },
    ])
  })

  it('leaves what was at zero or suspended before, so that it is still so after the wake', () => {
    const before = [workloadWith({ present: { replicas: 0 } }), cronJobWith({ present: { suspend: true } })]
    expect(planSleep(before, '')).toEqual([])
    expect(planWake(before, new Map(), '')).toEqual([])
  })

  it('never takes a zero for an original: what carries a mark is not touched again', () => {
    expect(planSleep([asleepWith({ replicas: 3 })], '')).toEqual([])
  })

  it('lets run what a person raised while it slept', () => {
    expect(planSleep([asleepWith({ replicas: 3 }, { present: { replicas: 1 } })], '')).toEqual([])
  })

  it('is planned on the object as it was seen, so that a change in between refuses it', () => {
    const workload = workloadWith()
    expect(planSleep([workload], '')[0]?.seen).toBe(workload.seen)
  })

  it('records no zero and touches nothing that sleeps, whatever it finds', () => {
    fc.assert(fc.property(halfAsleep, (workloads) => {
      for (const { original, to, from } of planSleep(workloads, '')) {
        expect(original).toEqual(from)
        expect([{ replicas: 0 }, { suspend: true }]).toContainEqual(to)
        expect(original).not.toEqual(to)
      }
    }))
  })

  it('leaves nothing to do once it was done, also where an earlier one was interrupted', () => {
    fc.assert(fc.property(halfAsleep, (workloads) => {
      const after = apply(workloads, planSleep(workloads, ''))
      expect(planSleep(after, '')).toEqual([])
    }))
  })
})

describe('a wake', () => {
  it('puts back what the mark on the object says', () => {
    expect(planWake([asleepWith({ replicas: 3 })], new Map(), 'the hours begin')).toMatchObject([
      { do: 'wake', from: { replicas: 0 }, to: { replicas: 3 }, original: { replicas: 3 }, why: 'the hours begin' },
    ])
  })

  it('puts back from the table what lost its mark', () => {
    const bare = workloadWith({ present: { replicas: 0 }, ready: 0 })
    expect(planWake([bare], new Map([['Deployment/shop/web', { replicas: 5 }]]), '')).toMatchObject([{ to: { replicas: 5 } }])
    expect(planWake([cronJobWith({ present: { suspend: true } })], new Map([['CronJob/shop/nightly', { suspend: false }]]), '')).toMatchObject([{ to: { suspend: false } }])
  })

  it('believes the object where the table says something else', () => {
    expect(planWake([asleepWith({ replicas: 3 })], new Map([['Deployment/shop/web', { replicas: 9 }]]), '')).toMatchObject([{ to: { replicas: 3 } }])
  })

  it('keeps what a person set while it slept and only takes the mark away', () => {
    expect(planWake([asleepWith({ replicas: 3 }, { present: { replicas: 1 } })], new Map([['Deployment/shop/web', { replicas: 3 }]]), '')).toMatchObject([
      { from: { replicas: 1 }, to: { replicas: 1 } },
    ])
  })

  it('leaves alone what runs without a mark, whatever the table remembers', () => {
    expect(planWake([workloadWith({ present: { replicas: 2 } })], new Map([['Deployment/shop/web', { replicas: 3 }]]), '')).toEqual([])
  })

  it('passes over what somebody deleted', () => {
    expect(planWake([], new Map([['Deployment/shop/web', { replicas: 3 }]]), '')).toEqual([])
  })

  it('leaves nothing to do once it was done', () => {
    fc.assert(fc.property(halfAsleep, (workloads) => {
      const remembered = originalsOf(planSleep(workloads, ''))
      const after = apply(workloads, planWake(workloads, remembered, ''))
      expect(planWake(after, new Map(), '')).toEqual([])
      expect(after.every(({ mark }) => mark === undefined)).toBe(true)
    }))
  })
})

describe('a sleep and a wake', () => {
  it('end exactly where they began, from the marks alone and from the table alone', () => {
    fc.assert(fc.property(anyWorkloads, (workloads) => {
      const sleep = planSleep(workloads, '')
      const asleep = apply(workloads, sleep)
      expect(asleep.every(isAsleep)).toBe(true)
      const withoutMarks = asleep.map(({ mark: _mark, ...workload }): Workload => workload)
      expect(apply(asleep, planWake(asleep, new Map(), ''))).toEqual(workloads)
      expect(apply(withoutMarks, planWake(withoutMarks, originalsOf(sleep), ''))).toEqual(workloads)
    }))
  })

  it('end where they began also where each original is in one of both places only', () => {
    fc.assert(fc.property(anyWorkloads, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (workloads, onObject) => {
      const sleep = planSleep(workloads, '')
      const asleep = apply(workloads, sleep)
      const lostMarks = asleep.map(({ mark, ...workload }, index): Workload => ({ ...workload, ...(mark !== undefined && onObject[index] === true ? { mark } : {}) }))
      const inTable = new Map([...originalsOf(sleep)].filter(([key]) => lostMarks.some((workload) => objectKey(workload) === key && workload.mark === undefined)))
      expect(apply(lostMarks, planWake(lostMarks, inTable, ''))).toEqual(workloads)
    }))
  })

  it('end where they began also when the sleep is turned round half-way', () => {
    fc.assert(fc.property(anyWorkloads, fc.nat(30), (workloads, taken) => {
      const sleep = planSleep(workloads, '')
      const half = apply(workloads, sleep.slice(0, taken))
      expect(apply(half, planWake(half, originalsOf(sleep), ''))).toEqual(workloads)
    }))
  })
})

describe('readiness', () => {
  it('asks for as many ready replicas as are wanted; a CronJob is always ready', () => {
    expect(isReady(workloadWith({ ready: 2 }))).toBe(false)
    expect(isReady(workloadWith({ ready: 4 }))).toBe(true)
    expect(isReady(workloadWith({ present: { replicas: 0 }, ready: 0 }))).toBe(true)
    expect(isReady(cronJobWith())).toBe(true)
  })
})

const say = (present: Original, mark?: Original): readonly string[] => {
  const workload = workloadWith({ present, ...(mark === undefined ? {} : { mark }) })
  return [...planSleep([workload], 'the hours are over'), ...planWake([workload], new Map(), 'Ann asked')].map(sayWorkloadStep)
}

describe('the sentence of a step', () => {
  it('says what, why and what undoes it', () => {
    expect(say({ replicas: 3 })).toEqual(['put to sleep Deployment shop/web: 3 replicas → 0 replicas (the hours are over; undone by 3 replicas)'])
    expect(say({ replicas: 0 }, { replicas: 1 })).toEqual(['wake Deployment shop/web: 0 replicas → 1 replica (Ann asked; undone by 1 replica)'])
    expect(planSleep([cronJobWith()], 'night').map(sayWorkloadStep)).toEqual(['put to sleep CronJob shop/nightly: not suspended → suspended (night; undone by not suspended)'])
  })

  it('says what a person set and is kept', () => {
    expect(say({ replicas: 2 }, { replicas: 3 })).toEqual(['keep Deployment shop/web at 2 replicas, as somebody set it (Ann asked; undone by 3 replicas)'])
  })
})
