import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { HoursAnswers } from '../../lib/cli/hours-answer.ts'
import { instantArgument } from '../../lib/cli/instant-argument.ts'
import { textLines } from '../../lib/cli/text-lines.ts'
import { instant, iso } from '../../lib/domain/time.ts'
import { runCatnap } from './run-catnap.ts'

const DEFAULTS = { at: instant('2026-11-23T10:00:00Z'), holidays: [], timezone: 'UTC' }

const answer = (line: string): unknown => JSON.parse(new HoursAnswers().answerLine(line, DEFAULTS))

describe('catnap hours', () => {
  it('prints one JSON object for programs', async () => {
    const { code, out } = await runCatnap(['hours', 'Mon-Fri 08:00-19:00', '--at', '2026-12-25T10:00:00+01:00', '--holidays', '2026-12-25,2027-01-01', '--timezone', 'europe/paris', '--json'])

    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      awake: false,
      reason: 'holiday 2026-12-25: Mon-Fri 08:00-19:00 Europe/Paris stays shut',
      since: '2026-12-24T18:00:00Z',
      next: { at: '2026-12-28T07:00:00Z', awake: true },
    })
  })

  it('prints a sentence for people', async () => {
    const { out } = await runCatnap(['hours', 'Mon-Fri 08:00-19:00', '--at', '2026-11-23T10:00:00Z'])

    expect(out).toBe('awake since 2026-11-23T08:00:00Z (within Mon-Fri 08:00-19:00 UTC); asleep from 2026-11-23T19:00:00Z\n')
  })

  it('ends with 1 and says what is wrong when the hours cannot be read', async () => {
    const { code, out, err } = await runCatnap(['hours', 'Mon-Fry 08:00-19:00'])

    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('found "Fry" at character 5, expected a day Mon, Tue, Wed, Thu, Fri, Sat or Sun; did you mean "Fri"?')
  })

  it.each([
    [['hours']],
    [['hours', 'always', '--at', '2026-02-30T00:00:00Z']],
    [['hours', 'always', '--timezone', 'Mars']],
    [['hours', 'always', '--holidays', 'Christmas']],
    [['hours', 'always', '--batch']],
    [['hours', 'always', '--jsn']],
  ])('ends with 2 when it is used wrongly: %j', async (args) => {
    const { code, out, err } = await runCatnap(args)

    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^error: /)
  })
})

describe('catnap hours --batch', () => {
  it('answers each line in order and ends with 0, errors included', async () => {
    const input = ['{"id":1,"hours":"always","at":"2026-11-23T10:00:00Z"}', '{"id":2,"hours":"sometimes"}', 'no JSON', '{"id":"d","hours":"never"}'].join('\n')

    const { code, out } = await runCatnap(['hours', '--batch'], { input })

    const lines = out.trimEnd().split('\n')
    expect(code).toBe(0)
    expect(lines.map((line) => (JSON.parse(line) as { id: unknown }).id)).toEqual([1, 2, null, 'd'])
    expect(lines.map((line) => line.includes('"error"'))).toEqual([false, true, true, false])
  })

  it('ends quietly when nobody reads on', async () => {
    const input = '{"id":1,"hours":"always"}\n'.repeat(50_000)

    const { code, err } = await runCatnap(['hours', '--batch'], { input, takes: 1000 })

    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  it('lets a line name its own holidays and zone, and fills in what it leaves out', () => {
    expect(answer('{"id":1,"hours":"Mon-Fri 08:00-19:00","at":"2026-11-23T07:30:00Z","timezone":"Europe/Paris"}')).toMatchObject({ id: 1, awake: true })
    expect(answer('{"id":2,"hours":"Mon-Fri 08:00-19:00","holidays":["2026-11-23"]}')).toMatchObject({ id: 2, awake: false })
    expect(answer('{"hours":"Mon-Fri 08:00-19:00"}')).toMatchObject({ id: null, awake: true, since: '2026-11-23T08:00:00Z' })
  })

  it.each([
    ['{"id":1}', 'found hours missing'],
    ['{"id":1,"hours":5}', 'found hours 5'],
    ['{"id":1,"hours":"always","at":"yesterday"}', 'found "yesterday"'],
    ['{"id":1,"hours":"always","at":17}', 'found "17"'],
    ['{"id":1,"hours":"always","holidays":"2026-12-25"}', 'found holidays "2026-12-25"'],
    ['{"id":1,"hours":"always","holidays":["25 December"]}', 'found holiday "25 December"'],
    ['{"id":1,"hours":"always","timezone":null}', 'found timezone null'],
    ['{"id":1,"hours":"Mon 08:00-19:00","timezone":"Mars"}', 'found zone "Mars"'],
  ])('says of %s what was found', (line, message) => {
    expect(answer(line)).toEqual({ id: 1, error: expect.stringContaining(message) })
  })

  it('answers in the order and the groups in which lines arrive', async () => {
    const groups: (readonly string[])[] = []

    for await (const lines of textLines(Readable.from(['{"a"', ':1}\n{"b":2}\r\n{"c', '":"\u2028"}']))) groups.push(lines)

    expect(groups).toEqual([['{"a":1}', '{"b":2}\r'], ['{"c":"\u2028"}']])
  })

  it('remembers hours by their text and their zone', () => {
    const answers = new HoursAnswers()
    const ask = (timezone: string): string => answers.answerLine(JSON.stringify({ hours: 'Mon-Fri 08:00-19:00', timezone }), DEFAULTS)

    expect(ask('UTC')).not.toBe(ask('Asia/Tokyo'))
    expect(ask('UTC')).toBe(ask('UTC'))
  })
})

describe('an instant on the command line', () => {
  it.each([
    ['2026-11-22T08:00:00Z', '2026-11-22T08:00:00Z'],
    ['2026-11-22t08:00z', '2026-11-22T08:00:00Z'],
    ['2026-11-22 08:00+01:00', '2026-11-22T07:00:00Z'],
    ['2026-11-22T08:00:00.250-0500', '2026-11-22T13:00:00Z'],
  ])('may be written %s', (text, expected) => {
    expect(iso(instantArgument(text))).toBe(expected)
  })

  it.each(['2026-11-22', '2026-11-22T08:00:00', '2026-02-30T08:00:00Z', '22 Nov 2026 08:00 +0100', 'now'])('is not %s', (text) => {
    expect(() => instantArgument(text)).toThrow(`found "${text}"`)
  })
})
