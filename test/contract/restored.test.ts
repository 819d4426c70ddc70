import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { USUAL_SLEEP } from '../../lib/domain/environment.ts'
import { ingressLead, type WakeAddress } from '../../lib/domain/front/ingress.ts'
import { planIngressesToWake } from '../../lib/domain/front/lead-ingresses.ts'
import { KINDS as ALL_KINDS } from '../../lib/domain/kinds/kinds.ts'
import type { Node } from '../../lib/domain/node.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { findMarks, type MarkedPlace } from '../../lib/use-cases/find-marks.ts'
import { requestWake } from '../../lib/use-cases/request-wake.ts'
import { restoreFromMarks, sayRestore } from '../../lib/use-cases/restore-from-marks.ts'
import { cronJobOf, daemonSetOf, deploymentOf, nodeOf, statefulSetOf } from '../sandbox/cluster/manifests-of.ts'
import { startLoopbackProxy } from '../loopback-proxy.ts'
import { type ContractWorld, contractWorld } from './contract-world.ts'
import { customObject, hpaOf, kafkaOf, rolloutOf, scaledObjectOf } from './custom-kinds.ts'
import { type EngineWorld, engineWorld } from './engine-world.ts'
import { applicationOf, trackedBy } from './order-contract.ts'
import { pathOf, PATCH } from './raw-api.ts'
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

/** The blocks of shell in docs/safety.md that put everything back with kubectl alone. */
const BLOCKS = (() => {
  const page = readFileSync('docs/safety.md', 'utf8')
  return [...page.slice(page.indexOf('with kubectl alone')).matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block)
})()

const blockWith = (words: string): string => BLOCKS.find((block) => block.includes(words)) ?? expect.fail(`docs/safety.md has no shell with ${words}`)

const SHELL = blockWith('back()')

const hasKubectl = ['kubectl', 'jq'].every((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0)

/** kubectl sends no token over plain HTTP: this sends the administrator's. */
const asAdmin = async (): Promise<{ readonly url: string; readonly close: () => Promise<void> }> =>
  startLoopbackProxy(world().cluster.url, async (request, forward) => forward({ ...request, headers: { ...request.headers, authorization: `Bearer ${world().cluster.tokens.admin}` } }))

/** Runs shell as the administrator; what it printed. */
const kubectl = async (shell: string): Promise<{ readonly stdout: string; readonly stderr: string }> => {
  const admin = await asAdmin()
  try {
    return await promisify(execFile)('sh', ['-c', shell], { env: { ...process.env, KUBECONFIG: '/dev/null', KUBERNETES_MASTER: admin.url, HOME: mkdtempSync(join(tmpdir(), 'catnap-kubectl-')) } })
  } finally {
    await admin.close()
  }
}

const WAKE: WakeAddress = { host: 'abc123.lambda-url.us-east-1.on.aws', port: 443, tls: true, ownHostOnly: true }
const HOSTS = ['shop.example.com', 'api.example.com']
const WISH = { environment: ID, hosts: HOSTS, ingress: 'web', why: 'the test' }

/** Hosts, paths and a default backend, and an annotation that the way to the wake function takes for itself. */
const ingressOf = (name: string): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'Ingress',
  metadata: { name, annotations: { team: 'shop', 'nginx.ingress.kubernetes.io/upstream-vhost': "it's ~ours/" } },
  spec: {
    defaultBackend: { service: { name: 'rest', port: { number: 8080 } } },
    rules: HOSTS.map((host) => ({ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: host.split('.')[0] ?? '', port: { number: 80 } } } }, { path: '/', pathType: 'Exact', backend: { service: { name: 'home', port: { name: 'http' } } } }] } })),
  },
})

/** Leads the Ingresses of a namespace to the wake function as Catnap does. */
const leadToWake = async (shop: string): Promise<void> => {
  const { ingresses } = world()
  const plan = planIngressesToWake(await ingresses.list([shop]), ingressLead(WAKE, HOSTS), WISH)
  if ('problem' in plan) return expect.fail(plan.problem)
  await ingresses.changeService({ do: 'make-service', environment: ID, namespace: shop, address: WAKE })
  for (const step of plan.steps) expect(await ingresses.change(step)).toEqual({ done: true })
}

