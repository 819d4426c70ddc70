import { describe, expect, it } from 'vitest'
import { planSleep, planWake, type Workload } from '../../lib/domain/workload.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { deploymentOf } from '../sandbox/cluster/manifests-of.ts'
import type { ContractWorld } from './contract-world.ts'
import { customObject, hpaOf, kafkaOf, rolloutOf, scaledObjectOf } from './custom-kinds.ts'

const ID = 'us-dev/shop'
const ALSO = { daemonSets: true, kinds: ['kafkanodepools.kafka.strimzi.io'] }

/** A DaemonSet of one container. */
const daemonSetOf = (name: string): KubernetesObject => ({
  apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name },
  spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'agent', image: 'agent:1' }] } } },
})

/** Every other kind Catnap puts to sleep, each at its one place, and back without a trace. */
export const kindsContract = (world: () => ContractWorld): void => {
  const listed = async (shop: string, name: string): Promise<Workload> =>
    (await world().workloads.list([shop], ALSO)).find((workload) => workload.name === name) ?? expect.fail(`no ${name}`)

  /** Takes a step until it is done: status writes come between for kinds whose version it rests on. */
  const take = async (shop: string, name: string, plan: (workload: Workload) => ReturnType<typeof planSleep>): Promise<void> => {
    await world().cluster.until(`the step on ${name} is taken`, async () => {
      const [step] = plan(await listed(shop, name))
      if (step === undefined) return expect.fail(`no step for ${name}`)
      const outcome = await world().workloads.change(ID, step)
      if (!outcome.done && outcome.because !== 'changed') throw new Error(outcome.text)
      return outcome.done
    })
  }
  const fallAsleep = (shop: string, name: string) => take(shop, name, (workload) => planSleep([workload], 'night'))
  const wakeUp = (shop: string, name: string) => take(shop, name, (workload) => planWake([workload], new Map(), 'morning'))

  describe('kinds', () => {
    it.each([
      ['Rollout', rolloutOf('it', 3), { replicas: 0 }],
      ['KafkaNodePool', kafkaOf('it', 3), { brokers: { count: 0 } }],
      ['HorizontalPodAutoscaler', hpaOf('it', 'web', 0, 5), { behavior: { scaleUp: { selectPolicy: 'Disabled' } } }],
      ['DaemonSet', daemonSetOf('it'), { template: { spec: { nodeSelector: { 'catnap.dev/asleep': 'true' } } } }],
    ] as const)('put a %s to sleep, and wake it without a trace', async (kind, manifest, asleep) => {
      const { admin, namespace, create } = world()
      const shop = await namespace()
      await create(shop, [manifest])
      const before = await admin.get(kind, 'it', shop)
      await fallAsleep(shop, 'it')
      const sleeping = await admin.get(kind, 'it', shop)
      expect(sleeping.spec).toMatchObject(asleep)
      expect(sleeping.metadata.annotations).toMatchObject({ 'catnap.dev/environment': ID })
      expect(planSleep([await listed(shop, 'it')], '')).toEqual([])

      await wakeUp(shop, 'it')
      const woken = await admin.get(kind, 'it', shop)
      expect(woken.spec).toEqual(before.spec)
      expect(Object.keys(woken.metadata.annotations ?? {}).filter((name) => name.startsWith('catnap.dev/'))).toEqual([])
    })

    it('keep what an HPA said of scaling before', async () => {
      const { admin, namespace, create } = world()
      const shop = await namespace()
      const hpa = hpaOf('it', 'web', 0, 5)
      const behavior = { scaleDown: { stabilizationWindowSeconds: 60 }, scaleUp: { policies: [{ type: 'Pods', value: 2, periodSeconds: 30 }] } }
      await create(shop, [{ ...hpa, spec: { ...(hpa.spec as object), behavior } }])
      const before = await admin.get('HorizontalPodAutoscaler', 'it', shop)
      await fallAsleep(shop, 'it')
      await wakeUp(shop, 'it')
      expect((await admin.get('HorizontalPodAutoscaler', 'it', shop)).spec).toEqual(before.spec)
    })

    it('leave an HPA that rests by itself, and bring replicas back within the bounds it has by then', async () => {
      const { namespace, create, admin } = world()
      const shop = await namespace()
      await create(shop, [deploymentOf('web', { replicas: 4 }), hpaOf('limits', 'web', 2, 6)])
      expect((await world().workloads.list([shop])).map(({ kind }) => kind)).toEqual(['Deployment'])
      await world().cluster.until('the Deployment is annotated', async () => (await admin.get('Deployment', 'web', shop)).metadata.annotations !== undefined)
      await fallAsleep(shop, 'web')
      await admin.patch('HorizontalPodAutoscaler', 'limits', shop, { spec: { maxReplicas: 3 } })
      await wakeUp(shop, 'web')
      expect((await admin.get('Deployment', 'web', shop)).spec).toMatchObject({ replicas: 3 })
    })

    it('pause a ScaledObject by its annotation, and keep a pause that was its owner’s', async () => {
      const { admin, namespace, create } = world()
      const shop = await namespace()
      await create(shop, [scaledObjectOf('it'), scaledObjectOf('theirs', { 'autoscaling.keda.sh/paused': 'true' }), scaledObjectOf('held', { 'autoscaling.keda.sh/paused-replicas': '2' })])
      expect(planSleep(await world().workloads.list([shop]), '').map(({ name }) => name)).toEqual(['it'])
      await fallAsleep(shop, 'it')
      expect((await admin.get('ScaledObject', 'it', shop)).metadata.annotations).toMatchObject({ 'autoscaling.keda.sh/paused': 'true', 'catnap.dev/original-value': 'null' })
      await wakeUp(shop, 'it')
      expect((await admin.get('ScaledObject', 'it', shop)).metadata.annotations ?? {}).toEqual({})
      expect((await admin.get('ScaledObject', 'theirs', shop)).metadata.annotations).toEqual({ 'autoscaling.keda.sh/paused': 'true' })
    })

    it('hold an Application by taking its automation, and give it back', async () => {
      const { admin, namespace, create, workloads, cluster } = world()
      const shop = await namespace()
      const spec = { destination: { namespace: shop }, syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['ApplyOutOfSyncOnly=true'] } }
      await create(shop, [customObject('argoproj.io/v1alpha1', 'Application', shop, spec)])
      const owner = async () => (await workloads.owners(['Application'])).filter(({ workload }) => workload.name === shop)
      for (const [plan, syncPolicy] of [
        [(workload: Workload) => planSleep([workload], 'night'), { syncOptions: ['ApplyOutOfSyncOnly=true'] }],
        [(workload: Workload) => planWake([workload], new Map(), 'morning'), spec.syncPolicy],
      ] as const) {
        await cluster.until('the Application is changed', async () => {
          const [step] = (await owner()).flatMap(({ workload }) => plan(workload))
          return step !== undefined && (await workloads.change(ID, step)).done
        })
        expect((await admin.get('Application', shop, shop)).spec).toEqual({ ...spec, syncPolicy })
      }
    })

    it('say which CRD of the intent is not there, or does not scale', async () => {
      const shop = await world().namespace()
      await expect(world().workloads.list([shop], { daemonSets: false, kinds: ['kafkas.kafka.strimzi.io'] })).rejects.toThrow('the cluster serves no kafkas.kafka.strimzi.io')
      await expect(world().workloads.list([shop], { daemonSets: false, kinds: ['applications.argoproj.io'] })).rejects.toThrow('cannot be put to sleep: expected a namespaced kind with a scale subresource')
    })

    it('do not touch what an operator owns', async () => {
      const { admin, namespace, create, workloads } = world()
      const shop = await namespace()
      const [owner] = await create(shop, [kafkaOf('main', 3)])
      const owned = deploymentOf('exporter', { replicas: 2 })
      await create(shop, [{ ...owned, metadata: { ...owned.metadata, ownerReferences: [{ apiVersion: 'kafka.strimzi.io/v1', kind: 'KafkaNodePool', name: 'main', uid: owner?.metadata.uid ?? '', controller: true }] } }])
      expect(planSleep(await workloads.list([shop]), '')).toEqual([])
      expect((await admin.get('Deployment', 'exporter', shop)).spec).toMatchObject({ replicas: 2 })
    })
  })
}
