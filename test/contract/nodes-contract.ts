import { describe, expect, it } from 'vitest'
import type { Node } from '../../lib/domain/node.ts'
import { later } from '../../lib/domain/time.ts'
import type { JoiningNode } from '../../lib/sandbox/cluster/nodes.ts'
import { deploymentOf, nodeOf, templateOf } from '../sandbox/cluster/manifests-of.ts'
import type { ContractWorld } from './contract-world.ts'
import { pathOf, PATCH } from './raw-api.ts'

/** Keeps the pods of other tests away. */
const OWN = { key: 'own', value: 'ml', effect: 'NoSchedule' } as const

const inZone = (key: string, ...values: readonly string[]): object => ({ matchExpressions: [{ key, operator: 'In', values }] })

/** What Catnap relies on of nodes: one request that cordons and marks, refused when the node changed. */
export const nodesContract = (world: () => ContractWorld): void => {
  const listed = async (name: string): Promise<Node> => (await world().nodes.list()).find((node) => node.name === name) ?? expect.fail(`no node ${name}`)

  const joined = async (fields: Partial<JoiningNode> = {}): Promise<string> => {
    const { name, cluster } = world()
    const node = name('node')
    await cluster.joinNode(nodeOf(node, { instanceId: `i-${node}`, taints: [OWN], ...fields }))
    await cluster.until(`${node} is ready`, async () => {
      const { ready, taints } = await listed(node)
      return ready && taints.every(({ key }) => !key.startsWith('node.kubernetes.io/'))
    })
    return node
  }

  /** Its kubelet writes to it too, so that one look may be too old. */
  const untilDone = (name: string, what: 'mark' | 'unmark'): Promise<void> => world().cluster.until(`${what} ${name}`, async () => {
    const node = await listed(name)
    return (await (what === 'mark' ? world().nodes.mark(node, world().cluster.now()) : world().nodes.unmark(node))).done
  })

  describe('a node', () => {
    it('is listed with what decides over it', async () => {
      const node = await joined({ nodegroup: 'workers', zone: 'us-east-1b', instanceType: 'm6g.large' })
      expect(await listed(node)).toMatchObject({
        instanceId: `i-${node}`, instanceType: 'm6g.large', zone: 'us-east-1b', pool: 'workers', taints: [OWN], cordoned: false, ready: true,
        allocatable: { cpuMilli: 2000, memoryMiB: 4096 }, allocatablePods: 10,
      })
    })

    it('has a list of taints that a strategic merge patch replaces: kubectl takes one away so', async () => {
      const node = await joined()
      const body = { spec: { taints: [{ key: 'other', value: 'x', effect: 'NoSchedule' }] } }
      expect(await world().admin.call('PATCH', pathOf('Node', undefined, node), body, PATCH.strategic)).toMatchObject({ status: 200 })
      expect((await listed(node)).taints).toEqual(body.spec.taints)
    })

    it('is surveyed as it is listed, with its pods, what brings those back, and what budgets say of them', async () => {
      const { nodes, namespace, create, untilReady, cluster } = world()
      const [node, shop] = [await joined(), await namespace({ team: 'shop' })]
      const near = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'nobody' } }, namespaceSelector: { matchLabels: { team: 'shop' } } }
      const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [near] } }
      await create(shop, [
        deploymentOf('web', { replicas: 2, template: templateOf('web', { affinity }) }),
        { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } } },
      ])
      await untilReady(shop, 2)
      await cluster.until('the budget is counted', async () => (await nodes.survey()).snapshot.budgets.some((budget) => budget.namespace === shop && budget.disruptionsAllowed === 1))
      const survey = await nodes.survey()

      expect(survey.nodes.find(({ name }) => name === node)).toMatchObject({ instanceId: `i-${node}`, taints: [OWN], ready: true, allocatable: { cpuMilli: 2000, memoryMiB: 4096 } })
      expect(survey.snapshot.nodes.find(({ name }) => name === node)).toMatchObject({ taints: [OWN], ready: true, allocatable: { cpuMilli: 2000, memoryBytes: 4096 * 2 ** 20 }, allocatablePods: 10 })
      const pods = survey.snapshot.pods.filter((pod) => pod.namespace === shop)
      expect(pods).toMatchObject([{ ready: true, phase: 'Running' }, { ready: true, phase: 'Running' }])
      for (const { owners } of pods) expect(survey.snapshot.controllers.has(owners[0]?.uid ?? '')).toBe(true)
      expect(survey.snapshot.namespaces.get(shop)).toMatchObject({ team: 'shop' })
    })

    it.each([['with a taint', [OWN]], ['without any', []]])('%s is cordoned and marked in one go, and given back as it was', async (_, taints) => {
      const { cluster, admin } = world()
      const node = await joined({ taints })
      const before = (await admin.get('Node', node)).spec
      await untilDone(node, 'mark')
      await cluster.until('the cordon has its own taint', async () => (await listed(node)).taints.some(({ key }) => key === 'node.kubernetes.io/unschedulable'))
      const marked = await listed(node)
      expect(marked).toMatchObject({ cordoned: true, markedAt: expect.any(Number) })
      for (const taint of taints) expect(marked.taints).toContainEqual(taint)
      await untilDone(node, 'unmark')
      await cluster.until('the cordon has lost its taint', async () => !(await listed(node)).taints.some(({ key }) => key === 'node.kubernetes.io/unschedulable'))
      expect((await admin.get('Node', node)).spec).toEqual(before)
    })

    it('is not touched when somebody changed it since it was looked at', async () => {
      const { admin, nodes, cluster } = world()
      const node = await joined()
      const seen = await listed(node)
      await admin.patch('Node', node, undefined, { spec: { unschedulable: true } })
      expect(await nodes.mark(seen, cluster.now())).toMatchObject({ done: false, because: 'changed', text: expect.stringContaining(`patch node ${node}: 409`) })
      expect(await listed(node)).not.toHaveProperty('markedAt')
    })

    it('refuses a merge patch with another resourceVersion in the words of a conflict', async () => {
      const { catnap } = world()
      const node = await joined()
      const answer = await catnap.call('PATCH', pathOf('Node', undefined, node), { metadata: { resourceVersion: '1' }, spec: { unschedulable: true } }, PATCH.merge)
      expect(answer).toMatchObject({
        status: 409,
        body: {
          reason: 'Conflict', details: { name: node, kind: 'nodes' },
          message: `Operation cannot be fulfilled on nodes "${node}": the object has been modified; please apply your changes to the latest version and try again`,
        },
      })
    })

    it('that is gone is said to be', async () => {
      const { admin, nodes, cluster } = world()
      const node = await joined()
      const seen = await listed(node)
      await admin.remove('Node', node)
      expect(await nodes.mark(seen, later(cluster.now(), 0))).toMatchObject({ done: false, because: 'gone' })
    })

    it('is needed in the zone of a volume that is bound, under whatever name its driver calls the zone; elsewhere it may be anywhere', async () => {
      const { nodes, namespace, name, admin } = world()
      const shop = await namespace()
      const volume = (claim: string, required: object | undefined): object => ({
        apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: name('pv') },
        spec: {
          capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], csi: { driver: 'ebs.csi.aws.com', volumeHandle: name('vol') },
          claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claim, namespace: shop }, ...(required === undefined ? {} : { nodeAffinity: { required } }),
        },
      })
      const volumes = [
        volume('data-db-0', { nodeSelectorTerms: [inZone('topology.kubernetes.io/zone', 'us-east-1a')] }),
        volume('data-db-1', { nodeSelectorTerms: [inZone('topology.ebs.csi.aws.com/zone', 'us-east-1b'), inZone('topology.kubernetes.io/zone', 'us-east-1c')] }),
        volume('local', { nodeSelectorTerms: [inZone('kubernetes.io/hostname', 'a')] }),
        volume('efs', undefined),
      ]
      for (const each of volumes) expect((await admin.call('POST', pathOf('PersistentVolume'), each)).status).toBe(201)
      expect(await nodes.volumeZones(new Set([shop]))).toEqual(new Map([[`${shop}/data-db-0`, ['us-east-1a']], [`${shop}/data-db-1`, ['us-east-1b', 'us-east-1c']]]))
      expect(await nodes.volumeZones(new Set(['others']))).toEqual(new Map())
    })

    it('is known with the volumes attached to it', async () => {
      const { admin, nodes, name } = world()
      const [node, volume] = [await joined(), name('pv')]
      const attachment = { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: name('attachment') }, spec: { attacher: 'ebs.csi.aws.com', nodeName: node, source: { persistentVolumeName: volume } } }
      await admin.create(attachment)
      expect((await nodes.attachments()).get(node)).toEqual([volume])
      await admin.remove('VolumeAttachment', attachment.metadata.name)
      expect((await nodes.attachments()).has(node)).toBe(false)
    })

    it('that is cordoned gets no new pod', async () => {
      const { admin, create, namespace, cluster } = world()
      const node = await joined({ taints: [], labels: { only: world().name('here') } })
      await untilDone(node, 'mark')
      const shop = await namespace()
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'late' }, spec: { nodeSelector: { 'kubernetes.io/hostname': node }, containers: [{ name: 'main', image: 'web:1' }] } }
      await cluster.until('pods may be made', () => create(shop, [pod]).then(() => true, () => false))
      await cluster.until('the scheduler says why not', async () => JSON.stringify((await admin.get('Pod', 'late', shop)).status).includes('Unschedulable'))
      await untilDone(node, 'unmark')
      await cluster.until('it has a node', async () => ((await admin.get('Pod', 'late', shop)).spec as { nodeName?: string }).nodeName !== undefined)
      expect((await admin.get('Pod', 'late', shop)).spec).toMatchObject({ nodeName: node })
    })
  })
}
