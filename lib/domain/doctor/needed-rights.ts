import type { Environment } from '../environment.ts'
import { frontOf } from '../front/front.ts'
import type { Pool } from '../pool.ts'
import type { ClusterRight } from '../rights/cluster-right.ts'
import { rightsFor } from '../rights/rights-for.ts'

/** The rights that what is delivered for a cluster needs. Where a custom kind keeps its replicas is the CRD's own affair: whether it may be patched is asked of the kind. */
export const neededRights = (environments: readonly Environment[], pools: readonly Pool[], whole = false): readonly ClusterRight[] =>
  rightsFor(environments.map(({ terms: { namespaceLabels, idle, wake, sleep } }) => ({
    bySelector: namespaceLabels !== undefined, byIdleness: idle !== undefined, front: frontOf(wake), sleep,
  })), pools, { whole })
