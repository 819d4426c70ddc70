import type { CoreV1Event, V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import pMap from 'p-map'
import { workloadKeyOf } from '../../domain/node.ts'
import type { AilingContainer, AilingPod, Symptoms, Warning } from '../../domain/symptoms.ts'
import { type Instant, instant } from '../../domain/time.ts'
import { type ClusterApi, isForbidden, listAll } from './cluster-api.ts'
import { toPod } from './pod.ts'

/** Namespaces listed at once. */
const AT_ONCE = 4

/** Reads what ails the pods of these namespaces: one list of pods and one of warnings for each. */
export const readSymptoms = async (api: ClusterApi, namespaces: readonly string[]): Promise<Symptoms> => {
  const lists = await pMap(namespaces, async (namespace) => {
    const [pods, events] = await Promise.all([
      listAll(`pods in ${namespace}`, (page) => api.core.listNamespacedPod({ namespace, ...page })),
      warningsIn(api, namespace),
    ])
    return { pods: pods.filter(isAiling).map(toAilingPod), ...events }
  }, { concurrency: AT_ONCE })
  const unread = lists.find((list) => list.unread !== undefined)?.unread
  return {
    pods: lists.flatMap(({ pods }) => pods),
    warnings: lists.flatMap(({ warnings }) => warnings),
    ...(unread === undefined ? {} : { unread }),
  }
}

/** To read events is a right Catnap can do without: then less is told. */
export const warningsIn = async (api: ClusterApi, namespace: string): Promise<Pick<Symptoms, 'warnings' | 'unread'>> => {
  try {
    const events = await listAll(`events in ${namespace}`, (page) => api.core.listNamespacedEvent({ namespace, fieldSelector: 'type=Warning', ...page }))
    return { warnings: events.map(toWarning) }
  } catch (error) {
    if (!isForbidden(error)) throw error
    return { warnings: [], unread: error.message }
  }
}

const isAiling = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp === undefined && status?.phase !== 'Succeeded' &&
  !(status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True')

/** One pod that is not ready. */
const toAilingPod = (pod: V1Pod): AilingPod => {
  const { metadata, status } = pod
  const workload = workloadKeyOf(toPod(pod))
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled')
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    containers: [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].filter(({ ready }) => !ready).map(toAilingContainer),
    ...(workload === undefined ? {} : { workload }),
    ...(scheduled?.status === 'False' ? { unscheduled: { reason: scheduled.reason ?? 'Unschedulable', message: scheduled.message ?? '' } } : {}),
  }
}

/** An init container that ended well is not ready either; that is no ailment. */
const toAilingContainer = ({ name, state, lastState }: V1ContainerStatus): AilingContainer => {
  const waiting = state?.waiting
  const ended = state?.terminated ?? lastState?.terminated
  return {
    name,
    ...(waiting === undefined ? {} : { waiting: { reason: waiting.reason ?? '', message: waiting.message ?? '' } }),
    ...(ended === undefined || ended.exitCode === 0 ? {} : { ended: { reason: ended.reason ?? 'Error', exitCode: ended.exitCode } }),
  }
}

const toWarning = ({ metadata, involvedObject, reason, message, lastTimestamp, eventTime, series }: CoreV1Event): Warning => ({
  namespace: metadata.namespace ?? '',
  about: { kind: involvedObject.kind ?? '', name: involvedObject.name ?? '' },
  reason: reason ?? '',
  message: message ?? '',
  at: seenAt(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp),
})

/** Times of events come as dates, or, where they tell microseconds, as text. */
const seenAt = (time: Date | string | undefined): Instant => instant(new Date(time ?? 0).toISOString())
