import { secondsBetween } from '../time.ts'
import type { ContainerUsage } from '../usage/container-usage.ts'
import type { Bounds } from './confidence.ts'
import type { Container } from './container.ts'
import { type Resource, steeredBy } from './steering.ts'

/** Why the advice is what it is, or why there is none. */
export interface Reason {
  readonly about: Resource | 'both'
  /** `refused`: no advice on it. `basis`: how it was reckoned. `held`: what moved it from there. `note`: to know. */
  readonly kind: 'refused' | 'basis' | 'held' | 'note'
  readonly text: string
}

/** Advice on one resource of a container; without a value, the reasons say why. */
export interface ResourceAdvice {
  /** Milli-cores or MiB, whole. */
  readonly value?: number
  readonly bounds?: Bounds
  readonly reasons: readonly Reason[]
}

/** What is added to what was used. Source: VPA's recommendation margin of 15 %, and KRR's 15 % on the memory peak. */
export const MARGIN = 1.15

/** The least that is known of a container before there is advice on it (FIELD §4). */
const LEAST_AWAKE_HOURS = 24
const LEAST_DAYS = 7

/** A value and what moved it. */
export interface Held {
  readonly value: number
  readonly reasons: readonly Reason[]
}

/** No advice, and why. */
export const refuse = (about: Resource, text: string): ResourceAdvice => ({
  reasons: [{ about, kind: 'refused', text }],
})

/** At least `floor`, and the reason if that moved it. */
export const atLeast = (held: Held, floor: number, about: Resource, text: string): Held =>
  held.value >= floor ? held : { value: floor, reasons: [...held.reasons, { about, kind: 'held', text }] }

/**
 * What stands against any advice on a resource: something steers it already, or too little is known. A whole week, so
 * that each of its days was seen; 24 hours awake, so that a day is not judged by an hour of it.
 */
export const refusalOf = ({ name, steering, usage }: Container, resource: Resource): string | undefined => {
  const steerer = steeredBy(steering, resource, name)
  if (steerer !== undefined) return `${steerer} steers its ${resource === 'cpu' ? 'CPU' : 'memory'}`
  return usage === undefined ? 'no data: it was never sampled while awake' : tooLittle(usage)
}

const tooLittle = ({ awakeSeconds, firstAt, lastAt }: ContainerUsage): string | undefined => {
  const hours = awakeSeconds / 3600
  if (hours < LEAST_AWAKE_HOURS) return `too little data: ${Math.floor(hours)} of ${LEAST_AWAKE_HOURS} awake hours`
  const days = secondsBetween(firstAt, lastAt) / 86_400
  return days < LEAST_DAYS ? `too little data: ${Math.floor(days)} of the ${LEAST_DAYS} days of a week` : undefined
}
