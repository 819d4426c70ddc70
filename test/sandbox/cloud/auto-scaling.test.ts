import {
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { describe, expect, it } from 'vitest'
import type { CloudNodegroup } from '../../../lib/sandbox/cloud/fleet.ts'
import { cloudWorld, cluster, nodegroup, perZone } from './cloud-world.ts'

const oneGroup = (changes: Partial<CloudNodegroup>) =>
  cloudWorld({ clusters: [cluster({ nodegroups: [nodegroup(changes)] })] })

const end = (InstanceId: string | undefined, ShouldDecrementDesiredCapacity: boolean) =>
  new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity })

/** Two nodes left, both in one zone. */
const lopsided = async (suspended: readonly string[]) => {
  const world = await oneGroup({ desiredSize: 4, minSize: 0 })
  const { AutoScalingGroupName } = await world.group()
  if (suspended.length > 0) {
    await world.autoScaling.send(
      new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: [...suspended] }),
    )
  }
  for (const { instanceId } of world.joined.filter(({ zone }) => zone === 'us-east-1b')) {
    await world.autoScaling.send(end(instanceId, true))
  }
  return { ...world, AutoScalingGroupName }
}

describe('a group', () => {
  it('has its desired instances running, joined and spread over its zones on the first day', async () => {
    const { group, joined } = await oneGroup({ desiredSize: 3, zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'] })
    expect(joined.map(({ zone, at }) => [zone, at])).toEqual([['us-east-1a', 0], ['us-east-1b', 0], ['us-east-1c', 0]])
    const described = await group()
    expect(described).toMatchObject({ MinSize: 1, MaxSize: 6, DesiredCapacity: 3, HealthCheckType: 'EC2' })
    expect(described.AvailabilityZones).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c'])
    expect(described.Instances).toHaveLength(3)
    expect(described.Instances?.[2]).toMatchObject({
      LifecycleState: 'InService',
      HealthStatus: 'Healthy',
      InstanceType: 'm5.large',
      ProtectedFromScaleIn: false,
    })
  })

  it('launches what is missing when more is wanted; each joins 40 to 100 s later', async () => {
    const { autoScaling, group, joined, pass } = await cloudWorld()
    const { AutoScalingGroupName } = await group()
    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 5 }))
    const launching = await group()
    expect(launching.Instances?.filter(({ LifecycleState }) => LifecycleState === 'Pending')).toHaveLength(3)
    await pass(39)
    expect(joined).toHaveLength(2)
    await pass(61)
    expect(joined).toHaveLength(5)
    expect(new Set(joined.map(({ name }) => name)).size).toBe(5)
    for (const { at } of joined.slice(2)) expect(at).toBeGreaterThanOrEqual(40)
  })

  it('ends the oldest in the fullest zone when less is wanted, and its nodes are gone within a minute', async () => {
    const { autoScaling, group, joined, gone, pass } = await oneGroup({ desiredSize: 3, minSize: 0 })
    const { AutoScalingGroupName } = await group()
    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 2 }))
    await pass(60)
    expect(gone).toEqual([joined[0]?.instanceId])
    expect(perZone(await group())).toEqual({ 'us-east-1a': 1, 'us-east-1b': 1 })
  })

  it.each([
    [{ DesiredCapacity: 7 }, 'New SetDesiredCapacity value 7 is above max value 6 for the AutoScalingGroup.'],
    [{ DesiredCapacity: 0 }, 'New SetDesiredCapacity value 0 is below min value 1 for the AutoScalingGroup.'],
  ])('refuses a desired capacity out of bounds: %j', async (input, message) => {
    const { autoScaling, group } = await cloudWorld()
    const { AutoScalingGroupName } = await group()
    const command = new SetDesiredCapacityCommand({ AutoScalingGroupName, ...input })
    await expect(autoScaling.send(command)).rejects.toMatchObject({
      name: 'ValidationError',
      message,
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    })
  })

  it('takes new bounds, and moves its desired capacity into them where none is named', async () => {
    const { autoScaling, group } = await cloudWorld()
    const { AutoScalingGroupName } = await group()
    const update = (input: object) =>
      autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...input }))
    await update({ MinSize: 4 })
    expect(await group()).toMatchObject({ MinSize: 4, MaxSize: 6, DesiredCapacity: 4 })
    await update({ MinSize: 0, MaxSize: 3 })
    expect(await group()).toMatchObject({ MinSize: 0, MaxSize: 3, DesiredCapacity: 3 })
    await expect(update({ MinSize: 5 })).rejects.toThrow('Max bound, 3, must be greater than or equal to min bound, 5')
    await expect(update({ DesiredCapacity: 4 })).rejects.toThrow(
      'Desired capacity:4 must be between the specified min size:0 and max size:3',
    )
  })

  it('says that a group it does not have is not found, also from another region', async () => {
    const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/eu-dev'
    const { autoScaling, cloud } = await cloudWorld({ clusters: [cluster({ name: 'eu-dev', arn })] })
    const message = expect.stringContaining('AutoScalingGroup name not found')
    for (const AutoScalingGroupName of ['nobody', cloud.pools()[0]?.groupName]) {
      await expect(
        autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName })),
      ).rejects.toMatchObject({ name: 'ValidationError', message })
    }
    const names = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['nobody'] })
    expect((await autoScaling.send(names)).AutoScalingGroups).toEqual([])
  })

  it('is listed in pages, by name and by tag', async () => {
    const nodegroups = ['a', 'b', 'c'].map((name) => nodegroup({ name, desiredSize: 1 }))
    const { autoScaling } = await cloudWorld({ clusters: [cluster({ nodegroups })] })
    const next = (NextToken?: string) =>
      autoScaling.send(new DescribeAutoScalingGroupsCommand({ MaxRecords: 2, NextToken }))
    const first = await next()
    const second = await next(first.NextToken)
    expect([first.AutoScalingGroups?.length, second.AutoScalingGroups?.length]).toEqual([2, 1])
    expect(second.NextToken).toBeUndefined()
    const byTag = await autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ Filters: [{ Name: 'tag:eks:nodegroup-name', Values: ['b'] }] }),
    )
    expect(byTag.AutoScalingGroups).toMatchObject([{ AutoScalingGroupName: expect.stringMatching(/^eks-b-/) }])
  })

  it('carries tags people give it beside those of EKS', async () => {
    const { autoScaling, cloud, group } = await cloudWorld()
    const ResourceId = (await group()).AutoScalingGroupName
    const resource = { ResourceId, ResourceType: 'auto-scaling-group', Key: 'catnap:original' }
    const tag = { ...resource, Value: 'min=1/max=6', PropagateAtLaunch: false }
    await expect(
      autoScaling.send(new CreateOrUpdateTagsCommand({ Tags: [{ ...tag, Value: 'min=1&max=6' }] })),
    ).rejects.toMatchObject({ name: 'ValidationError' })
    await autoScaling.send(new CreateOrUpdateTagsCommand({ Tags: [tag] }))
    expect(cloud.pools()[0]?.groupTags).toMatchObject({ 'catnap:original': tag.Value, 'eks:cluster-name': 'us-dev' })
    expect((await group()).Tags).toContainEqual(tag)
    await autoScaling.send(new DeleteTagsCommand({ Tags: [resource] }))
    expect(cloud.pools()[0]?.groupTags).not.toHaveProperty('catnap:original')
  })
})

