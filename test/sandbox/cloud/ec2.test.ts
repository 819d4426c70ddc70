import {
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeInstanceTypesCommand,
  EC2Client,
  paginateDescribeInstances,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { cloudWorld, cluster, nodegroup } from './cloud-world.ts'

const ec2World = async (...changes: Parameters<typeof cloudWorld>) => {
  const world = await cloudWorld(...changes)
  return { ...world, ec2: new EC2Client(world.config) }
}

const described = async ({ ec2 }: { readonly ec2: EC2Client }, input: DescribeInstancesCommandInput) => {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand(input))
  return Reservations.flatMap(({ Instances = [] }) => Instances)
}

describe('instances', () => {
  it('are described with state, type, zone, name and the tags of their group', async () => {
    const world = await ec2World()
    const InstanceId = world.joined[1]?.instanceId ?? ''
    const [found] = await described(world, { InstanceIds: [InstanceId] })
    expect(found).toMatchObject({
      InstanceId,
      InstanceType: 'm5.large',
      State: { Code: 16, Name: 'running' },
      Placement: { AvailabilityZone: 'us-east-1b' },
      PrivateDnsName: world.joined[1]?.name,
      LaunchTime: new Date('2026-11-22T08:00:00Z'),
    })
    expect(found?.Tags).toContainEqual({ Key: 'eks:cluster-name', Value: 'us-dev' })
  })

  it('are found by filters, and one the cloud does not know is refused', async () => {
    const world = await ec2World({
      clusters: [
        cluster({ nodegroups: [nodegroup(), nodegroup({ name: 'spare', instanceType: 'c5.xlarge', desiredSize: 1 })] }),
      ],
    })
    const count = async (Name: string, ...Values: string[]) =>
      (await described(world, { Filters: [{ Name, Values }] })).length
    expect(await count('tag:eks:nodegroup-name', 'workers')).toBe(2)
    expect(await count('tag:eks:nodegroup-name', 'workers', 'spare')).toBe(3)
    expect(await count('instance-state-name', 'pending', 'running')).toBe(3)
    expect(await count('instance-state-name', 'terminated')).toBe(0)
    expect(await count('instance-type', 'c5.*')).toBe(1)
    await expect(count('colour', 'red')).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })

  it('come in pages', async () => {
    const { ec2 } = await ec2World({ clusters: [cluster({ nodegroups: [nodegroup({ desiredSize: 6 })] })] })
    const sizes = []
    for await (const { Reservations } of paginateDescribeInstances({ client: ec2, pageSize: 5 }, {})) {
      sizes.push(Reservations?.length)
    }
    expect(sizes).toEqual([5, 1])
  })

  it.each([
    [['i-0123456789abcdef0'], 'InvalidInstanceID.NotFound', "The instance ID 'i-0123456789abcdef0' does not exist"],
    [['i-0123456789abcdef0', 'i-0123456789abcdef1'], 'InvalidInstanceID.NotFound', 'The instance IDs'],
    [['node-7'], 'InvalidInstanceID.Malformed', 'Invalid id: "node-7"'],
  ])('that do not exist are an error: %j', async (InstanceIds, name, message) => {
    const { ec2 } = await ec2World()
    await expect(ec2.send(new DescribeInstancesCommand({ InstanceIds }))).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: 400 },
    })
  })

  it('ended here are replaced by their group, and stay visible for an hour', async () => {
    const world = await ec2World()
    const InstanceIds = [world.joined[0]?.instanceId ?? '']
    const { TerminatingInstances } = await world.ec2.send(new TerminateInstancesCommand({ InstanceIds }))
    expect(TerminatingInstances).toMatchObject([
      { PreviousState: { Name: 'running' }, CurrentState: { Code: 32, Name: 'shutting-down' } },
    ])
    await world.pass(60)
    expect(world.gone).toEqual(InstanceIds)
    expect(await described(world, { InstanceIds })).toMatchObject([{ State: { Code: 48, Name: 'terminated' } }])
    await world.pass(100)
    expect(world.joined).toHaveLength(3)
    expect((await world.group()).Instances).toHaveLength(2)
    await world.pass(3600)
    await expect(described(world, { InstanceIds })).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' })
  })

  it('have types with a size', async () => {
    const { ec2 } = await ec2World()
    const { InstanceTypes } = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['m5.xlarge'] }))
    expect(InstanceTypes).toEqual([
      { InstanceType: 'm5.xlarge', VCpuInfo: { DefaultVCpus: 4 }, MemoryInfo: { SizeInMiB: 16384 } },
    ])
    await expect(
      ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['m5.tiny' as 'm5.large'] })),
    ).rejects.toMatchObject({ name: 'InvalidInstanceType' })
  })
})

describe('the bill', () => {
  it('counts each instance from running until terminated, not until somebody asked for its end', async () => {
    const { cloud, ec2, joined, pass, timeline } = await ec2World({
      clusters: [cluster({ nodegroups: [nodegroup({ desiredSize: 1, minSize: 0 })] })],
    })
    await pass(3600)
    expect(cloud.nodeHours()).toBe(1)
    expect(cloud.usd()).toBeCloseTo(0.096, 10)
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [joined[0]?.instanceId ?? ''] }))
    await pass(3600)
    const [first, second] = cloud.instances()
    const firstMs = (first?.terminatedAt ?? 0) - (first?.runningAt ?? 0)
    const secondMs = timeline.now() - (second?.runningAt ?? 0)
    expect(firstMs).toBeGreaterThanOrEqual(3_620_000)
    expect((second?.runningAt ?? 0) - (second?.launchedAt ?? 0)).toBeGreaterThanOrEqual(5_000)
    expect(cloud.nodeHours()).toBeCloseTo((firstMs + secondMs) / 3_600_000, 10)
  })
})

describe('an instance', () => {
  it('of EKS Auto Mode is ended by nobody but EKS', async () => {
    const { cloud, ec2, pass } = await ec2World()
    const id = cloud.launch('us-dev', { pool: 'general-purpose', instanceType: 'm5.large', zone: 'us-east-1a', isAutoMode: true, labels: {}, taints: [], tags: { 'kubernetes.io/cluster/us-dev': 'owned' } })
    await pass(120)
    await expect(ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject({ name: 'OperationNotPermitted' })
    cloud.end(id)
    await pass(120)
    expect(cloud.instances().find((instance) => instance.id === id)?.state).toBe('terminated')
  })
})
