import { describe, expect, it, onTestFinished } from 'vitest'
import { networkRates } from '../../../lib/adapters/cloudwatch/network-rates.ts'
import type { Cluster } from '../../../lib/domain/fleet.ts'
import { judgeNetwork } from '../../../lib/domain/idleness/judge-network.ts'
import { watchBegins } from '../../../lib/domain/idleness/period.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import { type CloudOptions, createCloud } from '../../../lib/sandbox/cloud/cloud.ts'
import { dice } from '../../../lib/sandbox/dice.ts'
import { Timeline } from '../../../lib/sandbox/timeline.ts'
import { doingsOf } from '../../domain/idleness/build-doings.ts'
import { awsAt } from '../aws-at.ts'

const START = instant('2026-11-23T08:00:00Z')
const IDLE = { afterSeconds: 15 * 60, networkBelowBytesPerSecond: 10_240 }
const cluster: Cluster = { name: 'dev', arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', whole: false }

const world = async (options: Partial<CloudOptions> = {}) => {
  const timeline = new Timeline(START)
  const cloud = await createCloud({ timeline, dice: dice(1), clusters: [], prices: () => undefined, ...options })
  awsAt(cloud.url)
  onTestFinished(() => cloud.close())
  const ask = (...namespaces: readonly string[]) => networkRates().network(cluster, namespaces, watchBegins(IDLE, timeline.now()), timeline.now())
  const judge = async (pods: number) => {
    const doings = new Map([['shop', doingsOf({ podsSince: Array.from({ length: pods }, () => START) })]])
    return judgeNetwork({ idle: IDLE, awakeSince: START, networks: await ask('shop'), doings }, timeline.now())
  }
  return { cloud, timeline, ask, judge, pass: (minutes: number) => timeline.runUntil(later(timeline.now(), minutes * 60)) }
}

describe('the network of pods', () => {
  it('is that of all pods of a namespace together, in bytes a second, by the name EKS has for the cluster', async () => {
    const { cloud, ask, judge, pass } = await world()
    cloud.podNetworks.hold('us-dev', 'shop', { pods: 4, receivedPerSecond: 1000, sentPerSecond: 200 })
    cloud.podNetworks.hold('other', 'shop', { pods: 4, receivedPerSecond: 9e9, sentPerSecond: 0 })
    await pass(34)
    const shop = (await ask('shop', 'shop', 'none')).get('shop')
    expect(shop).toMatchObject({ periods: expect.arrayContaining([{ from: instant('2026-11-23T08:20:00Z'), receivedPerSecond: 1000, sentPerSecond: 200, measurements: 20 }]) })
    expect(await judge(4)).toMatchObject({ seen: 'idle', why: expect.stringContaining('at most 1.2KiB/s') })
    expect(await judge(6)).toMatchObject({ seen: 'unknown', why: expect.stringContaining('found 20 measurements, expected at least 24 of 6 pods') })
  })

  it('is active once much comes', async () => {
    const { cloud, judge, pass } = await world()
    cloud.podNetworks.hold('us-dev', 'shop', { pods: 2, receivedPerSecond: 10, sentPerSecond: 10 })
    await pass(25)
    cloud.podNetworks.hold('us-dev', 'shop', { pods: 2, receivedPerSecond: 50_000, sentPerSecond: 10 })
    await pass(8)
    expect(await judge(2)).toMatchObject({ seen: 'active' })
  })

  it('is a gap without an agent, while one is silent, and where CloudWatch refuses', async () => {
    const { cloud, judge, pass } = await world()
    await pass(34)
    expect(await judge(1)).toMatchObject({ seen: 'unknown', why: expect.stringContaining('nothing was measured') })
    cloud.podNetworks.hold('us-dev', 'shop', { pods: 1, receivedPerSecond: 0, sentPerSecond: 0 })
    await pass(20)
    cloud.podNetworks.hold('us-dev', 'shop', { pods: 0, receivedPerSecond: 0, sentPerSecond: 0 })
    await pass(9)
    expect(await judge(1)).toMatchObject({ seen: 'unknown' })
    const refusing = await world({ intercept: async () => ({ status: 400, code: 'Throttling', message: 'Rate exceeded' }) })
    await refusing.pass(30)
    expect(await refusing.judge(0)).toMatchObject({ seen: 'unknown', why: expect.stringContaining('Rate exceeded') })
  })

  it('costs three metrics a namespace, all in one call', async () => {
    const calls: string[] = []
    const { cloud, ask, pass } = await world({ intercept: async ({ action }) => void calls.push(action) })
    await pass(30)
    await ask('shop', 'api')
    expect([calls, cloud.charges()]).toEqual([['GetMetricData'], [expect.objectContaining({ use: 'cloudwatch-metric', units: 6 })]])
  })
})
