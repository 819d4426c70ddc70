import {
  AutoScalingClient, type AutoScalingGroup, DescribeAutoScalingGroupsCommand, ResourceContentionFault, ResumeProcessesCommand,
  ScalingActivityInProgressFault, SuspendProcessesCommand, TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import {
  DescribeNodegroupCommand, type EKSClient, ListNodegroupsCommand, type Nodegroup, ResourceInUseException, ResourceNotFoundException,
  TagResourceCommand, UntagResourceCommand, UpdateNodegroupConfigCommand,
} from '@aws-sdk/client-eks'
import { type PoolOriginal, type PoolSize, poolTag, readPoolTag } from '../../domain/pool.ts'
import type { Capacity, InstanceState, Outcome, PoolStatus } from '../../ports.ts'
import { nodegroupInstances } from './nodegroup-instances.ts'

/** The tag that carries a node group's original. */
const TAG = 'catnap.dev/original'

/** The process that may end any instance to even out the zones. */
const REBALANCING = 'AZRebalance'

/** The EKS managed node groups of one cluster, and the Auto Scaling groups under them. */
export const nodegroupCapacity = (eks: EKSClient, region: string, clusterName: string): Capacity => {
  const autoScaling = new AutoScalingClient({ region })
  const ec2 = new EC2Client({ region })
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
      return nodegroup === undefined ? undefined : statusOf(nodegroup, await groupOf(autoScaling, nodegroup))
    },
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
    setRebalancing: async (pool, on) => {
      const AutoScalingGroupName = groupName(await known(pool))
      const Command = on ? ResumeProcessesCommand : SuspendProcessesCommand
      await autoScaling.send(new Command({ AutoScalingGroupName, ScalingProcesses: [REBALANCING] }))
    },
    remove: (instanceId) => remove(autoScaling, instanceId),
    states: (instanceIds) => states(ec2, instanceIds),
    instances: () => nodegroupInstances(ec2, clusterName),
  }
}

const arnOf = ({ nodegroupArn = '' }: Nodegroup): string => nodegroupArn

const groupName = ({ resources, nodegroupName }: Nodegroup): string => {
  const name = resources?.autoScalingGroups?.[0]?.name
  if (name === undefined) throw new Error(`node group ${nodegroupName ?? ''} names no Auto Scaling group: found none in DescribeNodegroup, expected one; is it being created?`)
  return name
}

const groupOf = async (autoScaling: AutoScalingClient, nodegroup: Nodegroup): Promise<AutoScalingGroup | undefined> => {
  const { AutoScalingGroups = [] } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [groupName(nodegroup)] }))
  return AutoScalingGroups[0]
}

const statusOf = ({ scalingConfig, instanceTypes, tags }: Nodegroup, group: AutoScalingGroup | undefined): PoolStatus => {
  // The group is what refuses and what is billed; the node group's own figures follow it after a while.
  const size: PoolSize = {
    minSize: group?.MinSize ?? scalingConfig?.minSize ?? 0,
    desiredSize: group?.DesiredCapacity ?? scalingConfig?.desiredSize ?? 0,
    maxSize: group?.MaxSize ?? scalingConfig?.maxSize ?? 1,
  }
  const mark: PoolOriginal | undefined = readPoolTag(tags?.[TAG] ?? '')
  return {
    size,
    rebalancing: !(group?.SuspendedProcesses ?? []).some(({ ProcessName }) => ProcessName === REBALANCING),
    instanceTypes: instanceTypes ?? [],
    inService: (group?.Instances ?? []).flatMap(({ InstanceId, LifecycleState }) => (LifecycleState === 'InService' && InstanceId !== undefined ? [InstanceId] : [])),
    ...(mark === undefined ? {} : { mark }),
  }
}

/** Ends exactly this instance. Without the decrement the group would start another in its place. */
const remove = async (autoScaling: AutoScalingClient, InstanceId: string): Promise<Outcome> => {
  try {
    await autoScaling.send(new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: true }))
    return { done: true }
  } catch (error) {
    if (error instanceof ScalingActivityInProgressFault || error instanceof ResourceContentionFault) {
      return { done: false, because: 'changed', text: error.message }
    }
    if (!(error instanceof Error) || error.name !== 'ValidationError') throw error
    return { done: false, because: /not found|does not exist/i.test(error.message) ? 'gone' : 'refused', text: error.message }
  }
}

/** Ids asked for in one call. */
const STATES_AT_ONCE = 100

const states = async (ec2: EC2Client, instanceIds: readonly string[]): Promise<ReadonlyMap<string, InstanceState>> => {
  const found = new Map<string, InstanceState>(instanceIds.map((id) => [id, 'gone']))
  for (let from = 0; from < instanceIds.length; from += STATES_AT_ONCE) {
    // A filter, not the ids: one id that EC2 has forgotten would fail the whole call.
    const Filters = [{ Name: 'instance-id', Values: instanceIds.slice(from, from + STATES_AT_ONCE) }]
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }))
    for (const { InstanceId, State } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      if (InstanceId !== undefined && State?.Name !== undefined) found.set(InstanceId, State.Name)
    }
  }
  return found
}
