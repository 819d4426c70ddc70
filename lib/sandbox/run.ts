import type { Intent } from '../domain/intent/schema.ts'
import { type Instant, later } from '../domain/time.ts'
import { type FirstDay, differences, firstDay, lostOriginals } from './checker.ts'
import { backendOf, type FleetPlan } from './fleet-plan.ts'
import { followTimeline } from './follow-timeline.ts'
import { type FrontAnswer, type FrontRequest, frontDoor } from './front-door.ts'
import { type DeployedFunctions, deployFunctions } from './functions.ts'
import { sandboxOperator, type SandboxOperator } from './operator.ts'
import { createSandbox, type Sandbox, type SandboxFaults } from './sandbox.ts'
import { traffic, visits } from './visitors.ts'

/** How long the fleet comes up before it is looked at and Catnap begins. */
const COMES_UP_SECONDS = 10 * 60

/** A fleet with Catnap at work in it, or (the baseline) without. */
export interface Run {
  readonly sandbox: Sandbox
  readonly first: FirstDay
  /** Undefined in the baseline. */
  readonly operator: SandboxOperator | undefined
  readonly door: (request: FrontRequest) => Promise<FrontAnswer>
  /** People who came, and those who found it asleep and clicked. */
  readonly people: { came: number; clicked: number }
  readonly functions: DeployedFunctions | undefined
  close(): Promise<void>
}

/** What a run is made from. */
export interface RunPlan {
  readonly plan: FleetPlan
  readonly intent: Intent
  readonly seed: number
  readonly catnap: boolean
  readonly faults?: SandboxFaults
  /** Where the wake function is reached. */
  readonly wakeUrl?: string
}

/** Brings a fleet up, takes the picture of the first day, deploys Catnap, applies the intent and lets people come. */
export const startRun = async ({ plan, intent, seed, catnap, faults, wakeUrl }: RunPlan): Promise<Run> => {
  const sandbox = await createSandbox(plan, intent, seed, faults, wakeUrl)
  const { timeline } = sandbox
  const leaveTimeline = followTimeline(timeline)
  await timeline.runUntil(later(timeline.now(), COMES_UP_SECONDS))
  const first = firstDay(sandbox)
  Object.assign(process.env, sandbox.environment)
  const operator = catnap ? sandboxOperator(sandbox) : undefined
  await operator?.apply(intent)
  const functions = catnap ? await deployFunctions(timeline, sandbox.cloud) : undefined
  const door = frontDoor(sandbox, plan.hosts, functions)
  const people = { came: 0, clicked: 0 }
  for (const { host, csv, above, path } of plan.visitors) {
    for (const at of visits(csv, above, timeline.now())) timeline.at(at, () => visit(door, people, host, path))
    const service = plan.hosts[host]
    if (service === undefined) continue
    for (const { at, requests, overSeconds } of traffic(csv, timeline.now())) {
      timeline.at(at, () => sandbox.cloud.targetGroups.request(...backendOf(service), requests, overSeconds))
    }
  }
  return {
    sandbox, first, operator, door, people, functions,
    close: async () => {
      leaveTimeline()
      await sandbox.close()
    },
  }
}

const BROWSER = { accept: 'text/html,application/xhtml+xml', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0' }

/** Somebody opens the address; where the wake page answers he clicks its button. */
const visit = async (door: Run['door'], people: Run['people'], host: string, path: string): Promise<void> => {
  people.came += 1
  const page = await door({ method: 'GET', host, path, headers: BROWSER, isCounted: true })
  if (page.by !== 'wake' || !page.body.includes('value="wake"')) return
  people.clicked += 1
  await door({ method: 'POST', host, path, headers: { ...BROWSER, origin: `http://${host}`, 'content-type': 'application/x-www-form-urlencoded' } })
}

/** The figures of a run: what the cloud bills, what the table tells, what the checker finds. */
export const readFigures = async ({ sandbox, operator, first, people, functions }: Run, intent: Intent) => {
  const history = await Promise.all(
    [...Object.keys(intent.environments), ...Object.keys(intent.reports).map((name) => `report/${name}`), ...Object.entries(intent.clusters).flatMap(([name, { pools }]) => [name, ...Object.keys(pools).map((pool) => `${name}/pool/${pool}`)])]
      .map(async (subject) => (await operator?.registry.history(subject)) ?? []),
  )
  const entries = history.flat()
  const count = (what: string, pattern: RegExp) => entries.filter((entry) => entry.what === what && pattern.test(entry.text)).length
  const deadLetters = ['wake', 'work', 'nodes', 'usage'].reduce((sum, name) => sum + sandbox.cloud.queue(`catnap-${name}`).deadLetters, 0)
  // Karpenter starts its first nodes while the fleet comes up: nobody brought those back.
  const began = Math.min(...sandbox.cloud.instances().map(({ launchedAt }) => launchedAt)) as Instant
  return {
    environments: Object.keys(intent.environments).length,
    sleeps: count('phase', /^asleep/),
    wakes: count('phase', /^awake/),
    wakesOnRequest: count('request', /^wakes on request/),
    nodesReclaimed: count('phase', /is off the bill/),
    nodesRestored: sandbox.cloud.instances().filter(({ launchedAt }) => launchedAt > later(began, COMES_UP_SECONDS)).length,
    failures: count('problem', /./) + deadLetters + (functions?.failedRuns.length ?? 0),
    lostOriginals: (await lostOriginals(sandbox, first)).length,
    visits: people.came,
    emails: sandbox.cloud.mails().length,
    messages: ['wake', 'work', 'nodes', 'usage'].reduce((sum, name) => sum + sandbox.cloud.queue(`catnap-${name}`).received, 0),
  }
}

/** Ends every sleep, as `catnap wake` on everything would, and answers what is then not as on the first day. */
export const wakeAndCompare = async ({ sandbox, operator, first }: Run, intent: Intent): Promise<readonly string[]> => {
  const { timeline } = sandbox
  const until = later(timeline.now(), 12 * 3600)
  for (const id of Object.keys(intent.environments)) {
    await operator?.registry.environments.change(id, { set: { hold: { as: 'awake', until, by: 'sandbox' }, dueAt: timeline.now() } })
  }
  await timeline.runUntil(later(timeline.now(), 2 * 3600))
  return differences(sandbox, first)
}
