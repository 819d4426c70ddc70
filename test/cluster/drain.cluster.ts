import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, inject, it } from 'vitest'
import { secondsBetween } from '../../lib/domain/time.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import type { Pod } from '../../lib/sandbox/cluster/resources.ts'
import { pathOf, type RawApi, rawApi } from '../contract/raw-api.ts'
import { nodeOf } from '../sandbox/cluster/manifests-of.ts'
import { crowdedPool } from './proof/crowded-pool.ts'
import { isServing } from './proof/node-places.ts'
import { reclaimWorld } from './proof/reclaim-world.ts'
import { realCluster } from './real-cluster.ts'

const NODES = 50

/** Between two looks at who is ready. */
const LOOK_MS = 200

/** A turn of a worker each so many ms; its own wait, between mark and eviction, is 15 s. */
const TURN_MS = 1500

const LONGEST_MS = 1_800_000

/** An eviction or a deletion of a pod, as the API server wrote it down. */
interface Audited {
  readonly verb: string
  readonly user: { readonly username: string }
  readonly objectRef: { readonly namespace: string; readonly name: string; readonly subresource?: string }
  readonly responseStatus: { readonly code: number }
}

const audited = (): readonly Audited[] => readFileSync(inject('plane').auditLog, 'utf8').split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Audited]))

/** The pods of the pool by their app, looked at in two lists. */
const podsByApp = async (admin: RawApi, namespace: string, apps: readonly string[]): Promise<ReadonlyMap<string, readonly Pod[]>> => {
  const pods: readonly KubernetesObject[] = (await Promise.all([namespace, 'kube-system'].map((home) => admin.list('Pod', home)))).flat()
  return Map.groupBy((pods as readonly Pod[]).filter(({ metadata }) => apps.includes(metadata.labels?.['app'] ?? '')), ({ metadata }) => metadata.labels?.['app'] ?? '')
}

