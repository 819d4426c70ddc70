import { describe, expect, it, onTestFinished } from 'vitest'
import { USUAL_SLEEP } from '../../lib/domain/environment.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { cronJobOf, deploymentOf, jobOf, statefulSetOf, templateOf } from '../sandbox/cluster/manifests-of.ts'
import type { ContractWorld } from './contract-world.ts'
import { customObject, hpaOf, scaledObjectOf } from './custom-kinds.ts'
import { type EngineWorld, engineWorld } from './engine-world.ts'

/** A Job that goes on until somebody ends it. */
const IMPORT = jobOf('import', { template: { ...templateOf('import', { restartPolicy: 'Never' }), metadata: { labels: { app: 'import', 'never-ends': 'yes' } } } })

/** More than any node has. */
const HUGE = { resources: { requests: { cpu: '900' } } }

const HOST = 'shop.example.com'

const INGRESS: KubernetesObject = {
  apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web' },
  spec: { ingressClassName: 'nginx', rules: [{ host: HOST, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }] },
}

/** An Application that syncs by itself, deploys to a namespace and owns what is in others besides. */
export const applicationOf = (name: string, destination: string, others: readonly string[] = []): KubernetesObject => ({
  ...customObject('argoproj.io/v1alpha1', 'Application', name, {
    destination: { namespace: destination },
    syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['ApplyOutOfSyncOnly=true'] },
  }),
  status: { resources: [destination, ...others].map((namespace) => ({ group: 'apps', kind: 'Deployment', namespace, name: 'web' })) },
})

/** The object as Argo CD tracks it. */
export const trackedBy = (application: string, object: KubernetesObject): KubernetesObject =>
  ({ ...object, metadata: { ...object.metadata, annotations: { 'argocd.argoproj.io/tracking-id': `${application}:apps/${object.kind}:shop/${object.metadata.name}` } } })

