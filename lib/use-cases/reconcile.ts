import { type Decision, reviewAt } from '../domain/decide.ts'
import { decideEnvironment } from '../domain/decide-environment.ts'
import { type Claim, type Environment, heading, type Phase } from '../domain/environment.ts'
import { modeOf } from '../domain/fleet.ts'
import { outlookOf } from '../domain/outlook.ts'
import { earliest, type Instant, later, secondsBetween } from '../domain/time.ts'
import { comingSleep, warnAt } from '../domain/warning.ts'
import { isWhole } from '../domain/whole/whole-record.ts'
import type { ClusterAccess, RecordChange } from '../ports.ts'
import { decideWholeSleep } from './decide-whole-sleep.ts'
import { fallAsleep } from './fall-asleep.ts'
import { systemAccess } from './system-access.ts'
import { tellRest } from './tell-rest.ts'
import { tendAsleep } from './tend-asleep.ts'
import { tendAwake } from './tend-awake.ts'
import { decisionEntry, turnPhase } from './turn-phase.ts'
import { wakeUp } from './wake-up.ts'
import { warnAhead, type WarningWorld } from './warn-ahead.ts'
import { ASLEEP_LOOK_SECONDS, CLAIM_SECONDS, RECHECK_SECONDS, type Slice, type SliceEnd, type World } from './world.ts'

/**
 * How long to wait for a worker that is at the same environment: until its claim ends. While it lives it sends its own
 * messages; one that looks every few seconds whether it died would be looked at in vain.
 */
const untilItsEnd = (claim: Claim | undefined, now: Instant): number => Math.max(1, Math.ceil(secondsBetween(now, claim?.until ?? now)) + 1)

/** A failed slice is tried again after a minute, then two, four … and at the latest after this. */
const LONGEST_RETRY_SECONDS = 15 * 60

/**
 * Brings one environment one step nearer to its desired state: observe, decide, plan, apply, record. If there is more
 * to do it sends the next message; called twice, late, or after a crash it ends at the same place.
 *
 * @param owner a name for this delivery, unlike that of any other worker
 */
export const reconcile = async (world: WarningWorld, id: string, owner: string): Promise<void> => {
  const { clock, memory } = world
  const environment = await memory.environments.get(id)
  const [fleet, cluster] = await Promise.all([memory.fleet(), environment && memory.cluster(environment.cluster)])
  if (environment === undefined || fleet === undefined || cluster === undefined) return

  if (fleet.pause !== undefined) return
  const decision = isWhole(environment)
    ? await decideWholeSleep(world, fleet, cluster, environment)
    : decideEnvironment(fleet, cluster, environment, clock.now(), heading(environment.phase) === 'awake')
  const acts = modeOf(fleet, cluster) === 'act' && decision.desired !== 'as-it-is'
  if (!acts || isAt(environment.phase, decision.desired)) {
    const outlook = acts && environment.terms.warn !== undefined ? outlookOf(fleet, cluster, environment, clock.now()) : undefined
    await rest(world, environment, decision, acts, outlook && warnAt(environment, outlook.next))
    const sleep = outlook && comingSleep(environment, outlook, clock.now())
    if (sleep !== undefined) await warnAhead(world, environment, sleep)
    if (acts && environment.phase === 'asleep') await tend(world, { fleet, cluster, environment, owner })
    if (acts && environment.phase === 'awake' && isDue(environment, clock.now())) await tendAwake(world, fleet, cluster, environment)
    return
  }

  const turned = await turnPhase(world, environment, decision)
  if (turned === undefined) return
  await work(world, { fleet, cluster, environment: turned, owner })
}

/** What sleeps is looked at, too, so that what appears meanwhile sleeps as well. Somebody else at it is enough. */
const tend = async (world: World, wish: Omit<Slice, 'world'>): Promise<void> => {
  const { clock, memory } = world
  const { environment: { id, epoch }, owner } = wish
  const now = clock.now()
  const claimed = await memory.environments.claim(id, { owner, epoch, now, until: later(now, CLAIM_SECONDS) })
  if (claimed === undefined) return
  const slice: Slice = { ...wish, world, environment: claimed }
  try {
    if (claimed.phase === 'asleep') await tendAsleep(slice, await open(slice))
    await release(world, id, owner, claimed.dueAt ?? now)
  } catch (error) {
    await fail(slice, error)
  }
}

/** Messages may come at any time, and twice; the hourly look is one that was due. */
const isDue = ({ dueAt }: Environment, now: Instant): boolean => dueAt !== undefined && dueAt <= now

