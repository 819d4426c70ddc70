import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { instant, iso } from '../../lib/domain/time.ts'
import { traffic } from '../../lib/sandbox/visitors.ts'

const requests = (text: string, start: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'catnap-traffic-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'elb.csv'), text)
  return traffic(join(folder, 'elb.csv'), instant(start)).map(({ at, requests: count, overSeconds }) => `${iso(at)} ${count} over ${overSeconds} s`)
}

describe('traffic', () => {
  it('is the value of each line, from its timestamp to that of the next, the last as long as the one before', () => {
    const csv = 'timestamp,value\n2014-04-07 00:00:00,0\n2014-04-07 00:04:00,94.0\n2014-04-07 00:09:00,56.4\n2014-04-07 00:14:00,0\n2014-04-07 00:24:00,187\n'
    expect(requests(csv, '2026-03-23T00:00:00Z')).toEqual([
      '2026-03-23T00:04:00Z 94 over 300 s', '2026-03-23T00:09:00Z 56 over 300 s', '2026-03-23T00:24:00Z 187 over 600 s',
    ])
  })

  it('of a single line lasts a minute; what was before the start is gone, and an empty file has none', () => {
    expect(requests('timestamp,value\n2014-04-07 00:04:00,3\n', '2026-03-23T00:04:00Z')).toEqual(['2026-03-23T00:04:00Z 3 over 60 s'])
    expect(requests('timestamp,value\n2014-04-07 00:04:00,3\n2014-04-08 00:00:00,0\n', '2026-03-23T12:00:00Z')).toEqual([])
    expect(requests('timestamp,value\n', '2026-03-23T00:00:00Z')).toEqual([])
  })
})
