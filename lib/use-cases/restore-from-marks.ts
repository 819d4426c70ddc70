import pMap from 'p-map'
import { type SleepTerms, USUAL_SLEEP } from '../domain/environment.ts'
import { planServicesGone, sayServiceStep } from '../domain/front/ingress.ts'
import { sayIngressStep } from '../domain/front/ingress-object.ts'
import { planIngressesBack } from '../domain/front/lead-ingresses.ts'
import { inStages, nextStage } from '../domain/stage.ts'
import { type Instant, secondsBetween } from '../domain/time.ts'
import { isReady, objectKey, type Original, planWake, sayWorkloadStep, type WorkloadStep } from '../domain/workload.ts'
import type { Clock, Outcome, Workloads } from '../ports.ts'
import { findMarks, type Found, type MarkedPlace } from './find-marks.ts'

/** Who puts back, and how. */
export interface Hands {
  readonly clock: Clock
  /** Why, in words: part of each sentence. */
  readonly why: string
  wait(seconds: number): Promise<void>
  /** Says a step that was taken, or what is waited for. */
  say(line: string): void
}

/** How it ended. */
export interface Restored {
  /** Objects that are as they were. */
  readonly taken: number
  /** What the cluster refused, or nobody knows how to put back, in words. */
  readonly refused: readonly string[]
}

/** Objects changed at once. */
const AT_ONCE = 8

/** How often it is looked whether a wave is ready, or an object that was changed in between. */
const LOOK_SECONDS = 5

/** An object that is changed by others again and again is given up. */
const MOST_LOOKS_IN_VAIN = 10

/** The steps that put an environment back, in their order, in sentences: of what is marked, and what `remembered` knows besides. */
export const sayRestore = ({ environment: { id, terms } }: MarkedPlace, { workloads, owners, ingresses }: Found, remembered: ReadonlyMap<string, Original>, why: string): readonly string[] => {
  const fronts = planIngressesBack(ingresses, new Map(), { environment: id, why })
  return [
    ...inStages('wake', planWake(workloads, remembered, why), workloads, terms.sleep?.waves).map(sayWorkloadStep),
    ...owners.flatMap(({ workload }) => planWake([workload], remembered, why)).map(sayWorkloadStep),
    ...('problem' in fronts ? [] : fronts.steps.map(sayIngressStep)),
  ]
}

/**
 * Puts an environment back from the marks on its objects alone, with the caller's own hands: by stages as a wake does, then
 * its GitOps owners, then its hosts. What somebody raised stays, and only loses the mark.
 */
export const restoreFromMarks = async (hands: Hands, place: MarkedPlace): Promise<Restored> => {
  const stages = await restoreStages(hands, place, place.environment.terms.sleep ?? USUAL_SLEEP)
  const owners = await releaseOwners(hands, place)
  return sum([stages, owners, await leadBack(hands, place, await findMarks(place))])
}

const sum = (parts: readonly Restored[]): Restored => ({ taken: parts.reduce((total, { taken }) => total + taken, 0), refused: parts.flatMap(({ refused }) => refused) })

const restoreStages = async (hands: Hands, place: MarkedPlace, { waves, waveSeconds }: SleepTerms): Promise<Restored> => {
  const { clock, wait, why } = hands
  let steppedAt: Instant = clock.now()
  const parts: Restored[] = []
  const givenUp = new Set<string>()
  for (let inVain = 0; inVain < MOST_LOOKS_IN_VAIN;) {
    const { workloads } = await findMarks(place)
    const steps = planWake(workloads, new Map(), why).filter((step) => !givenUp.has(objectKey(step)))
    const next = nextStage('wake', steps, workloads, waves)
    if (next === undefined) return sum(parts)
    const unready = next.before.filter((workload) => !isReady(workload) && !givenUp.has(objectKey(workload)))
    if (next.stage.role === 'workload' && unready.length > 0 && secondsBetween(steppedAt, clock.now()) < waveSeconds) {
      await wait(LOOK_SECONDS)
      continue
    }
    steppedAt = clock.now()
    const part = await take(hands, place, place.own.workloads, next.steps)
    for (const key of part.refusedKeys) givenUp.add(key)
    parts.push(part)
    inVain = part.taken + part.refused.length > 0 ? 0 : inVain + 1
    if (inVain > 0) await wait(LOOK_SECONDS)
  }
  return sum([...parts, { taken: 0, refused: ['what is left was changed by others each time it was to be put back; run it again'] }])
}

/** Tools write the status of their objects at any time: what was changed in between is looked at again. */
const releaseOwners = async (hands: Hands, place: MarkedPlace): Promise<Restored> => {
  const parts: Restored[] = []
  for (let look = 0; look < MOST_LOOKS_IN_VAIN; look += 1) {
    const { owners } = await findMarks(place)
    const round: Restored[] = []
    for (const { workload, cluster } of owners) round.push(await take(hands, place, cluster, planWake([workload], new Map(), hands.why)))
    parts.push(...round)
    if (sum(round).taken + sum(round).refused.length >= owners.length) break
  }
  return sum(parts)
}

/** A rule of a balancer of ours is not led back: which balancer that is only the workers know. */
const leadBack = async ({ why, say }: Hands, { environment: { id }, own: { ingresses: port } }: MarkedPlace, { namespaces, ingresses }: Found): Promise<Restored> => {
  const plan = planIngressesBack(ingresses, new Map(), { environment: id, why })
  if ('problem' in plan) return { taken: 0, refused: [plan.problem] }
  const outcomes: Outcome[] = []
  for (const step of plan.steps) {
    const outcome = await port.change(step)
    if (outcome.done) say(sayIngressStep(step))
    outcomes.push(outcome)
  }
  for (const step of outcomes.every(({ done }) => done) ? planServicesGone(await port.services(namespaces), id) : []) {
    if ((await port.changeService(step)).done) say(sayServiceStep(step))
  }
  return counted(outcomes)
}

const take = async ({ say }: Hands, { environment: { id } }: MarkedPlace, cluster: Workloads, steps: readonly WorkloadStep[]): Promise<Restored & { readonly refusedKeys: readonly string[] }> => {
  const ends = await pMap(steps, async (step) => {
    const outcome = await cluster.change(id, step)
    if (outcome.done) say(sayWorkloadStep(step))
    return { step, outcome }
  }, { concurrency: AT_ONCE })
  return { ...counted(ends.map(({ outcome }) => outcome)), refusedKeys: ends.flatMap(({ step, outcome }) => (isRefused(outcome) ? [objectKey(step)] : [])) }
}

const counted = (outcomes: readonly Outcome[]): Restored => ({
  taken: outcomes.filter(({ done }) => done).length,
  refused: outcomes.flatMap((outcome) => (isRefused(outcome) ? [outcome.text] : [])),
})

const isRefused = (outcome: Outcome): outcome is Extract<Outcome, { done: false }> => !outcome.done && outcome.because === 'refused'
