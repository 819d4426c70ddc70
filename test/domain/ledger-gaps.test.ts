import { describe, expect, it } from 'vitest'
import { dayNumber } from '../../lib/domain/calendar-date.ts'
import { ledgerGaps, reckonedTo } from '../../lib/domain/ledger/ledger-gaps.ts'
import { localDay } from '../../lib/domain/ledger/local-day.ts'
import { instant } from '../../lib/domain/time.ts'

const reckoned = (cluster: string, date: string, upTo?: string) => {
  const { day, to } = localDay('Europe/Paris', dayNumber(date) ?? 0)
  return { cluster, day, to, upTo: upTo === undefined ? to : instant(upTo) }
}

describe('the gaps of a ledger', () => {
  it('are days that are missing between others, and at the end', () => {
    const days = [reckoned('a', '2026-11-20'), reckoned('a', '2026-11-22'), reckoned('b', '2026-11-20'), reckoned('b', '2026-11-21')]
    expect(ledgerGaps(days, ['a', 'b'])).toEqual([{ cluster: 'a', days: ['2026-11-21'] }, { cluster: 'b', days: ['2026-11-22'] }])
  })

  it('are days that were left before their end, but not today up to where all are', () => {
    const today = [reckoned('a', '2026-11-22', '2026-11-22T10:00:00Z'), reckoned('b', '2026-11-22', '2026-11-22T09:00:00Z')]
    expect(ledgerGaps([reckoned('a', '2026-11-21', '2026-11-21T20:00:00Z'), ...today], ['a', 'b'])).toEqual([{ cluster: 'a', days: ['2026-11-21'] }, { cluster: 'b', days: ['2026-11-22'] }])
    expect(reckonedTo(today)).toBe(instant('2026-11-22T09:00:00Z'))
  })

  it('do not begin before a cluster does, and are all of one that never did', () => {
    expect(ledgerGaps([reckoned('a', '2026-11-20'), reckoned('a', '2026-11-21'), reckoned('b', '2026-11-21')], ['a', 'b', 'c'])).toEqual([{ cluster: 'c', days: undefined }])
    expect(ledgerGaps([], ['a'])).toEqual([])
  })
})
