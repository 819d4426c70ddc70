import { sayDuration } from '../domain/duration.ts'
import type { Fleet } from '../domain/fleet.ts'
import { modeOf } from '../domain/fleet.ts'
import { type Environment, wakeLeadSeconds, wakePercentile } from '../domain/environment.ts'
import { homeZone } from '../domain/home-zone.ts'
import { OWNER_KINDS } from '../domain/kinds/kinds.ts'
import type { Instant } from '../domain/time.ts'
import type { Paint } from './paint.ts'
import type { EnvironmentStatus } from './status-table.ts'
import { inZone, sayTime } from './zoned-time.ts'

/** What is on record beside an environment: the keys of its originals, and what it left on the bill in words. */
interface Beside {
  readonly originals: readonly string[]
  readonly left: readonly string[]
}

/** Everything that is known of one environment, a line for each fact, by the clock of its own zone. */
export const environmentSheet = (fleet: Fleet, { environment, cluster, outlook }: EnvironmentStatus, { originals, left }: Beside, now: Instant, paint: Paint): readonly string[] => {
  const { id, phase, since, terms, lease, hold, progress, problem, remains = [], pools, removed } = environment
  const owners = originals.filter((key) => OWNER_KINDS.some(({ kind }) => key.startsWith(`${kind}/`)))
  const zone = homeZone(terms)
  const time = (at: Instant): string => sayTime(at, zone, now)
  const { decision, next } = outlook
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['phase', `${phase}${sayPartly(environment)} since ${time(since)}`],
    ['wanted', `${decision.desired}: ${inZone(decision.reason, zone, now)}`],
    ['next', next === undefined ? 'no change by time alone' : `${next.becomes} ${time(next.at)}`],
    ['mode', `${modeOf(fleet, cluster)}${modeOf(fleet, cluster) === 'observe' ? ': decided and recorded, not done' : ''}`],
    ['hours', terms.hours],
    ['zone', zone],
    ['lease', lease === undefined || lease.until <= now ? undefined : `awake until ${time(lease.until)}, for ${lease.by}`],
    ['hold', hold === undefined || hold.until <= now ? undefined : `${hold.as} until ${time(hold.until)}, by ${hold.by}`],
    ['progress', progress === undefined ? undefined : sayProgress(progress)],
    ['problem', problem === undefined ? undefined : paint('red', `${problem.text} (since ${time(problem.since)}, ${problem.times} ${problem.times === 1 ? 'time' : 'times'})`)],
    ...remains.map(({ by, text }) => [by === 'hand' ? 'by hand' : 'runs', paint('yellow', text)] as const),
    ...(phase === 'asleep' ? left : []).map((text) => ['left behind', paint('yellow', text)] as const),
    ['wakes', sayWakes(environment)],
    ['originals', originals.length === 0 ? 'none held: everything is as it was' : `${originals.length} held in the table`],
    ['owners', owners.length === 0 ? undefined : `${owners.map((key) => key.replace('/', ' ')).join(', ')}: held while it sleeps`],
    ['pools', pools === undefined ? 'not known yet' : pools.join(', ') || 'none'],
    ['namespaces', [...terms.namespaces, ...(terms.namespaceLabels === undefined ? [] : [`those labelled ${sayLabels(terms.namespaceLabels)}`])].join(', ')],
    ['hosts', terms.wake.hosts.length === 0 ? undefined : `${terms.wake.hosts.join(', ')} (woken by ${terms.wake.by})`],
    ['leaving', removed === true ? 'taken out of the intent: woken, then forgotten' : undefined],
  ]
  const told = facts.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
  const widest = Math.max(...told.map(({ name }) => name.length))
  return [paint('bold', id), ...told.map(({ name, value }) => `  ${paint('dim', name.padEnd(widest))}  ${value}`)]
}

const sayPartly = ({ phase, remains = [] }: Environment): string => {
  if (phase !== 'asleep' || remains.length === 0) return ''
  return remains.some(({ by }) => by === 'hand') ? ', partly awake, by hand,' : ', partly awake,'
}

/** How far a change has come, in a few words. */
export const sayProgress = ({ nodes, workloads, waitingFor }: NonNullable<Environment['progress']>): string => {
  const parts = [
    ...(nodes.total === 0 ? [] : [`nodes ${nodes.done} of ${nodes.total}`]),
    ...(workloads.total === 0 ? [] : [`workloads ${workloads.done} of ${workloads.total}`]),
    ...(waitingFor === undefined ? [] : [`waiting for ${waitingFor}`]),
  ]
  return parts.length === 0 ? 'begun' : parts.join(', ')
}

/** How long wakes take, by those seen. */
export const sayWakes = ({ wakeSeconds }: Pick<Environment, 'wakeSeconds'>): string => {
  const [p50, p90] = [wakePercentile(wakeSeconds, 0.5), wakePercentile(wakeSeconds, 0.9)]
  if (p50 === undefined || p90 === undefined) return `none seen yet, taken to be about ${sayDuration(wakeLeadSeconds([]))}`
  const counted = wakeSeconds.length === 1 ? 'the one wake seen' : `the last ${wakeSeconds.length} wakes`
  return p50 === p90 ? `${sayDuration(p50)} (${counted})` : `usually ${sayDuration(p50)}, nine in ten within ${sayDuration(p90)} (${counted})`
}

const sayLabels = (labels: Readonly<Record<string, string>>): string => Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',')
