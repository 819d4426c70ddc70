const BYTES_PER = { B: 1, kB: 1e3, MB: 1e6, KiB: 2 ** 10, MiB: 2 ** 20 } as const

/** A number of bytes a second: `10KiB/s`, `500B/s`. */
export const BYTE_RATE_PATTERN = /^(\d{1,9}(?:\.\d{1,3})?)(B|kB|MB|KiB|MiB)\/s$/

/** Bytes a second of a rate such as `10KiB/s`. Throws a RangeError for anything else. */
export const parseByteRate = (text: string): number => {
  const [, count = '', unit = ''] = BYTE_RATE_PATTERN.exec(text.trim()) ?? []
  if (!isUnit(unit)) throw new RangeError(`not a rate of bytes: found "${text}", expected a number of B, kB, MB, KiB or MiB a second as in 10KiB/s`)
  return Number(count) * BYTES_PER[unit]
}

/** As people write it: `10KiB/s`. */
export const sayByteRate = (bytesPerSecond: number): string => {
  const unit = bytesPerSecond >= BYTES_PER.MiB ? 'MiB' : bytesPerSecond >= BYTES_PER.KiB ? 'KiB' : 'B'
  return `${Number((bytesPerSecond / BYTES_PER[unit]).toFixed(1))}${unit}/s`
}

const isUnit = (unit: string): unit is keyof typeof BYTES_PER => unit in BYTES_PER
