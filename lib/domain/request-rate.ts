const MINUTES_PER = { s: 1 / 60, min: 1, h: 60, d: 1440 } as const

/** A number of requests in a time: `1/min`, `10/h`. */
export const REQUEST_RATE_PATTERN = /^(\d{1,9}(?:\.\d{1,3})?)\/(s|min|h|d)$/

/** Requests per minute of a rate such as `1/min` or `10/h`. Throws a RangeError for anything else. */
export const parseRequestRate = (text: string): number => {
  const [, count = '', unit = ''] = REQUEST_RATE_PATTERN.exec(text.trim()) ?? []
  if (!isUnit(unit)) {
    const expected = 'a number per s, min, h or d as in 1/min or 10/h'
    throw new RangeError(`not a rate of requests: found "${text}", expected ${expected}`)
  }
  return Number(count) / MINUTES_PER[unit]
}

const isUnit = (unit: string): unit is keyof typeof MINUTES_PER => unit in MINUTES_PER
