import { DescribeScalingActivitiesCommand, SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling'
import { DescribeNodegroupCommand } from '@aws-sdk/client-eks'
import { describe, expect, it } from 'vitest'
import { type CloudWorld, cloudWorld, perZone } from './cloud-world.ts'

const grow = async (world: CloudWorld, DesiredCapacity: number): Promise<void> => {
  const { AutoScalingGroupName } = await world.group()
  await world.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }))
}

const failures = async (world: CloudWorld) => {
  const { AutoScalingGroupName } = await world.group()
  const { Activities = [] } = await world.autoScaling.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName }))
  return Activities.filter(({ StatusCode }) => StatusCode === 'Failed')
}

const issues = async ({ eks }: CloudWorld) => (await eks.send(new DescribeNodegroupCommand({ clusterName: 'us-dev', nodegroupName: 'workers' }))).nodegroup?.health?.issues

describe('a launch that EC2 refuses', () => {
  it('in one zone goes to another, and is told among the activities; the balance comes once there is capacity', async () => {
    const world = await cloudWorld()
    const grant = world.cloud.refuseLaunches({ code: 'InsufficientInstanceCapacity', zone: 'us-east-1b' })
    await grow(world, 4)
    expect(perZone(await world.group())).toEqual({ 'us-east-1a': 3, 'us-east-1b': 1 })
    const [failed] = await failures(world)
    expect(failed).toMatchObject({
      StatusMessage: expect.stringMatching(/^We currently do not have sufficient m5\.large capacity in the Availability Zone you requested \(us-east-1b\)\. .* Launching EC2 instance failed\.$/),
      Details: '{"Availability Zone":"us-east-1b"}', Progress: 100,
    })
    expect(failed?.Description).toBe(`Launching a new EC2 instance.  Status Reason: ${failed?.StatusMessage}`)
    expect(await issues(world)).toEqual([])
    grant()
    await world.pass(200)
    expect(perZone(await world.group())).toEqual({ 'us-east-1a': 2, 'us-east-1b': 2 })
  })

  it('in every zone is tried again by the group itself, and stands in the health of the node group until it works', async () => {
    const world = await cloudWorld()
    const raise = world.cloud.refuseLaunches({ code: 'VcpuLimitExceeded', pool: 'workers' })
    await grow(world, 3)
    await world.pass(180)
    expect((await world.group()).Instances).toHaveLength(2)
    expect(await failures(world)).toHaveLength(8)
    const { AutoScalingGroupName } = await world.group()
    expect(await issues(world)).toEqual([{
      code: 'AsgInstanceLaunchFailures', resourceIds: [AutoScalingGroupName],
      message: expect.stringMatching(/^Could not launch On-Demand Instances\. VcpuLimitExceeded - You have requested more vCPU capacity than your current vCPU limit/),
    }])
    raise()
    await world.pass(60)
    expect((await world.group()).Instances).toHaveLength(3)
    expect(await issues(world)).toEqual([])
  })

  it('of one pool leaves others alone', async () => {
    const world = await cloudWorld()
    world.cloud.refuseLaunches({ code: 'InvalidLaunchTemplateId.NotFound', pool: 'others' })
    await grow(world, 3)
    expect((await world.group()).Instances).toHaveLength(3)
    expect(await failures(world)).toEqual([])
  })
})
