import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import pMap from 'p-map'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { dynamodbRegistry } from '../../lib/adapters/dynamodb/dynamodb-registry.ts'
import type { Instant } from '../../lib/domain/time.ts'
import type { Registry } from '../../lib/ports.ts'
import { dice } from '../../lib/sandbox/dice.ts'
import { environmentVariables, TABLE } from '../../lib/sandbox/environment-variables.ts'
import { followTimeline } from '../../lib/sandbox/follow-timeline.ts'
import { environmentWith, termsWith } from '../domain/build-environment.ts'
import type { Addresses, CloudFacts, Order } from './cloud-process.ts'
import { visit } from './visitors.ts'
import { wakeContainers, type WakeContainers } from './wake-containers.ts'

/** Many who come at once. */
export interface StormPlan {
  readonly environments: number
  readonly requests: number
  /** How much slower than life all of it goes: clock, limits of the table, and what is assumed of Lambda. */
  readonly slower: number
}

/** What came of it. Times are the load's own, those of this machine divided by `slower`; from the first try to the answer. */
export interface StormFacts extends Omit<CloudFacts, 'wakes'> {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly mostMs: number
  /** All of it, from the first request to the last answer. */
  readonly seconds: number
  /** How often a request found all containers busy and was sent again. */
  readonly refused: number
  readonly coldStarts: number
  /** Answers that were not right, the first few. */
  readonly faults: readonly string[]
  /** Environments that were not woken once and only once: by the message, the record and the history. */
  readonly wrong: readonly string[]
}

/** Without a cluster in its name: each has a hundred environments. */
const PER_CLUSTER = 100
const PER_SHARD = 500
const EPOCH = 7

const clusterOf = (number: number): string => `cluster-${Math.floor(number / PER_CLUSTER)}`
const idOf = (number: number): string => `${clusterOf(number)}/shop-${number}`
const hostOf = (number: number): string => `shop-${number}.example.com`
const arnOf = (cluster: string): string => `arn:aws:eks:us-east-1:111122223333:cluster/${cluster}`

/** Lets the storm loose on the wake function and a table of its own, and looks afterwards what it did. */
export const storm = async (plan: StormPlan): Promise<StormFacts> => {
  const cloud = fork(new URL('cloud-process.ts', import.meta.url), { stdio: 'inherit' })
  try {
    const [{ tableUrl, queueUrl }] = (await once(cloud, 'message')) as [Addresses]
    Object.assign(process.env, environmentVariables(queueUrl, tableUrl))
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } })
    const registry = dynamodbRegistry(client, TABLE)
    await prepare(registry, plan)
    const containers = await wakeContainers(plan.slower)
    cloud.send({ enforce: plan.slower } satisfies Order)
    const met = await blow(containers, plan)
    const { wakes, ...limits } = await facts(cloud)
    const wrong = await notWokenOnce(registry, plan, wakes)
    client.destroy()
    return { ...met, ...limits, wrong, coldStarts: containers.coldStarts() }
  } finally {
    cloud.disconnect()
  }
}

const facts = async (cloud: ChildProcess): Promise<CloudFacts> => {
  cloud.send('tell' satisfies Order)
  const [told] = (await once(cloud, 'message')) as [CloudFacts]
  return told
}

const prepare = async (registry: Registry, { environments }: StormPlan): Promise<void> => {
  const numbers = Array.from({ length: environments }, (_, number) => number)
  const clusters = [...new Set(numbers.map(clusterOf))]
  const dueShards = Math.ceil(environments / PER_SHARD)
  await registry.putFleet({ mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters, dueShards, reports: [] })
  for (const name of clusters) await registry.putCluster({ name, arn: arnOf(name), whole: false }, dueShards)
  await pMap(numbers, async (number) => {
    const [id, cluster, hosts] = [idOf(number), clusterOf(number), [hostOf(number)]]
    const terms = termsWith({ wake: { hosts, by: 'click', stayAwakeSeconds: 7200 } })
    const { since } = environmentWith()
    const asleep = { phase: 'asleep', epoch: EPOCH, dueAt: since, decision: { desired: 'asleep', rule: 'hours', reason: 'shut since Fri 19:00' } } as const
    await registry.createEnvironment(environmentWith({ id, cluster, clusterArn: arnOf(cluster), name: `shop-${number}`, terms, ...asleep }), dueShards)
    await registry.setHosts(id, [], hosts)
  }, { concurrency: 16 })
}

/** All come within a second of the load's own time, each at his moment, and each tries until he is answered. */
const blow = async (containers: WakeContainers, { environments, requests, slower }: StormPlan) => {
  const roll = dice(1)
  const began = performance.now()
  const since = (from: number): number => (performance.now() - from) / slower
  const start = Date.now()
  const leaveClock = followTimeline({ now: () => (start + since(began)) as Instant })
  const latencies: number[] = []
  const faults: string[] = []
  let refused = 0
  const come = async (number: number): Promise<void> => {
    await wait((number / requests) * 1000 * slower)
    const first = performance.now()
    const { event, fault } = visit(number, hostOf(Math.floor((number * environments) / requests)))
    for (let pauseMs = 100; ; pauseMs = Math.min(2000, pauseMs * 2)) {
      const answer = await containers.invoke(event)
      if (answer !== 'throttled') {
        latencies.push(since(first))
        const wrong = fault(answer)
        if (wrong !== undefined) faults.push(`request ${number}: ${wrong}`)
        return
      }
      refused += 1
      await wait(pauseMs * slower * roll(0.5, 1.5, number, pauseMs))
    }
  }
  await Promise.all(Array.from({ length: requests }, (_, number) => come(number))).finally(leaveClock)
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number): number => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN)
  return { p50Ms: at(0.5), p99Ms: at(0.99), mostMs: at(1), seconds: since(began) / 1000, refused, faults }
}

const notWokenOnce = async (registry: Registry, { environments }: StormPlan, messages: readonly string[]): Promise<readonly string[]> => {
  const sent = Map.groupBy(messages, (body) => (JSON.parse(body) as { readonly id: string }).id)
  const wrong = await pMap(Array.from({ length: environments }, (_, number) => idOf(number)), async (id) => {
    const [record, history] = await Promise.all([registry.environments.get(id), registry.history(id)])
    const wakes = history.filter(({ what, text }) => what === 'request' && text.startsWith('wakes ')).length
    const told = sent.get(id)?.length ?? 0
    const isRight = told === 1 && wakes === 1 && record?.phase === 'waking' && record.epoch === EPOCH + 1
    return isRight ? [] : [`${id}: found ${told} messages, ${wakes} wakes in the history, phase ${record?.phase}, epoch ${record?.epoch}`]
  }, { concurrency: 16 })
  return wrong.flat()
}
