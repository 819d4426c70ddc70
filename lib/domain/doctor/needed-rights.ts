import type { Environment } from '../environment.ts'
import { frontOf } from '../front/front.ts'
import type { Pool } from '../pool.ts'
import type { ClusterRight, Feature } from '../rights/cluster-right.ts'
import { RIGHTS, rightOfCustomKind } from '../rights/rights.ts'

/** The rights that what is delivered for a cluster needs. */
export const neededRights = (environments: readonly Environment[], pools: readonly Pool[]): readonly ClusterRight[] => {
  const terms = environments.map((environment) => environment.terms)
  const fronts = new Set(terms.map(({ wake }) => frontOf(wake)))
  const crds = [...new Set(terms.flatMap(({ sleep }) => sleep?.kinds ?? []))]
  const has: Readonly<Record<Feature, boolean>> = {
    namespaceSelector: terms.some(({ namespaceLabels }) => namespaceLabels !== undefined),
    pools: pools.length > 0,
    consolidation: pools.some(({ consolidate }) => consolidate === true),
    targetGroups: terms.some(({ idle }) => idle !== undefined) || fronts.has('alb'),
    ingresses: fronts.has('lbc') || fronts.has('ingress'),
    wakeService: fronts.has('ingress'),
    daemonSets: terms.some(({ sleep }) => sleep?.daemonSets === true),
    customKinds: crds.length > 0,
  }
  // The path is the CRD's own affair; whether it may be patched is asked of the kind.
  return [...RIGHTS.filter(({ needs }) => needs === undefined || has[needs]), ...crds.map((crd) => rightOfCustomKind(crd, ['spec', 'replicas']))]
}
