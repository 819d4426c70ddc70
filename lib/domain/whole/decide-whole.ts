import type { Decision } from '../decide.ts'
import { decideEnvironment } from '../decide-environment.ts'
import { type Environment, heading, wakeLeadSeconds } from '../environment.ts'
import type { Cluster, Fleet } from '../fleet.ts'
import { earliest, type Instant, iso, later } from '../time.ts'

/** A cluster that may sleep as a whole, as the table has it. */
export interface WholeSituation {
  readonly fleet: Fleet
  readonly cluster: Cluster
  readonly record: Environment
  readonly environments: readonly Environment[]
  readonly now: Instant
}

/** What is up is not sent to sleep for less than this. */
const WORTH_SLEEPING_SECONDS = 15 * 60

/**
 * What is wanted of a cluster as a whole: asleep once every environment in it sleeps for good, and awake so long before the
 * first of them that its own wake delays none. What a person keeps up while its environment sleeps keeps the cluster up
 * (law 4).
 */
export const decideWhole = ({ fleet, cluster, record, environments, now }: WholeSituation): Decision => {
  const pause = fleet.pause ?? cluster.pause
  if (pause !== undefined) return { desired: 'as-it-is', rule: 'paused', reason: `paused by ${pause.by} since ${iso(pause.at)}` }
  if (record.removed === true) return { desired: 'awake', rule: 'removed', reason: 'it is no longer to sleep as a whole: woken, then left alone' }
  const { lease } = record
  if (lease !== undefined && lease.until > now) return { ...awake(`kept awake by ${lease.by} until ${iso(lease.until)}`), reviewAt: lease.until }
  if (environments.length === 0) return awake('no environment in it sleeps')

  const up = environments.find(({ phase }) => phase !== 'asleep')
  if (up !== undefined) return awake(`${up.id} is ${up.phase}`)
  const kept = environments.find(({ remains = [] }) => remains.length > 0)
  if (kept !== undefined) return awake(`${kept.id} sleeps, but ${kept.remains?.[0]?.text ?? 'part of it runs'}`)

  const leadSeconds = Math.max(wakeLeadSeconds(record.wakeSeconds), heading(record.phase) === 'awake' ? WORTH_SLEEPING_SECONDS : 0)
  const ahead = environments.map((environment) => ({ id: environment.id, decision: decideEnvironment(fleet, cluster, environment, later(now, leadSeconds), false) }))
  const soon = ahead.find(({ decision }) => decision.desired !== 'asleep')
  if (soon !== undefined) return awake(`${soon.id} is ${soon.decision.desired === 'awake' ? 'to be awake soon' : 'left as it is'}: ${soon.decision.reason}`)
  const reviewAt = earliest(...ahead.map(({ decision }) => decision.reviewAt))
  return {
    desired: 'asleep', rule: 'cluster', reason: 'every environment in it sleeps',
    ...(reviewAt === undefined ? {} : { reviewAt: later(reviewAt, -wakeLeadSeconds(record.wakeSeconds)) }),
  }
}

const awake = (reason: string): Decision => ({ desired: 'awake', rule: 'cluster', reason })
