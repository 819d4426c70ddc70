import type { FrontKind } from '../front/front.ts'
import type { ClusterRight, Feature } from './cluster-right.ts'
import { RIGHTS, rightOfCustomKind } from './rights.ts'

/** As much of an environment as decides which rights it needs. */
export interface EnvironmentNeeds {
  readonly bySelector: boolean
  readonly byIdleness: boolean
  readonly front: FrontKind
  readonly sleep: { readonly daemonSets?: boolean | undefined; readonly kinds?: readonly string[] | undefined } | undefined
}

/** Where replicas are in most kinds that scale. */
const USUAL_PATH = ['spec', 'replicas']

/**
 * The rights that a cluster's environments and pools need, and no more. `replicaPaths` says by CRD where custom kinds keep
 * their replicas, other than at `spec.replicas`. `whole`: the cluster may sleep as a whole.
 */
export const rightsFor = (
  environments: readonly EnvironmentNeeds[],
  pools: readonly { readonly consolidate?: boolean }[],
  { replicaPaths = {}, whole = false }: { readonly replicaPaths?: Readonly<Record<string, readonly string[]>>; readonly whole?: boolean } = {},
): readonly ClusterRight[] => {
  const fronts = new Set(environments.map(({ front }) => front))
  const crds = [...new Set(environments.flatMap(({ sleep }) => sleep?.kinds ?? []))].toSorted()
  const has: Readonly<Record<Feature, boolean>> = {
    namespaceSelector: environments.some(({ bySelector }) => bySelector),
    pools: pools.length > 0,
    consolidation: whole || pools.some(({ consolidate }) => consolidate === true),
    targetGroups: environments.some(({ byIdleness }) => byIdleness) || fronts.has('alb'),
    ingresses: fronts.has('lbc') || fronts.has('ingress'),
    wakeService: fronts.has('ingress'),
    daemonSets: environments.some(({ sleep }) => sleep?.daemonSets === true),
    customKinds: crds.length > 0,
    whole,
  }
  return [
    ...RIGHTS.filter(({ needs }) => needs === undefined || has[needs]),
    ...crds.map((crd) => rightOfCustomKind(crd, replicaPaths[crd] ?? USUAL_PATH)),
  ]
}