const isAt = (phase: Phase, desired: Decision['desired']): boolean => phase === desired

/** At rest: the decision is recorded when it changed, and the next look is set, no later than people are to be told of a sleep. */
const rest = async (world: World, environment: Environment, decision: Decision, acts: boolean, tellAt: Instant | undefined): Promise<void> => {
  const { clock, memory } = world
  const now = clock.now()
  // Its worker declared it asleep or awake and was interrupted before it had told and let go of it.
  const isUntold = environment.claim !== undefined && (environment.phase === 'asleep' || environment.phase === 'awake')
  if (isUntold) await tellRest(world, environment)
  if (environment.removed === true && environment.phase === 'awake') return memory.forget(environment)
  const changed = environment.decision?.reason !== decision.reason || environment.decision.desired !== decision.desired
  const set: RecordChange<Environment>['set'] = {
    ...(changed ? { decision } : {}),
    ...(isUntold ? { claim: undefined } : {}),
    ...(environment.lease !== undefined && environment.lease.until <= now ? { lease: undefined } : {}),
    ...(environment.hold !== undefined && environment.hold.until <= now ? { hold: undefined } : {}),
    dueAt: earliest(tellAt !== undefined && tellAt > now ? tellAt : undefined, reviewAt(decision, now, acts && environment.phase === 'asleep' ? ASLEEP_LOOK_SECONDS : RECHECK_SECONDS)),
  }
  const written = await memory.environments.change(environment.id, { set, when: { epoch: environment.epoch } })
  if (written !== undefined && changed) await memory.append([{ at: now, ...decisionEntry(environment, decision, acts) }])
}

/** Takes the claim, does one slice, and says when to go on. Where a worker of an older epoch is at it, a wake takes over. */
const work = async (world: World, wish: Omit<Slice, 'world'>): Promise<void> => {
  const { clock, memory, mailbox } = world
  const { environment: { id, phase, epoch }, cluster, owner } = wish
  const queue = phase === 'waking' ? 'wake' : 'work'
  const again = (delaySeconds: number): Promise<void> =>
    mailbox.send([{ queue, clusterArn: cluster.arn, message: { kind: 'environment', id }, delaySeconds }])

  const now = clock.now()
  const claimed = await memory.environments.claim(id, { owner, epoch, now, until: later(now, CLAIM_SECONDS), overOlderEpoch: phase === 'waking' })
  if (claimed === undefined) return again(untilItsEnd(wish.environment.claim, now))
  // Between our look and our claim another worker brought it to its end.
  if (claimed.phase !== phase) return release(world, id, owner, now)

  const slice: Slice = { ...wish, world, environment: claimed }
  try {
    const end = await act(slice)
    const dueAt = end.rest ? clock.now() : later(clock.now(), end.againSeconds + CLAIM_SECONDS)
    await release(world, id, owner, dueAt)
    if (!end.rest) await again(end.againSeconds)
  } catch (error) {
    await fail(slice, error)
  }
}

const act = async (slice: Slice): Promise<SliceEnd> => {
  const access = await open(slice)
  return slice.environment.phase === 'waking' ? wakeUp(slice, access) : fallAsleep(slice, access)
}

const open = async ({ world: { clusters }, cluster, environment }: Slice): Promise<ClusterAccess> => {
  const access = await clusters.open(cluster)
  return isWhole(environment) ? systemAccess(access, environment.phase === 'waking' ? 'wake' : 'sleep') : access
}

const release = async ({ memory }: World, id: string, owner: string, dueAt: Instant): Promise<void> => {
  await memory.environments.change(id, { set: { claim: undefined, dueAt }, claimedBy: owner })
}

/** A failure is written where people look, and tried again with growing pauses. It touches no other environment. */
const fail = async ({ world, environment, owner }: Slice, error: unknown): Promise<void> => {
  const now = world.clock.now()
  const text = error instanceof Error ? error.message : String(error)
  const times = (environment.problem?.times ?? 0) + 1
  const problem = { text, since: environment.problem?.since ?? now, times }
  const dueAt = later(now, Math.min(60 * 2 ** (times - 1), LONGEST_RETRY_SECONDS))
  world.log.warn(text, { environment: environment.id, phase: environment.phase, times })
  await world.memory.environments.change(environment.id, { set: { problem, claim: undefined, dueAt }, claimedBy: owner })
  if (times > 1) return
  const fact = { kind: 'failure', at: now, subject: environment.id, text } as const
  await world.memory.append([{ at: now, subject: environment.id, what: 'problem', text: `${environment.phase}: ${text}`, fact }])
}
