import { expect, it } from 'vitest'
import { poolsOfNodes, poolUses } from '../../lib/domain/pool-uses.ts'
import type { Pod } from '../../lib/domain/node.ts'
import { daemonOn, nodeWith, podOn } from './build-cluster.ts'
import { podNeeds } from './build-workload.ts'

const { pool: _pool, ...stray } = nodeWith('d')
const pools = poolsOfNodes([nodeWith('a'), nodeWith('b'), nodeWith('c', { pool: 'spot' }), stray])
const asking = (cpuMilli: number, memoryMiB: number): Partial<Pod> => ({ ...podNeeds(), requests: { cpuMilli, memoryMiB } })
const uses = (namespaces: readonly string[], pods: readonly Pod[]) => poolUses(namespaces, pools, Map.groupBy(pods, ({ namespace }) => namespace))

it('adds up what the pods of an environment ask for on each pool, whichever of its nodes they are on', () => {
  const pods = [podOn('a', asking(500, 1024)), podOn('b', asking(250, 512)), podOn('c', { ...asking(100, 64), namespace: 'jobs' }), podOn('a', { ...asking(9000, 9000), namespace: 'other' })]
  expect(uses(['shop', 'jobs', 'empty'], pods)).toEqual({ workers: { cpuMilli: 750, memoryMiB: 1536 }, spot: { cpuMilli: 100, memoryMiB: 64 } })
})

it('leaves out what has no node, stands on none of a pool, ends or has ended, and what each node carries anyway', () => {
  const pods = [
    podOn(undefined, asking(500, 1)), podOn('d', asking(500, 1)), podOn('gone', asking(500, 1)), podOn('a', { ...asking(500, 1), terminating: true }),
    podOn('a', { ...asking(500, 1), phase: 'Succeeded' }), daemonOn('a', { ...asking(500, 1), namespace: 'shop' }),
  ]
  expect(uses(['shop'], pods)).toEqual({})
})
