const DAY_MS = 86_400_000

/** A window as data: what the expression under test says, said again for the oracle. */
export interface SlowWindow {
  /** 0 for Monday to 6 for Sunday. */
  readonly firstDay: number
  readonly lastDay: number
  readonly start: number
  readonly end: number
  readonly zone: string
}

/** What the clock on the wall and the calendar beside it show. */
interface Wall {
  readonly day: number
  readonly minute: number
}

/** Judges minutes one by one by reading the wall clock that Intl shows. Shares no code with the product. */
export class SlowHours {
  readonly #clocks = new Map<string, { readonly format: Intl.DateTimeFormat; readonly read: Map<number, Wall> }>()

  /** Says whether one of the windows is open in the minute that begins at an instant. */
  judge(windows: readonly SlowWindow[], holidays: readonly string[]): (minuteMs: number) => boolean {
    const shut = new Set(holidays.map((date) => Date.parse(date) / DAY_MS))
    return (minuteMs) => windows.some((window) => this.#reads(window, minuteMs, shut))
  }

  #reads({ firstDay, lastDay, start, end, zone }: SlowWindow, minuteMs: number, shut: ReadonlySet<number>): boolean {
    const { day, minute } = this.#wall(zone, minuteMs)
    const startsOn = (date: number): boolean => {
      const weekday = (new Date(date * DAY_MS).getUTCDay() + 6) % 7
      const named = firstDay <= lastDay ? weekday >= firstDay && weekday <= lastDay : weekday >= firstDay || weekday <= lastDay
      return named && !shut.has(date)
    }
    if (start < end) return minute >= start && minute < end && startsOn(day)
    return (minute >= start && startsOn(day)) || (minute < end && startsOn(day - 1))
  }

  #wall(zone: string, minuteMs: number): Wall {
    const clock = this.#clocks.get(zone) ?? { format: wallFormat(zone), read: new Map<number, Wall>() }
    this.#clocks.set(zone, clock)
    const known = clock.read.get(minuteMs)
    if (known !== undefined) return known
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0] = clock.format.format(minuteMs).split(/\D+/).map(Number)
    const wall = { day: Date.UTC(year, month - 1, day) / DAY_MS, minute: hour * 60 + minute }
    clock.read.set(minuteMs, wall)
    return wall
  }
}

const wallFormat = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })

/** The first minute, going from one to `endMs`, that is judged unlike it; undefined when there is none. */
export const firstUnlike = (isOpen: (minuteMs: number) => boolean, minuteMs: number, endMs: number): number | undefined => {
  const open = isOpen(minuteMs)
  const step = Math.sign(endMs - minuteMs) * 60_000
  for (let at = minuteMs; at !== endMs; at += step) {
    if (isOpen(at) !== open) return at
  }
  return undefined
}
