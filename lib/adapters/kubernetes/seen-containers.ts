import type { V1Container, V1ContainerState, V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { quantity } from '../../domain/requests.ts'
import type { Instant } from '../../domain/time.ts'
import type { SeenContainer } from '../../ports.ts'
import { resourcesOf } from './container-resources.ts'
import { heapFlags } from './heap-flags.ts'
import { type PodMetrics, sampleOf } from './pod-metrics.ts'
import type { SteeringOf } from './steering-objects.ts'
import type { WorkloadTemplate } from './workload-templates.ts'

/** What was found beside the workloads and their pods. */
export interface Surroundings {
  readonly metrics: PodMetrics
  readonly steering: SteeringOf
  /** The type of each node by its name. */
  readonly instanceTypes: ReadonlyMap<string, string>
}

/** The containers of a workload and its sidecars. What a webhook puts into its pods alone is not among them: no patch of the workload could size it. */
export const seenContainers = (template: WorkloadTemplate, pods: readonly V1Pod[], surroundings: Surroundings): readonly SeenContainer[] => {
  const { workload, replicas, spec } = template
  const instanceType = mostOf(pods.flatMap((pod) => surroundings.instanceTypes.get(pod.spec?.nodeName ?? '') ?? []))
  const newest = pods.toSorted((a, b) => bornAt(b) - bornAt(a))[0]
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  const seen = (container: V1Container): SeenContainer => ({
    workload,
    namespace: workload.namespace,
    name: container.name,
    ...resourcesOf(container, newest && containerIn(newest, container.name)),
    steering: surroundings.steering(workload, container.name),
    heapFlags: heapFlags(container),
    replicas,
    ...(instanceType === undefined ? {} : { instanceType }),
    ...measured(container.name, pods, surroundings.metrics),
    kills: pods.flatMap((pod) => killsOf(pod, container.name)),
  })
  return [...(spec?.containers ?? []).map(seen), ...sidecars.map((container) => ({ ...seen(container), sidecar: true }))]
}

const bornAt = ({ metadata }: V1Pod): number => metadata?.creationTimestamp?.getTime() ?? 0

const containerIn = ({ spec }: V1Pod, name: string): V1Container | undefined =>
  [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find((container) => container.name === name)

const statusIn = ({ status }: V1Pod, name: string): V1ContainerStatus | undefined =>
  [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].find((container) => container.name === name)

/** Samples of those that run; one that waits to be started again has none. */
const measured = (container: string, pods: readonly V1Pod[], metrics: PodMetrics): Pick<SeenContainer, 'samples' | 'unreadable'> => {
  const read = pods.flatMap((pod) => {
    const startedAt = statusIn(pod, container)?.state?.running?.startedAt
    if (startedAt === undefined) return []
    return sampleOf(metrics, { pod: pod.metadata?.name ?? '', container, startedAt: startedAt.getTime() as Instant }) ?? []
  })
  return {
    samples: read.flatMap((one) => ('reason' in one ? [] : one)),
    unreadable: read.flatMap((one) => ('reason' in one ? one : [])),
  }
}

/** Ends for want of memory: of the life before, and of one that has not been started again. */
const killsOf = (pod: V1Pod, container: string): SeenContainer['kills'] => {
  const status = statusIn(pod, container)
  const limitMiB = limitIn(containerIn(pod, container))
  return [status?.lastState, status?.state].flatMap((state: V1ContainerState | undefined) => {
    const { reason, finishedAt } = state?.terminated ?? {}
    if (reason !== 'OOMKilled' || finishedAt === undefined) return []
    return { pod: pod.metadata?.name ?? '', at: finishedAt.getTime() as Instant, ...(limitMiB === undefined ? {} : { limitMiB }) }
  })
}

const limitIn = (container: V1Container | undefined): number | undefined => {
  const limit = container?.resources?.limits?.['memory']
  return limit === undefined ? undefined : quantity(limit) / 2 ** 20
}

/** What is there most often; of two as often the first by name. */
const mostOf = (names: readonly string[]): string | undefined =>
  [...Map.groupBy(names, (name) => name)].toSorted(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1))[0]?.[0]