describe('ending exactly one instance', () => {
  it('with the decrement takes that one and its capacity', async () => {
    const { autoScaling, cloud, gone, group, joined, pass } = await cloudWorld()
    const victim = joined[1]?.instanceId
    const { Activity } = await autoScaling.send(end(victim, true))
    expect(Activity).toMatchObject({ StatusCode: 'InProgress', Description: `Terminating EC2 instance: ${victim}` })
    expect((await group()).Instances?.map(({ LifecycleState }) => LifecycleState)).toEqual(['InService', 'Terminating'])
    await pass(19)
    expect(gone).toEqual([])
    await pass(41)
    expect(gone).toEqual([victim])
    expect(await group()).toMatchObject({ DesiredCapacity: 1, Instances: [{ InstanceId: joined[0]?.instanceId }] })
    expect(cloud.instances().map(({ state }) => state)).toEqual(['running', 'terminated'])
  })

  it('is refused in the words of AWS when it would take the group below its minimum', async () => {
    const { autoScaling, group, joined } = await oneGroup({ minSize: 2 })
    await expect(autoScaling.send(end(joined[0]?.instanceId, true))).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        'Currently, desiredSize equals minSize (2). Terminating instance without replacement will violate ' +
        "group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower " +
        "group's min size.",
    })
    expect(perZone(await group())).toEqual({ 'us-east-1a': 1, 'us-east-1b': 1 })
  })

  it('without the decrement is made good by a new instance', async () => {
    const { autoScaling, gone, group, joined, pass } = await cloudWorld()
    await autoScaling.send(end(joined[0]?.instanceId, false))
    await pass(100)
    expect([joined.length, gone.length]).toEqual([3, 1])
    expect(await group()).toMatchObject({ DesiredCapacity: 2 })
  })

  it('a second time costs no second capacity', async () => {
    const { autoScaling, group, joined } = await oneGroup({ desiredSize: 4, minSize: 0 })
    await autoScaling.send(end(joined[0]?.instanceId, true))
    await autoScaling.send(end(joined[0]?.instanceId, true))
    expect(await group()).toMatchObject({ DesiredCapacity: 3 })
  })

  it('fails for an instance no group has, also for one that is gone', async () => {
    const { autoScaling, joined, pass } = await cloudWorld()
    const message = expect.stringContaining('No managed instance found for instance ID')
    const refusal = { name: 'ValidationError', message }
    await expect(autoScaling.send(end('i-0123456789abcdef0', true))).rejects.toMatchObject(refusal)
    await autoScaling.send(end(joined[0]?.instanceId, true))
    await pass(60)
    await expect(autoScaling.send(end(joined[0]?.instanceId, true))).rejects.toMatchObject(refusal)
  })

  it('is told by the activities, newest first', async () => {
    const { autoScaling, group, joined, pass } = await cloudWorld()
    const { AutoScalingGroupName } = await group()
    await autoScaling.send(end(joined[0]?.instanceId, false))
    await pass(20)
    const activities = async () =>
      (await autoScaling.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName }))).Activities?.map(
        ({ Description = '', StatusCode }) => [Description.split(' ')[0], StatusCode],
      )
    expect(await activities()).toEqual([['Launching', 'Successful'], ['Terminating', 'InProgress']])
    await pass(40)
    expect(await activities()).toEqual([['Launching', 'Successful'], ['Terminating', 'Successful']])
  })
})

