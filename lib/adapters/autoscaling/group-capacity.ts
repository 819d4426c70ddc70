import {
  type AutoScalingClient, type AutoScalingGroup, CreateOrUpdateTagsCommand, DeleteTagsCommand,
  paginateDescribeAutoScalingGroups, ScalingActivityInProgressFault, UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { poolTag, readPoolTag } from '../../domain/pool.ts'
import type { PoolStatus } from '../../ports.ts'
import { clusterTag } from '../ec2/cluster-instances.ts'
import type { PoolsOfKind } from '../eks/cluster-capacity.ts'
import { failedLaunches } from './failed-launches.ts'
import { groupChanges } from './group-changes.ts'
import { endInstance, findGroup, groupSize, groupStatus, setRebalancing } from './scaling-group.ts'

/** The tag that carries a group's original. Instances do not inherit it. */
const TAG = 'catnap.dev/original'

/** EKS puts this on the groups of its node groups: those are changed through EKS. */
const NODEGROUP_TAG = 'eks:nodegroup-name'

/** Auto Scaling groups a page; the most there are. */
const GROUPS_A_PAGE = 100

/** The Auto Scaling groups of one cluster, by its tag, that are no managed node groups. */
export interface ScalingGroups extends PoolsOfKind {
  /** The pool of each of their instances, by instance id: the nodes do not say it themselves. */
  members(): Promise<ReadonlyMap<string, string>>
}

/** Those of the cluster with this name in EKS. */
export const scalingGroups = (autoScaling: AutoScalingClient, clusterName: string): ScalingGroups => {
  const describe = async (name: string): Promise<AutoScalingGroup | undefined> => {
    const group = await findGroup(autoScaling, name)
    return group !== undefined && isOwn(group, clusterName) ? group : undefined
  }
  const all = async (): Promise<readonly AutoScalingGroup[]> => {
    const found: AutoScalingGroup[] = []
    const Filters = [{ Name: 'tag-key', Values: [clusterTag(clusterName)] }]
    for await (const { AutoScalingGroups = [] } of paginateDescribeAutoScalingGroups({ client: autoScaling, pageSize: GROUPS_A_PAGE }, { Filters })) found.push(...AutoScalingGroups)
    return found.filter((group) => isOwn(group, clusterName))
  }
  return {
    list: async () => (await all()).flatMap(({ AutoScalingGroupName }) => AutoScalingGroupName ?? []),
    members: async () => new Map((await all()).flatMap(({ AutoScalingGroupName: pool = '', Instances = [] }) =>
      Instances.flatMap(({ InstanceId }): readonly (readonly [string, string])[] => (InstanceId === undefined ? [] : [[InstanceId, pool]])))),
    status: async (pool) => {
      const group = await describe(pool)
      return group === undefined ? undefined : statusOf(group)
    },
    ...groupChanges({
      mark: async (pool, original) => void (await autoScaling.send(new CreateOrUpdateTagsCommand({ Tags: [{ ...tagOf(pool), Value: poolTag(original), PropagateAtLaunch: false }] }))),
      unmark: async (pool) => void (await autoScaling.send(new DeleteTagsCommand({ Tags: [tagOf(pool)] }))),
      resize: async (AutoScalingGroupName, { minSize, desiredSize }) => {
        try {
          await autoScaling.send(new UpdateAutoScalingGroupCommand({
            AutoScalingGroupName, ...(minSize === undefined ? {} : { MinSize: minSize }), ...(desiredSize === undefined ? {} : { DesiredCapacity: desiredSize }),
          }))
          return 'done'
        } catch (error) {
          if (error instanceof ScalingActivityInProgressFault) return 'later'
          throw error
        }
      },
      setRebalancing: (pool, on) => setRebalancing(autoScaling, pool, on),
    }),
    remove: (_, instanceId) => endInstance(autoScaling, instanceId),
    troubles: (pool, since) => failedLaunches(autoScaling, pool, since),
  }
}

const tagOf = (pool: string) => ({ ResourceId: pool, ResourceType: 'auto-scaling-group', Key: TAG })

/** A name in the intent is no leave to touch a group of another cluster, or of none. */
const isOwn = ({ Tags = [] }: AutoScalingGroup, clusterName: string): boolean => {
  const keys = new Set(Tags.map(({ Key }) => Key))
  return keys.has(clusterTag(clusterName)) && !keys.has(NODEGROUP_TAG)
}

const statusOf = (group: AutoScalingGroup): PoolStatus => {
  const mark = readPoolTag(group.Tags?.find(({ Key }) => Key === TAG)?.Value ?? '')
  return {
    kind: 'auto-scaling-group',
    size: groupSize(group) ?? { minSize: 0, desiredSize: 0, maxSize: 1 },
    instanceTypes: [...new Set((group.Instances ?? []).flatMap(({ InstanceType }) => InstanceType ?? []))],
    ...groupStatus(group),
    ...(mark === undefined ? {} : { mark }),
  }
}
