import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failedSending, isOpen, lostSending, nextSending, overtakenSending, type Readiness } from '../../lib/domain/report/next-sending.ts'
import type { Sending } from '../../lib/domain/report/sending.ts'
import { type Instant, instant, iso, later } from '../../lib/domain/time.ts'

const DUE = instant('2026-11-23T07:00:00Z')
const MAIL = { key: 'finops/weekly/2026-11-16', recipient: 'finops', dueAt: DUE, isFirst: false }
const CLOSED: Readiness = { ledger: 'closed' }
const OPEN: Readiness = { ledger: 'open', missing: 'the ledger of us-dev does not reach the end of 2026-11-22' }
const EMPTY: Readiness = { ledger: 'empty', missing: 'nothing from 2026-11-16 to 2026-11-22 is in the ledger' }

const at = (hours: number): Instant => later(DUE, hours * 3600)
const sendingWith = (changes: Partial<Sending> = {}): Sending => ({ key: MAIL.key, recipient: 'finops', state: 'sending', at: DUE, times: 1, ...changes })

describe('a mail that is due', () => {
  it('is sent once its ledger is closed, however late: late news is better than none', () => {
    for (const hours of [0, 5, 60]) {
      expect(nextSending(MAIL, undefined, CLOSED, at(hours))).toEqual({ do: 'send', sending: sendingWith({ at: at(hours) }) })
    }
  })

  it('waits for a ledger that is not closed, and says why', () => {
    expect(nextSending(MAIL, undefined, OPEN, at(1))).toEqual({
      do: 'keep', sending: { key: MAIL.key, recipient: 'finops', state: 'waiting', at: at(1), times: 0, problem: OPEN.ledger === 'open' ? OPEN.missing : '', againAt: instant('2026-11-23T08:50:00Z') },
    })
  })

  it('says since when it waits, not when it was last looked at', () => {
    const waiting = sendingWith({ state: 'waiting', times: 0, at: at(1), againAt: at(2) })
    expect(nextSending(MAIL, waiting, EMPTY, at(3))).toMatchObject({ do: 'keep', sending: { state: 'waiting', at: at(1) } })
  })

  it('goes a day late with what there is of the period', () => {
    const waiting = sendingWith({ state: 'waiting', times: 0, againAt: at(24) })
    expect(nextSending(MAIL, waiting, OPEN, at(24.1))).toMatchObject({ do: 'send', sending: { times: 1 } })
  })

  it('is given up a day late, and said, where there is nothing to tell of', () => {
    const waiting = sendingWith({ state: 'waiting', times: 0, againAt: at(24) })
    expect(nextSending(MAIL, waiting, EMPTY, at(24.1))).toEqual({
      do: 'keep', sending: { key: MAIL.key, recipient: 'finops', state: 'failed', at: at(24.1), times: 0, problem: 'a day after it was due, nothing from 2026-11-16 to 2026-11-22 is in the ledger' },
    })
  })

  it('is no news where the report was not there when it was due', () => {
    expect(nextSending(MAIL, undefined, EMPTY, at(60))).toEqual({ do: 'keep' })
  })

  it('is no news where the fleet is younger than the period, and is where a report was told of before', () => {
    const none: Readiness = { ledger: 'none', missing: 'nothing on 2026-11-22 is in the ledger' }
    expect(nextSending({ ...MAIL, isFirst: true }, undefined, none, at(1))).toEqual({ do: 'keep' })
    expect(nextSending(MAIL, undefined, none, at(1))).toMatchObject({ sending: { state: 'waiting' } })
    expect(nextSending({ ...MAIL, isFirst: true }, undefined, EMPTY, at(1))).toMatchObject({ sending: { state: 'waiting' } })
  })
})

describe('a mail that SES did not take', () => {
  it('is tried five times within 15 hours, with growing pauses, and then no more', () => {
    const tries: string[] = []
    let before: Sending | undefined
    for (let now = DUE; now < at(48); now = later(now, 3600)) {
      if (!isOpen(before, now)) continue
      const next = nextSending(MAIL, before, CLOSED, now)
      if (next.do !== 'send') throw new Error('expected it to be sent')
      tries.push(iso(now).slice(11, 16))
      before = failedSending(next.sending, 'Email address is not verified', now)
    }
    expect(tries).toEqual(['07:00', '08:00', '10:00', '14:00', '22:00'])
    expect(before).toMatchObject({ state: 'failed', times: 5, problem: 'Email address is not verified' })
    expect(before?.againAt).toBeUndefined()
  })

  it('is given up when the next is due', () => {
    const failed = sendingWith({ state: 'failed', problem: 'busy', againAt: at(2) })
    expect(overtakenSending(failed, at(24))).toEqual({ key: MAIL.key, recipient: 'finops', state: 'failed', at: at(24), times: 1, problem: 'given up, as the next is due: busy' })
  })
})

describe('a mail whose asker died', () => {
  it('is not taken for lost while its worker may live', () => {
    expect(lostSending(sendingWith(), at(0.25))).toBeUndefined()
    expect(isOpen(sendingWith(), at(0.1))).toBe(false)
  })

  it('is of unknown fate after 15 minutes, and never sent again', () => {
    const lost = lostSending(sendingWith(), at(0.26))
    expect(lost).toMatchObject({ state: 'unknown', problem: 'SES was asked at 2026-11-23T07:00:00Z, and whoever asked was interrupted before the answer: it may have gone, so it is not sent again' })
    expect(isOpen(lost, at(100))).toBe(false)
    expect(overtakenSending(sendingWith(), at(200))).toMatchObject({ state: 'unknown' })
  })
})

it('sends nothing again that was sent, may have gone, or is given up, whatever the time', () => {
  fc.assert(fc.property(fc.constantFrom('sent', 'sending', 'unknown', 'failed' as const), fc.integer({ min: 0, max: 1000 }), (state, hours) => {
    expect(isOpen(sendingWith({ state }), at(hours))).toBe(false)
  }))
})
