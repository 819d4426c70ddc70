import { describe, expect, it } from 'vitest'
import { stayOffers } from '../../lib/domain/stay-offer.ts'
import { instant, iso } from '../../lib/domain/time.ts'
import { termsWith } from './build-environment.ts'

const offers = (at: string, terms = termsWith({ hours: 'Mon-Fri 08:00-19:00', timezone: 'Europe/Paris' })) =>
  stayOffers(terms, instant(at)).map(({ button, until }) => `${button} ${iso(until)}`)

describe('what may be asked for', () => {
  it('is two hours, and until 22:00 by the clock of the environment’s own zone', () => {
    expect(offers('2026-11-23T08:00:00Z')).toEqual(['2h 2026-11-23T10:00:00Z', 'evening 2026-11-23T21:00:00Z'])
    expect(offers('2026-11-23T08:00:00Z', termsWith({ hours: 'Mon-Fri 08:00-19:00 America/New_York', timezone: 'Europe/Paris' }))).toContain('evening 2026-11-24T03:00:00Z')
  })

  it('is no evening that is past, or as good as', () => {
    expect(offers('2026-11-23T20:29:00Z')).toEqual(['2h 2026-11-23T22:29:00Z', 'evening 2026-11-23T21:00:00Z'])
    expect(offers('2026-11-23T20:31:00Z')).toEqual(['2h 2026-11-23T22:31:00Z'])
    expect(offers('2026-11-23T22:30:00Z')).toEqual(['2h 2026-11-24T00:30:00Z'])
  })

  it('is 22:00 also on the days on which the clocks change', () => {
    expect(offers('2026-03-29T00:30:00Z')).toContain('evening 2026-03-29T20:00:00Z')
    expect(offers('2026-10-24T23:30:00Z')).toContain('evening 2026-10-25T21:00:00Z')
  })
})
