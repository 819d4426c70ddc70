/** Both letters that look like a micro sign are meant. */
const SECONDS_PER: Readonly<Record<string, number>> = {
  ns: 1e-9, us: 1e-6, µs: 1e-6, μs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600,
}

const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy

/** Go keeps nanoseconds in 64 bits: about 292 years. */
const MOST_SECONDS = 2 ** 63 / 1e9

/** Seconds of a duration as Go's `time.ParseDuration` reads it (`1h30m`, `-1.5h`, `0`); undefined when it is not one. */
export const goDuration = (text: string): number | undefined => {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  if (body === '0') return 0
  let seconds = 0
  let read = 0
  for (const [part, count = '', unit = ''] of body.matchAll(PART)) {
    seconds += Number(count) * (SECONDS_PER[unit] ?? 0)
    read += part.length
  }
  if (body === '' || read !== body.length || seconds >= MOST_SECONDS) return undefined
  return sign === '-' ? -seconds : seconds
}
