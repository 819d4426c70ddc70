import { describe, expect, it } from 'vitest'
import { instant, iso } from '../../../lib/domain/time.ts'
import { countNodes, stepsUntil } from '../../../lib/sandbox/console/count-nodes.ts'

const QUARTER = 15 * 60

describe('the steps of a timeline', () => {
  it('are round but for the last, which is now', () => {
    const steps = stepsUntil(instant('2026-03-25T20:37:12Z'), instant('2026-03-23T00:00:00Z'), QUARTER, 4)
    expect(steps.map(iso)).toEqual(['2026-03-25T20:00:00Z', '2026-03-25T20:15:00Z', '2026-03-25T20:30:00Z', '2026-03-25T20:37:12Z'])
  })

  it('do not name an instant twice', () => {
    const steps = stepsUntil(instant('2026-03-25T20:30:00Z'), instant('2026-03-23T00:00:00Z'), QUARTER, 3)
    expect(steps.map(iso)).toEqual(['2026-03-25T20:00:00Z', '2026-03-25T20:15:00Z', '2026-03-25T20:30:00Z'])
  })

  it('begin with the sandbox', () => {
    const since = instant('2026-03-23T00:00:00Z')
    expect(stepsUntil(instant('2026-03-23T00:20:00Z'), since, QUARTER, 96).map(iso)).toEqual(['2026-03-23T00:00:00Z', '2026-03-23T00:15:00Z', '2026-03-23T00:20:00Z'])
    expect(stepsUntil(since, since, QUARTER, 96).map(iso)).toEqual(['2026-03-23T00:00:00Z'])
  })
})

describe('counted nodes', () => {
  it('are on the bill from running until terminated', () => {
    const [from, to] = [instant('2026-03-25T10:00:00Z'), instant('2026-03-25T11:00:00Z')]
    const at = ['2026-03-25T09:59:59Z', '2026-03-25T10:00:00Z', '2026-03-25T10:59:59Z', '2026-03-25T11:00:00Z'].map((text) => instant(text))
    expect(countNodes([{ runningAt: from, terminatedAt: to }, { runningAt: to }, {}], at)).toEqual([0, 1, 1, 1])
  })
})
