import { calendarDate } from '../calendar-date.ts'
import { utcDays } from '../ledger/clock-hour.ts'
import type { ReconciledDay } from '../ledger/reconcile-day.ts'
import type { PeriodDay } from './period.ts'

const MS_PER_DAY = 86_400_000

/** Tells whether the bill has confirmed a local day: each day, UTC, that it reaches into is final. */
export const settledDays = (bills: readonly ReconciledDay[]): ((day: PeriodDay) => boolean) => {
  const final = new Set(bills.filter(({ state }) => state === 'final').map(({ day }) => day))
  return (local) => utcDays(local).slice(0, -1).every((midnight) => final.has(calendarDate(midnight / MS_PER_DAY)))
}
