import { DescribeAutoScalingGroupsCommand, SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling'
import { DescribeInstancesCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2'
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import type { CloudCall } from '../../../lib/sandbox/cloud/server.ts'
import { cloudWorld, cluster, nodegroup } from './cloud-world.ts'

const rate = (name: string) => ({ name, message: 'Rate exceeded' })

const throttled = (code: string) =>
  cloudWorld({ intercept: async () => ({ status: 400, code, message: 'Rate exceeded' }) })

/** What a run with the standard seed comes to. */
const aRun = async () => {
  const { autoScaling, cloud, group, joined, pass } = await cloudWorld()
  const { AutoScalingGroupName } = await group()
  await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 6 }))
  await pass(100)
  return { joined, instances: cloud.instances(), hours: cloud.nodeHours() }
}

describe('faults on purpose', () => {
  it('name service, region and action of each call, before and after it is handled', async () => {
    const before: CloudCall[] = []
    const after: CloudCall[] = []
    const { autoScaling, cloud, eks, sqs } = await cloudWorld({
      intercept: async (call) => void before.push(call),
      committed: async (call) => void after.push(call),
    })
    cloud.queue('q')
    await eks.send(new DescribeClusterCommand({ name: 'us-dev' }))
    await autoScaling.send(new DescribeAutoScalingGroupsCommand({}))
    await sqs.send(new SendMessageCommand({ QueueUrl: `${cloud.url}/1/q`, MessageBody: 'x' }))
    expect(before).toEqual([
      { service: 'eks', region: 'us-east-1', action: 'DescribeCluster' },
      { service: 'autoscaling', region: 'us-east-1', action: 'DescribeAutoScalingGroups' },
      { service: 'sqs', region: 'us-east-1', action: 'SendMessage' },
    ])
    expect(after).toEqual(before)
  })

  it('are throttling in the form each service gives it', async () => {
    const { eks } = await throttled('ThrottlingException')
    const describeCluster = new DescribeClusterCommand({ name: 'us-dev' })
    await expect(eks.send(describeCluster)).rejects.toMatchObject(rate('ThrottlingException'))
    const { autoScaling } = await throttled('Throttling')
    await expect(autoScaling.send(new DescribeAutoScalingGroupsCommand({}))).rejects.toMatchObject(rate('Throttling'))
    const ec2 = new EC2Client((await throttled('RequestLimitExceeded')).config)
    await expect(ec2.send(new DescribeInstancesCommand({}))).rejects.toMatchObject(rate('RequestLimitExceeded'))
    const { cloud, sqs } = await throttled('RequestThrottled')
    const message = new SendMessageCommand({ QueueUrl: `${cloud.url}/1/q`, MessageBody: 'x' })
    await expect(sqs.send(message)).rejects.toMatchObject(rate('RequestThrottled'))
  })

  it('are a lost request, which changes nothing, and a lost answer, which does', async () => {
    const lost = { before: true, after: true }
    const { autoScaling, group } = await cloudWorld({
      intercept: async ({ action }) => (action === 'SetDesiredCapacity' && lost.before ? 'drop' : undefined),
      committed: async ({ action }) => (action === 'SetDesiredCapacity' && lost.after ? 'drop' : undefined),
    })
    const { AutoScalingGroupName } = await group()
    const grow = () => autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 3 }))
    await expect(grow()).rejects.toThrow('socket hang up')
    expect(await group()).toMatchObject({ DesiredCapacity: 2 })
    lost.before = false
    await expect(grow()).rejects.toThrow('socket hang up')
    expect(await group()).toMatchObject({ DesiredCapacity: 3 })
    lost.after = false
    await grow()
  })
})

describe('the cloud', () => {
  it('is found by AWS clients through their retries when it is throttled for a moment', async () => {
    let calls = 0
    const { config } = await cloudWorld({
      intercept: async () => {
        calls += 1
        return calls === 1 ? { status: 429, code: 'ThrottlingException', message: 'Rate exceeded' } : undefined
      },
    })
    const client = new EKSClient({ ...config, maxAttempts: 3 })
    await client.send(new DescribeClusterCommand({ name: 'us-dev' }))
    client.destroy()
    expect(calls).toBe(2)
  })

  it('says plainly what it does not simulate', async () => {
    const ec2 = new EC2Client((await cloudWorld()).config)
    await expect(ec2.send(new StopInstancesCommand({ InstanceIds: ['i-1'] }))).rejects.toMatchObject({
      name: 'InvalidAction',
      message: expect.stringContaining('StopInstances'),
    })
  })

  it('does not answer who does not sign', async () => {
    const { cloud } = await cloudWorld()
    const answer = await fetch(`${cloud.url}/clusters/us-dev`)
    expect(answer.status).toBe(403)
    expect(answer.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException')
  })

  it('tells a caller who they are', async () => {
    const { cloud } = await cloudWorld()
    const { host, hostname, port } = new URL(cloud.url)
    const body = 'Action=GetCallerIdentity&Version=2011-06-15'
    const signer = new SignatureV4({
      service: 'sts',
      region: 'us-east-1',
      sha256: Sha256,
      credentials: { accessKeyId: 'AKIACATNAP', secretAccessKey: 'sandbox' },
    })
    const address = { protocol: 'http:', hostname, port: Number(port), path: '/' }
    const { headers } = await signer.sign({ ...address, method: 'POST', headers: { host }, body })
    const answer = await fetch(cloud.url, { method: 'POST', headers, body })
    expect(await answer.text()).toContain('<Arn>arn:aws:iam::111122223333:role/catnap</Arn>')
  })

  it('gives the same ids, zones and times in every run of a seed', async () => {
    expect(await aRun()).toEqual(await aRun())
  })

  it('refuses to start with a type that has no price, or with two clusters of one name', async () => {
    await expect(
      cloudWorld({ clusters: [cluster({ nodegroups: [nodegroup({ instanceType: 'm5.tiny' })] })] }),
    ).rejects.toThrow('unknown instance type: found "m5.tiny"')
    await expect(cloudWorld({ clusters: [cluster(), cluster()] })).rejects.toThrow('found a name twice')
  })
})
