import { DRAIN_SECONDS } from './drain-limit.ts'
import { parseDuration, sayDuration } from './duration.ts'
import type { Environment, ManagedBy, SleepTerms, Terms } from './environment.ts'
import type { Cluster, Fleet } from './fleet.ts'
import { frontWritten } from './front/front.ts'
import type { ManagedByEntry } from './intent/managed-by-schema.ts'
import type { Intent } from './intent/schema.ts'
import { isDeepEqual } from './is-deep-equal.ts'
import { USUAL_PACE } from './pace.ts'
import type { Pool, PoolTerms } from './pool.ts'
import type { ReportTerms } from './report/sending.ts'
import { idleTermsOf } from './intent/idle-terms-of.ts'
import { warnTermsOf } from './intent/warn-terms-of.ts'
import { sayDifference } from './say-difference.ts'
import type { Instant } from './time.ts'
import { wholeIn } from './whole/whole-in.ts'
import { wholeRecord } from './whole/whole-record.ts'

/** What the table holds of the intent now. */
export interface Delivered {
  readonly fleet?: Fleet
  readonly clusters: readonly Cluster[]
  readonly environments: readonly Environment[]
  readonly pools: readonly Pool[]
  /** Clusters as a whole, of those that may sleep so. */
  readonly systems?: readonly Environment[]
}

/** One item to write so that the table says what the intent says. */
export type DeliveryStep =
  | { readonly do: 'put-fleet'; readonly fleet: Fleet; readonly before?: Fleet }
  | { readonly do: 'put-cluster'; readonly cluster: Cluster; readonly before?: Cluster }
  | { readonly do: 'put-system'; readonly system: Environment; readonly before?: Environment }
  | { readonly do: 'remove-system'; readonly system: Environment }
  | { readonly do: 'add-environment'; readonly environment: Environment }
  | { readonly do: 'change-environment'; readonly environment: Environment; readonly terms: Terms; readonly clusterArn: string }
  | { readonly do: 'remove-environment'; readonly environment: Environment }
  | { readonly do: 'add-pool'; readonly pool: Pool }
  | { readonly do: 'change-pool'; readonly pool: Pool; readonly terms: PoolTerms }
  | { readonly do: 'remove-pool'; readonly pool: Pool }

/** Environments a shard of the due index holds; a tick reads shards at once. */
const ENVIRONMENTS_PER_SHARD = 500

/** The steps from what is delivered to what the intent says. Delivered again at once there is nothing left to do. */
export const planDelivery = (intent: Intent, now: Delivered, at: Instant): readonly DeliveryStep[] => {
  const clusters = clustersOf(intent, now)
  const steps = [
    ...fleetStep(intent, now, clusters),
    ...clusters.flatMap((cluster): DeliveryStep[] => {
      const before = now.clusters.find(({ name }) => name === cluster.name)
      return isDeepEqual(said(cluster), before && said(before)) ? [] : [{ do: 'put-cluster', cluster, ...(before === undefined ? {} : { before }) }]
    }),
    ...poolSteps(intent, now),
    ...systemSteps(intent, now, at),
    ...environmentSteps(intent, now, at),
  ]
  // Interrupted half-way, nothing may act yet on hours, modes or protections that this very delivery changes.
  return [...steps.filter((step) => !beginsToAct(step)), ...steps.filter(beginsToAct)]
}

const beginsToAct = (step: DeliveryStep): boolean => {
  if (step.do === 'put-fleet') return step.before?.mode === 'observe' && step.fleet.mode === 'act'
  return step.do === 'put-cluster' && step.before !== undefined && step.before.mode !== step.cluster.mode && step.cluster.mode !== 'observe'
}

/** The part of a cluster's record that the intent says. */
const said = ({ name, arn, mode, whole, environments }: Cluster) => ({ name, arn, mode, whole, environments })

const clustersOf = (intent: Intent, now: Delivered): readonly Cluster[] =>
  Object.entries(intent.clusters).map(([name, { arn, mode, whole }]) => {
    const { pause, dueAt } = now.clusters.find((cluster) => cluster.name === name) ?? {}
    const environments = Object.keys(intent.environments).filter((id) => id.startsWith(`${name}/`)).length
    return { name, arn, whole, environments, ...(mode === undefined ? {} : { mode }), ...(pause === undefined ? {} : { pause }), ...(dueAt === undefined ? {} : { dueAt }) }
  })

