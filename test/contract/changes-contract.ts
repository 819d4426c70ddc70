import { describe, expect, it } from 'vitest'
import { planSleep, planWake, type Workload, type WorkloadStep } from '../../lib/domain/workload.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { cronJobOf, deploymentOf, statefulSetOf } from '../sandbox/cluster/manifests-of.ts'
import type { ContractWorld } from './contract-world.ts'
import { PATCH, pathOf } from './raw-api.ts'

const ID = 'us-dev/shop'

const only = (steps: readonly WorkloadStep[]): WorkloadStep => steps[0] ?? expect.fail('no step')
const sleepOf = (workload: Workload): WorkloadStep => only(planSleep([workload], 'night'))
const wakeOf = (workload: Workload): WorkloadStep => only(planWake([workload], new Map(), 'morning'))

/** What Catnap relies on when it changes a workload: one request with change, mark and precondition. */
export const changesContract = (world: () => ContractWorld): void => {
  const made = async (...manifests: readonly KubernetesObject[]): Promise<string> => {
    const { namespace, create, admin, cluster } = world()
    const shop = await namespace()
    await create(shop, manifests)
    // Its controller annotates a new Deployment, which is a change like anybody's.
    await cluster.until('Deployments are annotated', async () => (await admin.list('Deployment', shop)).every(({ metadata }) => metadata.annotations !== undefined))
    return shop
  }

  const listed = async (shop: string, name: string): Promise<Workload> =>
    (await world().workloads.list([shop])).find((workload) => workload.name === name) ?? expect.fail(`no ${name}`)

  const jsonPatch = (shop: string, body: unknown, kind = 'Deployment', name = 'web') =>
    world().catnap.call('PATCH', pathOf(kind, shop, name), body, PATCH.json)

  /**
   * Takes a step until it is done. On an object without annotations it rests on the very version, which its controller
   * changes by writing the status: then it is planned anew, as the engine does. Answers the step that was taken.
   */
  const take = async (shop: string, name: string, plan: (workload: Workload) => WorkloadStep): Promise<WorkloadStep> => {
    let taken: WorkloadStep | undefined
    await world().cluster.until(`the step on ${name} is taken`, async () => {
      const step = plan(await listed(shop, name))
      const outcome = await world().workloads.change(ID, step)
      if (outcome.done) taken = step
      else expect(outcome.because).toBe('changed')
      return outcome.done
    })
    return taken ?? expect.fail('no step was taken')
  }

  describe('changes', () => {
    it.each([
      ['Deployment', deploymentOf('it', { replicas: 3 }), { replicas: 0 }, { replicas: 3 }],
      ['StatefulSet', statefulSetOf('it', { replicas: 2 }), { replicas: 0 }, { replicas: 2 }],
      ['CronJob', cronJobOf('it', '0 3 * * *'), { suspend: true }, { suspend: false }],
    ] as const)('put a %s to sleep with its original on it, and wake it without a trace', async (kind, manifest, asleep, awake) => {
      const { admin } = world()
      const shop = await made(manifest)
      const before = await admin.get(kind, 'it', shop)
      await take(shop, 'it', sleepOf)
      const sleeping = await admin.get(kind, 'it', shop)
      expect(sleeping.spec).toEqual({ ...(before.spec as object), ...asleep })
      expect(sleeping.metadata.annotations).toMatchObject({ 'catnap.dev/environment': ID })
      expect(await listed(shop, 'it')).toMatchObject({ present: asleep, mark: awake })

      await take(shop, 'it', wakeOf)
      const woken = await admin.get(kind, 'it', shop)
      expect(woken.spec).toEqual(before.spec)
      expect(Object.keys(woken.metadata.annotations ?? {}).filter((name) => name.startsWith('catnap.dev/'))).toEqual([])
    })

    it('are refused as a whole, and in few words, when a test does not hold', async () => {
      const shop = await made(deploymentOf('web', { replicas: 3 }))
      const before = await world().admin.get('Deployment', 'web', shop)
      for (const test of [
        { op: 'test', path: '/metadata/uid', value: 'another' },
        { op: 'test', path: '/metadata/generation', value: 99 },
        { op: 'test', path: '/metadata/annotations/none', value: 'x' },
        { op: 'remove', path: '/metadata/annotations/none' },
      ]) {
        const answer = await jsonPatch(shop, [test, { op: 'add', path: '/spec/replicas', value: 0 }])
        expect(answer).toMatchObject({
          status: 422,
          body: { kind: 'Status', reason: 'Invalid', message: 'the server rejected our request due to an error in our request' },
        })
        expect((answer.body['details'] as { kind?: string } | undefined)?.kind).toBeUndefined()
      }
      expect((await world().admin.get('Deployment', 'web', shop)).spec).toEqual(before.spec)
    })

    it('need the map of annotations to be there before an annotation is added to it', async () => {
      const shop = await made(cronJobOf('nightly', '0 3 * * *'))
      const annotation = { op: 'add', path: '/metadata/annotations/catnap.dev~1environment', value: ID }
      expect(await jsonPatch(shop, [annotation], 'CronJob', 'nightly')).toMatchObject({ status: 422 })
      const both = await jsonPatch(shop, [{ op: 'add', path: '/metadata/annotations', value: {} }, annotation], 'CronJob', 'nightly')
      expect(both).toMatchObject({ status: 200, body: { metadata: { annotations: { 'catnap.dev/environment': ID } } } })
    })

    it('that would make an object invalid name the object and the field', async () => {
      const shop = await made(deploymentOf('web'))
      const answer = await jsonPatch(shop, [{ op: 'add', path: '/spec/replicas', value: -1 }])
      expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid', details: { name: 'web', group: 'apps', kind: 'Deployment', causes: [{ field: 'spec.replicas' }] } } })
      expect(await world().workloads.change(ID, { ...sleepOf(await listed(shop, 'web')), to: { replicas: -1 } })).toMatchObject({ done: false, because: 'refused' })
    })

    it('of something somebody changed since it was looked at are refused', async () => {
      const { admin, workloads } = world()
      const shop = await made(deploymentOf('web', { replicas: 3 }))
      const step = sleepOf(await listed(shop, 'web'))
      await admin.patch('Deployment', 'web', shop, { spec: { replicas: 5 } })
      expect(await workloads.change(ID, step)).toMatchObject({ done: false, because: 'changed', text: expect.stringContaining(`patch Deployment ${shop}/web: 422`) })
      expect((await admin.get('Deployment', 'web', shop)).spec).toMatchObject({ replicas: 5 })
    })

    it('sent a second time are refused, so that a lost answer does no harm', async () => {
      const { workloads, admin } = world()
      const shop = await made(statefulSetOf('db', { replicas: 2 }))
      const step = await take(shop, 'db', sleepOf)
      expect(await workloads.change(ID, step)).toMatchObject({ done: false, because: 'changed' })
      expect((await admin.get('StatefulSet', 'db', shop)).metadata.annotations).toMatchObject({ 'catnap.dev/original-replicas': '2' })
    })

    it('do not reach another of the same name, nor one that is gone', async () => {
      const { admin, workloads, create, cluster } = world()
      const shop = await made(cronJobOf('nightly', '0 3 * * *'))
      const step = sleepOf(await listed(shop, 'nightly'))
      await admin.remove('CronJob', 'nightly', shop)
      await cluster.until('nightly is gone', async () => (await admin.list('CronJob', shop)).length === 0)
      expect(await workloads.change(ID, step)).toMatchObject({ done: false, because: 'gone' })
      await create(shop, [cronJobOf('nightly', '0 3 * * *')])
      expect(await workloads.change(ID, step)).toMatchObject({ done: false, because: 'changed' })
    })

    it('do not lose an annotation that came to an object that had none', async () => {
      const { admin, workloads } = world()
      const shop = await made(cronJobOf('nightly', '0 3 * * *'))
      const seen = await listed(shop, 'nightly')
      expect(seen.seen.annotated).toBe(false)
      await admin.patch('CronJob', 'nightly', shop, { metadata: { annotations: { note: 'kept' } } })
      expect(await workloads.change(ID, sleepOf(seen))).toMatchObject({ done: false, because: 'changed' })
      expect((await admin.get('CronJob', 'nightly', shop)).metadata.annotations).toEqual({ note: 'kept' })
    })

    it.each([
      ['Deployment', deploymentOf('it'), 1],
      ['StatefulSet', statefulSetOf('it'), 0],
      ['CronJob', cronJobOf('it', '0 3 * * *'), 0],
    ] as const)('of the spec count up the generation of a %s, those of annotations as its kind does', async (kind, manifest, byAnnotation) => {
      const { admin } = world()
      const shop = await made(manifest)
      const generation = async () => (await admin.get(kind, 'it', shop)).metadata.generation ?? 0
      const first = await generation()
      await admin.patch(kind, 'it', shop, { metadata: { annotations: { note: 'a' } } })
      expect(await generation()).toBe(first + byAnnotation)
      await admin.patch(kind, 'it', shop, { metadata: { labels: { note: 'a' } } })
      expect(await generation()).toBe(first + byAnnotation)
      await admin.patch(kind, 'it', shop, { spec: kind === 'CronJob' ? { suspend: true } : { replicas: 2 } })
      expect(await generation()).toBe(first + byAnnotation + 1)
    })

    it('that change nothing make no new version', async () => {
      const { admin, cluster } = world()
      const shop = await made(cronJobOf('nightly', '0 3 * * *', { suspend: true }))
      await cluster.pass(1)
      const before = (await admin.get('CronJob', 'nightly', shop)).metadata
      const after = (await admin.patch('CronJob', 'nightly', shop, { spec: { suspend: true } })).metadata
      expect([after.resourceVersion, after.generation]).toEqual([before.resourceVersion, before.generation])
    })
  })
}
