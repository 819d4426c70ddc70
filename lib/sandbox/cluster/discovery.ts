import { type KindRow, apiVersionOf, kinds } from './kinds.ts'
import { METRICS_GROUP, METRICS_VERSION } from './pod-metrics.ts'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update']

interface ApiResource {
  readonly name: string
  readonly singularName: string
  readonly namespaced: boolean
  readonly kind: string
  readonly verbs: readonly string[]
  readonly [field: string]: unknown
}

const resourcesOf = (row: KindRow): readonly ApiResource[] => {
  const { plural, singular, shortNames, namespaced, kind } = row
  const part = (name: string, fields: { readonly kind: string; readonly [field: string]: unknown }, can: string[]) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    ...fields,
    verbs: can,
  })
  return [
    { name: plural, singularName: singular, namespaced, kind, verbs, ...(shortNames.length > 0 ? { shortNames } : {}) },
    ...(kind === 'Pod' ? [part('eviction', { group: 'policy', version: 'v1', kind: 'Eviction' }, ['create'])] : []),
    ...(row.hasScale
      ? [part('scale', { group: 'autoscaling', version: 'v1', kind: 'Scale' }, ['get', 'patch', 'update'])]
      : []),
    ...(row.hasStatus ? [part('status', { kind }, ['get', 'patch', 'update'])] : []),
  ]
}

const accessReview: ApiResource = {
  name: 'selfsubjectaccessreviews',
  singularName: 'selfsubjectaccessreview',
  namespaced: false,
  kind: 'SelfSubjectAccessReview',
  verbs: ['create'],
}

const podMetrics: ApiResource = { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] }

const byApiVersion = new Map<string, readonly ApiResource[]>([
  ['authorization.k8s.io/v1', [accessReview]],
  [`${METRICS_GROUP}/${METRICS_VERSION}`, [podMetrics]],
])
for (const row of kinds) {
  const apiVersion = apiVersionOf(row)
  byApiVersion.set(apiVersion, [...(byApiVersion.get(apiVersion) ?? []), ...resourcesOf(row)])
}

const apiGroup = (apiVersion: string) => {
  const [name, version] = apiVersion.split('/')
  const served = { groupVersion: apiVersion, version }
  return { name, versions: [served], preferredVersion: served }
}

const groups = [...byApiVersion.keys()].filter((apiVersion) => apiVersion.includes('/')).map((one) => apiGroup(one))

const pages: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  [
    '/version',
    {
      major: '1',
      minor: '34',
      gitVersion: 'v1.34.1-eks-113cf36',
      gitCommit: '',
      gitTreeState: 'clean',
      buildDate: '2026-01-01T00:00:00Z',
      goVersion: 'go1.24.6',
      compiler: 'gc',
      platform: 'linux/amd64',
    },
  ],
  ['/api', { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }],
  ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups }],
  ...groups.map((group): [string, unknown] => [
    `/apis/${group.name}`,
    { kind: 'APIGroup', apiVersion: 'v1', ...group },
  ]),
  ...[...byApiVersion].map(([apiVersion, resources]): [string, unknown] => [
    apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`,
    { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersion, resources },
  ]),
])

/** The discovery page at a path (without a trailing slash); undefined where there is none. */
export const discoveryPage = (path: string): unknown => pages.get(path)