const fleetStep = (intent: Intent, now: Delivered, clusters: readonly Cluster[]): readonly DeliveryStep[] => {
  const leaving = [...now.environments, ...now.pools, ...(now.systems ?? [])].map(({ cluster }) => cluster).filter((name) => !(name in intent.clusters))
  const fleet: Fleet = {
    mode: intent.mode,
    timezone: intent.timezone,
    holidays: intent.holidays,
    protect: intent.protect,
    // A cluster that was taken out stays listed until its environments are woken and its pools given back.
    clusters: [...new Set([...clusters.map(({ name }) => name), ...leaving])].toSorted(),
    // It only grows: a tick that reads a shard too many costs little, one too few would forget what is in it.
    dueShards: Math.max(now.fleet?.dueShards ?? 1, Math.ceil(Object.keys(intent.environments).length / ENVIRONMENTS_PER_SHARD)),
    reports: reportsOf(intent),
    ...(now.fleet?.pause === undefined ? {} : { pause: now.fleet.pause }),
  }
  if (isDeepEqual(fleet, now.fleet)) return []
  return [{ do: 'put-fleet', fleet, ...(now.fleet === undefined ? {} : { before: now.fleet }) }]
}

const reportsOf = ({ reports }: Intent): readonly ReportTerms[] =>
  Object.entries(reports)
    .map(([name, { to, every, environments }]) => ({ name, to, every, ...(environments === undefined ? {} : { environments }) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))

const poolSteps = (intent: Intent, now: Delivered): readonly DeliveryStep[] => {
  const wanted = Object.entries(intent.clusters).flatMap(([cluster, { pools }]) => Object.entries(pools).map(([name, terms]) => ({ cluster, name, terms: poolTermsOf(terms) })))
  const find = ({ cluster, name }: { cluster: string; name: string }) => now.pools.find((pool) => pool.cluster === cluster && pool.name === name)
  return [
    ...wanted.flatMap((pool): DeliveryStep[] => {
      const present = find(pool)
      const { cluster, name, terms } = pool
      if (present === undefined) return [{ do: 'add-pool', pool: { cluster, name, ...terms, epoch: 0, demands: {}, leaving: {} } }]
      return isDeepEqual(saidOf(present), terms) && present.removed !== true ? [] : [{ do: 'change-pool', pool: present, terms }]
    }),
    ...now.pools
      .filter((pool) => pool.removed !== true && !wanted.some(({ cluster, name }) => cluster === pool.cluster && name === pool.name))
      .map((pool): DeliveryStep => ({ do: 'remove-pool', pool })),
  ]
}

/** What is as usual is not written down. */
const poolTermsOf = ({ keep, disrupt: pace, consolidate, drainWithin }: Intent['clusters'][string]['pools'][string]): PoolTerms => {
  const drainSeconds = parseDuration(drainWithin)
  return {
    keep,
    ...(isDeepEqual(pace, USUAL_PACE) ? {} : { pace }),
    ...(consolidate ? { consolidate } : {}),
    ...(drainSeconds === DRAIN_SECONDS ? {} : { drainSeconds }),
  }
}

/** The part of a pool's record that the intent says. */
const saidOf = ({ keep, pace, consolidate, drainSeconds }: Pool): PoolTerms => ({
  keep,
  ...(pace === undefined ? {} : { pace }),
  ...(consolidate === undefined ? {} : { consolidate }),
  ...(drainSeconds === undefined ? {} : { drainSeconds }),
})

const systemSteps = (intent: Intent, { systems = [] }: Delivered, at: Instant): readonly DeliveryStep[] => {
  const wanted = Object.keys(intent.clusters).flatMap((name) => wholeIn(intent, name) ?? []).map((cluster) => wholeRecord(cluster, at))
  return [
    ...wanted.flatMap((fresh): DeliveryStep[] => {
      const before = systems.find(({ id }) => id === fresh.id)
      if (before === undefined) return [{ do: 'put-system', system: fresh }]
      // What sleeps in a namespace that is left out would never be woken: it stays named until it is.
      const namespaces = before.phase === 'awake' ? fresh.terms.namespaces : [...new Set([...fresh.terms.namespaces, ...before.terms.namespaces])]
      const terms = { ...fresh.terms, namespaces }
      const same = isDeepEqual(before.terms, terms) && before.clusterArn === fresh.clusterArn && before.removed !== true
      const { removed: _removed, ...kept } = before
      return same ? [] : [{ do: 'put-system', system: { ...kept, terms, clusterArn: fresh.clusterArn }, before }]
    }),
    ...systems.filter(({ id, removed }) => removed !== true && !wanted.some((fresh) => fresh.id === id)).map((system): DeliveryStep => ({ do: 'remove-system', system })),
  ]
}

const environmentSteps = (intent: Intent, now: Delivered, at: Instant): readonly DeliveryStep[] => {
  const present = new Map(now.environments.map((environment) => [environment.id, environment]))
  const hosts = new Set(Object.values(intent.environments).flatMap(({ wake }) => wake.hosts))
  return [
    ...Object.entries(intent.environments).flatMap(([id, written]): DeliveryStep[] => {
      const terms = termsOf(written, intent)
      const environment = present.get(id)
      if (environment === undefined) return [{ do: 'add-environment', environment: fresh(id, intent, terms, at) }]
      const clusterArn = intent.clusters[environment.cluster]?.arn ?? environment.clusterArn
      const same = isDeepEqual(environment.terms, terms) && environment.clusterArn === clusterArn && environment.removed !== true
      return same ? [] : [{ do: 'change-environment', environment, terms, clusterArn }]
    }),
    ...now.environments
      .filter(({ id, removed }) => !(id in intent.environments) && removed !== true)
      .map((environment): DeliveryStep => ({ do: 'remove-environment', environment: withoutHosts(environment, hosts) })),
  ]
}

/** A host another environment takes over is no longer this one's to forget. */
const withoutHosts = (environment: Environment, taken: ReadonlySet<string>): Environment => {
  const { terms } = environment
  return { ...environment, terms: { ...terms, wake: { ...terms.wake, hosts: terms.wake.hosts.filter((host) => !taken.has(host)) } } }
}

const fresh = (id: string, intent: Intent, terms: Terms, at: Instant): Environment => {
  const [cluster = '', name = ''] = id.split('/')
  const clusterArn = intent.clusters[cluster]?.arn ?? ''
  return { id, cluster, clusterArn, name, terms, phase: 'awake', since: at, epoch: 0, wakeSeconds: [], dueAt: at }
}

/** The terms of an environment as it is written in the intent, durations in seconds and the zone filled in. */
const termsOf = (written: Intent['environments'][string], { timezone, contact, notify }: Pick<Intent, 'timezone' | 'contact' | 'notify'>): Terms => ({
  namespaces: written.namespaces ?? [],
  ...(written.namespaceSelector === undefined ? {} : { namespaceLabels: written.namespaceSelector.matchLabels }),
  hours: written.hours,
  timezone,
  ...(written.idle === undefined ? {} : { idle: idleTermsOf(written.idle) }),
  ...warnTermsOf(written, notify),
  wake: {
    hosts: written.wake.hosts, by: written.wake.by, stayAwakeSeconds: parseDuration(written.wake.stayAwake),
    ...(written.wake.ignore === undefined ? {} : { ignore: written.wake.ignore }),
    ...frontTerms(written.wake),
  },
  ...(written.managedBy === undefined ? {} : { managedBy: [written.managedBy].flat().map(managedByOf) }),
  ...(written.sleep === undefined ? {} : { sleep: sleepTermsOf(written.sleep) }),
  ...(contact === undefined ? {} : { contact }),
})

const frontTerms = ({ targetGroup, wakeTargetGroup, ingress, ...wake }: Intent['environments'][string]['wake']): Pick<Terms['wake'], 'front' | 'targetGroup' | 'wakeTargetGroup' | 'ingress'> => ({
  front: frontWritten(wake),
  ...(targetGroup === undefined ? {} : { targetGroup }),
  ...(wakeTargetGroup === undefined ? {} : { wakeTargetGroup }),
  ...(ingress === undefined ? {} : { ingress }),
})

const managedByOf = ({ cluster, application, kustomization, helmRelease }: ManagedByEntry): ManagedBy => {
  const kind = application !== undefined ? 'Application' : kustomization !== undefined ? 'Kustomization' : 'HelmRelease'
  const [name = '', namespace] = (application ?? kustomization ?? helmRelease ?? '').split('/').toReversed()
  return { kind, name, ...(namespace === undefined ? {} : { namespace }), ...(cluster === undefined ? {} : { cluster }) }
}

const sleepTermsOf = ({ daemonSets, kinds, jobs, waves, waveTimeout }: NonNullable<Intent['environments'][string]['sleep']>): SleepTerms =>
  ({ daemonSets, kinds, jobsSeconds: parseDuration(jobs.finishWithin), waves, waveSeconds: parseDuration(waveTimeout) })

/** The step in one sentence. */
export const sayDeliveryStep = (step: DeliveryStep): string => {
  switch (step.do) {
    case 'put-fleet':
      return step.before === undefined
        ? `+ fleet: mode ${step.fleet.mode}, timezone ${step.fleet.timezone}${sayReports(step.fleet)}`
        : `~ fleet: ${sayDifference(byName(step.before), byName(step.fleet))}`
    case 'put-cluster':
      return step.before === undefined ? `+ cluster ${step.cluster.name}: ${step.cluster.arn}` : `~ cluster ${step.cluster.name}: ${sayDifference(step.before, step.cluster)}`
    case 'put-system':
      return `${step.before === undefined ? '+' : '~'} cluster ${step.system.name} sleeps as a whole: ${step.system.terms.namespaces.join(', ')} with it`
    case 'remove-system':
      return `- cluster ${step.system.name} no longer sleeps as a whole${step.system.phase === 'awake' ? '' : ': woken first'}`
    case 'add-environment':
      return `+ environment ${step.environment.id}: ${step.environment.terms.hours}`
    case 'change-environment':
      return `~ environment ${step.environment.id}: ${sayEnvironmentChange(step)}`
    case 'remove-environment':
      return `- environment ${step.environment.id}${step.environment.phase === 'awake' ? '' : ': woken first'}`
    case 'add-pool':
      return `+ pool ${step.pool.cluster}/${step.pool.name}: keep ${step.pool.keep}${step.pool.consolidate === true ? ', consolidated' : ''}`
    case 'change-pool':
      return `~ pool ${step.pool.cluster}/${step.pool.name}: ${[...(step.pool.removed === true ? ['back in the intent'] : []), sayDifference(fullOf(saidOf(step.pool)), fullOf(step.terms))].filter((part) => part !== '').join('; ')}`
    case 'remove-pool':
      return `- pool ${step.pool.cluster}/${step.pool.name}: given back what it was first`
    default:
      return step satisfies never
  }
}

/** With what is usual in its place, so that a difference says both. */
const fullOf = ({ keep, pace = USUAL_PACE, consolidate, drainSeconds = DRAIN_SECONDS }: PoolTerms): object =>
  ({ keep, disrupt: pace, consolidate: consolidate === true, drainWithin: sayDuration(drainSeconds) })

const sayReports = ({ reports }: Fleet): string =>
  (reports.length === 0 ? '' : `, reports ${reports.map(({ name, every }) => `${name} (${every})`).join(', ')}`)

/** A report is told from others by its name, not by where it stands. */
const byName = ({ reports, ...fleet }: Fleet): object =>
  ({ ...fleet, reports: Object.fromEntries(reports.map(({ name, ...terms }) => [name, terms])) })

const sayEnvironmentChange = ({ environment, terms, clusterArn }: Extract<DeliveryStep, { do: 'change-environment' }>): string =>
  [
    ...(environment.removed === true ? ['back in the intent'] : []),
    sayDifference({ ...environment.terms, clusterArn: environment.clusterArn }, { ...terms, clusterArn }),
  ].filter((part) => part !== '').join('; ')
