import { readFileSync } from 'node:fs'
import { type Instant, instant, later, secondsBetween } from '../domain/time.ts'

const WEEK_SECONDS = 7 * 86_400

/**
 * When people come, read from a CSV of `timestamp,value` (UTC where no offset is named), moved by whole weeks so
 * that they cover `start`.
 */
export const visits = (csv: string, above: number, start: Instant): readonly Instant[] =>
  covering(readVisitors(csv), start).filter(({ at, value }) => value > above && at >= start).map(({ at }) => at)

/** Requests that reach a balancer from an instant on, evenly over some time. */
interface Traffic {
  readonly at: Instant
  readonly requests: number
  readonly overSeconds: number
}

/** The requests behind the visits of the same CSV: each line's value, from its timestamp until that of the next line. */
export const traffic = (csv: string, start: Instant): readonly Traffic[] => {
  const rows = covering(readVisitors(csv), start)
  return rows
    .map(({ at, value }, index) => {
      const [from, until] = index + 1 < rows.length ? [at, rows[index + 1]?.at] : [rows[index - 1]?.at, at]
      const overSeconds = from === undefined || until === undefined ? 60 : Math.max(60, secondsBetween(from, until))
      return { at, requests: Math.round(value), overSeconds }
    })
    .filter(({ at, requests }) => at >= start && requests > 0)
}

/** A line of such a CSV. */
interface Row {
  readonly at: Instant
  readonly value: number
}

/** Reads such a CSV as it is. Throws on a line that is none, and names it. */
export const readVisitors = (csv: string): readonly Row[] => {
  const [header, ...lines] = readFileSync(csv, 'utf8').split(/\r?\n/).filter((line) => line.trim() !== '')
  if (header?.trim() !== 'timestamp,value') throw new Error(`${csv}: line 1: found "${header ?? ''}", expected the header "timestamp,value"`)
  return lines.map((line, index) => readRow(csv, line, index + 2))
}

/** Moved by whole weeks. */
const covering = (rows: readonly Row[], start: Instant): readonly Row[] => {
  const [first] = rows
  if (first === undefined) return []
  const weeks = Math.floor((start - first.at) / (WEEK_SECONDS * 1000))
  return rows.map(({ at, value }) => ({ at: later(at, weeks * WEEK_SECONDS), value }))
}

const readRow = (csv: string, line: string, number: number): Row => {
  const [timestamp = '', text = ''] = line.split(',')
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new Error(`${csv}: line ${number}: found value "${text}", expected a number from 0`)
  try {
    return { at: instant(/(?:Z|[+-]\d\d:?\d\d)$/i.test(timestamp) ? timestamp : `${timestamp.trim().replace(' ', 'T')}Z`), value }
  } catch (cause) {
    throw new Error(`${csv}: line ${number}: found timestamp "${timestamp}", expected one like 2026-03-23 08:00:00`, { cause })
  }
}
