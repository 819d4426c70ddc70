import type { AutoScalingClient, AutoScalingGroup } from '@aws-sdk/client-auto-scaling'
import {
  DescribeNodegroupCommand, type EKSClient, ListNodegroupsCommand, type Nodegroup, ResourceInUseException, ResourceNotFoundException,
  TagResourceCommand, UntagResourceCommand, UpdateNodegroupConfigCommand,
} from '@aws-sdk/client-eks'
import { type PoolOriginal, poolTag, readPoolTag } from '../../domain/pool.ts'
import type { Trouble } from '../../domain/missing-nodes.ts'
import type { PoolStatus } from '../../ports.ts'
import { failedLaunches } from '../autoscaling/failed-launches.ts'
import { groupChanges } from '../autoscaling/group-changes.ts'
import { endInstance, findGroup, groupSize, groupStatus, setRebalancing } from '../autoscaling/scaling-group.ts'
import type { PoolsOfKind } from './cluster-capacity.ts'

/** The tag that carries a node group's original. */
const TAG = 'catnap.dev/original'

/** The EKS managed node groups of one cluster, and the Auto Scaling groups under them. */
export const nodegroupCapacity = (eks: EKSClient, autoScaling: AutoScalingClient, clusterName: string): PoolsOfKind => {
  const describe = async (nodegroupName: string): Promise<Nodegroup | undefined> => {
    try {
      return (await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }))).nodegroup
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined
      throw error
    }
  }
  const known = async (pool: string): Promise<Nodegroup> => {
    const nodegroup = await describe(pool)
    if (nodegroup === undefined) throw new Error(`node group ${pool} of cluster ${clusterName} is gone; take it out of the intent, or make it again`)
    return nodegroup
  }
  return {
    list: async () => {
      const names: string[] = []
      let nextToken: string | undefined
      do {
        const page = await eks.send(new ListNodegroupsCommand({ clusterName, ...(nextToken === undefined ? {} : { nextToken }) }))
        names.push(...(page.nodegroups ?? []))
        nextToken = page.nextToken
      } while (nextToken !== undefined)
      return names
    },
    status: async (pool) => {
      const nodegroup = await describe(pool)
      return nodegroup === undefined ? undefined : statusOf(nodegroup, await findGroup(autoScaling, groupName(nodegroup)))
    },
    ...groupChanges({
      mark: async (pool, original) => void (await eks.send(new TagResourceCommand({ resourceArn: arnOf(await known(pool)), tags: { [TAG]: poolTag(original) } }))),
      unmark: async (pool) => void (await eks.send(new UntagResourceCommand({ resourceArn: arnOf(await known(pool)), tagKeys: [TAG] }))),
      resize: async (nodegroupName, size) => {
        try {
          await eks.send(new UpdateNodegroupConfigCommand({ clusterName, nodegroupName, scalingConfig: size }))
          return 'done'
        } catch (error) {
          if (error instanceof ResourceInUseException) return 'later'
          throw error
        }
      },
      setRebalancing: async (pool, on) => setRebalancing(autoScaling, groupName(await known(pool)), on),
    }),
    remove: (_, instanceId) => endInstance(autoScaling, instanceId),
    troubles: async (pool, since) => {
      const nodegroup = await known(pool)
      return [...healthIssues(nodegroup), ...(await failedLaunches(autoScaling, groupName(nodegroup), since))]
    },
  }
}

/** What EKS itself finds wrong with a node group. Of launches that fail it tells as well, minutes later: the group's own words come sooner. */
const healthIssues = ({ health }: Nodegroup): readonly Trouble[] =>
  (health?.issues ?? []).map(({ code = 'unknown', message = '' }) => ({ text: `${code}: ${message}` }))

const arnOf = ({ nodegroupArn = '' }: Nodegroup): string => nodegroupArn

const groupName = ({ resources, nodegroupName }: Nodegroup): string => {
  const name = resources?.autoScalingGroups?.[0]?.name
  if (name === undefined) throw new Error(`node group ${nodegroupName ?? ''} names no Auto Scaling group: found none in DescribeNodegroup, expected one; is it being created?`)
  return name
}

const statusOf = ({ scalingConfig, instanceTypes, tags }: Nodegroup, group: AutoScalingGroup | undefined): PoolStatus => {
  const mark: PoolOriginal | undefined = readPoolTag(tags?.[TAG] ?? '')
  return {
    kind: 'node-group',
    // The group is what refuses and what is billed; the node group's own figures follow it after a while.
    size: groupSize(group) ?? { minSize: scalingConfig?.minSize ?? 0, desiredSize: scalingConfig?.desiredSize ?? 0, maxSize: scalingConfig?.maxSize ?? 1 },
    instanceTypes: instanceTypes ?? [],
    ...groupStatus(group),
    ...(mark === undefined ? {} : { mark }),
  }
}
