/** What the API server knows of a kind: one row makes a kind. */
export interface KindRow {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly namespaced: boolean
  /** Whether `/status` exists; if so a plain write leaves the status alone and the other way round. */
  readonly hasStatus: boolean
  /** Whether `/scale` exists. */
  readonly hasScale: boolean
  /** Which changes raise `metadata.generation`; a Deployment counts its annotations too, as the real strategy does. */
  readonly generation: 'none' | 'spec' | 'spec and annotations'
  /** Served only once its CustomResourceDefinition is there. */
  readonly custom: boolean
  /** Whether a delete that is carried out at once answers with the object rather than a Status. */
  readonly returnsDeleted: boolean
}

type Trait = 'namespaced' | 'status' | 'scale' | 'generation' | 'annotations' | 'returns' | 'custom'

const row = (apiVersion: string, kind: string, plural: string, shortNames: string, ...traits: Trait[]): KindRow => {
  const slash = apiVersion.indexOf('/')
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: shortNames === '' ? [] : shortNames.split(' '),
    namespaced: traits.includes('namespaced'),
    hasStatus: traits.includes('status'),
    hasScale: traits.includes('scale'),
    generation: traits.includes('annotations')
      ? 'spec and annotations'
      : traits.includes('generation')
        ? 'spec'
        : 'none',
    custom: traits.includes('custom'),
    returnsDeleted: traits.includes('returns'),
  }
}

const rbac = 'rbac.authorization.k8s.io/v1'

/** Every kind the simulated cluster serves. */
export const kinds: readonly KindRow[] = [
  row('v1', 'Namespace', 'namespaces', 'ns', 'status'),
  row('v1', 'Node', 'nodes', 'no', 'status'),
  row('v1', 'Pod', 'pods', 'po', 'namespaced', 'status', 'returns'),
  row('v1', 'Event', 'events', 'ev', 'namespaced'),
  row('v1', 'ServiceAccount', 'serviceaccounts', 'sa', 'namespaced', 'returns'),
  row('v1', 'Service', 'services', 'svc', 'namespaced', 'status', 'returns'),
  row('v1', 'ConfigMap', 'configmaps', 'cm', 'namespaced'),
  row('v1', 'Secret', 'secrets', '', 'namespaced'),
  row('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', 'pvc', 'namespaced', 'status', 'returns'),
  row('v1', 'PersistentVolume', 'persistentvolumes', 'pv', 'status', 'returns'),
  row('apps/v1', 'Deployment', 'deployments', 'deploy', 'namespaced', 'status', 'scale', 'annotations'),
  row('apps/v1', 'ReplicaSet', 'replicasets', 'rs', 'namespaced', 'status', 'scale', 'generation'),
  row('apps/v1', 'StatefulSet', 'statefulsets', 'sts', 'namespaced', 'status', 'scale', 'generation'),
  row('apps/v1', 'DaemonSet', 'daemonsets', 'ds', 'namespaced', 'status', 'generation'),
  row('batch/v1', 'CronJob', 'cronjobs', 'cj', 'namespaced', 'status', 'generation'),
  row('batch/v1', 'Job', 'jobs', '', 'namespaced', 'status', 'generation'),
  row('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', 'pdb', 'namespaced', 'status', 'generation'),
  row('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'hpa', 'namespaced', 'status'),
  row('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', 'verticalpodautoscalers', 'vpa', 'namespaced', 'generation'),
  row('elbv2.k8s.aws/v1beta1', 'TargetGroupBinding', 'targetgroupbindings', '', 'namespaced', 'status', 'generation'),
  row('networking.k8s.io/v1', 'Ingress', 'ingresses', 'ing', 'namespaced', 'status', 'generation'),
  row('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', 'crd', 'status', 'generation'),
  row('argoproj.io/v1alpha1', 'Rollout', 'rollouts', 'ro', 'namespaced', 'status', 'scale', 'generation', 'custom'),
  row('argoproj.io/v1alpha1', 'Application', 'applications', 'app', 'namespaced', 'generation', 'custom'),
  row('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'kustomizations', 'ks', 'namespaced', 'status', 'generation', 'custom'),
  row('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'helmreleases', 'hr', 'namespaced', 'status', 'generation', 'custom'),
  row('keda.sh/v1alpha1', 'ScaledObject', 'scaledobjects', 'so', 'namespaced', 'status', 'generation', 'custom'),
  row('keda.sh/v1alpha1', 'ScaledJob', 'scaledjobs', 'sj', 'namespaced', 'status', 'generation', 'custom'),
  row('kafka.strimzi.io/v1', 'KafkaNodePool', 'kafkanodepools', 'knp', 'namespaced', 'status', 'scale', 'generation', 'custom'),
  row('karpenter.sh/v1', 'NodePool', 'nodepools', '', 'status', 'generation'),
  row('karpenter.sh/v1', 'NodeClaim', 'nodeclaims', '', 'status', 'generation'),
  row('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', ''),
  row('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', ''),
  row(rbac, 'ClusterRole', 'clusterroles', ''),
  row(rbac, 'ClusterRoleBinding', 'clusterrolebindings', ''),
  row(rbac, 'Role', 'roles', '', 'namespaced'),
  row(rbac, 'RoleBinding', 'rolebindings', '', 'namespaced'),
  row('storage.k8s.io/v1', 'VolumeAttachment', 'volumeattachments', '', 'status', 'returns'),
]

/** The API version of a row as objects spell it: `v1`, `apps/v1`. */
export const apiVersionOf = ({ group, version }: KindRow): string => (group === '' ? version : `${group}/${version}`)

const byKind = new Map(kinds.map((known) => [known.kind, known]))
const byPlural = new Map(kinds.map((known) => [`${apiVersionOf(known)}/${known.plural}`, known]))

/** The row of a kind by name. Kind names are unique in this table. */
export const kindRow = (kind: string): KindRow | undefined => byKind.get(kind)

/** The row behind a URL's group, version and resource. */
export const resourceRow = (apiVersion: string, plural: string): KindRow | undefined =>
  byPlural.get(`${apiVersion}/${plural}`)
