import {
  AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling'
import { EKSClient } from '@aws-sdk/client-eks'
import { SQSClient } from '@aws-sdk/client-sqs'
import { onTestFinished } from 'vitest'
import { shippedPrice } from '../../../lib/adapters/prices/shipped-prices.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import { type CloudOptions, createCloud, type SimulatedCloud } from '../../../lib/sandbox/cloud/cloud.ts'
import type { CloudCluster, CloudNodegroup, JoiningNode } from '../../../lib/sandbox/cloud/fleet.ts'
import { dice } from '../../../lib/sandbox/dice.ts'
import { Timeline } from '../../../lib/sandbox/timeline.ts'

export const start = instant('2026-11-22T08:00:00Z')

/** A node group of two m5.large in two zones, unless told otherwise. */
export const nodegroup = (changes: Partial<CloudNodegroup> = {}): CloudNodegroup => ({
  name: 'workers',
  instanceType: 'm5.large',
  zones: ['us-east-1a', 'us-east-1b'],
  minSize: 1,
  desiredSize: 2,
  maxSize: 6,
  ...changes,
})

/** The cluster us-dev with one node group, unless told otherwise. */
export const cluster = (changes: Partial<CloudCluster> = {}): CloudCluster => ({
  name: 'us-dev',
  arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev',
  endpoint: 'http://127.0.0.1:4999',
  nodegroups: [nodegroup()],
  accessEntries: [
    {
      principalArn: 'arn:aws:iam::111122223333:role/catnap',
      accessKeyId: 'AKIACATNAP',
      username: 'catnap',
      groups: ['catnap'],
    },
  ],
  ...changes,
})

const clientDefaults = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIACATNAP', secretAccessKey: 'sandbox' },
  maxAttempts: 1,
}

/** Everything a test of the cloud needs; closed when the test is over. */
export interface CloudWorld {
  readonly cloud: SimulatedCloud
  readonly timeline: Timeline
  readonly joined: readonly (JoiningNode & { readonly cluster: string; readonly at: number })[]
  readonly gone: readonly string[]
  readonly eks: EKSClient
  readonly autoScaling: AutoScalingClient
  readonly sqs: SQSClient
  /** For further clients: that of EC2 takes half a second to load, so only tests that need it do. */
  readonly config: typeof clientDefaults & { readonly endpoint: string }
  /** Lets the sandbox's time run. */
  pass(seconds: number): Promise<void>
  /** The one group of the one cluster. */
  group(): Promise<AutoScalingGroup>
}

/** A running cloud of one cluster. */
export const cloudWorld = async (changes: Partial<CloudOptions> = {}): Promise<CloudWorld> => {
  const timeline = new Timeline(start)
  const cloud = await createCloud({
    timeline,
    dice: dice(1),
    clusters: [cluster()],
    prices: (type) => {
      const price = shippedPrice(type)
      return price && { vcpu: price.vcpu, memoryMiB: price.memoryMiB, usdPerHour: price.microUsdPerHour / 1e6 }
    },
    ...changes,
  })
  const joined: (JoiningNode & { readonly cluster: string; readonly at: number })[] = []
  const gone: string[] = []
  cloud.onNode({
    joined: (name, node) => joined.push({ ...node, cluster: name, at: (timeline.now() - start) / 1000 }),
    gone: (_, instanceId) => gone.push(instanceId),
  })
  cloud.start()
  const config = { ...clientDefaults, endpoint: cloud.url }
  const clients = {
    eks: new EKSClient(config),
    autoScaling: new AutoScalingClient(config),
    sqs: new SQSClient(config),
  }
  onTestFinished(async () => {
    for (const client of Object.values(clients)) client.destroy()
    await cloud.close()
  })
  return {
    cloud,
    timeline,
    joined,
    gone,
    ...clients,
    config,
    pass: (seconds) => timeline.runUntil(later(timeline.now(), seconds)),
    group: async () => {
      const answer = await clients.autoScaling.send(new DescribeAutoScalingGroupsCommand({}))
      const [found] = answer.AutoScalingGroups ?? []
      if (found === undefined) throw new Error('no group was answered')
      return found
    },
  }
}

/** How many of the group's instances each zone has, without those that are ending. */
export const perZone = (group: AutoScalingGroup): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { AvailabilityZone = '', LifecycleState } of group.Instances ?? []) {
    if (!LifecycleState?.startsWith('Terminating')) counts[AvailabilityZone] = (counts[AvailabilityZone] ?? 0) + 1
  }
  return counts
}
