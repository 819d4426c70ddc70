import type { Node } from '../../domain/node.ts'
import type { Nodes } from '../../ports.ts'

/**
 * The nodes of a cluster, those of Auto Scaling groups with their pool: the nodes do not name it, AWS does. Asked only
 * where there is such a node. `members`: the pool of an instance by its id.
 */
export const pooledNodes = (nodes: Nodes, members: () => Promise<ReadonlyMap<string, string>>): Nodes => ({
  ...nodes,
  list: async () => withPools(await nodes.list(), members),
  survey: async () => {
    const seen = await nodes.survey()
    return { ...seen, nodes: await withPools(seen.nodes, members) }
  },
})

const withPools = async (nodes: readonly Node[], members: () => Promise<ReadonlyMap<string, string>>): Promise<readonly Node[]> => {
  if (!nodes.some(isUnnamed)) return nodes
  const pools = await members()
  return nodes.map((node) => {
    const pool = isUnnamed(node) ? pools.get(node.instanceId) : undefined
    return pool === undefined ? node : { ...node, pool, poolKind: 'auto-scaling-group' }
  })
}

/** Fargate's nodes have no instance. */
const isUnnamed = ({ pool, instanceId }: Node): boolean => pool === undefined && instanceId.startsWith('i-')
