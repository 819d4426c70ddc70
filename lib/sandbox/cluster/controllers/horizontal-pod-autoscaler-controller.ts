import type { ClusterContext, Controller } from '../context.ts'
import { isJsonObject } from '../json.ts'
import { type KubernetesObject, keyOf } from '../kubernetes-object.ts'
import { keyedController, splitKey } from './keyed-controller.ts'

interface Bounds {
  readonly target: { readonly kind: string; readonly name: string }
  readonly minReplicas: number
  readonly maxReplicas: number
}

const boundsOf = ({ spec }: KubernetesObject): Bounds | undefined => {
  if (!isJsonObject(spec) || !isJsonObject(spec.scaleTargetRef)) return undefined
  const { minReplicas = 1, maxReplicas } = spec
  const { kind, name } = spec.scaleTargetRef
  if (typeof minReplicas !== 'number' || typeof maxReplicas !== 'number') return undefined
  return { target: { kind: String(kind), name: String(name) }, minReplicas, maxReplicas }
}

const scalable = new Set(['Deployment', 'StatefulSet'])

/**
 * Puts replicas within the bounds of a HorizontalPodAutoscaler and leaves a target at zero alone, as
 * `reconcileAutoscaler` of the real controller does before it looks at any metric. It follows no metric.
 */
export const horizontalPodAutoscalerController = (context: ClusterContext): Controller => {
  const { store } = context

  const sync = (key: string): void => {
    const { namespace, name } = splitKey(key)
    const autoscaler = store.get('HorizontalPodAutoscaler', name, namespace)
    const bounds = autoscaler === undefined ? undefined : boundsOf(autoscaler)
    if (bounds === undefined || !scalable.has(bounds.target.kind)) return
    const target = store.get(bounds.target.kind, bounds.target.name, namespace)
    if (target === undefined || !isJsonObject(target.spec)) return
    const { replicas } = target.spec
    if (typeof replicas !== 'number' || replicas === 0) return
    const within = Math.min(Math.max(replicas, bounds.minReplicas), bounds.maxReplicas)
    if (within !== replicas) store.update(target, { ...target, spec: { ...target.spec, replicas: within } })
  }

  const steering = ({ kind, metadata }: KubernetesObject): readonly string[] =>
    store
      .list('HorizontalPodAutoscaler', metadata.namespace ?? '')
      .filter((autoscaler) => {
        const target = boundsOf(autoscaler)?.target
        return target?.kind === kind && target.name === metadata.name
      })
      .map((autoscaler) => keyOf(autoscaler))

  return keyedController({
    context,
    sync,
    keys: ({ type, object, previous }) => {
      if (type === 'DELETED') return []
      if (object.kind === 'HorizontalPodAutoscaler') return [keyOf(object)]
      // Frozen objects: the same reference is the same spec.
      return scalable.has(object.kind) && object.spec !== previous?.spec ? steering(object) : []
    },
  })
}
