import { describe, expect, it } from 'vitest'
import { HoursError } from '../../lib/domain/hours/hours-error.ts'
import { hoursAt, isOpen, mistakesInHours, parseHours } from '../../lib/domain/hours.ts'
import { instant, iso } from '../../lib/domain/time.ts'

interface Ask {
  readonly holidays?: readonly string[]
  readonly timezone?: string
}

/** The state as people would note it down. */
const say = (text: string, at: string, { holidays = [], timezone = 'UTC' }: Ask = {}) => {
  const { awake, since, next } = hoursAt(parseHours(text, timezone), instant(at), holidays)
  return { awake, since: since === null ? null : iso(since), next: next === null ? null : `${next.awake ? 'awake' : 'asleep'} ${iso(next.at)}` }
}

const reason = (text: string, at: string, holidays: readonly string[] = []): string =>
  hoursAt(parseHours(text, 'UTC'), instant(at), holidays).reason

const mistake = (text: string, timezone = 'UTC'): string => {
  try {
    parseHours(text, timezone)
  } catch (error) {
    if (error instanceof HoursError) return error.message
    throw error
  }
  return 'no mistake'
}

describe('hours', () => {
  it('open at the start of a window and are shut at its end', () => {
    const hours = parseHours('Mon-Fri 08:00-19:00', 'UTC')

    expect(isOpen(hours, instant('2026-11-23T07:59:59Z'), [])).toBe(false)
    expect(isOpen(hours, instant('2026-11-23T08:00:00Z'), [])).toBe(true)
    expect(isOpen(hours, instant('2026-11-23T18:59:59Z'), [])).toBe(true)
    expect(isOpen(hours, instant('2026-11-23T19:00:00Z'), [])).toBe(false)
  })

  it('stay shut over the weekend', () => {
    expect(say('Mon-Fri 08:00-19:00', '2026-11-22T08:00:00Z')).toEqual({
      awake: false,
      since: '2026-11-20T19:00:00Z',
      next: 'awake 2026-11-23T08:00:00Z',
    })
  })

  it('merge windows that touch at midnight: whole weekdays are open from Monday to Saturday', () => {
    expect(say('Mon-Fri 00:00-24:00', '2026-11-25T12:00:00Z')).toEqual({
      awake: true,
      since: '2026-11-23T00:00:00Z',
      next: 'asleep 2026-11-28T00:00:00Z',
    })
  })

  it('merge windows that overlap in different zones', () => {
    expect(say('Mon-Fri 09:00-17:00 Europe/Paris, Mon-Fri 09:00-17:00 America/New_York', '2026-11-25T12:00:00Z')).toEqual({
      awake: true,
      since: '2026-11-25T08:00:00Z',
      next: 'asleep 2026-11-25T22:00:00Z',
    })
  })

  it('let an overnight window belong to the day on which it starts', () => {
    const night = 'Fri 22:00-06:00'

    expect(say(night, '2026-11-28T05:59:59Z')).toEqual({ awake: true, since: '2026-11-27T22:00:00Z', next: 'asleep 2026-11-28T06:00:00Z' })
    expect(say(night, '2026-11-27T05:00:00Z').awake).toBe(false)
  })

  it('end a window at midnight whether it is written 00:00 or 24:00', () => {
    expect(say('Fri 22:00-00:00', '2026-11-27T23:00:00Z')).toEqual(say('Fri 22:00-24:00', '2026-11-27T23:00:00Z'))
  })

  it('let ranges of days wrap round the week', () => {
    expect(say('Fri-Mon 10:00-12:00', '2026-11-23T11:00:00Z').awake).toBe(true)
    expect(say('Fri-Mon 10:00-12:00', '2026-11-24T11:00:00Z')).toEqual({
      awake: false,
      since: '2026-11-23T12:00:00Z',
      next: 'awake 2026-11-27T10:00:00Z',
    })
  })

  it('do not mind case or white space', () => {
    expect(say('\n  MON - fri   08:00 -\t19:00  EUROPE/PARIS ,sat 10:00-12:00 utc ', '2026-11-23T07:30:00Z')).toEqual(
      say('Mon-Fri 08:00-19:00 Europe/Paris, Sat 10:00-12:00 UTC', '2026-11-23T07:30:00Z'),
    )
    expect(say(' ALWAYS ', '2026-11-23T07:30:00Z').awake).toBe(true)
  })

  it('never change when they are always or never, or cover every minute', () => {
    expect(say('always', '2026-11-23T07:30:00Z')).toEqual({ awake: true, since: null, next: null })
    expect(say('never', '2026-11-23T07:30:00Z')).toEqual({ awake: false, since: null, next: null })
    expect(say('Mon-Sun 00:00-24:00 Europe/Paris', '2026-11-23T07:30:00Z')).toEqual({ awake: true, since: null, next: null })
    expect(say('Mon-Sun 06:00-03:00, Mon-Sun 02:00-07:00', '2026-11-23T07:30:00Z')).toEqual({ awake: true, since: null, next: null })
    expect(say('Mon-Sun 00:00-13:00 Europe/Paris, Mon-Sun 10:00-24:00', '2026-11-23T07:30:00Z')).toEqual({ awake: true, since: null, next: null })
  })

  it('read windows without a zone in the zone they are given', () => {
    expect(say('Mon-Fri 08:00-19:00', '2026-11-23T07:00:00Z', { timezone: 'Europe/Paris' }).since).toBe('2026-11-23T07:00:00Z')
    expect(say('Mon 08:00-09:00 Asia/Tokyo', '2026-11-22T23:00:00Z', { timezone: 'Europe/Paris' }).awake).toBe(true)
  })
})

