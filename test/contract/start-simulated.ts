import { clusterWideRoles } from '../../lib/domain/rights/cluster-roles.ts'
import { ANY_GRANT } from '../../lib/domain/rights/grant.ts'
import { instant, later } from '../../lib/domain/time.ts'
import { createCluster } from '../../lib/sandbox/cluster/create-cluster.ts'
import type { Identity } from '../../lib/sandbox/cluster/identity.ts'
import { dice } from '../../lib/sandbox/dice.ts'
import { Timeline } from '../../lib/sandbox/timeline.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import { pathOf, rawApi } from './raw-api.ts'

const IDENTITIES: Readonly<Record<string, Identity>> = {
  admin: { user: 'admin', groups: ['system:masters'] },
  catnap: { user: 'catnap', groups: ['catnap'] },
  guest: { user: 'guest', groups: ['guests'] },
}

/** As many lists as a cluster keeps for those who ask for the next page. */
const KEPT_LISTS = 64

/** What must come about comes within this. */
const PATIENCE_SECONDS = 10 * 60

/** A simulated cluster with the rights of Catnap applied, on a timeline of its own. */
export const startSimulated = async (faults: Pick<Parameters<typeof createCluster>[0], 'intercept'> = {}): Promise<ClusterUnderTest & { close(): Promise<void> }> => {
  const timeline = new Timeline(instant('2026-11-23T08:00:30Z'))
  const cluster = await createCluster({ name: 'test', timeline, dice: dice(7), authenticate: (token) => IDENTITIES[token], ...faults })
  cluster.apply(clusterWideRoles(ANY_GRANT))
  const admin = rawApi(cluster, 'admin')
  const pass = (seconds: number): Promise<void> => timeline.runUntil(later(timeline.now(), seconds))
  return {
    url: cluster.url,
    tokens: { admin: 'admin', catnap: 'catnap', guest: 'guest' },
    now: () => timeline.now(),
    pass,
    until: async (what, holds) => {
      const deadline = later(timeline.now(), PATIENCE_SECONDS)
      for (let pause = 1; !(await holds()); pause = Math.min(pause + 1, 8)) {
        if (timeline.now() > deadline) throw new Error(`not so after ${PATIENCE_SECONDS} s: ${what}`)
        await pass(pause)
      }
    },
    joinNode: async (node) => cluster.joinNode(node),
    expireLists: async () => {
      for (let begun = 0; begun <= KEPT_LISTS; begun += 1) await admin.call('GET', `${pathOf('Namespace')}?limit=1`)
    },
    close: async () => {
      await admin.close()
      await cluster.close()
    },
  }
}
