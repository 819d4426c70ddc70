import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { askRights, askWhoIAm } from '../../../lib/adapters/kubernetes/ask-rights.ts'
import { clusterApi } from '../../../lib/adapters/kubernetes/cluster-api.ts'
import { type ClusterRight, sayResource } from '../../../lib/domain/rights/cluster-right.ts'
import { clusterWideRoles } from '../../../lib/domain/rights/cluster-roles.ts'
import { RIGHTS } from '../../../lib/domain/rights/rights.ts'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { startCluster } from '../../sandbox/cluster/start-cluster.ts'

const verbsOf = (rights: readonly ClusterRight[]): readonly string[] =>
  [...new Set(rights.flatMap((right) => right.verbs.map((verb) => `${verb} ${sayResource(right)}`)))].toSorted()

/** What nobody gives any more: a right may be in more than one row. */
const lost = (taken: readonly ClusterRight[]): readonly string[] => {
  const kept = new Set(verbsOf(RIGHTS.filter((right) => !taken.includes(right))))
  return verbsOf(taken).filter((verb) => !kept.has(verb))
}

it('whatever rules are taken away, exactly their rights are named: one of them, or any number', async () => {
  const { cluster } = await startCluster({ authenticate: () => ({ user: 'worker', groups: ['catnap'] }) })
  const api = clusterApi({ name: 'test', url: cluster.url, token: async () => 'any' })
  onTestFinished(() => api.close())
  const missingWithout = async (taken: readonly ClusterRight[]): Promise<readonly string[]> => {
    cluster.apply(clusterWideRoles({ rights: RIGHTS.filter((right) => !taken.includes(right)), protect: [] }) as unknown as KubernetesObject[])
    const { of, missing } = await askRights(api, await askWhoIAm(api), RIGHTS, ['shop'])
    expect(of).toBe('catnap')
    return [...new Set(missing.map(({ right, verb }) => `${verb} ${sayResource(right)}`))].toSorted()
  }
  await fc.assert(fc.asyncProperty(fc.oneof(fc.constantFrom(...RIGHTS).map((right) => [right]), fc.subarray([...RIGHTS])), async (taken) => {
    expect(await missingWithout(taken)).toEqual(lost(taken))
  }), { numRuns: 8, seed: 7 })
})
