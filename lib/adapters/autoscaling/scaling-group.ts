import {
  type AutoScalingClient, type AutoScalingGroup, DescribeAutoScalingGroupsCommand, ResourceContentionFault, ResumeProcessesCommand, ScalingActivityInProgressFault,
  SuspendProcessesCommand, TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import type { PoolSize } from '../../domain/pool.ts'
import type { Outcome, PoolStatus } from '../../ports.ts'

/** The process that may end any instance to even out the zones. */
const REBALANCING = 'AZRebalance'

/** Without these a node that goes does not come back, or does not go. */
const NEEDED = ['Launch', 'Terminate']

/** The group of this name; undefined: there is none. */
export const findGroup = async (autoScaling: AutoScalingClient, name: string): Promise<AutoScalingGroup | undefined> => {
  const { AutoScalingGroups = [] } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }))
  return AutoScalingGroups[0]
}

/** What an Auto Scaling group says of itself, whoever made it. */
export const groupStatus = (group: AutoScalingGroup | undefined): Pick<PoolStatus, 'rebalancing' | 'inService' | 'zones' | 'waits' | 'obstacle'> => {
  const members = (group?.Instances ?? []).flatMap(({ InstanceId: id, LifecycleState: state }) => (id === undefined || state === undefined ? [] : [{ id, state }]))
  const obstacle = obstacleOf(group)
  const zones = group?.AvailabilityZones
  return {
    rebalancing: !suspendedIn(group).includes(REBALANCING),
    inService: members.flatMap(({ id, state }) => (state === 'InService' ? [id] : [])),
    ...(zones === undefined ? {} : { zones: Object.fromEntries(zones.map((zone) => [zone, staying(group, zone)])) }),
    waits: Object.fromEntries(members.flatMap(({ id, state }) =>
      (state === 'Terminating:Wait' ? [[id, 'a lifecycle hook of its Auto Scaling group holds it in Terminating:Wait; complete or shorten the hook']] : []))),
    ...(obstacle === undefined ? {} : { obstacle }),
  }
}

/** Ids of the instances in a zone that are in service or on their way there. */
const staying = (group: AutoScalingGroup | undefined, zone: string): readonly string[] =>
  (group?.Instances ?? []).flatMap(({ InstanceId, AvailabilityZone, LifecycleState = '' }) =>
    (InstanceId !== undefined && AvailabilityZone === zone && /^(?:Pending|InService)/.test(LifecycleState) ? [InstanceId] : []))

/** The bounds of a group; undefined before there is one. */
export const groupSize = (group: AutoScalingGroup | undefined): PoolSize | undefined =>
  group?.MinSize === undefined || group.DesiredCapacity === undefined || group.MaxSize === undefined
    ? undefined
    : { minSize: group.MinSize, desiredSize: group.DesiredCapacity, maxSize: group.MaxSize }

const suspendedIn = (group: AutoScalingGroup | undefined): readonly string[] => (group?.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? [])

const obstacleOf = (group: AutoScalingGroup | undefined): string | undefined => {
  if (group?.WarmPoolConfiguration?.InstanceReusePolicy?.ReuseOnScaleIn === true) {
    return 'its warm pool takes instances back instead of ending them (reuseOnScaleIn); turn that off, or take the pool out of the intent'
  }
  const missing = NEEDED.filter((process) => suspendedIn(group).includes(process))
  return missing.length === 0 ? undefined : `its Auto Scaling group has ${missing.join(' and ')} suspended, so that nodes would not go or not come back; resume it, or take the pool out of the intent`
}

/** Suspends or resumes the process that ends instances to even out the zones; the others are left as they are. */
export const setRebalancing = async (autoScaling: AutoScalingClient, AutoScalingGroupName: string, on: boolean): Promise<void> => {
  const Command = on ? ResumeProcessesCommand : SuspendProcessesCommand
  await autoScaling.send(new Command({ AutoScalingGroupName, ScalingProcesses: [REBALANCING] }))
}

/** Ends exactly this instance. Without the decrement the group would start another in its place. */
export const endInstance = async (autoScaling: AutoScalingClient, InstanceId: string): Promise<Outcome> => {
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
