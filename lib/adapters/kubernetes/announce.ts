import { iso } from '../../domain/time.ts'
import type { Announcement } from '../../ports.ts'
import type { ClusterApi } from './cluster-api.ts'

/** Kubernetes takes no longer message (core/v1 Event: 1 kB). */
const LONGEST_MESSAGE = 1000

/**
 * Makes an Event on a namespace, in that namespace. Its name is made of the key, so that told again it is there already
 * (409). An Event that is not made is not told to anybody: it hinders nothing.
 */
export const announce = async (api: ClusterApi, namespace: string, { key, at, reason, text }: Announcement): Promise<void> => {
  const time = new Date(at)
  const body = {
    metadata: { name: `catnap.${key}`, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Namespace', name: namespace, namespace },
    type: 'Normal',
    reason,
    message: text.slice(0, LONGEST_MESSAGE),
    source: { component: 'catnap' },
    reportingComponent: 'catnap.dev/catnap',
    reportingInstance: `catnap-${iso(at)}`,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  }
  await api.core.createNamespacedEvent({ namespace, body }).catch(() => {})
}
