import { expect, it } from 'vitest'
import { later } from '../../lib/domain/time.ts'
import { lostOriginals } from '../../lib/sandbox/checker.ts'
import { wakeAndCompare } from '../../lib/sandbox/run.ts'
import type { SandboxFaults } from '../../lib/sandbox/sandbox.ts'
import { running, startMixedFleet } from './mixed-fleet.ts'

/** Of each call that changes something of Karpenter's the first is lost on its way, and the answer to the second on its way back. */
const losing = (): { readonly faults: SandboxFaults; readonly lost: () => readonly string[] } => {
  const counts = new Map<string, number>()
  const lost: string[] = []
  const nth = ({ method, path }: { readonly method: string; readonly path: string }, at: 'before' | 'after'): Promise<'drop' | undefined> => {
    const kind = /karpenter\.sh\/v1\/(\w+)\//.exec(path)?.[1]
    if (kind === undefined || method === 'GET') return Promise.resolve(undefined)
    const key = `${method} ${kind}`
    const count = (counts.get(key) ?? 0) + (at === 'before' ? 1 : 0)
    counts.set(key, count)
    if (count !== (at === 'before' ? 1 : 2) || lost.includes(`${key} ${at}`)) return Promise.resolve(undefined)
    lost.push(`${key} ${at}`)
    return Promise.resolve('drop')
  }
  return { faults: { cluster: { intercept: (call) => nth(call, 'before'), committed: (call) => nth(call, 'after') } }, lost: () => lost.toSorted() }
}

it('ends the same when calls to Karpenter’s objects, or the answers to them, are lost', async () => {
  const { faults, lost } = losing()
  const run = await startMixedFleet(faults)
  const { sandbox: { timeline }, intent } = run
  for (let quarter = 0; quarter < 4; quarter += 1) {
    await timeline.runUntil(later(timeline.now(), 900))
    expect(await lostOriginals(run.sandbox, run.first)).toEqual([])
  }
  expect([running(run, 'own-workers'), running(run, 'batch')]).toEqual([1, 0])
  expect(lost()).toEqual(['DELETE nodeclaims after', 'DELETE nodeclaims before', 'PATCH nodepools after', 'PATCH nodepools before'])
  expect(await wakeAndCompare(run, intent)).toEqual([])
})
