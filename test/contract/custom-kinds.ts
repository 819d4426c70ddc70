import { clusterWideRoles } from '../../lib/domain/rights/cluster-roles.ts'
import { rightOfCustomKind } from '../../lib/domain/rights/rights.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import { pathOf, type RawApi } from './raw-api.ts'

/** A CustomResourceDefinition, with as much of a schema as Catnap needs: everything is kept as it was sent. */
const definition = (group: string, version: string, kind: string, plural: string, scale?: { readonly spec: string; readonly status: string }, hasStatus = true): KubernetesObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [{
      name: version,
      served: true,
      storage: true,
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      subresources: { ...(hasStatus ? { status: {} } : {}), ...(scale === undefined ? {} : { scale: { specReplicasPath: scale.spec, statusReplicasPath: scale.status } }) },
    }],
  },
})

const REPLICAS = { spec: '.spec.replicas', status: '.status.replicas' }

/** The custom kinds Catnap knows by name, and one that only an intent names, whose replicas lie deeper. */
const CUSTOM_KINDS: readonly KubernetesObject[] = [
  definition('argoproj.io', 'v1alpha1', 'Rollout', 'rollouts', REPLICAS),
  // Argo CD writes the status of its Applications with the rest of them.
  definition('argoproj.io', 'v1alpha1', 'Application', 'applications', undefined, false),
  definition('kustomize.toolkit.fluxcd.io', 'v1', 'Kustomization', 'kustomizations'),
  definition('helm.toolkit.fluxcd.io', 'v2', 'HelmRelease', 'helmreleases'),
  definition('keda.sh', 'v1alpha1', 'ScaledObject', 'scaledobjects'),
  definition('keda.sh', 'v1alpha1', 'ScaledJob', 'scaledjobs'),
  definition('kafka.strimzi.io', 'v1', 'KafkaNodePool', 'kafkanodepools', { spec: '.spec.brokers.count', status: '.status.brokers' }),
]

/** Makes the cluster serve them, and lets Catnap at the last, as `catnap rbac --intent` does where an intent names it. */
export const serveCustomKinds = async (cluster: ClusterUnderTest, admin: RawApi): Promise<void> => {
  for (const each of CUSTOM_KINDS) await make(admin, each)
  const [role, binding] = clusterWideRoles({ rights: [rightOfCustomKind('kafkanodepools.kafka.strimzi.io', ['spec', 'brokers', 'count'])], protect: [] })
  await make(admin, { ...role, metadata: { name: 'catnap-kafka' } } as KubernetesObject)
  await make(admin, { ...binding, metadata: { name: 'catnap-kafka' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'catnap-kafka' } } as KubernetesObject)
  await cluster.until('custom kinds are served', async () => {
    const kinds = CUSTOM_KINDS.map(({ spec }) => (spec as { readonly names: { readonly kind: string } }).names.kind)
    return (await Promise.all(kinds.map((kind) => admin.call('GET', pathOf(kind))))).every(({ status }) => status === 200)
  })
}

/** Several files of tests share one control plane: what is there is there. */
const make = async (admin: RawApi, object: KubernetesObject): Promise<void> => {
  const { status, body } = await admin.call('POST', pathOf(object.kind), object)
  if (status !== 201 && status !== 409) throw new Error(`make ${object.kind} ${object.metadata.name}: found ${status} ${JSON.stringify(body)}, expected 201, or 409 where it is there`)
}

/** An object of one of them. */
export const customObject = (apiVersion: string, kind: string, name: string, spec: Readonly<Record<string, unknown>>, annotations?: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(annotations === undefined ? {} : { annotations }) },
  spec,
})

export const rolloutOf = (name: string, replicas: number): KubernetesObject => customObject('argoproj.io/v1alpha1', 'Rollout', name, { replicas })
export const kafkaOf = (name: string, count: number): KubernetesObject => customObject('kafka.strimzi.io/v1', 'KafkaNodePool', name, { brokers: { count } })
export const scaledObjectOf = (name: string, annotations?: Readonly<Record<string, string>>): KubernetesObject =>
  customObject('keda.sh/v1alpha1', 'ScaledObject', name, { scaleTargetRef: { name: 'web' } }, annotations)

/** An HPA may go to zero only where something outside the pods says when to leave it. */
export const hpaOf = (name: string, target: string, minReplicas: number, maxReplicas: number): KubernetesObject =>
  customObject('autoscaling/v2', 'HorizontalPodAutoscaler', name, {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
    minReplicas,
    maxReplicas,
    ...(minReplicas > 0 ? {} : { metrics: [{ type: 'External', external: { metric: { name: 'queue-length' }, target: { type: 'AverageValue', averageValue: '30' } } }] }),
  })
