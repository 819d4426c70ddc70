import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { PATCH, pathOf, rawApi } from '../contract/raw-api.ts'
import { campaign, type CampaignWorld, type Places } from '../crash/campaign.ts'
import { type KarpenterStage, openKarpenterStage } from './proof/karpenter-stage.ts'
import { SYSTEM, SYSTEM_REPLICAS } from './proof/system-objects.ts'
import { wholeCycle } from './proof/whole-cycle.ts'
import { ELSEWHERE } from './proof/whole-rights.ts'
import { startWholeWorld } from './proof/whole-world.ts'

/** A plane has one `kube-system`. */
const WORLDS = 1

/** Each call for the cluster as a whole to the cluster and to AWS is one place in each stage, whatever went before it, and whichever workload of a wave it is for. */
const everyCallOfWhole: Places = ({ to, turn, stage, what }) => (to === 'table' || !turn.endsWith(' us-dev') ? undefined : `${stage} ${turn} ${what.replace(/deployments\/(?!karpenter).+/, 'deployments/another')}`)

const say = (line: string): void => void process.stderr.write(`${line}\n`)

let opened: KarpenterStage | undefined
const stage = (): KarpenterStage => opened ?? expect.fail('the control plane did not start')

beforeAll(async () => {
  opened = await openKarpenterStage()
})

afterAll(() => stage().close())

const ENVIRONMENT = 'PATCH /apis/apps/v1/namespaces/an-environment/'
const NODE_POOL = 'PATCH /apis/karpenter.sh/v1/nodepools/burst'
const scaled = (name: string): string => `PATCH /apis/apps/v1/namespaces/${SYSTEM}/deployments/${name}`

/** These writes in the order in which each was first made; without those that never were. */
const inTurn = (written: readonly string[], when: string, texts: readonly string[]): readonly string[] =>
  written.filter((each) => each.startsWith(when)).flatMap((each) => texts.filter((text) => each.includes(text))).filter((text, index, all) => all.indexOf(text) === index)

const refused = (because: string) => ({ status: 403, body: { message: expect.stringContaining(because) } })

const startOne = () => startWholeWorld({ plane: inject('plane'), loader: stage().loader })

const startCycled = async (): Promise<CampaignWorld> => {
  const world = await startOne()
  return Object.assign(world, { cycle: () => wholeCycle(world) })
}

it('sleeps a whole cluster to no node at all, and brings groups, system, Karpenter and environment back in that order, with the rights its intent needs', async () => {
  const world = await startOne()
  try {
    expect(await world.nodeCounts()).toEqual({ workers: 3, burst: 2 })
    const written: string[] = []
    world.gate.fate = {
      before: async ({ stage: when, what }) => {
        if (/^(?:PATCH|eks Update|autoscaling Terminate)/.test(what)) written.push(`${when} ${what}`)
        return undefined
      },
    }
    await wholeCycle(world)
    const asleep = [ENVIRONMENT, scaled('metrics-server'), scaled('karpenter')]
    expect(inTurn(written, 'asleep:', asleep)).toEqual(asleep)
    // A node nobody but the environment needed may go before, the last of the group does not.
    expect(written.findLastIndex((each) => each.includes('autoscaling TerminateInstanceInAutoScalingGroup')))
      .toBeGreaterThan(written.findIndex((each) => each.includes(`asleep: ${scaled('karpenter')}`)))
    // That one is shut for the environment already.
    const shut = [ENVIRONMENT, NODE_POOL, scaled('karpenter')]
    expect(inTurn(written, 'asleep:', shut)).toEqual(shut)
    const awake = ['eks UpdateNodegroupConfig', scaled('metrics-server'), scaled('karpenter'), NODE_POOL, ENVIRONMENT]
    expect(inTurn(written, 'awake:', awake)).toEqual(awake)
  } finally {
    await world.close()
  }
})

it('is held to replicas and its own annotations in `kube-system`, and to nothing else outside of the environment, by the policy of that intent', async () => {
  const world = await startOne()
  const mighty = rawApi(inject('plane'), inject('plane').tokens.mighty)
  const change = (kind: string, namespace: string, name: string, body: object) => mighty.call('PATCH', `${pathOf(kind, namespace, name)}?dryRun=All`, body, PATCH.merge)
  const asleep = { metadata: { annotations: { 'catnap.dev/original-replicas': '2' } }, spec: { replicas: 0 } }
  try {
    expect(await change('Deployment', SYSTEM, 'coredns', asleep)).toMatchObject({ status: 200 })
    expect(await change('Deployment', SYSTEM, 'coredns', { spec: { replicas: 0, paused: true } })).toMatchObject(refused('catnap changes nothing of apps/deployments but spec.replicas, annotations'))
    expect(await change('Deployment', SYSTEM, 'coredns', { metadata: { labels: { team: 'catnap' } } })).toMatchObject(refused('catnap changes nothing of the metadata of apps/deployments'))
    expect(await change('PodDisruptionBudget', SYSTEM, 'coredns', { spec: { maxUnavailable: 2 } })).toMatchObject(refused('catnap does not UPDATE policy/poddisruptionbudgets'))
    expect(await mighty.call('DELETE', `${pathOf('Deployment', SYSTEM, 'coredns')}?dryRun=All`)).toMatchObject(refused('catnap does not DELETE apps/deployments'))
    expect(await mighty.call('POST', `${pathOf('ConfigMap', SYSTEM)}?dryRun=All`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } })).toMatchObject(refused('catnap does not CREATE /configmaps'))
    expect(await change('Deployment', ELSEWHERE.namespace, ELSEWHERE.name, asleep)).toMatchObject(refused(`namespace ${ELSEWHERE.namespace} is in no environment of catnap`))
    expect((await world.admin.get('Deployment', 'coredns', SYSTEM)).spec).toMatchObject({ replicas: SYSTEM_REPLICAS.coredns })
  } finally {
    await mighty.close()
    await world.close()
  }
})

it('comes to the same end when its worker is killed at any call for the whole cluster, before it is handled or after it took effect', async () => {
  const { calls, places, kills, cycles, problems, missed } = await campaign({ start: startCycled, worlds: WORLDS, at: everyCallOfWhole, calmCycles: 2, tell: say })
  process.stdout.write(`kill sweep over the sleep of a whole cluster on a real control plane: ${calls} calls at ${places} places, ${kills} kills in ${cycles} cycles, ${problems.length} lost\n`)
  expect(problems).toEqual([])
  expect(missed).toEqual([])
  expect(kills).toBe(2 * places)
}, 5_400_000)