/** What comes before what, through the use cases and the adapters. */
export const orderContract = (world: () => ContractWorld): void => {
  const engine = async (objects: readonly KubernetesObject[], options: Parameters<typeof engineWorld>[2] = {}, own?: string): Promise<EngineWorld> => {
    const shop = own ?? await world().namespace()
    await world().create(shop, objects)
    const opened = await engineWorld(world(), shop, options)
    onTestFinished(() => opened.close())
    return opened
  }

  const untilAtWork = (namespace: string) => world().cluster.until('a pod serves and a Job runs', async () => {
    const pods = await world().admin.list('Pod', namespace)
    return pods.length === 2 && pods.every(({ status }) => (status as { readonly phase?: string } | undefined)?.phase === 'Running')
  })

  describe('the order', () => {
    it('of a sleep is holders, schedules, the last wave first; of a wake the other way round; and both are told once', async () => {
      const shop = await engine([
        statefulSetOf('db', { replicas: 1 }), deploymentOf('api', { replicas: 1 }), deploymentOf('web', { replicas: 1 }), cronJobOf('rates', '0 4 1 1 *'),
        scaledObjectOf('keda'), hpaOf('hpa', 'web', 0, 3),
      ], { sleep: { ...USUAL_SLEEP, waves: [['StatefulSet/db'], ['api']] } })
      await world().untilReady(shop.namespace, 3)
      await shop.bring('asleep')
      const asleep = shop.patched()
      expect([asleep.slice(0, 2).toSorted(), asleep.slice(2)]).toEqual([
        ['horizontalpodautoscalers/hpa', 'scaledobjects/keda'], ['cronjobs/rates', 'deployments/web', 'deployments/api', 'statefulsets/db'],
      ])

      await shop.bring('awake')
      const awake = shop.patched()
      expect([awake.slice(0, 4), awake.slice(4).toSorted()]).toEqual([
        ['statefulsets/db', 'deployments/api', 'deployments/web', 'cronjobs/rates'], ['horizontalpodautoscalers/hpa', 'scaledobjects/keda'],
      ])
      const told = (await world().admin.list('Event', shop.namespace)).flatMap((event) => (event.metadata.name.startsWith('catnap.') ? [String((event as { readonly reason?: unknown }).reason)] : []))
      expect(told.toSorted()).toEqual(['Asleep', 'Awake'])
    })

    it('of a wake waits until the wave before is ready', async () => {
      const shop = await engine([deploymentOf('db', { replicas: 1, template: templateOf('db', {}, HUGE) }), deploymentOf('web', { replicas: 1 })], { sleep: { ...USUAL_SLEEP, waves: [['db']] } })
      await shop.bring('asleep')
      shop.patched()
      await shop.nudge('awake')
      await shop.look()
      expect(shop.patched()).toEqual(['deployments/db'])

      await world().admin.patch('Deployment', 'db', shop.namespace, { spec: { template: templateOf('db') } })
      await shop.bring('awake')
      expect(shop.patched()).toEqual(['deployments/web'])
    })

    it('of a sleep lets running Jobs finish first, up to the limit', async () => {
      const shop = await engine([deploymentOf('web', { replicas: 1 }), IMPORT])
      await untilAtWork(shop.namespace)
      const waiting = await shop.nudge('asleep')
      expect(waiting?.progress?.waitingFor).toMatch(new RegExp(`^Job ${shop.namespace}/import to finish, until `))
      expect((await shop.specs())['Deployment/web']).toMatchObject({ replicas: 1 })
      if (waiting === undefined) throw new Error('the environment is gone')
      await shop.registry.environments.change('us-dev/shop', { set: { terms: { ...waiting.terms, sleep: { ...USUAL_SLEEP, jobsSeconds: 0 } } } })
      await shop.bring('asleep')
      expect((await shop.specs())['Deployment/web']).toMatchObject({ replicas: 0 })
      expect((await world().admin.list('Pod', shop.namespace)).map(({ metadata }) => metadata.labels?.['app'])).toEqual(['import'])
    })

    it('of a sleep leads its hosts to the wake page once Jobs have ended, and before the first workload goes', async () => {
      const shop = await engine([deploymentOf('web', { replicas: 1 }), cronJobOf('rates', '0 4 1 1 *'), IMPORT, INGRESS], {
        wake: { hosts: [HOST], by: 'click', stayAwakeSeconds: 7200, front: 'ingress' }, wakeUrl: 'http://wake.internal.example.com',
      })
      await untilAtWork(shop.namespace)
      await shop.nudge('asleep')
      await shop.look()
      expect(shop.patched()).toEqual(['cronjobs/rates'])
      await world().admin.remove('Job', 'import', shop.namespace)
      await shop.bring('asleep')
      expect(shop.patched()).toEqual(['ingresses/web', 'deployments/web'])
      await shop.bring('awake')
      expect(shop.patched()).toEqual(['deployments/web', 'cronjobs/rates', 'ingresses/web'])
    })

    it('begins and ends with the GitOps owner, which gets back what it was', async () => {
      const own = await world().namespace()
      const shop = await engine([applicationOf(own, own), trackedBy(own, deploymentOf('web', { replicas: 1 })), scaledObjectOf('keda')], {}, own)
      const before = (await world().admin.get('Application', own, own)).spec
      await shop.bring('asleep')
      expect(shop.patched()).toEqual([`applications/${own}`, 'scaledobjects/keda', 'deployments/web'])
      expect(Object.keys(await shop.originals()).toSorted()).toEqual([`Application/${own}`, 'Deployment/web', 'ScaledObject/keda'])
      expect((await world().admin.get('Application', own, own)).spec).toMatchObject({ syncPolicy: { syncOptions: ['ApplyOutOfSyncOnly=true'] } })
      await shop.bring('awake')
      expect(shop.patched()).toEqual(['deployments/web', 'scaledobjects/keda', `applications/${own}`])
      expect((await world().admin.get('Application', own, own)).spec).toEqual(before)
    })

    it('does not begin where an owner is shared with another namespace: it says what to add instead', async () => {
      const own = await world().namespace()
      const shop = await engine([applicationOf(own, own, ['elsewhere']), trackedBy(own, deploymentOf('web', { replicas: 1 }))], {}, own)
      const refused = await shop.nudge('asleep')
      expect(refused?.phase).toBe('falling-asleep')
      expect(refused?.problem?.text).toContain(`Application ${own}/${own} would put back what sleeps, and cannot be held: it also owns what is in elsewhere.`)
      expect(refused?.problem?.text).toContain('ignoreDifferences:\n  - group: apps\n    kind: Deployment\n    jsonPointers: [/spec/replicas]\nsyncPolicy:\n  syncOptions: [RespectIgnoreDifferences=true]')
      expect([shop.patched(), await shop.originals(), await shop.marked()]).toEqual([[], {}, []])
    })
  })
}
