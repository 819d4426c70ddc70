import { readFileSync } from 'node:fs'
import { type Instant, instant, later } from '../domain/time.ts'

const WEEK_SECONDS = 7 * 86_400

/**
 * When people come, read from a CSV of `timestamp,value` (UTC where no offset is named), moved by whole weeks so
 * that they cover `start`.
 */
export const visits = (csv: string, above: number, start: Instant): readonly Instant[] => {
  const [header, ...lines] = readFileSync(csv, 'utf8').split(/\r?\n/).filter((line) => line.trim() !== '')
  if (header?.trim() !== 'timestamp,value') throw new Error(`${csv}: line 1: found "${header ?? ''}", expected the header "timestamp,value"`)
  const rows = lines.map((line, index) => readRow(csv, line, index + 2))
  const [first] = rows
  if (first === undefined) return []
  const weeks = Math.floor((start - first.at) / (WEEK_SECONDS * 1000))
  const moved = rows.filter(({ value }) => value > above).map(({ at }) => later(at, weeks * WEEK_SECONDS))
  return moved.filter((at) => at >= start)
}

const readRow = (csv: string, line: string, number: number): { at: Instant; value: number } => {
  const [timestamp = '', text = ''] = line.split(',')
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new Error(`${csv}: line ${number}: found value "${text}", expected a number from 0`)
  try {
    return { at: instant(/(?:Z|[+-]\d\d:?\d\d)$/i.test(timestamp) ? timestamp : `${timestamp.trim().replace(' ', 'T')}Z`), value }
  } catch (cause) {
    throw new Error(`${csv}: line ${number}: found timestamp "${timestamp}", expected one like 2026-03-23 08:00:00`, { cause })
  }
}
