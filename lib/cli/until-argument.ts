import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../domain/duration.ts'
import { wallClock } from '../domain/hours/window.ts'
import { zoneNamed } from '../domain/hours/zone.ts'
import { type Instant, iso, later } from '../domain/time.ts'
import { instantArgument } from './instant-argument.ts'

/** An end that depends on when and where it is asked for. Throws a RangeError for one that is past. */
export type End = (now: Instant, zone: string) => Instant

const CLOCK_PATTERN = /^([01]?\d|2[0-3]):([0-5]\d)$/

/** `22:00`, the next time the clock of an environment's zone shows it, or an instant with Z or an offset. */
export const untilArgument = (text: string): End => {
  const clock = CLOCK_PATTERN.exec(text.trim())
  if (clock !== null) return (now, zone) => nextAt(Number(clock[1]) * 60 + Number(clock[2]), now, zone)
  const at = instantOf(text)
  return (now) => {
    if (at <= now) throw new RangeError(`${iso(at)} is past: it is ${iso(now)}; expected an instant to come`)
    return at
  }
}

/** `3h`, `1h30m`, `2d`: from now on. */
export const forArgument = (text: string): End => {
  const seconds = secondsOf(text)
  if (seconds === 0) throw new InvalidArgumentError(`found "${text}", expected some time, as in 30m or 3h`)
  return (now) => later(now, seconds)
}

const secondsOf = (text: string): number => {
  try {
    return parseDuration(text)
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}

const instantOf = (text: string): Instant => {
  try {
    return instantArgument(text)
  } catch {
    throw new InvalidArgumentError(`found "${text}", expected a time such as 22:00 in the environment's zone, or an instant such as 2026-11-22T22:00:00Z`)
  }
}

const MS_PER_DAY = 86_400_000

/** The next instant after now at which the wall clock shows so many minutes; skipped by a clock change, that change. */
const nextAt = (minutes: number, now: Instant, zoneName: string): Instant => {
  const zone = zoneNamed(zoneName)
  const today = wallClock(now, zone.seasonAt(now).offsetMs).day
  const candidates = [today, today + 1, today + 2].map((day) => {
    const local = day * MS_PER_DAY + minutes * 60_000
    const guess = local - zone.seasonAt(local - zone.seasonAt(now).offsetMs).offsetMs
    return (local - zone.seasonAt(guess).offsetMs) as Instant
  })
  return candidates.find((at) => at > now) ?? later(now, 86_400)
}
