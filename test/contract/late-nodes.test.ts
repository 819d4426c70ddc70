import { expect, it, onTestFinished } from 'vitest'
import type { Environment } from '../../lib/domain/environment.ts'
import type { Notice } from '../../lib/domain/notice.ts'
import { unboundedSize } from '../../lib/domain/pool.ts'
import type { PoolKind } from '../../lib/domain/pool-kind.ts'
import type { Capacity } from '../../lib/ports.ts'
import { poolWith } from '../domain/build-cluster.ts'
import { deploymentOf, templateOf } from '../sandbox/cluster/manifests-of.ts'
import { contractWorld } from './contract-world.ts'
import { engineWorld } from './engine-world.ts'
import { startSimulated } from './start-simulated.ts'

const ID = 'us-dev/shop'
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:catnap-warnings'

const unexpected = async (): Promise<never> => expect.fail('a wake neither prepares, restores nor removes')

/** A pool that takes every wish and starts nothing. `troubles` says why, or throws. */
const stuckPool = (troubles: Capacity['troubles'], kind: PoolKind): Capacity => {
  let desiredSize = 0
  const common = { kind, rebalancing: false, instanceTypes: ['m5.large'], inService: [], waits: {} }
  return {
    list: async () => ['workers'],
    status: async () => (kind === 'node-pool'
      ? { ...common, size: unboundedSize(0), limits: { cpu: 2000 } }
      : { ...common, size: { minSize: 0, desiredSize, maxSize: 6 }, zones: { 'us-east-1a': [] } }),
    grow: async (_, __, ___, size) => {
      desiredSize = size.desiredSize
      return 'done'
    },
    troubles,
    prepare: unexpected, restore: unexpected, remove: unexpected,
    states: async () => new Map(),
    instances: async () => [],
  }
}

/** A shop that sleeps, and of whose pods one needs a node that will not come. */
const startStuck = async (troubles: Capacity['troubles'], { kind = 'auto-scaling-group', notices = [], warnings = [] }: { kind?: PoolKind; notices?: Notice[]; warnings?: string[] } = {}) => {
  const cluster = await startSimulated()
  const world = await contractWorld(cluster)
  const shop = await world.namespace()
  const engine = await engineWorld(world, shop, {
    capacity: stuckPool(troubles, kind), warn: { aheadSeconds: 600, topicArn: TOPIC }, warned: (text) => void warnings.push(text),
    notices: { tell: async (_, notice) => {
      notices.push(notice)
      return []
    } },
  })
  onTestFinished(async () => {
    await engine.close()
    await world.close()
    await cluster.close()
  })
  await engine.registry.createPool(poolWith({ shape: { cpuMilli: 1_000_000, memoryMiB: 4096, pods: 10, labels: {}, taints: [] } }))
  await world.create(shop, [deploymentOf('large', { replicas: 1, template: templateOf('large', {}, { resources: { requests: { cpu: '900' } } }) }), deploymentOf('web', { replicas: 1 })])
  await engine.bring('asleep')
  return {
    /** Lets workers come every 40 s for so long. */
    waking: async (seconds: number): Promise<Environment | undefined> => {
      let environment: Environment | undefined
      for (let passed = 0; passed < seconds; passed += 40) {
        environment = await engine.nudge('awake')
        await cluster.pass(40)
      }
      return environment
    },
    problems: async (): Promise<readonly string[]> => (await engine.registry.history(ID)).flatMap(({ what, text }) => (what === 'problem' ? [text] : [])),
  }
}

const QUOTA = 'You have requested more vCPU capacity than your current vCPU limit of 32 allows'

it('a wake whose nodes do not come says so once after 120 s, with the provisioner’s reason, alarms once after 15 minutes, and holds back nothing that has a node', async () => {
  const [notices, warnings]: [Notice[], string[]] = [[], []]
  const { waking, problems } = await startStuck(async () => [{ text: QUOTA }, { text: QUOTA }], { notices, warnings })
  expect(await waking(120)).toMatchObject({ progress: { nodes: { done: 0, total: 1 }, workloads: { done: 1, total: 2 } } })
  expect(await problems()).toEqual([])

  const late = await waking(120)
  expect(late?.progress?.waitingFor).toMatch(`one node of pool workers does not come: ${QUOTA}; Deployment `)
  await waking(640)
  expect(await problems()).toEqual([`waking: no node came for 120 s: one node of pool workers does not come: ${QUOTA}`])
  expect(notices).toEqual([])
  expect(warnings).toEqual([])

  await waking(120)
  expect((await problems()).filter((text) => text === `waking: nodes have not come for 15 minutes: one node of pool workers does not come: ${QUOTA}`)).toHaveLength(1)
  expect(warnings.filter((text) => text === 'nodes do not come')).toHaveLength(1)
  expect(notices.map(({ subject }) => subject)).toEqual([`${ID} does not wake: nodes do not come`])
})

it('a wake goes on where the provisioner may not be asked, and says that', async () => {
  const { waking, problems } = await startStuck(async () => {
    throw new Error('AccessDenied: not authorized to perform autoscaling:DescribeScalingActivities')
  })
  const late = await waking(200)
  expect(late?.progress?.workloads).toEqual({ done: 1, total: 2 })
  expect(await problems()).toEqual(['waking: no node came for 120 s: one node of pool workers does not come: its provisioner could not be asked: AccessDenied: not authorized to perform autoscaling:DescribeScalingActivities'])
})

it('a wake that waits for Karpenter, which takes no wishes, says so too', async () => {
  const ICE = 'InsufficientCapacityError: NodeClaim workers-x7k2p event: creating instance, insufficient capacity'
  const { waking, problems } = await startStuck(async () => [{ text: ICE }], { kind: 'node-pool' })
  await waking(200)
  expect(await problems()).toEqual([`waking: no node came for 120 s: one node of pool workers does not come: ${ICE}`])
})
