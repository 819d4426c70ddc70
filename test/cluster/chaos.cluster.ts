import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, inject, it } from 'vitest'
import { sayEnds } from '../crash/chaos-test.ts'
import { bundleWorker } from '../crash/worker-bundle.ts'
import { makeRoom } from './proof/make-room.ts'
import { planeTrials } from './proof/plane-trials.ts'
import { realCluster } from './real-cluster.ts'

/** Worlds side by side, before one plane. */
const WORLDS = 3

/** More with `npm run test:cluster:chaos`; `CATNAP_CHAOS_SEEDS=17,23` tries just these again. */
const { CATNAP_CHAOS_RUNS = '12', CATNAP_CHAOS_SEEDS } = process.env
const SEEDS = CATNAP_CHAOS_SEEDS?.split(',').map(Number) ?? Array.from({ length: Number(CATNAP_CHAOS_RUNS) }, (_, index) => index + 1)

it('keeps the laws on a real control plane while workers die and hang, calls fail, messages come twice and late, and people act against it', async () => {
  const cluster = await realCluster()
  await makeRoom(cluster, 250)
  const loader = await bundleWorker()
  const began = Date.now()
  let done = 0
  const ends = await planeTrials(inject('plane'), loader, SEEDS, WORLDS, ({ broken }) => {
    done += 1
    for (const text of broken) process.stdout.write(`${text}\n`)
    if (done % 10 === 0) process.stderr.write(`${done} of ${SEEDS.length} runs after ${Math.round((Date.now() - began) / 1000)} s\n`)
  })
  const changes = ends.reduce((sum, end) => sum + end.changes, 0)
  process.stdout.write(`chaos on a real control plane: ${ends.length} runs with the seeds ${SEEDS[0]} to ${SEEDS.at(-1)} in ${Math.round((Date.now() - began) / 1000)} s, ${changes} changes by people, ${sayEnds(ends)}\n`)
  expect(ends.flatMap(({ broken }) => broken)).toEqual([])
  expect(ends).toHaveLength(SEEDS.length)
  rmSync(dirname(loader), { recursive: true })
  await cluster.close()
}, 14_400_000)
