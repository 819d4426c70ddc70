import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { USUAL_SLEEP } from '../../lib/domain/environment.ts'
import { KINDS as ALL_KINDS } from '../../lib/domain/kinds/kinds.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { findMarks, type MarkedPlace } from '../../lib/use-cases/find-marks.ts'
import { requestWake } from '../../lib/use-cases/request-wake.ts'
import { restoreFromMarks, sayRestore } from '../../lib/use-cases/restore-from-marks.ts'
import { cronJobOf, daemonSetOf, deploymentOf, statefulSetOf } from '../sandbox/cluster/manifests-of.ts'
import { startLoopbackProxy } from '../loopback-proxy.ts'
import { type ContractWorld, contractWorld } from './contract-world.ts'
import { customObject, hpaOf, kafkaOf, rolloutOf, scaledObjectOf } from './custom-kinds.ts'
import { type EngineWorld, engineWorld } from './engine-world.ts'
import { applicationOf, trackedBy } from './order-contract.ts'
import { startSimulated } from './start-simulated.ts'

const ID = 'us-dev/shop'
const SLEEP = { ...USUAL_SLEEP, daemonSets: true, kinds: ['kafkanodepools.kafka.strimzi.io'], waves: [['StatefulSet/db']] }
const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Rollout', 'KafkaNodePool', 'ScaledObject', 'ScaledJob', 'HorizontalPodAutoscaler', 'Application'] as const

/** One of every kind; custom kinds that nobody runs ask for nothing, for they would never be ready. */
const objectsOf = (shop: string): readonly KubernetesObject[] => [
  trackedBy(shop, deploymentOf('web', { replicas: 3 })), deploymentOf('off', { replicas: 0 }), statefulSetOf('db', { replicas: 2 }), daemonSetOf('agent'), cronJobOf('rates', '0 4 1 1 *'),
  rolloutOf('canary', 0), kafkaOf('kafka', 0), scaledObjectOf('keda'), customObject('keda.sh/v1alpha1', 'ScaledJob', 'jobs', {}), hpaOf('hpa', 'off', 0, 3), applicationOf(shop, shop),
]

const opened: { readonly world: ContractWorld; readonly end: () => Promise<void> }[] = []
const world = (): ContractWorld => opened[0]?.world ?? expect.fail('the cluster did not start')

beforeAll(async () => {
  const cluster = await startSimulated()
  opened.push({ world: await contractWorld(cluster), end: cluster.close })
})
afterAll(async () => {
  for (const each of opened) {
    await each.world.close()
    await each.end()
  }
})

const all = async (shop: string): Promise<readonly (readonly [string, KubernetesObject])[]> =>
  (await Promise.all(KINDS.map(async (kind) => (await world().admin.list(kind, shop)).map((object) => [`${kind}/${object.metadata.name}`, object] as const)))).flat()

/** Specs and annotations of all there is, but for the revision a controller writes. */
const pictureOf = async (shop: string): Promise<Readonly<Record<string, unknown>>> =>
  Object.fromEntries((await all(shop)).map(([key, { spec, metadata }]) => [key, { spec, annotations: Object.entries(metadata.annotations ?? {}).filter(([name]) => !name.startsWith('deployment.kubernetes.io/')) }]))

/** An environment of every kind, asleep, and what it was. */
const asleep = async (): Promise<{ readonly shop: EngineWorld; readonly before: Readonly<Record<string, unknown>>; readonly marked: readonly string[] }> => {
  const own = await world().namespace()
  await world().create(own, objectsOf(own))
  const shop = await engineWorld(world(), own, { sleep: SLEEP })
  onTestFinished(() => shop.close())
  await world().cluster.until('its pods are there', async () => (await world().admin.list('Pod', own)).length >= 5)
  const before = await pictureOf(own)
  await shop.bring('asleep')
  const marked = (await all(own)).flatMap(([key, { metadata }]) => (metadata.annotations?.['catnap.dev/environment'] === ID ? [key] : []))
  return { shop, before, marked }
}

const MARKS = { 'catnap.dev/original-replicas': null, 'catnap.dev/original-suspend': null, 'catnap.dev/original-value': null, 'catnap.dev/environment': null }

const strip = async (shop: string, keys: readonly string[]): Promise<void> => {
  for (const key of keys) {
    const [kind = '', name = ''] = key.split('/')
    await world().admin.patch(kind, name, shop, { metadata: { annotations: MARKS } })
  }
}

/** Wipes what the table knows, all of it or of these. */
const wipe = ({ registry, namespace }: EngineWorld, keys?: readonly string[]): Promise<void> =>
  registry.dropOriginals(ID, keys?.map((key) => key.replace('/', `/${namespace}/`)))

const outsideOf = ({ registry }: EngineWorld) => ({
  clock: { now: () => world().cluster.now() }, memory: registry, mailbox: { send: async () => {} }, log: { info: () => {}, warn: () => {} },
})

const placeOf = async ({ registry }: EngineWorld): Promise<MarkedPlace> => {
  const environment = (await registry.environments.get(ID)) ?? expect.fail('the environment is gone')
  const { workloads, ingresses } = world()
  return { environment, protect: [], own: { workloads, ingresses, close: async () => {} }, others: [] }
}

