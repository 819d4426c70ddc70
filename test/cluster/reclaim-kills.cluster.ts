import { readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, inject, it } from 'vitest'
import { rawApi } from '../contract/raw-api.ts'
import { campaign, type CampaignWorld, everyCall, type Places } from '../crash/campaign.ts'
import { bundleWorker } from '../crash/worker-bundle.ts'
import { serveKarpenter } from './proof/karpenter-kinds.ts'
import { makeRoom } from './proof/make-room.ts'
import { poolCycle } from './proof/pool-cycle.ts'
import { RUNNERS } from './proof/pool-objects.ts'
import { type PoolWorld, startPoolWorld } from './proof/pool-world.ts'
import { realCluster } from './real-cluster.ts'

/** Worlds side by side, before one plane. */
const WORLDS = 2

/** Each call of the reclaim to the cluster and to AWS is one place in each stage, whatever went before it. */
const everyCallOfReclaim: Places = ({ to, turn, stage, what }) => (to === 'table' || !turn.startsWith('reclaim') ? undefined : `${stage} ${what}`)

/** The same by what went before it in its turn, and to the table too: five times as many. */
const everyPlaceOfReclaim: Places = (call) => (call.turn.startsWith('reclaim') ? everyCall(call) : undefined)

const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** An eviction or a deletion of a pod by Catnap, as the API server wrote it down. */
interface Audited {
  readonly verb: string
  readonly user: { readonly username: string }
  readonly objectRef: { readonly namespace: string; readonly name: string; readonly subresource?: string }
}

it('takes and gives back nodes of a node group and of Karpenter to the same end when its worker is killed at any call of the reclaim, before it is handled or after it took effect', async () => {
  const cluster = await realCluster()
  const admin = rawApi(cluster, cluster.tokens.admin)
  await makeRoom(cluster, 0)
  const withdraw = await serveKarpenter(cluster, admin)
  const loader = await bundleWorker()
  const worlds: PoolWorld[] = []
  const start = async (): Promise<CampaignWorld> => {
    const world = await startPoolWorld({ plane: inject('plane'), loader })
    worlds.push(world)
    return Object.assign(world, { cycle: () => poolCycle(world) })
  }
  const at = process.env['CATNAP_RECLAIM_KILLS'] === 'all' ? everyPlaceOfReclaim : everyCallOfReclaim
  const { calls, places, kills, cycles, problems, missed } = await campaign({ start, worlds: WORLDS, at, calmCycles: 2, tell: say })

  const namespaces = new Set(worlds.flatMap(({ shop, batch }) => [shop.namespace, batch.namespace]))
  const audited = readFileSync(inject('plane').auditLog, 'utf8').split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Audited]))
  const byCatnap = audited.filter(({ user, objectRef }) => user.username === 'catnap' && namespaces.has(objectRef.namespace))
  const evictions = byCatnap.filter(({ objectRef }) => objectRef.subresource === 'eviction')
  const fewest = Math.min(...worlds.map((world) => world.fewestReady()))
  process.stdout.write(`kill sweep over the reclaim on a real control plane: ${calls} calls at ${places} places, ${kills} kills in ${cycles} cycles, ${evictions.length} evictions, never fewer than ${fewest} of ${RUNNERS} ready, ${problems.length} lost\n`)

  expect(problems).toEqual([])
  expect(missed).toEqual([])
  expect(kills).toBe(2 * places)
  expect(fewest).toBeGreaterThanOrEqual(RUNNERS - 1)
  // Pods leave by eviction alone, and no others than those under the budget.
  expect(byCatnap.length).toBe(evictions.length)
  expect(evictions.filter(({ objectRef: { name } }) => !name.startsWith('runner-'))).toEqual([])
  expect(evictions.length).toBeGreaterThan(0)
  await withdraw()
  rmSync(dirname(loader), { recursive: true })
  await admin.close()
  await cluster.close()
}, 5_400_000)
