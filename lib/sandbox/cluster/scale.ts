import { invalid } from './api-error.ts'
import { type JsonObject, isJsonObject } from './json.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { selectorText } from './label-selector.ts'
import type { ReplicaSet } from './resources.ts'

/** The `/scale` view of a workload. As in the real API a zero is left out of `spec`. */
export const scaleOf = (object: KubernetesObject): KubernetesObject => {
  const { spec, status, metadata } = object as ReplicaSet
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: JSON.parse(JSON.stringify({ name, namespace, uid, resourceVersion, creationTimestamp })),
    spec: spec.replicas === 0 ? {} : { replicas: spec.replicas },
    status: { replicas: status?.replicas ?? 0, selector: selectorText(spec.selector) },
  }
}

/** The workload with the replicas a Scale asks for. Throws the 422 of a negative number. */
export const scaled = (object: KubernetesObject, scale: JsonObject): KubernetesObject => {
  const replicas: unknown = isJsonObject(scale.spec) ? (scale.spec.replicas ?? 0) : 0
  if (typeof replicas !== 'number' || replicas < 0) {
    throw invalid('Scale', 'autoscaling', object.metadata.name, [
      { field: 'spec.replicas', type: 'Invalid value', value: replicas, detail: 'must be greater than or equal to 0' },
    ])
  }
  return { ...object, spec: { ...(object as ReplicaSet).spec, replicas } }
}
