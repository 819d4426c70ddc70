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
