/** What stands where a number is not known: never a blank, never 0. */
export const NOT_KNOWN = 'not known'

const grouped = (digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** By digits after the point: to build one takes longer than to format a thousand numbers. */
const FORMATS = { 0: grouped(0), 1: grouped(1), 2: grouped(2) } as const

const digitsOf = (value: number, digits: keyof typeof FORMATS): string => {
  const text = FORMATS[digits].format(Math.abs(value))
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text
}

const withSign = (usd: number, text: string): string => (usd < 0 ? `−$${text}` : `$${text}`)

/** What would round to no cent at all and is more: two digits of it. */
const TINY = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 })

/** Micro-USD for a table, in cents: `$1,234.50`, `−$0.40`; below half a cent two digits, `$0.0012`. */
export const sayUsd = (microUsd: number | undefined): string => {
  if (microUsd === undefined || !Number.isFinite(microUsd)) return NOT_KNOWN
  const usd = microUsd / 1e6
  const format = usd !== 0 && Math.abs(usd) < 0.005 ? TINY : FORMATS[2]
  return withSign(usd, format.format(Math.abs(usd)))
}

/** Micro-USD for a headline: whole dollars from a hundred on, cents below: `$1,234`, `$12.34`. */
export const sayRoundUsd = (microUsd: number | undefined): string =>
  microUsd !== undefined && Number.isFinite(microUsd) && Math.abs(microUsd) >= 100e6
    ? withSign(microUsd, FORMATS[0].format(Math.abs(microUsd) / 1e6))
    : sayUsd(microUsd)

/** Seconds in hours, `1,234.5`. */
export const sayHours = (seconds: number | undefined): string =>
  seconds === undefined || !Number.isFinite(seconds) ? NOT_KNOWN : digitsOf(seconds / 3600, 1)

/** A count: `1,234`. */
export const sayCount = (count: number | undefined): string =>
  count === undefined || !Number.isFinite(count) ? NOT_KNOWN : digitsOf(count, 0)

/** A number to one place: `1.5`. */
export const sayTenths = (value: number): string => (Number.isFinite(value) ? digitsOf(value, 1) : NOT_KNOWN)

/** A share as percent, `12.5 %`; above tenfold in full numbers. */
export const sayShare = (share: number | undefined): string => {
  if (share === undefined || !Number.isFinite(share)) return NOT_KNOWN
  return `${digitsOf(share * 100, Math.abs(share) >= 10 ? 0 : 1)} %`
}

/** A count with its noun: `1 environment`, `12 environments`. */
export const plural = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${sayCount(count)} ${count === 1 ? noun : nouns}`
