import { nearest } from '../nearest.ts'
import { HoursError } from './hours-error.ts'

const MS_PER_DAY = 86_400_000

/** A time in which the clocks of a zone stay equally far from UTC: `from` inclusive, `to` exclusive, in ms. */
interface Season {
  readonly from: number
  readonly to: number
  /** Wall clock minus UTC. */
  readonly offsetMs: number
}

/** One IANA zone and the seasons of its clocks. */
export interface Zone {
  readonly name: string
  /** The season an instant falls into. Years are read one by one, so a season also ends with its UTC year. */
  readonly seasonAt: (atMs: number) => Season
}

/** No zone changed its clocks before 1835 (Amsterdam); until then one season, without a beginning. */
const FIRST_YEAR = 1800

/**
 * How far apart a year's clocks are read. A change and its undoing lie at least a week apart in every zone from 1840
 * to 2095 (America/Recife in October 2000, Asia/Gaza in 2054), so none fits between two readings.
 */
const PROBE_MS = 6 * MS_PER_DAY

/** Intl also takes these, which are no IANA zones and say different things to different people (India, Israel: IST). */
const NOT_IANA =
  /^(?:A[CEGRS]T|B[ES]T|C[ANST]T|E[AC]T|I[ES]T|JST|MIT|N[ES]T|PLT|P[NRS]T|SST|VST|SystemV\/.*)$/i

/** Zones are read once: making an Intl formatter takes longer than a thousand evaluations. */
const known = new Map<string, Zone>()

/** The zone of an IANA name, in any case. Throws an HoursError, with `position` in it, for anything else. */
export const zoneNamed = (name: string, position?: number): Zone => {
  const key = name.toLowerCase()
  const zone = known.get(key) ?? readZone(name, position)
  known.set(key, zone)
  return zone
}

const readZone = (name: string, position: number | undefined): Zone => {
  const format = NOT_IANA.test(name) || !/^[a-z]/i.test(name) ? undefined : formatter(name)
  if (format === undefined) {
    const hint = hintFor(name)
    throw new HoursError({
      found: `zone "${name}"`,
      expected: 'an IANA time zone such as Europe/Paris',
      ...(hint === undefined ? {} : { hint }),
      ...(position === undefined ? {} : { position }),
    })
  }
  const canonical = format.resolvedOptions().timeZone
  const seasonAt = seasonFinder((atMs) => offsetMs(format, atMs))
  // Intl swaps some names for older ones (Asia/Kolkata for Asia/Calcutta): take its spelling, not its choice.
  return { name: canonical.toLowerCase() === name.toLowerCase() ? canonical : name, seasonAt }
}

const formatter = (timeZone: string): Intl.DateTimeFormat | undefined => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', year: 'numeric' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const hintFor = (name: string): string | undefined => {
  if (/^(?:(?:utc|gmt)?[+-]\d|z$)/i.test(name)) {
    return 'an offset says nothing about daylight saving: name the zone, or UTC'
  }
  if (/^\d/.test(name)) return 'every window needs its own days, as in "Mon 08:00-12:00, Mon 13:00-17:00"'
  if (NOT_IANA.test(name)) return `did you mean "${formatter(name)?.resolvedOptions().timeZone ?? 'UTC'}"?`
  const zones = Intl.supportedValuesOf('timeZone')
  const sought = name.toLowerCase().replaceAll(/[\s-]/g, '_')
  const city = zones.find((zone) => zone.toLowerCase().split('/').at(-1) === sought)
  const near = city ?? nearest(name, [...zones, 'UTC'])
  return near === undefined ? undefined : `did you mean "${near}"?`
}

/** Reads "1883, GMT-04:56:02": local times before the railways have seconds. */
const offsetMs = (format: Intl.DateTimeFormat, atMs: number): number => {
  const [, sign, hours, minutes, seconds] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(atMs)) ?? []
  const total = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)
  return (sign === '-' ? -total : total) * 1000
}

const seasonFinder = (offsetAt: (atMs: number) => number): Zone['seasonAt'] => {
  const years = new Map<number, readonly Season[]>()
  const end = Date.UTC(FIRST_YEAR, 0)
  let latest: Season = { from: Number.NEGATIVE_INFINITY, to: end, offsetMs: offsetAt(end) }
  const first = latest
  return (atMs) => {
    if (latest.from <= atMs && atMs < latest.to) return latest
    if (atMs < end) return (latest = first)
    const year = new Date(atMs).getUTCFullYear()
    const seasons = years.get(year) ?? seasonsOf(year, offsetAt)
    years.set(year, seasons)
    return (latest = seasons.find((season) => atMs < season.to) ?? latest)
  }
}

const seasonsOf = (year: number, offsetAt: (atMs: number) => number): readonly Season[] => {
  const yearEnd = Date.UTC(year + 1, 0)
  const seasons: Season[] = []
  let from = Date.UTC(year, 0)
  let offset = offsetAt(from)
  let probe = from
  while (probe < yearEnd) {
    const next = Math.min(probe + PROBE_MS, yearEnd)
    if (offsetAt(next === yearEnd ? next - 1000 : next) === offset) {
      probe = next
      continue
    }
    const to = firstChange(probe, next, offset, offsetAt)
    seasons.push({ from, to, offsetMs: offset })
    from = to
    probe = to
    offset = offsetAt(to)
  }
  seasons.push({ from, to: yearEnd, offsetMs: offset })
  return seasons
}

/** The second at which the clocks leave `offset`, between `low`, where they show it, and `high`. */
const firstChange = (low: number, high: number, offset: number, offsetAt: (atMs: number) => number): number => {
  let same = low / 1000
  let other = high / 1000
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2)
    if (offsetAt(middle * 1000) === offset) same = middle
    else other = middle
  }
  return other * 1000
}
