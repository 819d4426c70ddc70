import { isShut } from '../domain/pool.ts'
import type { ClusterAccess } from '../ports.ts'
import type { Slice } from './world.ts'

/**
 * What a cluster that falls asleep as a whole waits for before its autoscaler sleeps: the nodes which that starts and ends
 * itself, since nobody else ends them. Undefined: none is left, and none can be started.
 */
export const ownNodesEnd = async ({ world: { memory, mailbox }, cluster }: Slice, { capacity }: ClusterAccess): Promise<string | undefined> => {
  const { pools } = await memory.inCluster(cluster.name)
  for (const { name, leaving, stranded } of pools) {
    const status = await capacity.status(name)
    if (status?.kind !== 'node-pool') continue
    const waits = Object.keys(status.waits).length
    const isOpen = status.limits !== undefined && !isShut(status.limits)
    if (!isOpen && status.size.desiredSize + waits === 0 && Object.keys(leaving).length === 0) continue
    // Its nodes are looked at now, not with the next hourly look.
    if (waits === 0 && Object.keys(leaving).length === 0) await mailbox.send([{ queue: 'nodes', clusterArn: cluster.arn, message: { kind: 'nodes', cluster: cluster.name } }])
    const held = stranded?.dearest[0]
    return `the nodes of NodePool ${name} to end${held === undefined ? '' : `: ${held.node} ${held.why}`}`
  }
  return undefined
}
