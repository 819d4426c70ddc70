import { type Environment, heading } from '../domain/environment.ts'
import type { Cluster, Fleet, Pause, Problem } from '../domain/fleet.ts'
import { modeOf } from '../domain/fleet.ts'
import { homeZone } from '../domain/home-zone.ts'
import type { Outlook } from '../domain/outlook.ts'
import type { Pool } from '../domain/pool.ts'
import type { Instant } from '../domain/time.ts'
import type { Paint, Style } from './paint.ts'
import { sayRemains } from './say-remains.ts'
import { type Canvas, type Cell, terminalTable } from './terminal-table.ts'
import { inZone, sayTime } from './zoned-time.ts'

/** An environment beside its cluster and what is to come of it. */
export interface EnvironmentStatus {
  readonly environment: Environment
  readonly cluster: Cluster
  readonly outlook: Outlook
}

const PHASE_STYLES: Readonly<Record<Environment['phase'], Style>> = { awake: 'green', waking: 'yellow', 'falling-asleep': 'yellow', asleep: 'dim' }

/** The environments, one a line, each by the clock of its own zone. */
export const environmentTable = (fleet: Fleet, statuses: readonly EnvironmentStatus[], now: Instant, canvas: Canvas): string =>
  terminalTable(
    [{ title: 'environment' }, { title: 'phase' }, { title: 'since' }, { title: 'next' }, { title: 'zone' }, { title: 'why' }],
    statuses.map(({ environment, cluster, outlook }): Cell[] => {
      const { id, phase, since, terms } = environment
      const zone = homeZone(terms)
      return [id, { text: phase, style: PHASE_STYLES[phase] }, sayTime(since, zone, now), sayNext(outlook, zone, now), { text: zone, style: 'dim' }, whyCell(fleet, cluster, environment, outlook, now)]
    }),
    canvas,
  )

const sayNext = ({ next }: Outlook, zone: string, now: Instant): string => (next === undefined ? '-' : `${next.becomes} ${sayTime(next.at, zone, now)}`)

const whyCell = (fleet: Fleet, cluster: Cluster, environment: Environment, { decision }: Outlook, now: Instant): Cell => {
  const { phase, terms, problem, progress } = environment
  if (problem !== undefined) return { text: `problem: ${problem.text}`, style: 'red' }
  const zone = homeZone(terms)
  const reason = inZone(decision.reason, zone, now)
  if (decision.desired === 'as-it-is') return { text: `left as it is: ${reason}`, style: 'yellow' }
  const waiting = progress?.waitingFor === undefined ? '' : ` (waiting for ${progress.waitingFor})`
  const remains = sayRemains(environment)
  if (remains !== undefined) return { text: `${remains}; ${reason}`, style: 'yellow' }
  if (heading(phase) === decision.desired) return `${reason}${waiting}`
  return modeOf(fleet, cluster) === 'observe' ? `would be ${decision.desired}, only observed: ${reason}` : `to be ${decision.desired}: ${reason}`
}

/** The pools as recorded: size without Catnap, what is kept, the original held, nodes on their way off the bill. */
export const poolTable = (pools: readonly Pool[], canvas: Canvas): string =>
  terminalTable(
    [{ title: 'pool' }, { title: 'nodes', align: 'right' }, { title: 'type' }, { title: 'keep', align: 'right' }, { title: 'leaving', align: 'right' }, { title: 'asked of it' }, { title: 'original held' }],
    pools.map((pool): Cell[] => [
      `${pool.cluster}/${pool.name}`, pool.baseline === undefined ? '?' : `${pool.baseline.nodes}`, pool.baseline?.instanceType ?? '?', `${pool.keep}`,
      `${Object.keys(pool.leaving).length}`, sayDemands(pool), pool.removed === true ? `${sayOriginal(pool)}, given back: no longer in the intent` : sayOriginal(pool),
    ]),
    canvas,
  )

const sayDemands = ({ demands }: Pool): string => {
  const counts = Map.groupBy(Object.values(demands), (demand) => demand)
  return counts.size === 0 ? '-' : [...counts].map(([demand, each]) => `${each.length} ${demand}`).toSorted().join(', ')
}

const sayOriginal = ({ original }: Pool): string => (original === undefined ? '-' : `min ${original.minSize}, desired ${original.desiredSize}, max ${original.maxSize}`)

/** Who holds the kill switch, one line for each, and how to take it back. */
export const pauseLines = (fleet: Fleet, clusters: readonly Cluster[], now: Instant, paint: Paint): readonly string[] => [
  ...(fleet.pause === undefined ? [] : [sayPause('the fleet', 'catnap resume', fleet.pause, fleet, now, paint)]),
  ...clusters.flatMap(({ name, pause }) => (pause === undefined ? [] : [sayPause(`cluster ${name}`, `catnap resume ${name}`, pause, fleet, now, paint)])),
]

const sayPause = (what: string, command: string, { by, at, why }: Pause, { timezone }: Fleet, now: Instant, paint: Paint): string =>
  `${paint('yellow', 'paused')}: ${what}, by ${by} since ${sayTime(at, timezone, now)} (${timezone})${why === undefined ? '' : `: ${why}`}; nothing is put to sleep or woken there. ${command}`

/** The clusters where Catnap only decides, in one line; none where it acts everywhere. */
export const observedLines = (fleet: Fleet, clusters: readonly Cluster[], paint: Paint): readonly string[] => {
  const observed = clusters.filter((cluster) => modeOf(fleet, cluster) === 'observe').map(({ name }) => name)
  return observed.length === 0 ? [] : [`${paint('yellow', 'observed')}: ${observed.join(', ')}; decided and recorded there, nothing done (mode: observe)`]
}

/** What went wrong with the nodes of clusters, and what of them could not be seen, one line for each. */
export const clusterProblemLines = (fleet: Fleet, clusters: readonly Cluster[], now: Instant, paint: Paint): readonly string[] =>
  clusters.flatMap(({ name, problem, unseen }) => [
    ...(problem === undefined ? [] : [sayProblem(`nodes of ${name}`, problem, fleet, now, paint)]),
    ...(unseen === undefined ? [] : [sayProblem(`look at ${name}`, unseen, fleet, now, paint)]),
  ])

/** The clusters that may sleep as a whole, one line for each: how they are, and why. */
export const wholeLines = ({ timezone }: Fleet, systems: readonly Environment[], now: Instant, paint: Paint): readonly string[] =>
  systems.map(({ name, phase, since, decision, progress, problem }) => {
    const why = problem === undefined ? `${inZone(decision?.reason ?? '', timezone, now)}${progress?.waitingFor === undefined ? '' : ` (waiting for ${progress.waitingFor})`}` : paint('red', `problem: ${problem.text}`)
    return `cluster ${name} as a whole: ${paint(PHASE_STYLES[phase], phase)} since ${sayTime(since, timezone, now)}${why === '' ? '' : `: ${why}`}`
  })

/** What somebody put back while all who use it sleep. */
export const putBackLines = ({ timezone }: Fleet, pools: readonly Pool[], now: Instant, paint: Paint): readonly string[] =>
  pools.flatMap(({ cluster, name, putBack }) => (putBack === undefined ? [] : [`${paint('red', 'put back')}: pool ${cluster}/${name}, ${sayTime(putBack.at, timezone, now)}: ${putBack.text}`]))

const sayProblem = (what: string, { since, times: count, text }: Problem, { timezone }: Fleet, now: Instant, paint: Paint): string =>
  `${paint('red', 'problem')}: ${what}, since ${sayTime(since, timezone, now)}, tried ${times(count)}: ${text}`

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)