describe('holidays', () => {
  const holidays = ['2026-12-25']

  it('keep a window shut that would start on them, and name it', () => {
    expect(say('Mon-Fri 08:00-19:00', '2026-12-25T10:00:00Z', { holidays })).toEqual({
      awake: false,
      since: '2026-12-24T19:00:00Z',
      next: 'awake 2026-12-28T08:00:00Z',
    })
    expect(reason('Mon-Fri 08:00-19:00', '2026-12-25T10:00:00Z', holidays)).toBe('holiday 2026-12-25: Mon-Fri 08:00-19:00 UTC stays shut')
  })

  it('let the night before run on into them, and shut their own night from its start', () => {
    const nights = 'Mon-Sun 20:00-06:00'

    expect(say(nights, '2026-12-25T03:00:00Z', { holidays }).next).toBe('asleep 2026-12-25T06:00:00Z')
    expect(say(nights, '2026-12-25T20:00:00Z', { holidays })).toEqual({
      awake: false,
      since: '2026-12-25T06:00:00Z',
      next: 'awake 2026-12-26T20:00:00Z',
    })
    expect(reason(nights, '2026-12-26T03:00:00Z', holidays)).toBe('holiday 2026-12-25: Mon-Sun 20:00-06:00 UTC stays shut')
  })

  it('are dates of the zone of the window', () => {
    expect(say('Mon-Sun 00:00-24:00 Asia/Tokyo', '2026-12-24T15:00:00Z', { holidays })).toEqual({
      awake: false,
      since: '2026-12-24T15:00:00Z',
      next: 'awake 2026-12-25T15:00:00Z',
    })
  })

  it('end a stretch without an end, years ahead', () => {
    expect(say('Mon-Sun 00:00-24:00', '2026-11-23T07:30:00Z', { holidays: ['2031-05-01', '2020-05-01'] })).toEqual({
      awake: true,
      since: '2020-05-02T00:00:00Z',
      next: 'asleep 2031-05-01T00:00:00Z',
    })
  })

  it('leave always as it is', () => {
    expect(say('always', '2026-12-25T10:00:00Z', { holidays }).awake).toBe(true)
  })

  it('must be in the calendar', () => {
    expect(() => say('Mon-Fri 08:00-19:00', '2026-12-25T10:00:00Z', { holidays: ['2026-02-30'] })).toThrow(/"2026-02-30".*calendar date/)
  })
})

describe('hours when clocks change', () => {
  it('open at the instant of the jump when the start falls into the gap of spring', () => {
    expect(say('Sun 02:30-05:00 Europe/Berlin', '2026-03-29T01:00:00Z')).toEqual({
      awake: true,
      since: '2026-03-29T01:00:00Z',
      next: 'asleep 2026-03-29T03:00:00Z',
    })
  })

  it('stay shut when the whole window falls into the gap', () => {
    expect(say('Sun 02:15-02:45 Europe/Berlin', '2026-03-29T01:00:00Z')).toEqual({
      awake: false,
      since: '2026-03-22T01:45:00Z',
      next: 'awake 2026-04-05T00:15:00Z',
    })
  })

  it('judge an hour that happens twice by what the clock shows, both times', () => {
    const window = 'Sun 02:15-02:45 Europe/Berlin'

    expect(say(window, '2026-10-25T00:20:00Z').next).toBe('asleep 2026-10-25T00:45:00Z')
    expect(say(window, '2026-10-25T00:50:00Z').next).toBe('awake 2026-10-25T01:15:00Z')
    expect(say(window, '2026-10-25T01:20:00Z').next).toBe('asleep 2026-10-25T01:45:00Z')
  })

  it('shut again when the clock goes back behind the start', () => {
    expect(say('Sun 02:00-08:00 Europe/Berlin', '2026-10-25T00:30:00Z').next).toBe('asleep 2026-10-25T07:00:00Z')
    expect(say('Sun 02:30-08:00 Europe/Berlin', '2026-10-25T00:45:00Z').next).toBe('asleep 2026-10-25T01:00:00Z')
  })

  it('know clocks that change by half an hour', () => {
    const window = 'Sun 01:45-03:00 Australia/Lord_Howe'

    expect(say(window, '2026-04-04T14:50:00Z').next).toBe('asleep 2026-04-04T15:00:00Z')
    expect(say(window, '2026-04-04T15:00:00Z').next).toBe('awake 2026-04-04T15:15:00Z')
    expect(say(window, '2026-04-04T15:15:00Z').next).toBe('asleep 2026-04-04T16:30:00Z')
  })

  it('know a midnight that does not exist', () => {
    expect(say('Sun 00:00-08:00 America/Santiago', '2026-09-06T04:00:00Z').since).toBe('2026-09-06T04:00:00Z')
    expect(say('Sat 20:00-00:30 America/Santiago', '2026-09-06T03:00:00Z').next).toBe('asleep 2026-09-06T04:00:00Z')
  })

  it('skip the Friday that Samoa skipped', () => {
    expect(say('Fri 00:00-24:00 Pacific/Apia', '2011-12-30T12:00:00Z')).toEqual({
      awake: false,
      since: '2011-12-24T10:00:00Z',
      next: 'awake 2012-01-05T10:00:00Z',
    })
    expect(say('Thu-Sat 00:00-24:00 Pacific/Apia', '2011-12-30T12:00:00Z').since).toBe('2011-12-29T10:00:00Z')
  })
})

