import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { readIntentFile } from '../../lib/adapters/yaml/intent-file.ts'
import { hoursAt, parseHours } from '../../lib/domain/hours.ts'
import type { Intent } from '../../lib/domain/intent/schema.ts'
import { instant, later } from '../../lib/domain/time.ts'
import { isJsonObject, type JsonObject } from '../../lib/sandbox/cluster/json.ts'
import { keyOf, type KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { selects } from '../../lib/sandbox/cluster/label-selector.ts'
import { loadManifests } from '../../lib/sandbox/cluster/manifests.ts'
import { isFinished, isReady } from '../../lib/sandbox/cluster/pod-state.ts'
import type { Deployment, Node, Pod } from '../../lib/sandbox/cluster/resources.ts'
import { type ClusterPlan, readFleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { createSandbox, type Sandbox } from '../../lib/sandbox/sandbox.ts'
import { visits } from '../../lib/sandbox/visitors.ts'

const plan = readFleetPlan(fileURLToPath(new URL('../../lib/sandbox/example/fleet.yaml', import.meta.url)))
const start = instant(plan.start)
const TEN_MINUTES = 600
const WEEK_SECONDS = 7 * 86_400

/** The pools all of whose environments sleep some time. */
const SLEEPING_POOLS = ['ap-test/workers', 'eu-staging/workers', 'us-dev/batch', 'us-dev/memory-workers', 'us-dev/standard-workers']

const readIntent = (): Intent => {
  const file = readIntentFile(readFileSync(plan.intent, 'utf8'))
  if ('intent' in file) return file.intent
  throw new Error(`the example's intent has problems:\n${JSON.stringify(file.problems, undefined, 2)}`)
}

const intent = readIntent()

const clusterPlan = (name: string): ClusterPlan => {
  const found = plan.clusters[name]
  if (found === undefined) throw new Error(`the fleet has no cluster "${name}"`)
  return found
}

type Terms = Intent['environments'][string]

/** The namespaces of an environment that the fleet has, as its names or its selector choose them. */
const namespacesOf = (cluster: string, { namespaces, namespaceSelector }: Terms): readonly string[] =>
  Object.entries(clusterPlan(cluster).namespaces).flatMap(([name, { labels }]) => {
    const chosen = namespaces?.includes(name) ?? selects(namespaceSelector, labels)
    return chosen ? [name] : []
  })

const objectsIn = (cluster: string, namespace: string): readonly KubernetesObject[] =>
  (clusterPlan(cluster).namespaces[namespace]?.manifests ?? []).flatMap((file) =>
    loadManifests(readFileSync(file, 'utf8')),
  )

const specOf = ({ spec }: KubernetesObject): JsonObject => (isJsonObject(spec) ? spec : {})

const isScaled = ({ kind }: KubernetesObject): boolean => kind === 'Deployment' || kind === 'StatefulSet'

const environments = Object.entries(intent.environments).map(([id, terms]) => {
  const cluster = id.split('/')[0] ?? ''
  const namespaces = namespacesOf(cluster, terms)
  return { id, cluster, terms, namespaces, objects: namespaces.flatMap((namespace) => objectsIn(cluster, namespace)) }
})

const hosts = environments.flatMap((environment) =>
  environment.terms.wake.hosts.map((host) => ({ host, ...environment })),
)

const pools = Object.entries(plan.clusters).flatMap(([cluster, planned]) =>
  Object.entries(planned.pools).map(([name, size]) => {
    const keep = intent.clusters[cluster]?.pools[name]?.keep
    return { pool: `${cluster}/${name}`, keep, ...size }
  }),
)

/** The example ten minutes after its start, with nothing of Catnap in it. */
const startExample = async (): Promise<Sandbox> => {
  const sandbox = await createSandbox(plan, intent, 1)
  await sandbox.timeline.runUntil(later(start, TEN_MINUTES))
  return sandbox
}

interface PlacedPod {
  readonly cluster: string
  readonly pod: Pod
  readonly pool: string
}

/** Every pod that has not run to its end, with the pool of its node. */
const everyPod = (sandbox: Sandbox): readonly PlacedPod[] =>
  [...sandbox.clusters].flatMap(([cluster, simulated]) => {
    const nodes = simulated.list('v1', 'Node') as readonly Node[]
    const poolByNode = new Map(nodes.map((node) => [node.metadata.name, `${cluster}/${poolOf(sandbox, node)}`]))
    const pods = (simulated.list('v1', 'Pod') as readonly Pod[]).filter((pod) => !isFinished(pod))
    return pods.map((pod) => ({ cluster, pod, pool: poolByNode.get(pod.spec.nodeName ?? '') ?? `${cluster}/none` }))
  })

/** As the cloud has it: not every node says it itself. */
const poolOf = ({ cloud }: Sandbox, { spec }: Node): string =>
  cloud.instances().find(({ id }) => spec?.providerID?.endsWith(id) === true)?.pool ?? 'none'

const notServing = (sandbox: Sandbox): readonly string[] =>
  everyPod(sandbox).flatMap(({ cluster, pod }) =>
    pod.status?.phase === 'Running' && isReady(pod) ? [] : [`${cluster}/${keyOf(pod)}`],
  )

const isOfDaemonSet = ({ pod }: PlacedPod): boolean => pod.metadata.ownerReferences?.[0]?.kind === 'DaemonSet'

const withReplicas = (object: KubernetesObject, replicas: number): KubernetesObject => ({
  ...object,
  spec: { ...specOf(object), replicas },
})

describe('the example as it is written', () => {
  test('acts on three clusters in three regions and at least nine environments in several zones', () => {
    expect(intent.mode).toBe('act')
    expect(Object.keys(intent.clusters)).toEqual(Object.keys(plan.clusters))
    expect(new Set(Object.values(intent.clusters).map(({ arn }) => arn.split(':')[3])).size).toBe(3)
    expect(environments.length).toBeGreaterThanOrEqual(9)
    const zones = environments.flatMap(({ terms }) => terms.hours.match(/[A-Z][a-z]+\/\w+/g) ?? [])
    expect(new Set(zones).size).toBeGreaterThanOrEqual(4)
  })

  test.each(pools)('gives $pool room to shrink where the intent names it', ({ pool, min, desired, max, keep }) => {
    // Only the nodes of the system workloads are none of the intent's business.
    expect(keep === undefined).toBe(pool.endsWith('/system'))
    if (keep === undefined) return
    expect(min).toBeLessThan(desired)
    expect(keep).toBeLessThan(desired)
    expect(desired).toBeLessThan(max)
  })

  test.each(environments)('has the namespaces of $id, their replicas distinct and above 1', (environment) => {
    expect(environment.namespaces).toEqual(expect.arrayContaining(environment.terms.namespaces ?? []))
    const replicas = environment.objects.filter(isScaled).map((workload) => specOf(workload)['replicas'])
    const counts = replicas.filter((count) => count !== 0)
    expect(counts.length).toBeGreaterThan(2)
    expect(new Set(counts).size).toBe(counts.length)
    for (const count of counts) expect(count).toBeGreaterThan(1)
  })

  test('has one Deployment at zero and one CronJob suspended from before', () => {
    const objects = environments.flatMap((environment) => environment.objects)
    const still = objects.filter((object) => specOf(object)['replicas'] === 0 || specOf(object)['suspend'] === true)
    const names = still.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(names).toEqual(['Deployment legacy-import', 'CronJob archive-bookings'])
  })

  test('leads to nothing but the hosts of the intent', () => {
    expect(Object.keys(plan.hosts).toSorted()).toEqual(hosts.map(({ host }) => host).toSorted())
  })

  test.each(hosts)('has behind $host a Service that selects one Deployment', ({ host, cluster, namespaces }) => {
    const [servedBy, namespace = '', name] = plan.hosts[host]?.split('/') ?? []
    expect(servedBy).toBe(cluster)
    expect(namespaces).toContain(namespace)
    const objects = objectsIn(cluster, namespace)
    const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === name)
    if (service === undefined) throw new Error(`${cluster}/${namespace} has no Service "${name}" for ${host}`)
    const matchLabels = specOf(service)['selector'] as Readonly<Record<string, string>>
    const deployments = objects.filter((object): object is Deployment => object.kind === 'Deployment')
    const selected = deployments.filter(({ spec }) => selects({ matchLabels }, spec.template.metadata?.labels))
    expect(selected).toHaveLength(1)
  })

  test.each(plan.visitors)('lets people come to $host in hours meant for sleep, a few times a week', (visitors) => {
    const terms = hosts.find(({ host }) => host === visitors.host)?.terms
    const hours = parseHours(terms?.hours ?? 'always', intent.timezone)
    const all = visits(visitors.csv, visitors.above, start)
    const coming = all.filter((at) => !hoursAt(hours, at, intent.holidays).awake)
    for (const monday of [start, later(start, WEEK_SECONDS)]) {
      const inWeek = coming.filter((at) => at >= monday && at < later(monday, WEEK_SECONDS))
      expect(inWeek.length).toBeGreaterThanOrEqual(3)
      expect(inWeek.length).toBeLessThanOrEqual(7 * 5)
    }
  })
})

describe('the example as it runs', () => {
  let sandbox: Sandbox

  beforeAll(async () => {
    sandbox = await startExample()
    return () => sandbox.close()
  })

  test('comes up with the nodes it asks for and every pod Running and Ready within ten minutes', () => {
    expect(notServing(sandbox)).toEqual([])
    expect(new Set(everyPod(sandbox).map(({ cluster }) => cluster)).size).toBe(3)
    const nodes = [...sandbox.clusters].flatMap(([cluster, simulated]) =>
      simulated.list('v1', 'Node').map((node) => `${cluster}/${poolOf(sandbox, node as Node)}`),
    )
    const sizes = pools.map(({ pool }) => [pool, nodes.filter((name) => name === pool).length])
    expect(sizes).toEqual(pools.map(({ pool, desired }) => [pool, desired]))
  })

  test('keeps what never sleeps off the pools of environments that do', () => {
    const sleeping = environments.filter(({ terms }) => terms.hours !== 'always')
    const isSleeper = ({ cluster, pod }: PlacedPod): boolean =>
      sleeping.some((one) => one.cluster === cluster && one.namespaces.includes(pod.metadata.namespace ?? ''))

    const pods = everyPod(sandbox).filter((placed) => !isOfDaemonSet(placed))
    const shrinking = new Set(pods.filter(isSleeper).map(({ pool }) => pool))
    expect([...shrinking].toSorted()).toEqual(SLEEPING_POOLS)
    const others = pods.filter((placed) => !isSleeper(placed))
    expect(others.filter(({ pod }) => pod.metadata.namespace === 'billing-prod')).toHaveLength(5)
    expect(others.filter((placed) => shrinking.has(placed.pool)).map(({ pod }) => keyOf(pod))).toEqual([])
  })

  test('fits into the same nodes again after everything slept', async () => {
    for (const { cluster, namespaces } of environments) {
      const simulated = sandbox.clusters.get(cluster)
      const own = ['Deployment', 'StatefulSet']
        .flatMap((kind) => simulated?.list('apps/v1', kind) ?? [])
        .filter(({ metadata }) => namespaces.includes(metadata.namespace ?? ''))
      simulated?.apply(own.map((object) => withReplicas(object, 0)))
      sandbox.timeline.after(TEN_MINUTES, () => simulated?.apply(own))
    }
    await sandbox.timeline.runUntil(later(start, TEN_MINUTES + 300))
    const workers = everyPod(sandbox).filter(({ pool }) => SLEEPING_POOLS.includes(pool))
    expect(workers.filter((placed) => !isOfDaemonSet(placed))).toEqual([])

    await sandbox.timeline.runUntil(later(start, 3 * TEN_MINUTES - 60))
    expect(notServing(sandbox)).toEqual([])
  })
})