it('empties nodes of a real control plane through its Eviction API: no budget is broken, and nothing leaves that may not', async () => {
  const cluster = await realCluster()
  const admin = rawApi(cluster, cluster.tokens.admin)
  const pool = `crowded-${Date.now().toString(36)}`
  const taint = { key: 'catnap.test/own', value: pool, effect: 'NoSchedule' }
  for (let index = 0; index < NODES; index += 1) {
    const name = `${pool}-${index}`
    await cluster.joinNode(nodeOf(name, { instanceId: `i-${name}`, nodegroup: pool, taints: [taint], labels: { 'catnap.test/pool': pool }, cpuMilli: 2000, memoryMiB: 8192, pods: 30 }))
  }
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: pool } })
  const { objects, moving, staying } = crowdedPool(pool, pool)
  const [budgets, workloads] = [objects.filter(({ kind }) => kind === 'PodDisruptionBudget'), objects.filter(({ kind }) => kind !== 'PodDisruptionBudget')]
  await Promise.all(workloads.map((object) => admin.create(object)))
  const apps = [...Object.keys(moving), ...Object.keys(staying)]
  const replicas = new Map(objects.flatMap(({ kind, metadata, spec }) => (kind === 'Deployment' ? [[metadata.name, (spec as { readonly replicas: number }).replicas] as const] : [])))
  const isWhole = async (): Promise<boolean> => {
    const found = await podsByApp(admin, pool, apps)
    return apps.every((app) => found.get(app)?.length === (replicas.get(app) ?? 1) && found.get(app)?.every(isServing) === true)
  }
  await cluster.until('everything runs', isWhole)
  // Not before: of two budgets on a pod that comes, the disruption controller counts one anew, whichever it finds first.
  await Promise.all(budgets.map((budget) => admin.create(budget)))
  await cluster.until('budgets are counted', async () => (await admin.list('PodDisruptionBudget', pool)).every(({ status }) => (status as { readonly expectedPods?: number } | undefined)?.expectedPods !== 0))
  const before = await podsByApp(admin, pool, apps)

  const world = await reclaimWorld(cluster, admin, pool, NODES, pool)
  const began = cluster.now()
  const watch = { isOver: false, looks: 0 }
  const fewest = new Map<string, number>()
  const watching = (async () => {
    for (; !watch.isOver; watch.looks += 1) {
      const found = await podsByApp(admin, pool, apps)
      for (const app of apps) fewest.set(app, Math.min(fewest.get(app) ?? Infinity, found.get(app)?.filter(isServing).length ?? 0))
      await sleep(LOOK_MS)
    }
  })()
  const atRest = async (): Promise<boolean> => {
    const { leaving, original } = await world.pool()
    return original !== undefined && Object.keys(leaving).length === 0
  }
  // Nothing leaves, twice in a row: a budget that was spent may let the next go a moment later.
  for (let quiet = 0; quiet < 4 && secondsBetween(began, cluster.now()) * 1000 < LONGEST_MS;) {
    await world.turn()
    quiet = (await atRest()) ? quiet + 1 : 0
    await sleep(TURN_MS)
  }
  watch.isOver = true
  await watching
  await cluster.until('everything runs again', isWhole)

  const nodes = (await admin.list('Node')).filter(({ metadata }) => metadata.labels?.['catnap.test/pool'] === pool)
  const after = await podsByApp(admin, pool, apps)
  const kept = new Set(Object.keys(staying).flatMap((app) => (before.get(app) ?? []).map(({ spec }) => spec.nodeName)))
  const inPool = audited().filter(({ objectRef: { namespace, name } }) => namespace === pool || (namespace === 'kube-system' && name.includes(pool)))
  const evictions = inPool.filter(({ verb, objectRef, responseStatus }) => verb === 'create' && objectRef.subresource === 'eviction' && responseStatus.code < 300)
  process.stdout.write(`drain on a real control plane: ${NODES} nodes → ${nodes.length} in ${Math.round(secondsBetween(began, cluster.now()))} s, ${evictions.length} evictions, ${watch.looks} looks at who is ready, fewest ${JSON.stringify(Object.fromEntries(fewest))}\n`)

  for (const [app, least] of Object.entries({ ...moving, ...staying })) expect([app, fewest.get(app) ?? 0]).toEqual([app, expect.toSatisfy((ready: number) => ready >= least)])
  // No pod that may not leave was evicted or deleted by anybody: the same pods are there, and so are their nodes.
  const uidsOf = (found: typeof before) => Object.keys(staying).flatMap((app) => (found.get(app) ?? []).map(({ metadata }) => metadata.uid)).toSorted()
  expect(uidsOf(after)).toEqual(uidsOf(before))
  const stayed = new Set(Object.keys(staying).flatMap((app) => (before.get(app) ?? []).map(({ metadata }) => metadata.name)))
  expect(evictions.filter(({ objectRef }) => stayed.has(objectRef.name))).toEqual([])
  expect(inPool.filter(({ user, verb }) => user.username === 'catnap' && verb !== 'create')).toEqual([])
  expect(evictions.every(({ user }) => user.username === 'catnap')).toBe(true)
  expect(evictions.length).toBeGreaterThan(30)
  // What is left are the nodes of those, and as many more as the others do not fit beside them.
  expect(nodes.length).toBeLessThanOrEqual(Math.max(kept.size, 16))
  expect(nodes.filter(({ spec }) => JSON.stringify(spec).includes('catnap.dev/'))).toEqual([])
  expect((await world.registry.history(`us-dev/pool/${pool}`)).filter(({ what }) => what === 'problem')).toEqual([])

  await world.close()
  for (const { kind, metadata } of objects) await admin.call('DELETE', pathOf(kind, metadata.namespace, metadata.name))
  await admin.remove('Namespace', pool)
  await admin.close()
  await cluster.close()
}, LONGEST_MS + 300_000)