describe('the reason of hours', () => {
  it('names the window that is open', () => {
    expect(reason('mon-fri 08:00-19:00', '2026-11-23T10:00:00Z')).toBe('within Mon-Fri 08:00-19:00 UTC')
  })

  it('names the window that opens next', () => {
    expect(reason('Mon-Thu 08:00-19:00, Fri 08:00-16:00', '2026-11-26T20:00:00Z')).toBe('outside hours; next is Fri 08:00-16:00 UTC')
  })
})

describe('mistakes in hours', () => {
  it.each([
    ['', 'found nothing at character 1, expected a window such as Mon-Fri 08:00-19:00'],
    ['Mon 08:00-10:00,', 'found nothing at character 17, expected a window such as Mon-Fri 08:00-19:00'],
    ['Mnday 08:00-10:00', /found "Mnday" at character 1, expected a day Mon, .*; did you mean "Mon"\?/],
    ['Mon-Fry 08:00-10:00', /found "Fry" at character 5, .*; did you mean "Fri"\?/],
    ['08:00-10:00', /found "08:00" .*; the days come first/],
    ['Mon,Wed 08:00-10:00', /found nothing at character 4, expected a start .* needs a window for each/],
    ['Mon 8:00-10:00', /found "8:00" at character 5, expected a start HH:MM from 00:00 to 23:59; write 08:00/],
    ['Mon 24:00-10:00', /found "24:00".*; a day starts at 00:00/],
    ['Mon 08:00-24:30', /found "24:30" at character 11, expected an end/],
    ['Mon 08:60-10:00', /found "08:60"/],
    ['Mon 8am-6pm', /write 24-hour times/],
    ['Mon 08:00–10:00', /write a plain "-"/],
    ['Mon 08:00', /found nothing at character 10, expected a "-"/],
    ['Mon 08:00-08:00', /found 08:00-08:00 .*; for the whole day write 00:00-24:00/],
    ['Mon 08:00-10:00 Pariss', 'found zone "Pariss" at character 17, expected an IANA time zone such as Europe/Paris'],
    ['Mon 08:00-10:00 paris', /did you mean "Europe\/Paris"\?/],
    ['Mon 08:00-10:00 Europe/Pari', /did you mean "Europe\/Paris"\?/],
    ['Mon 08:00-10:00 +02:00', /found zone "\+02:00".*an offset says nothing about daylight saving/],
    ['Mon 08:00-10:00 UTC+2', /an offset says nothing/],
    ['Mon 08:00-10:00 PST', /did you mean "America\/Los_Angeles"\?/],
    ['Mon 08:00-10:00 13:00-17:00', /every window needs its own days/],
    ['Mon 08:00-10:00 UTC UTC', /found "UTC" at character 21, expected a comma/],
    ['always, Mon 08:00-10:00', /"always" stands alone/],
    ['never UTC', /"never" stands alone/],
  ])('tell of %j what was found where and what was expected', (text, message) => {
    expect(mistake(text)).toMatch(message)
  })

  it('are refused in the default zone too', () => {
    expect(mistake('Mon 08:00-10:00', 'Mars/Olympus')).toMatch('found zone "Mars/Olympus", expected an IANA time zone')
  })

  it('are all found, one for each window', () => {
    const found = mistakesInHours('Mno 08:00-10:00, Tue 08:00-10:00, Wed 10:00-10:00')

    expect(found.map(({ position }) => position)).toEqual([0, 38])
  })
})
