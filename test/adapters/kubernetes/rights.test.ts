import { describe, expect, it, onTestFinished } from 'vitest'
import { clusterApi } from '../../../lib/adapters/kubernetes/cluster-api.ts'
import { clusterWideRoles } from '../../../lib/domain/rights/cluster-roles.ts'
import { type ClusterRight, sayResource } from '../../../lib/domain/rights/cluster-right.ts'
import { ANY_GRANT } from '../../../lib/domain/rights/grant.ts'
import { RIGHTS } from '../../../lib/domain/rights/rights.ts'
import { type Access, accessOf, missedIn, UNTOLD, withoutAccess } from '../../contract/wire-access.ts'
import { PATCH, rawApi } from '../../contract/raw-api.ts'
import { wireCalls, wireObjects, wireStatus } from '../../contract/wire-calls.ts'
import { startCluster } from '../../sandbox/cluster/start-cluster.ts'

/** A verb of a row, and whether it is for the whole cluster. */
interface Allowed {
  readonly access: string
  readonly scope: ClusterRight['scope']
}

const allowedBy = ({ scope, verbs, ...right }: ClusterRight): readonly Allowed[] => verbs.map((verb) => ({ access: `${verb} ${sayResource(right)}`, scope }))

const covers = (allowed: Allowed, call: Access): boolean => allowed.access === call.access && (allowed.scope === 'cluster' || call.isNamespaced)

/** A list of one namespace needs no right on the whole cluster. What GitOps tools own is patched wherever the tool keeps it. */
const needs = (allowed: Allowed, call: Access): boolean =>
  covers(allowed, call) && (allowed.scope !== 'cluster' || !call.isNamespaced || !call.access.startsWith('list '))

/** Verbs and resources, each once however many rows it has. */
const ACCESSES = [...new Set(RIGHTS.flatMap(allowedBy).map(({ access }) => access))]

/** A cluster with what the calls need, in which Catnap's rights can be changed, and Catnap's connection to it. */
const letIn = async (calls: Access[]) => {
  const { cluster } = await startCluster({
    authenticate: (token) => ({ user: token, groups: [token === 'catnap' ? 'catnap' : 'system:masters'] }),
    intercept: async ({ method, path }) => void calls.push(accessOf(method, path)),
  })
  cluster.apply(wireObjects('shop'))
  const admin = rawApi(cluster, 'admin')
  await admin.call('PATCH', wireStatus.path, wireStatus.body, PATCH.merge)
  const api = clusterApi({ name: 'us-dev', url: cluster.url, token: async () => 'catnap' })
  onTestFinished(async () => {
    await Promise.all([api.close(), admin.close()])
  })
  calls.length = 0
  return { api, grant: (rights: readonly ClusterRight[]) => cluster.apply(clusterWideRoles({ ...ANY_GRANT, rights })) }
}

describe('the rights', () => {
  it('are what goes over the wire: no call without a row, no row without a call', async () => {
    const calls: Access[] = []
    const { api, grant } = await letIn(calls)
    grant(RIGHTS)
    for (const { make } of wireCalls(api, 'shop')) expect(missedIn(await make().catch((error: unknown) => error))).toEqual([])
    const allowed = RIGHTS.flatMap(allowedBy)
    expect(calls.filter((call) => !allowed.some((each) => covers(each, call)))).toEqual([])
    expect(allowed.filter((each) => !calls.some((call) => needs(each, call)))).toEqual([])
    expect(calls.length).toBeGreaterThan(allowed.length)
  })

  it('are missed by name, each that is taken away', async () => {
    const { api, grant } = await letIn([])
    for (const taken of ACCESSES.filter((access) => access !== UNTOLD)) {
      grant(withoutAccess(RIGHTS, taken))
      const told = new Set<string>()
      for (const { make } of wireCalls(api, 'shop')) {
        for (const access of missedIn(await make().catch((error: unknown) => error))) told.add(access)
        if (told.size > 0) break
      }
      expect([...told]).toEqual([taken])
    }
  })
})