const ingressesIn = async (shop: string): Promise<readonly object[]> =>
  (await world().admin.list('Ingress', shop)).map(({ spec, metadata: { name, annotations } }) => ({ name, spec, annotations }))

const nodeNamed = async (name: string): Promise<Node> => (await world().nodes.list()).find((node) => node.name === name) ?? expect.fail(`no node ${name}`)

describe('the commands of docs/safety.md', () => {
  it('name the places of all kinds', () => {
    const lines = [...SHELL.matchAll(/^back (\S+) (\S+)$/gm)].map(([, kind, place]) => [kind, place])
    const places = ALL_KINDS.map(({ plural, group, path }) => [`${plural}.${group}`, path.map((segment) => `/${segment.replaceAll('/', '~1')}`).join('')])
    expect(lines.toSorted()).toEqual(places.toSorted())
  })

  it.skipIf(!hasKubectl)('put everything back with kubectl alone', async () => {
    const { shop, before } = await asleep()
    const { stdout } = await kubectl(`${SHELL}\nback kafkanodepools.kafka.strimzi.io /spec/brokers/count`)
    expect(stdout.split('\n').filter((line) => line.endsWith(' patched')).length).toBeGreaterThanOrEqual(8)
    expect(await pictureOf(shop.namespace)).toEqual(before)
  })

  it.skipIf(!hasKubectl)('lead Ingresses back, default backends and annotations too, and remove the Service that led to the wake function', async () => {
    const shop = await world().namespace()
    await world().create(shop, [ingressOf('web'), ingressOf('other')])
    const before = await ingressesIn(shop)
    await leadToWake(shop)
    expect(await ingressesIn(shop)).not.toEqual(before)

    expect((await kubectl(blockWith('original-backends'))).stderr).toBe('')

    expect(await ingressesIn(shop)).toEqual(before)
    expect(await world().ingresses.services([shop])).toEqual([])
  })

  it.skipIf(!hasKubectl)('keep what somebody set in an Ingress meanwhile, and name what nobody knows', async () => {
    const shop = await world().namespace()
    await world().create(shop, [ingressOf('web'), ingressOf('other')])
    await leadToWake(shop)
    const own = { '/metadata/annotations/nginx.ingress.kubernetes.io~1upstream-vhost': 'mine', '/spec/rules/0/http/paths/0/backend/service': { name: 'mine', port: { number: 80 } } }
    await world().admin.call('PATCH', `${pathOf('Ingress', shop)}/web`, Object.entries(own).map(([path, value]) => ({ op: 'replace', path, value })), PATCH.json)
    await world().admin.call('PATCH', `${pathOf('Ingress', shop)}/other`, [{ op: 'replace', path: '/spec/rules/1/http/paths/1/path', value: '/new' }], PATCH.json)
    const [other] = await ingressesIn(shop)

    expect((await kubectl(blockWith('original-backends'))).stderr).toBe(`${shop}/other: set the backend at /spec/rules/1/http/paths/1/backend by hand\n`)

    const [left, web] = await ingressesIn(shop)
    expect(left).toEqual(other)
    const mine = JSON.parse(JSON.stringify(ingressOf('web')).replace('"shop","port"', '"mine","port"').replace("it's ~ours/", 'mine'))
    expect(web).toEqual({ name: 'web', spec: mine.spec, annotations: mine.metadata.annotations })
  })

  it.skipIf(!hasKubectl)('give marked nodes back, and leave what somebody else cordoned', async () => {
    const { cluster, nodes, name } = world()
    const taints = [{ key: 'own', value: 'ml', effect: 'NoSchedule' }] as const
    const ours = name('ours')
    const theirs = name('theirs')
    for (const [node, more] of [[ours, []], [theirs, [{ key: 'catnap.dev/reclaim', value: 'never', effect: 'NoSchedule' }]]] as const) await cluster.joinNode(nodeOf(node, { taints: [...taints, ...more] }))
    await cluster.until('they are ready', async () => (await nodeNamed(ours)).ready && (await nodeNamed(theirs)).ready)
    await cluster.until('it is marked', async () => (await nodes.mark(await nodeNamed(ours), cluster.now())).done)
    const before = await nodeNamed(theirs)

    await kubectl(blockWith('uncordon'))

    expect(await nodeNamed(ours)).toMatchObject({ cordoned: false, taints })
    expect(await nodeNamed(theirs)).toEqual(before)
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
