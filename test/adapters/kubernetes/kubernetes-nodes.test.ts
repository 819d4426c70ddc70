import { describe, expect, it } from 'vitest'
import { instant, later } from '../../../lib/domain/time.ts'
import type { Node } from '../../../lib/domain/node.ts'
import type { Nodes } from '../../../lib/ports.ts'
import type { JoiningNode } from '../../../lib/sandbox/cluster/nodes.ts'
import { nodeOf } from '../../sandbox/cluster/manifests-of.ts'
import { accessedCluster, rightsWithout } from './cluster-access.ts'

const TAINT = { key: 'team', value: 'ml', effect: 'NoSchedule' } as const

const withNode = async (fields: Partial<JoiningNode> = {}, token = 'admin') => {
  const world = await accessedCluster({}, token)
  world.cluster.joinNode(nodeOf('n1', { nodegroup: 'workers', ...fields }))
  await world.run(30)
  return world
}

const listed = async (nodes: Nodes): Promise<Node> => (await nodes.list())[0] ?? expect.fail('no node')
const startOfTest = instant('2026-11-23T08:00:00Z')
const at = later(startOfTest, 30)

describe('a node', () => {
  it('is listed with what decides over it', async () => {
    const { nodes } = await withNode({ taints: [TAINT] })
    expect(await listed(nodes)).toMatchObject({
      name: 'n1', instanceId: 'i-n1', instanceType: 'm5.large', zone: 'us-east-1a', pool: 'workers', taints: [TAINT], cordoned: false, ready: true,
      createdAt: startOfTest, allocatable: { cpuMilli: 2000, memoryMiB: 4096 }, allocatablePods: 10,
    })
  })

  it('is cordoned and marked in one go, and given back as it was', async () => {
    const { nodes, object } = await withNode({ taints: [TAINT] })
    const before = object('Node', 'n1').spec
    expect(await nodes.mark(await listed(nodes), at)).toEqual({ done: true })
    expect(await listed(nodes)).toMatchObject({ cordoned: true, markedAt: at })
    expect((await listed(nodes)).taints).toContainEqual(TAINT)
    expect(await nodes.unmark(await listed(nodes))).toEqual({ done: true })
    expect(object('Node', 'n1').spec).toEqual(before)
  })

  it('without taints has none when it is given back', async () => {
    const { nodes, object } = await withNode()
    await nodes.mark(await listed(nodes), at)
    await nodes.unmark(await listed(nodes))
    expect(object('Node', 'n1').spec).not.toHaveProperty('taints')
    expect(object('Node', 'n1').spec).not.toHaveProperty('unschedulable')
  })

  it('is not touched when somebody cordoned it since it was looked at', async () => {
    const { nodes, cluster, object } = await withNode()
    const seen = await listed(nodes)
    const node = object('Node', 'n1')
    cluster.apply([{ ...node, spec: { ...(node.spec as object), unschedulable: true } }])
    expect(await nodes.mark(seen, at)).toMatchObject({ done: false, because: 'changed' })
    expect(await listed(nodes)).toMatchObject({ cordoned: true })
    expect(await listed(nodes)).not.toHaveProperty('markedAt')
  })

  it.each([
    ['its budget', 429, 'Cannot evict pod as it would violate the budget', 'later'],
    ['a busy API server', 503, 'the server is currently unable to handle the request', 'later'],
    ['an error that passes', 500, 'etcdserver: request timed out', 'later'],
    ['two budgets', 500, 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.', 'refused'],
    ['a missing right', 403, 'pods is forbidden', 'refused'],
  ] as const)('keeps a pod that is not evicted because of %s', async (_, status, message, end) => {
    const { nodes } = await accessedCluster({ intercept: async ({ path }) => (path.endsWith('/eviction') ? { status, body: { kind: 'Status', status: 'Failure', message, code: status } } : undefined) })
    expect(await nodes.evict({ namespace: 'shop', name: 'web-1', uid: 'u' })).toMatchObject({ end, text: expect.stringContaining(`evict pod shop/web-1: ${status} ${message}`) })
  })

  it('is looked at again when the answer to an eviction is lost: nobody knows whether the pod goes', async () => {
    const { nodes } = await accessedCluster({ intercept: async ({ path }) => (path.endsWith('/eviction') ? 'drop' : undefined) })
    expect(await nodes.evict({ namespace: 'shop', name: 'web-1', uid: 'u' })).toMatchObject({ end: 'later', text: expect.stringContaining('the cluster does not answer') })
  })

  it('that is gone is said to be', async () => {
    const { nodes, cluster } = await withNode()
    const seen = await listed(nodes)
    cluster.nodeGone('i-n1')
    expect(await nodes.mark(seen, at)).toMatchObject({ done: false, because: 'gone' })
  })

  it('carries no mark of ours when a person set the taint by hand', async () => {
    const { nodes } = await withNode({ taints: [{ key: 'catnap.dev/reclaim', value: 'please', effect: 'NoSchedule' }] })
    expect(await listed(nodes)).not.toHaveProperty('markedAt')
  })

  it('that may not be changed says which right is missing', async () => {
    const { nodes, cluster } = await withNode({}, 'catnap')
    cluster.apply(rightsWithout('patch nodes'))
    expect(await nodes.mark(await listed(nodes), at)).toMatchObject({ because: 'refused', text: expect.stringContaining('User "catnap" cannot patch resource "nodes"') })
  })
})
