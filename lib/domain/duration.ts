const SECONDS_PER = { d: 86_400, h: 3600, m: 60 } as const

/** Days, hours and minutes, largest first, each at most once: `3d`, `1h30m`, `45m`. */
export const DURATION_PATTERN = /^(?=\d)(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?$/

/** Seconds of a duration such as `45m`, `2h`, `1h30m` or `3d`. Throws a RangeError for anything else. */
export const parseDuration = (text: string): number => {
  const match = DURATION_PATTERN.exec(text.trim())
  if (match === null) {
    throw new RangeError(`not a duration: found "${text}", expected days, hours, minutes as in 45m, 2h, 1h30m or 3d`)
  }
  const [, days = 0, hours = 0, minutes = 0] = match
  return Number(days) * SECONDS_PER.d + Number(hours) * SECONDS_PER.h + Number(minutes) * SECONDS_PER.m
}

/** Seconds as people write them, to the minute: `1h30m`; below a minute in seconds: `40s`. */
export const sayDuration = (seconds: number): string => {
  if (seconds < 0) return `-${sayDuration(-seconds)}`
  if (seconds < SECONDS_PER.m) return `${Math.round(seconds)}s`
  const minutes = Math.round(seconds / SECONDS_PER.m)
  const parts = { d: Math.floor(minutes / 1440), h: Math.floor((minutes % 1440) / 60), m: minutes % 60 }
  return Object.entries(parts)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count}${unit}`)
    .join('')
}
