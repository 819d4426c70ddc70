import pMap from 'p-map'
import { isDeepEqual } from '../domain/is-deep-equal.ts'
import type { Node } from '../domain/node.ts'
import { poolsOfNodes, poolUses } from '../domain/pool-uses.ts'
import type { AwakeEnvironment, Look } from './observe.ts'

/** Records written at once. */
const AT_ONCE = 8

/** Notes what each environment that is awake asks of each pool: how the cost of the pool is shared out. */
export const observeUses = async ({ world: { memory }, access }: Look, awake: readonly AwakeEnvironment[], nodes: readonly Node[]): Promise<void> => {
  const namespaces = [...new Set(awake.flatMap((each) => each.namespaces))]
  if (namespaces.length === 0) return
  const pods = Map.groupBy(await access.workloads.pods(namespaces), ({ namespace }) => namespace)
  const pools = poolsOfNodes(nodes)
  await pMap(awake, async ({ environment: { id, epoch, uses: before }, namespaces: own }) => {
    const uses = poolUses(own, pools, pods)
    // Awake and with no pod placed is no use to speak of: what is known of it stands.
    if (Object.keys(uses).length === 0 || isDeepEqual(uses, before)) return
    await memory.environments.change(id, { set: { uses }, when: { epoch, phase: 'awake' } })
  }, { concurrency: AT_ONCE })
}
