import { describe, expect, it } from 'vitest'
import { later } from '../../lib/domain/time.ts'
import type { ContainerRecord } from '../../lib/domain/usage/container-record.ts'
import { containerKey, type ContainerLook, goneContainers, observeContainer } from '../../lib/domain/usage/observe-container.ts'
import { monday, sampleAt, usageAfter, lookAfter } from './build-usage.ts'

const looked = (minutes: number, changes: Partial<ContainerLook> = {}): ContainerLook => ({
  workload: { kind: 'Deployment', namespace: 'shop', name: 'web' }, name: 'main', requestNow: { cpuMilli: 500, memoryMiB: 256 }, limits: {}, steering: [], heapFlags: [],
  replicas: 2, samples: [sampleAt(later(monday, minutes * 60))], ...changes,
})
const at = (minutes: number) => ({ environment: 'us-dev/shop', at: later(monday, minutes * 60), awakeSince: monday })
const observed = (...looks: readonly (readonly [minutes: number, look: ContainerLook])[]) =>
  looks.reduce<ContainerRecord | undefined>((before, [minutes, look]) => observeContainer(before, look, at(minutes)).record, undefined)

describe('the record of a container', () => {
  it('begins with what its spec says and what its pods used', () => {
    expect(observed([10, looked(10)])).toEqual({
      environment: 'us-dev/shop', workload: { kind: 'Deployment', namespace: 'shop', name: 'web' }, name: 'main', requestNow: { cpuMilli: 500, memoryMiB: 256 }, limits: {},
      steering: [], heapFlags: [], replicas: 2, usage: usageAfter(lookAfter(10)),
    })
  })

  it('grows with each look and follows the spec', () => {
    const record = observed([10, looked(10)], [25, looked(25, { requestNow: { cpuMilli: 250, memoryMiB: 256 } })])
    expect(record).toMatchObject({ requestNow: { cpuMilli: 250 }, usage: { taken: 2, awakeSeconds: 15 * 60 } })
  })

  it('is not changed by a look that was taken already', () => {
    const before = observed([10, looked(10)])
    expect(observeContainer(before, looked(10), at(10))).toMatchObject({ changed: false, record: before })
    expect(observeContainer(before, looked(25), at(25)).changed).toBe(true)
  })

  it('stands without usage while no pod of it was measured', () => {
    const before = observed([10, looked(10, { samples: [] })])
    expect(before).not.toHaveProperty('usage')
    expect(observeContainer(before, looked(25, { samples: [] }), at(25)).changed).toBe(false)
  })

  it('counts bad data and says what was wrong with it', () => {
    const bad = looked(25, { samples: [sampleAt(later(monday, 25 * 60), { cpuMilli: Number.NaN }), sampleAt(later(monday, 25 * 60), { memoryMiB: -1 })], unreadable: [{ pod: 'web-2', reason: 'no-unit', text: 'cpu usage without a unit' }] })
    const { record, refused } = observeContainer(observed([10, looked(10)]), bad, at(25))
    expect(refused.map(({ reason }) => reason)).toEqual(['no-unit', 'not-a-number', 'negative'])
    expect(record.usage).toMatchObject({ taken: 1, refused: 3 })
  })
})

describe('a container that is not shown any more', () => {
  const record = observed([10, looked(10)]) ?? expect.fail('no record')
  const day = 24 * 60

  it('is forgotten after a day, and at once where nothing was ever known of it', () => {
    expect(goneContainers([record], new Set(), at(10 + day).at)).toEqual([])
    expect(goneContainers([record], new Set(), at(11 + day).at)).toEqual([record])
    const { usage: _usage, ...empty } = record
    expect(goneContainers([empty], new Set(), at(11).at)).toEqual([empty])
  })

  it('is kept while it is shown, however long it slept', () => {
    expect(goneContainers([record], new Set([containerKey(record)]), at(60 * day).at)).toEqual([])
  })
})
