import { decideEnvironment } from '../../lib/domain/decide-environment.ts'
import { type Environment, heading, rememberWake } from '../../lib/domain/environment.ts'
import type { Cluster, Fleet } from '../../lib/domain/fleet.ts'
import { judgeRequests, type RequestPeriod } from '../../lib/domain/idleness/judge-requests.ts'
import { PERIOD_SECONDS, periodOf, periodsBetween, watchBegins } from '../../lib/domain/idleness/period.ts'
import { isToAsk, lookSeconds } from '../../lib/domain/look-interval.ts'
import { type Instant, later, secondsBetween } from '../../lib/domain/time.ts'
import { environmentWith, termsWith } from '../domain/build-environment.ts'

/** Requests from an instant on, evenly until the next. */
export interface RequestsFrom {
  readonly at: Instant
  readonly requests: number
}

/** What the intent says, and what is assumed of wakes and people. */
export interface ReplayTerms {
  readonly hours: string
  readonly belowPerMinute: number
  readonly afterSeconds: number
  readonly stayAwakeSeconds: number
  /** How long a wake takes, capacity included. */
  readonly wakeSeconds: number
  /** How long until the nodes of what fell asleep are off the bill. */
  readonly reclaimSeconds: number
}

/** What became of it. */
export interface Replayed {
  readonly hours: number
  readonly asleepHours: number
  /** Of these, hours in which its nodes were off the bill. */
  readonly offHours: number
  readonly sleeps: number
  readonly wakesOnRequest: number
  readonly wakesByHours: number
  /** Requests that met the wake page while it slept, of people who were too few to be taken for use. */
  readonly metAsleep: number
  /** Requests that came while it woke, and how long each of them waited for it. */
  readonly waited: number
  readonly waitSeconds: { readonly p50: number; readonly most: number; readonly personHours: number }
}

