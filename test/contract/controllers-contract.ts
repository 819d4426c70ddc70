import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { cronJobOf, deploymentOf, statefulSetOf } from '../sandbox/cluster/manifests-of.ts'
import type { ContractWorld } from './contract-world.ts'

interface Counts {
  readonly observedGeneration?: number
  readonly replicas?: number
  readonly readyReplicas?: number
}

/** What Catnap relies on of the controllers that act on what it writes. */
export const controllersContract = (world: () => ContractWorld): void => {
  const made = async (...manifests: readonly KubernetesObject[]): Promise<string> => {
    const shop = await world().namespace()
    await world().create(shop, manifests)
    return shop
  }

  const statusOf = async (kind: string, shop: string, name = 'it'): Promise<Counts> => ((await world().admin.get(kind, name, shop)).status ?? {}) as Counts

  describe('controllers', () => {
    it.each([
      ['Deployment', deploymentOf('it', { replicas: 3 }), 3],
      ['StatefulSet', statefulSetOf('it', { replicas: 2 }), 2],
    ] as const)('end the pods of a %s at zero, bring them back, and count up what they have seen', async (kind, manifest, replicas) => {
      const { admin, cluster, untilReady, workloads } = world()
      const shop = await made(manifest)
      await untilReady(shop, replicas)
      await cluster.until('the status says so', async () => (await workloads.list([shop]))[0]?.ready === replicas)

      const asleep = await admin.patch(kind, 'it', shop, { spec: { replicas: 0 } })
      await cluster.until('its pods are gone', async () => (await admin.list('Pod', shop)).length === 0)
      await cluster.until('it was seen', async () => (await statusOf(kind, shop)).observedGeneration === asleep.metadata.generation)
      await cluster.until('none is counted', async () => ((await statusOf(kind, shop)).replicas ?? 0) === 0)
      expect((await statusOf(kind, shop)).readyReplicas ?? 0).toBe(0)

      const awake = await admin.patch(kind, 'it', shop, { spec: { replicas } })
      expect((await workloads.list([shop]))[0]?.ready).toBeLessThan(replicas)
      await untilReady(shop, replicas)
      await cluster.until('it was seen', async () => (await statusOf(kind, shop)).observedGeneration === awake.metadata.generation)
      await cluster.until('all are ready', async () => (await workloads.list([shop]))[0]?.ready === replicas)
    })

    it('keep the ReplicaSet of a sleeping Deployment at zero, so that the wake needs no new one', async () => {
      const { admin, cluster, untilReady } = world()
      const shop = await made(deploymentOf('it', { replicas: 2 }))
      await untilReady(shop, 2)
      const [before] = await admin.list('ReplicaSet', shop)
      await admin.patch('Deployment', 'it', shop, { spec: { replicas: 0 } })
      await cluster.until('its pods are gone', async () => (await admin.list('Pod', shop)).length === 0)
      await admin.patch('Deployment', 'it', shop, { spec: { replicas: 2 } })
      await untilReady(shop, 2)
      const sets = await admin.list('ReplicaSet', shop)
      expect(sets.map(({ metadata }) => metadata.uid)).toEqual([before?.metadata.uid])
      expect(sets[0]?.metadata.generation).toBeGreaterThan(before?.metadata.generation ?? 0)
    })

    it('of autoscaling leave what is at zero alone, and put back within its bounds what is not', async () => {
      const { admin, cluster, untilReady } = world()
      const shop = await made(deploymentOf('it', { replicas: 0 }), autoscalerOf('it', 2, 5))
      await cluster.pass(6)
      expect((await admin.get('Deployment', 'it', shop)).spec).toMatchObject({ replicas: 0 })
      await admin.patch('Deployment', 'it', shop, { spec: { replicas: 1 } })
      await untilReady(shop, 2)
      expect((await admin.get('Deployment', 'it', shop)).spec).toMatchObject({ replicas: 2 })
      await admin.patch('Deployment', 'it', shop, { spec: { replicas: 7 } })
      await cluster.until('it is at its maximum', async () => ((await admin.get('Deployment', 'it', shop)).spec as { replicas: number }).replicas === 5)
      await admin.patch('Deployment', 'it', shop, { spec: { replicas: 0 } })
      await cluster.pass(6)
      expect((await admin.get('Deployment', 'it', shop)).spec).toMatchObject({ replicas: 0 })
    })

    it('start no Job of a suspended CronJob, and the last one missed when it is resumed, unless its deadline is over', async () => {
      const { admin, cluster } = world()
      const shop = await made(
        cronJobOf('free', '* * * * *', { suspend: true }),
        cronJobOf('strict', '* * * * *', { suspend: true, startingDeadlineSeconds: 12 }),
      )
      // 20 s past the next full minute: one run was missed.
      await cluster.pass(60 - (Math.floor(cluster.now() / 1000) % 60) + 20)
      expect(await admin.list('Job', shop)).toEqual([])
      for (const name of ['free', 'strict']) await admin.patch('CronJob', name, shop, { spec: { suspend: false } })
      await cluster.until('a Job is started', async () => (await admin.list('Job', shop)).length > 0)
      await cluster.pass(3)
      expect((await admin.list('Job', shop)).map(({ metadata }) => metadata.ownerReferences?.[0]?.name)).toEqual(['free'])
    })
  })
}

const autoscalerOf = (deployment: string, minReplicas: number, maxReplicas: number): KubernetesObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: deployment },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment },
    minReplicas,
    maxReplicas,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
  },
})
