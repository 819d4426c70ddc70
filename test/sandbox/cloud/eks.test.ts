import {
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  DescribeUpdateCommand,
  ListNodegroupsCommand,
  ListTagsForResourceCommand,
  paginateListNodegroups,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateNodegroupConfigCommand,
} from '@aws-sdk/client-eks'
import { describe, expect, it } from 'vitest'
import { cloudWorld, cluster, nodegroup, perZone } from './cloud-world.ts'

const workers = { clusterName: 'us-dev', nodegroupName: 'workers' }
const resize = (scalingConfig: object, clientRequestToken?: string) =>
  new UpdateNodegroupConfigCommand({ ...workers, scalingConfig, clientRequestToken })

/** A world with one node group and its ARN. */
const tagged = async () => {
  const world = await cloudWorld()
  const { nodegroup: found } = await world.eks.send(new DescribeNodegroupCommand(workers))
  return { ...world, resourceArn: found?.nodegroupArn ?? '' }
}

describe('a cluster', () => {
  it('tells where its API is and how to trust it', async () => {
    const { eks } = await cloudWorld()
    const { cluster: found } = await eks.send(new DescribeClusterCommand({ name: 'us-dev' }))
    expect(found).toMatchObject({
      name: 'us-dev',
      arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev',
      endpoint: 'http://127.0.0.1:4999',
      status: 'ACTIVE',
      version: expect.stringMatching(/^1\.\d+$/),
      accessConfig: { authenticationMode: 'API' },
    })
    expect(found?.certificateAuthority?.data).toMatch(/^[A-Za-z0-9+/]+=*$/)
  })

  it('is not found under another name or in another region', async () => {
    const { eks } = await cloudWorld({
      clusters: [cluster(), cluster({ name: 'eu-dev', arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/eu-dev' })],
    })
    for (const name of ['nobody', 'eu-dev']) {
      await expect(eks.send(new DescribeClusterCommand({ name }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: `No cluster found for name: ${name}.`,
        $metadata: { httpStatusCode: 404 },
      })
    }
  })

  it('lists its node groups in pages', async () => {
    const nodegroups = ['c', 'a', 'b'].map((name) => nodegroup({ name, desiredSize: 1 }))
    const { eks } = await cloudWorld({ clusters: [cluster({ nodegroups })] })
    const pages = []
    const paged = paginateListNodegroups({ client: eks, pageSize: 2 }, { clusterName: 'us-dev' })
    for await (const { nodegroups: names } of paged) pages.push(names)
    expect(pages).toEqual([['a', 'b'], ['c']])
    await expect(
      eks.send(new ListNodegroupsCommand({ clusterName: 'us-dev', nextToken: 'made-up' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })
})

describe('a node group', () => {
  it('shows its shape and the live size of its group', async () => {
    const labels = { team: 'shop' }
    const taints = [{ key: 'shop', value: 'only', effect: 'NO_SCHEDULE' as const }]
    const nodegroups = [nodegroup({ labels, taints })]
    const { eks, group, joined } = await cloudWorld({ clusters: [cluster({ nodegroups })] })
    const { AutoScalingGroupName } = await group()
    const { nodegroup: found } = await eks.send(new DescribeNodegroupCommand(workers))
    expect(found).toMatchObject({
      ...workers,
      status: 'ACTIVE',
      instanceTypes: ['m5.large'],
      scalingConfig: { minSize: 1, desiredSize: 2, maxSize: 6 },
      labels,
      taints,
      resources: { autoScalingGroups: [{ name: AutoScalingGroupName }] },
      health: { issues: [] },
    })
    expect(found?.createdAt?.toISOString()).toBe('2026-11-22T08:00:00.000Z')
    expect(joined[0]).toMatchObject({
      nodegroup: 'workers',
      labels,
      taints: [{ key: 'shop', value: 'only', effect: 'NoSchedule' }],
      cpuMilli: 1930,
      memoryMiB: 7518,
      pods: 29,
    })
    expect(joined[0]?.name).toMatch(/^ip-10-\d+-\d+-\d+\.ec2\.internal$/)
  })

  it('grows at once while its update is under way for 5 to 20 s', async () => {
    const { eks, group, joined, pass } = await cloudWorld()
    const { update } = await eks.send(resize({ minSize: 1, desiredSize: 4, maxSize: 6 }))
    expect(update).toMatchObject({ status: 'InProgress', type: 'ConfigUpdate' })
    expect(await group()).toMatchObject({ DesiredCapacity: 4 })
    const status = async () => (await eks.send(new DescribeNodegroupCommand(workers))).nodegroup?.status
    const describeUpdate = { name: 'us-dev', nodegroupName: 'workers', updateId: update?.id }
    const progress = async () => (await eks.send(new DescribeUpdateCommand(describeUpdate))).update?.status
    await pass(4)
    expect([await status(), await progress()]).toEqual(['UPDATING', 'InProgress'])
    await pass(16)
    expect([await status(), await progress()]).toEqual(['ACTIVE', 'Successful'])
    await pass(80)
    expect(joined).toHaveLength(4)
  })

  it('takes one update at a time: a second is refused, the same request again is the same update', async () => {
    const { eks, pass } = await cloudWorld()
    const { update } = await eks.send(resize({ desiredSize: 3 }, 'token-1'))
    await expect(eks.send(resize({ desiredSize: 4 }, 'token-2'))).rejects.toMatchObject({
      name: 'ResourceInUseException',
      $metadata: { httpStatusCode: 409 },
    })
    expect((await eks.send(resize({ desiredSize: 3 }, 'token-1'))).update?.id).toBe(update?.id)
    await pass(20)
    await eks.send(resize({ desiredSize: 4 }, 'token-2'))
  })

  it.each([
    [{ maxSize: 0, minSize: 0, desiredSize: 0 }, "Requested max capacity can't be less than 1"],
    [{ minSize: 3 }, "Minimum capacity 3 can't be greater than desired size 2"],
    [{ minSize: 7, desiredSize: 7 }, "Minimum capacity 7 can't be greater than max size 6"],
    [{ desiredSize: 7 }, "Desired capacity 7 can't be greater than max size 6"],
    [{ desiredSize: -1, minSize: -1 }, 'at least 0'],
  ])('refuses %j and stays as it is', async (scalingConfig, message) => {
    const { cloud, eks } = await cloudWorld()
    await expect(eks.send(resize(scalingConfig))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: 400 },
    })
    expect(cloud.pools()[0]).toMatchObject({ minSize: 1, desiredSize: 2, maxSize: 6 })
    expect((await eks.send(new DescribeNodegroupCommand(workers))).nodegroup?.status).toBe('ACTIVE')
  })

  it('goes to zero; EKS drains for a minute, then ends every node', async () => {
    const { cloud, eks, gone, group, pass } = await cloudWorld()
    await eks.send(resize({ minSize: 0, desiredSize: 0 }))
    const lifecycles = (await group()).Instances?.map(({ LifecycleState }) => LifecycleState)
    expect(lifecycles).toEqual(['Terminating:Wait', 'Terminating:Wait'])
    await pass(60)
    expect(gone).toEqual([])
    expect(cloud.instances().map(({ state }) => state)).toEqual(['shutting-down', 'shutting-down'])
    await pass(60)
    expect(gone).toHaveLength(2)
    expect(cloud.pools()[0]).toMatchObject({ minSize: 0, desiredSize: 0, maxSize: 6 })
  })

  it('chooses itself whom to end when it shrinks: the oldest in the fullest zone', async () => {
    const nodegroups = [nodegroup({ desiredSize: 3 })]
    const { eks, gone, group, joined, pass } = await cloudWorld({ clusters: [cluster({ nodegroups })] })
    await eks.send(resize({ desiredSize: 2 }))
    await pass(120)
    expect(gone).toEqual([joined[0]?.instanceId])
    expect(perZone(await group())).toEqual({ 'us-east-1a': 1, 'us-east-1b': 1 })
  })

  it('is not found under another name', async () => {
    const { eks } = await cloudWorld()
    await expect(
      eks.send(new DescribeNodegroupCommand({ clusterName: 'us-dev', nodegroupName: 'nobody' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: 'No node group found for name: nobody.' })
  })
})

describe('tags of a node group', () => {
  it('are added, shown, listed and taken away', async () => {
    const { cloud, eks, resourceArn } = await tagged()
    const kept = { 'catnap:original': 'min=1/desired=2' }
    await eks.send(new TagResourceCommand({ resourceArn, tags: { ...kept, team: 'shop' } }))
    const { nodegroup: found } = await eks.send(new DescribeNodegroupCommand(workers))
    expect(found?.tags).toEqual({ ...kept, team: 'shop' })
    await eks.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team', 'never-there'] }))
    expect((await eks.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual(kept)
    expect(cloud.pools()[0]?.tags).toEqual(kept)
  })

  it.each([
    ['JSON', { original: '{"min":1}' }],
    ['a value of more than 256 characters', { original: 'x'.repeat(257) }],
    ['a key that begins with aws:', { 'aws:original': '1' }],
    ['more than 50', Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`key-${n}`, 'x']))],
  ])('refuse %s, and then none of the request is written', async (_, tags) => {
    const { cloud, eks, resourceArn } = await tagged()
    await expect(
      eks.send(new TagResourceCommand({ resourceArn, tags: { fine: 'yes', ...tags } })),
    ).rejects.toMatchObject({ name: 'BadRequestException', $metadata: { httpStatusCode: 400 } })
    expect(cloud.pools()[0]?.tags).toEqual({})
  })

  it('need a resource', async () => {
    const { eks } = await cloudWorld()
    await expect(
      eks.send(new ListTagsForResourceCommand({ resourceArn: 'arn:aws:eks:us-east-1:1:nodegroup/us-dev/nobody/1' })),
    ).rejects.toMatchObject({ name: 'NotFoundException', $metadata: { httpStatusCode: 404 } })
  })
})