const FLEET: Fleet = { mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: ['us-dev'], dueShards: 1, reports: [] }
const CLUSTER: Cluster = { name: 'us-dev', arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', whole: false }
const TARGET_GROUP = 'targetgroup/web/1'
const TICK_SECONDS = 60

/** An environment on its way through the replay. */
interface Story {
  environment: Environment
  looked: Instant
  readonly sleeps: { readonly from: Instant; to: Instant }[]
  readonly waits: number[]
  wakesOnRequest: number
  wakesByHours: number
  metAsleep: number
}

/**
 * Plays requests against the decisions of the domain, minute by minute: what a look sees, what is decided of it, and what
 * a wake does to the record are those of the engine; clusters, queues and nodes are not there, a wake simply takes its
 * time. A minute with as many requests as the rate brings somebody who wakes it; fewer see the page and go.
 */
export const replay = (rows: readonly RequestsFrom[], terms: ReplayTerms): Replayed => {
  const [first, last] = [rows[0]?.at, rows.at(-1)?.at]
  if (first === undefined || last === undefined) throw new Error('no requests to replay: found no line, expected some of "timestamp,value"')
  const { hours, belowPerMinute, afterSeconds, stayAwakeSeconds } = terms
  const story: Story = {
    environment: environmentWith({ since: first, wakeSeconds: [terms.wakeSeconds], terms: termsWith({ hours, idle: { afterSeconds, belowPerMinute }, wake: { hosts: [], by: 'click', stayAwakeSeconds } }) }),
    looked: first, sleeps: [], waits: [], wakesOnRequest: 0, wakesByHours: 0, metAsleep: 0,
  }
  const counted = countByPeriod(rows)
  let row = 0
  for (let now = first; now < last; now = later(now, TICK_SECONDS)) {
    while ((rows[row + 1]?.at ?? last) <= now) row += 1
    const [from, until] = [rows[row]?.at ?? now, rows[row + 1]?.at ?? last]
    const perMinute = ((rows[row]?.requests ?? 0) * 60) / Math.max(60, secondsBetween(from, until))
    arrive(story, terms, perMinute, now)
    look(story, counted, now)
    decide(story, terms, now)
  }
  return sumUp(story, terms, first, last)
}

/** People meet it as it is. */
const arrive = (story: Story, { belowPerMinute, stayAwakeSeconds, wakeSeconds }: ReplayTerms, perMinute: number, now: Instant): void => {
  if (story.environment.phase === 'asleep') {
    if (perMinute < belowPerMinute) story.metAsleep += perMinute
    else {
      story.wakesOnRequest += 1
      wake(story, { ...story.environment, lease: { until: later(now, stayAwakeSeconds), by: 'a visitor' } }, now)
    }
  }
  const { phase, since } = story.environment
  if (phase !== 'waking') return
  const left = wakeSeconds - secondsBetween(since, now)
  const evenly = Array.from({ length: Math.round(perMinute) }, (_, request) => left - (request * TICK_SECONDS) / perMinute)
  story.waits.push(...evenly.filter((seconds) => seconds > 0))
}

const wake = (story: Story, environment: Environment, now: Instant): void => {
  const sleep = story.sleeps.at(-1)
  if (sleep !== undefined) sleep.to = now
  story.environment = { ...environment, phase: 'waking', since: now, epoch: environment.epoch + 1 }
}

const look = (story: Story, counted: ReadonlyMap<Instant, RequestPeriod>, now: Instant): void => {
  const { environment, looked } = story
  const { idle } = environment.terms
  if (secondsBetween(looked, now) < lookSeconds([environment])) return
  story.looked = now
  if (idle?.belowPerMinute === undefined || !isToAsk(environment, now)) return
  const periods = periodsBetween(watchBegins(idle, now), periodOf(now)).flatMap((from) => counted.get(from) ?? { from, healthyHosts: 1 })
  const verdict = judgeRequests({ idle: { ...idle, belowPerMinute: idle.belowPerMinute }, awakeSince: environment.since, groups: new Map([[TARGET_GROUP, { periods }]]) }, now)
  story.environment = { ...environment, activity: { ...verdict, at: now } }
}

const decide = (story: Story, { wakeSeconds }: ReplayTerms, now: Instant): void => {
  const { environment } = story
  if (environment.phase === 'waking') {
    if (secondsBetween(environment.since, now) >= wakeSeconds) story.environment = { ...environment, phase: 'awake', since: now, wakeSeconds: rememberWake(environment.wakeSeconds, environment.since, now) }
    return
  }
  const decision = decideEnvironment(FLEET, CLUSTER, environment, now, heading(environment.phase) === 'awake')
  if (decision.desired === environment.phase) return
  if (decision.desired === 'asleep') {
    story.sleeps.push({ from: now, to: now })
    story.environment = { ...environment, phase: 'asleep', since: now, epoch: environment.epoch + 1 }
  } else {
    story.wakesByHours += 1
    wake(story, environment, now)
  }
}

/** What a balancer would have counted, had its targets been there: by periods of five minutes. */
const countByPeriod = (rows: readonly RequestsFrom[]): ReadonlyMap<Instant, RequestPeriod> => {
  const counted = new Map<Instant, RequestPeriod>()
  for (const [index, { at, requests }] of rows.entries()) {
    const until = rows[index + 1]?.at ?? later(at, PERIOD_SECONDS)
    const parts = Math.max(1, Math.round(secondsBetween(at, until) / PERIOD_SECONDS))
    for (let part = 0; part < parts; part += 1) {
      const from = periodOf(later(at, part * PERIOD_SECONDS))
      counted.set(from, { from, requests: (counted.get(from)?.requests ?? 0) + requests / parts, healthyHosts: 1 })
    }
  }
  return counted
}

const sumUp = ({ sleeps, waits, wakesOnRequest, wakesByHours, metAsleep, environment }: Story, { reclaimSeconds }: ReplayTerms, first: Instant, last: Instant): Replayed => {
  const spans = sleeps.map(({ from, to }, index) => secondsBetween(from, index === sleeps.length - 1 && environment.phase === 'asleep' ? last : to))
  const sorted = waits.toSorted((a, b) => a - b)
  return {
    hours: secondsBetween(first, last) / 3600,
    asleepHours: sum(spans) / 3600,
    offHours: sum(spans.map((seconds) => Math.max(0, seconds - reclaimSeconds))) / 3600,
    sleeps: sleeps.length, wakesOnRequest, wakesByHours,
    metAsleep: Math.round(metAsleep),
    waited: waits.length,
    waitSeconds: { p50: sorted[Math.floor(sorted.length / 2)] ?? 0, most: sorted.at(-1) ?? 0, personHours: sum(waits) / 3600 },
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
