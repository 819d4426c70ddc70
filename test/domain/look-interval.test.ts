import { describe, expect, it } from 'vitest'
import { askSeconds, isToAsk, lookSeconds } from '../../lib/domain/look-interval.ts'
import { instant, later } from '../../lib/domain/time.ts'
import { LONGEST_GAP_SECONDS } from '../../lib/domain/usage/take-samples.ts'
import { environmentWith, termsWith } from './build-environment.ts'

const MINUTES = 60
const idleAfter = (minutes: number) => termsWith({ idle: { afterSeconds: minutes * MINUTES, belowPerMinute: 1 } })

describe('how often requests are asked for', () => {
  it.each([[5, 5], [15, 5], [30, 10], [45, 15], [180, 60]])('is a third of idle.after, never below five minutes: after %i min each %i min', (after, each) => {
    expect(askSeconds({ afterSeconds: after * MINUTES, belowPerMinute: 1 })).toBe(each * MINUTES)
  })
})

const awake = (minutes?: number) => environmentWith({ terms: minutes === undefined ? termsWith() : idleAfter(minutes) })

describe('how often a cluster is looked at', () => {
  it('is as its most impatient environment asks, and each quarter of an hour at least', () => {
    expect(lookSeconds([awake(180), awake(24), awake()])).toBe(8 * MINUTES)
    expect(lookSeconds([awake(180)])).toBe(15 * MINUTES)
    expect(lookSeconds([awake()])).toBe(15 * MINUTES)
  })

  it('is each half hour while nothing is awake, which the awake clock bridges', () => {
    const asleep = { ...awake(15), phase: 'asleep' as const }
    expect(lookSeconds([asleep])).toBe(30 * MINUTES)
    expect(lookSeconds([])).toBeLessThanOrEqual(LONGEST_GAP_SECONDS)
    expect(lookSeconds([asleep, awake(45)])).toBe(15 * MINUTES)
  })
})

describe('whether requests are asked for now', () => {
  const since = instant('2026-11-23T08:00:00Z')
  const at = (minutes: number) => later(since, minutes * MINUTES)
  const asked = (minutes: number) => environmentWith({ since, terms: idleAfter(45), activity: { seen: 'active', why: '', at: at(minutes) } })

  it('is no before it could be idle, while it is not awake, and where nothing is said of idleness', () => {
    const fresh = environmentWith({ since, terms: idleAfter(45) })
    expect(isToAsk(fresh, at(44))).toBe(false)
    expect(isToAsk(fresh, at(45))).toBe(true)
    expect(isToAsk({ ...fresh, phase: 'waking' }, at(60))).toBe(false)
    expect(isToAsk(environmentWith({ since }), at(60))).toBe(false)
  })

  it('is yes once a third of idle.after went by since the last answer, give or take the minute of a tick', () => {
    expect(isToAsk(asked(60), at(73))).toBe(false)
    expect(isToAsk(asked(60), at(74))).toBe(true)
  })

  it('does not count what was answered before it woke', () => {
    expect(isToAsk({ ...asked(60), since: at(61) }, at(106))).toBe(true)
  })
})
