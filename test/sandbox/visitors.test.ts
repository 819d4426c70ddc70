import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { instant, iso } from '../../lib/domain/time.ts'
import { visits } from '../../lib/sandbox/visitors.ts'

const csv = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'catnap-visitors-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'visitors.csv'), text)
  return join(folder, 'visitors.csv')
}

const when = (text: string, start: string, above = 0) => visits(csv(text), above, instant(start)).map(iso)

describe('visitors', () => {
  it('come where the value is above the limit, moved by whole weeks so that a Monday stays one', () => {
    const rows = 'timestamp,value\n2014-04-07 00:00:00,0\n2014-04-07 09:00:00,5\n2014-04-08 09:00:00,0\r\n2014-04-09T09:00:00+02:00,7\n'
    expect(when(rows, '2026-03-23T00:00:00Z')).toEqual(['2026-03-23T09:00:00Z', '2026-03-25T07:00:00Z'])
    expect(when(rows, '2026-03-23T00:00:00Z', 5)).toEqual(['2026-03-25T07:00:00Z'])
  })

  it('who would have come before the start do not come', () => {
    expect(when('timestamp,value\n2014-04-07 09:00:00,1\n2014-04-08 09:00:00,1\n', '2026-03-23T12:00:00Z')).toEqual(['2026-03-24T09:00:00Z'])
  })

  it('are nobody in a file of nothing but its header', () => {
    expect(when('timestamp,value\n', '2026-03-23T00:00:00Z')).toEqual([])
  })

  it.each([
    ['time,count\n', 'line 1: found "time,count", expected the header "timestamp,value"'],
    ['', 'line 1: found "", expected the header'],
    ['timestamp,value\n2014-04-07 09:00:00,1\n2014-04-08 09:00:00,many\n', 'line 3: found value "many", expected a number from 0'],
    ['timestamp,value\n2014-04-07 09:00:00,\n', 'line 2: found value ""'],
    ['timestamp,value\n2014-04-07 09:00:00,-1\n', 'line 2: found value "-1"'],
    ['timestamp,value\nyesterday,1\n', 'line 2: found timestamp "yesterday", expected one like 2026-03-23 08:00:00'],
  ])('in %j are a mistake that names its line', (text, message) => {
    expect(() => when(text, '2026-03-23T00:00:00Z')).toThrow(message)
  })
})
