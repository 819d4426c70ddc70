import { describe, expect, it } from 'vitest'
import { earliest, instant, iso, later, secondsBetween } from '../../lib/domain/time.ts'

describe('instants', () => {
  it('reads an ISO instant with Z or an offset, and writes it in UTC to the second', () => {
    expect(iso(instant('2026-11-23T09:30:15.750+01:00'))).toBe('2026-11-23T08:30:15Z')
    expect(iso(instant('2026-11-23T09:30:15Z'))).toBe('2026-11-23T09:30:15Z')
  })

  it.each(['2026-11-23T09:30:15', '2026-11-23', 'yesterday', '2026-13-01T00:00:00Z', ''])('refuses "%s": no instant without its offset', (text) => {
    expect(() => instant(text)).toThrow(`found "${text}", expected ISO 8601 with an offset`)
  })

  it('counts seconds both ways', () => {
    const at = instant('2026-11-23T08:00:00Z')
    expect(secondsBetween(at, later(at, 90))).toBe(90)
    expect(secondsBetween(at, later(at, -90))).toBe(-90)
  })

  it('finds the earliest and passes over what is not there', () => {
    const at = instant('2026-11-23T08:00:00Z')
    expect(earliest(undefined, later(at, 5), at, undefined)).toBe(at)
    expect(earliest(undefined, undefined)).toBeUndefined()
  })
})
