import { ApiException } from '@kubernetes/client-node'
import type { PodRef } from '../../domain/node.ts'
import type { Eviction } from '../../ports.ts'
import { type ClusterApi, refusalOf } from './cluster-api.ts'

/** Another pod of that name, or none. A uid that does not match costs the budget all the same (FIELD §2). */
const GONE: ReadonlySet<number> = new Set([404, 409])

/** How the API server says that a pod has two budgets, with a 500. Rule: registry/core/pod/storage/eviction.go. */
const TWO_BUDGETS = /more than one PodDisruptionBudget/

/**
 * Evicts exactly this pod. A budget, or the API server's load, that lets nothing go at the moment is `later`, and so is an
 * answer that does not come: the next look tells whether the pod goes. Two budgets, or a right that is missing, are `refused`.
 */
export const evictPod = async (api: ClusterApi, { namespace, name, uid }: PodRef): Promise<Eviction> => {
  const body = { metadata: { namespace, name }, deleteOptions: { preconditions: { uid } } }
  try {
    await api.core.createNamespacedPodEviction({ namespace, name, body })
    return { end: 'evicted' }
  } catch (error) {
    const text = refusalOf(`evict pod ${namespace}/${name}`, error)
    if (!(error instanceof ApiException)) return { end: 'later', text }
    if (GONE.has(error.code)) return { end: 'gone' }
    const isPassing = error.code === 429 || (error.code >= 500 && !TWO_BUDGETS.test(text))
    return { end: isPassing ? 'later' : 'refused', text }
  }
}