/** The shell of docs/safety.md that puts everything back with kubectl alone. */
const SHELL = (() => {
  const page = readFileSync('docs/safety.md', 'utf8')
  return /```sh\n(back\(\)[^]*?)```/.exec(page.slice(page.indexOf('with kubectl alone')))?.[1] ?? ''
})()

const hasKubectl = ['kubectl', 'jq'].every((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0)

/** kubectl sends no token over plain HTTP: this sends the administrator's. */
const asAdmin = async (): Promise<{ readonly url: string; readonly close: () => Promise<void> }> =>
  startLoopbackProxy(world().cluster.url, async (request, forward) => forward({ ...request, headers: { ...request.headers, authorization: `Bearer ${world().cluster.tokens.admin}` } }))

describe('the commands of docs/safety.md', () => {
  it('name the places of all kinds', () => {
    const lines = [...SHELL.matchAll(/^back (\S+) (\S+)$/gm)].map(([, kind, place]) => [kind, place])
    const places = ALL_KINDS.map(({ plural, group, path }) => [`${plural}.${group}`, path.map((segment) => `/${segment.replaceAll('/', '~1')}`).join('')])
    expect(lines.toSorted()).toEqual(places.toSorted())
  })

  it.skipIf(!hasKubectl)('put everything back with kubectl alone', async () => {
    const { shop, before } = await asleep()
    const admin = await asAdmin()
    const run = promisify(execFile)('sh', ['-c', `${SHELL}\nback kafkanodepools.kafka.strimzi.io /spec/brokers/count`], { env: { ...process.env, KUBECONFIG: '/dev/null', KUBERNETES_MASTER: admin.url, HOME: mkdtempSync(join(tmpdir(), 'catnap-kubectl-')) } })
    const { stdout } = await run
    await admin.close()
    expect(stdout.split('\n').filter((line) => line.endsWith(' patched')).length).toBeGreaterThanOrEqual(8)
    expect(await pictureOf(shop.namespace)).toEqual(before)
  })
})

describe('an environment asleep', () => {
  it('is put back by hand from its marks alone, by stages, its GitOps owner last; dry run says the same sentences', async () => {
    const { shop, before, marked } = await asleep()
    await wipe(shop)
    expect(marked).toHaveLength(8)
    const place = await placeOf(shop)
    const planned = sayRestore(place, await findMarks(place), new Map(), 'restored by ana')
    shop.patched()
    const said: string[] = []
    const { refused } = await restoreFromMarks({ clock: outsideOf(shop).clock, why: 'restored by ana', wait: (seconds) => world().cluster.pass(seconds), say: (line) => void said.push(line) }, place)

    expect(refused).toEqual([])
    expect(await pictureOf(shop.namespace)).toEqual(before)
    expect(said).toHaveLength(8)
    expect(said.toSorted()).toEqual(planned.toSorted())
    const patched = shop.patched()
    expect([patched[0], patched.at(-1)]).toEqual(['statefulsets/db', `applications/${shop.namespace}`])
    expect(said[0]).toBe(`wake StatefulSet ${shop.namespace}/db: 0 replicas → 2 replicas (restored by ana; undone by 2 replicas)`)
    expect((await findMarks(place)).owners).toEqual([])
  })

  it('is put back by its workers from the table alone, where somebody took the marks away', async () => {
    const { shop, before, marked } = await asleep()
    await strip(shop.namespace, marked)
    await requestWake(outsideOf(shop), ID, { by: 'ana', isAnew: true })
    await shop.bring('awake')
    expect([await pictureOf(shop.namespace), await shop.originals()]).toEqual([before, {}])
  })

  it('is put back from both places where each has lost a half, also where the table takes it for awake', async () => {
    const { shop, before, marked } = await asleep()
    await strip(shop.namespace, marked.filter((_, index) => index % 2 === 0))
    await wipe(shop, marked.filter((_, index) => index % 2 === 1))
    await shop.registry.environments.change(ID, { set: { phase: 'awake', hold: undefined } })
    const answer = await requestWake(outsideOf(shop), ID, { by: 'ana', isAnew: true })
    expect(answer).toMatchObject({ is: 'on-its-way', environment: { phase: 'waking' } })
    await shop.bring('awake')
    expect([await pictureOf(shop.namespace), await shop.originals()]).toEqual([before, {}])
  })

  it('keeps what a person raised, whoever puts it back', async () => {
    const { shop } = await asleep()
    await wipe(shop)
    await world().admin.patch('Deployment', 'web', shop.namespace, { spec: { replicas: 1 } })
    const said: string[] = []
    await restoreFromMarks({ clock: outsideOf(shop).clock, why: 'restored by ana', wait: (seconds) => world().cluster.pass(seconds), say: (line) => void said.push(line) }, await placeOf(shop))
    expect((await shop.specs())['Deployment/web']).toMatchObject({ replicas: 1 })
    expect(said).toContain(`keep Deployment ${shop.namespace}/web at 1 replica, as somebody set it (restored by ana; undone by 3 replicas)`)
    expect((await all(shop.namespace)).filter(([, { metadata }]) => JSON.stringify(metadata.annotations ?? {}).includes('catnap.dev'))).toEqual([])
  })
})
