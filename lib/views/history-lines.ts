import type { HistoryEntry } from '../domain/history.ts'
import type { Instant } from '../domain/time.ts'
import type { Paint, Style } from './paint.ts'
import { inZone, sayMoment } from './zoned-time.ts'

const STYLES: Readonly<Record<HistoryEntry['what'], Style | undefined>> = {
  decision: 'bold', phase: 'green', steps: undefined, standing: undefined, request: 'yellow', problem: 'red', intent: undefined, notice: 'yellow',
}

const WIDEST = Math.max(...Object.keys(STYLES).map((what) => what.length))

/** The audit trail as lines, in the order given: when, what, in words, and under it the steps that were taken. */
export const historyLines = (entries: readonly HistoryEntry[], zone: string, now: Instant, paint: Paint): readonly string[] => {
  const times = entries.map(({ at }) => sayMoment(at, zone, now))
  const widest = Math.max(0, ...times.map((time) => time.length))
  return entries.flatMap(({ what, text, steps = [] }, index) => {
    const style = STYLES[what]
    const kind = what.padEnd(WIDEST)
    const head = `${paint('dim', (times[index] ?? '').padEnd(widest))}  ${style === undefined ? kind : paint(style, kind)}  ${inZone(text, zone, now)}`
    return [head, ...steps.map((step) => `${' '.repeat(widest + WIDEST + 4)}- ${inZone(step, zone, now)}`)]
  })
}
