/** A verb of Kubernetes' authorization. Those after `list` write. */
export type Verb = 'get' | 'list' | 'create' | 'patch' | 'delete'

/** What of an intent needs a right; one that names none is always needed. */
export type Feature = 'namespaceSelector' | 'pools' | 'consolidation' | 'targetGroups' | 'ingresses' | 'wakeService' | 'daemonSets' | 'customKinds' | 'whole'

/** What the admission policy lets Catnap write of an object. Its own annotations, `catnap.dev/*`, it may always write. */
interface WriteLimit {
  /** The places it may change, each the segments of a JSON Pointer: `['spec', 'replicas']`. */
  readonly paths: readonly (readonly string[])[]
  /** Keys of the taints it may set and take, where `spec.taints` is among the places. */
  readonly taints?: readonly string[]
  /** Only objects of these names. A role can say so as well, but for `create`. */
  readonly names?: readonly string[]
  /** Also in `kube-system`, which is protected from every other write. */
  readonly systemToo?: true
}

/** One kind of call Catnap makes to a cluster's API, and what for. */
export interface ClusterRight {
  /** Empty for the core group. */
  readonly apiGroup: string
  /** The plural, with a subresource as `pods/eviction`. */
  readonly resource: string
  readonly verbs: readonly Verb[]
  /** `environments`: asked in the namespaces of environments only. `system`: in those of the cluster's own workloads. `cluster`: of the whole cluster, or of what has no namespace. */
  readonly scope: 'cluster' | 'environments' | 'system'
  readonly why: string
  readonly needs?: Feature
  /** A cluster need not serve it, or Catnap can do without: then less is told. */
  readonly isOptional?: true
  /** Where a verb of it writes. */
  readonly writes?: WriteLimit
}

/** `pods.metrics.k8s.io`, `nodes`: a resource as `kubectl auth can-i` reads it. */
export const sayResource = ({ apiGroup, resource }: Pick<ClusterRight, 'apiGroup' | 'resource'>): string => {
  const [plural = '', ...subresource] = resource.split('/')
  return [`${plural}${apiGroup === '' ? '' : `.${apiGroup}`}`, ...subresource].join('/')
}
