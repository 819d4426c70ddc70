import {
  AutoScalingClient, CreateAutoScalingGroupCommand, CreateLaunchConfigurationCommand, DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling'
import { DescribeImagesCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { CreateClusterCommand, CreateNodegroupCommand, DescribeNodegroupCommand, EKSClient } from '@aws-sdk/client-eks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scalingGroups } from '../../lib/adapters/autoscaling/group-capacity.ts'
import { clusterCapacity } from '../../lib/adapters/eks/cluster-capacity.ts'
import { nodegroupCapacity } from '../../lib/adapters/eks/nodegroup-capacity.ts'
import { originalOf } from '../../lib/domain/pool.ts'
import { capacityContract, type PoolUnderTest, statusOf } from '../contract/capacity-contract.ts'
import { startMoto } from './moto-server.ts'

const CLUSTER = 'us-dev'
const ROLE = 'arn:aws:iam::123456789012:role/eks'

interface Moto {
  readonly ec2: EC2Client
  readonly eks: EKSClient
  readonly autoScaling: AutoScalingClient
  readonly subnets: readonly string[]
  close(): Promise<void>
}

let moto: Moto | undefined
let groups = 0

const running = (): Moto => moto ?? expect.fail('moto is not running')

beforeAll(async () => {
  const server = await startMoto()
  const config = { region: 'us-east-1', endpoint: server.url, credentials: { accessKeyId: 'AKIACATNAP', secretAccessKey: 'sandbox' } }
  const [ec2, eks, autoScaling] = [new EC2Client(config), new EKSClient(config), new AutoScalingClient(config)]
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'availability-zone', Values: ['us-east-1a', 'us-east-1b'] }] }))
  const subnets = Subnets.flatMap(({ SubnetId }) => SubnetId ?? [])
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))
  await eks.send(new CreateClusterCommand({ name: CLUSTER, roleArn: ROLE, resourcesVpcConfig: { subnetIds: subnets } }))
  await autoScaling.send(new CreateLaunchConfigurationCommand({ LaunchConfigurationName: 'workers', ImageId: Images[0]?.ImageId, InstanceType: 'm5.large' }))
  moto = { ec2, eks, autoScaling, subnets, close: server.close }
})

afterAll(async () => {
  for (const client of [moto?.ec2, moto?.eks, moto?.autoScaling]) client?.destroy()
  await moto?.close()
})

/** Moto answers at once: nothing takes its time. */
const poolNamed = (pool: string): PoolUnderTest => {
  const { ec2, eks, autoScaling } = running()
  const kinds = [nodegroupCapacity(eks, autoScaling, CLUSTER), scalingGroups(autoScaling, CLUSTER)]
  return { capacity: clusterCapacity(kinds, ec2, CLUSTER), pool, pass: async () => {} }
}

const createGroup = async (name: string, tags: Readonly<Record<string, string>>): Promise<void> => {
  const { autoScaling, subnets } = running()
  await autoScaling.send(new CreateAutoScalingGroupCommand({
    AutoScalingGroupName: name, LaunchConfigurationName: 'workers', MinSize: 1, DesiredCapacity: 2, MaxSize: 6, VPCZoneIdentifier: subnets.join(','),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value, PropagateAtLaunch: true })),
  }))
}

capacityContract('an Auto Scaling group of moto', async () => {
  groups += 1
  await createGroup(`own-workers-${groups}`, { [`kubernetes.io/cluster/${CLUSTER}`]: 'owned' })
  return poolNamed(`own-workers-${groups}`)
}, { forgetful: true })

describe('a node group of moto', () => {
  it('is found, resized with its maximum as it was, and its group rebalanced no more', async () => {
    // Moto makes no Auto Scaling group for a node group: it is made here, under the name moto tells. Moto tags clusters
    // only: the tag of a node group is tried against the simulated cloud.
    const { eks, autoScaling, subnets } = running()
    const scalingConfig = { minSize: 1, desiredSize: 2, maxSize: 6 }
    const created = await eks.send(new CreateNodegroupCommand({ clusterName: CLUSTER, nodegroupName: 'workers', nodeRole: ROLE, subnets: [...subnets], scalingConfig }))
    const group = created.nodegroup?.resources?.autoScalingGroups?.[0]?.name ?? ''
    await createGroup(group, { [`kubernetes.io/cluster/${CLUSTER}`]: 'owned', 'eks:cluster-name': CLUSTER, 'eks:nodegroup-name': 'workers' })

    const world = poolNamed('workers')
    const status = await statusOf(world)
    expect(status).toMatchObject({ kind: 'node-group', size: scalingConfig, rebalancing: true })
    const original = originalOf({}, status)
    expect(await world.capacity.prepare('workers', { ...status, mark: original }, original, 0)).toBe('later')
    const { nodegroup } = await eks.send(new DescribeNodegroupCommand({ clusterName: CLUSTER, nodegroupName: 'workers' }))
    expect(nodegroup).toMatchObject({ scalingConfig: { minSize: 0, desiredSize: 2, maxSize: 6 } })
    const { AutoScalingGroups = [] } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }))
    expect(AutoScalingGroups[0]?.SuspendedProcesses?.map(({ ProcessName }) => ProcessName)).toEqual(['AZRebalance'])
    expect(await world.capacity.list()).toContain('workers')
    expect(await world.capacity.list()).not.toContain(group)
  })
})