describe('AZRebalance', () => {
  it('launches in the emptier zone a minute later and ends one in the fuller, whatever runs there', async () => {
    const { group, gone, joined, pass } = await lopsided([])
    expect(perZone(await group())).toEqual({ 'us-east-1a': 2 })
    await pass(59)
    expect(joined).toHaveLength(4)
    await pass(180)
    expect(joined.at(-1)?.zone).toBe('us-east-1b')
    expect(gone).toContain(joined[0]?.instanceId)
    expect(perZone(await group())).toEqual({ 'us-east-1a': 1, 'us-east-1b': 1 })
    expect(await group()).toMatchObject({ DesiredCapacity: 2 })
  })

  it('does nothing while it is suspended, and catches up when it is resumed', async () => {
    const { AutoScalingGroupName, autoScaling, cloud, group, pass } = await lopsided(['AZRebalance'])
    expect((await group()).SuspendedProcesses).toEqual([
      { ProcessName: 'AZRebalance', SuspensionReason: 'User suspended at 2026-11-22T08:00:00Z' },
    ])
    expect(cloud.pools()[0]?.suspendedProcesses).toEqual(['AZRebalance'])
    await pass(3600)
    expect(perZone(await group())).toEqual({ 'us-east-1a': 2 })
    await autoScaling.send(new ResumeProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['AZRebalance'] }))
    expect((await group()).SuspendedProcesses).toEqual([])
    await pass(240)
    expect(perZone(await group())).toEqual({ 'us-east-1a': 1, 'us-east-1b': 1 })
  })

  it('is one of the processes a request without names suspends; an unknown name is refused', async () => {
    const { autoScaling, cloud, group } = await cloudWorld()
    const { AutoScalingGroupName } = await group()
    await expect(
      autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['Sleep'] })),
    ).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringContaining('Sleep') })
    await autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName }))
    expect(cloud.pools()[0]?.suspendedProcesses).toContain('AZRebalance')
    expect(cloud.pools()[0]?.suspendedProcesses).toHaveLength(9)
  })

  it('a suspended Launch holds new instances back until it is resumed', async () => {
    const { autoScaling, group, joined, pass } = await cloudWorld()
    const { AutoScalingGroupName } = await group()
    await autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['Launch'] }))
    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 3 }))
    await pass(600)
    expect(joined).toHaveLength(2)
    await autoScaling.send(new ResumeProcessesCommand({ AutoScalingGroupName }))
    await pass(100)
    expect(joined).toHaveLength(3)
  })
})
