import { instant } from '../../domain/time.ts'
import type { RunningContainer } from '../usage.ts'
import type { ClusterContext } from './context.ts'
import { isJsonObject } from './json.ts'
import { controllerOf, type KubernetesObject } from './kubernetes-object.ts'
import { parseQuantity } from './quantity.ts'
import type { Container, Pod } from './resources.ts'

/** One entry of `status.containerStatuses`, as the kubelet writes it. */
interface ContainerStatus {
  readonly name: string
  readonly restartCount: number
  readonly state: { readonly running?: { readonly startedAt: string } }
  readonly [field: string]: unknown
}

const isStatus = (value: unknown): value is ContainerStatus => isJsonObject(value) && isJsonObject(value['state'])

/** The container statuses of a pod; none before its containers start. */
export const containerStatusesOf = ({ status }: Pod): readonly ContainerStatus[] => {
  const statuses = status?.['containerStatuses']
  return Array.isArray(statuses) ? statuses.filter(isStatus) : []
}

/** The name of what a pod belongs to in the end: of its Deployment rather than its ReplicaSet; its own if nobody owns it. */
const workloadOf = ({ store }: ClusterContext, pod: Pod): string => {
  let object: KubernetesObject = pod
  for (;;) {
    const owner = controllerOf(object)
    if (owner === undefined) return object.metadata.name
    const found = store.get(owner.kind, owner.name, pod.metadata.namespace)
    if (found === undefined) return owner.name
    object = found
  }
}

/** The containers of a pod that run now, with what the usage model wants to know of them. */
export const runningContainers = (context: ClusterContext, pod: Pod): readonly RunningContainer[] => {
  const starts = new Map(
    containerStatusesOf(pod).flatMap(({ name, state: { running } }) =>
      running === undefined ? [] : [[name, running.startedAt]]),
  )
  const workload = workloadOf(context, pod)
  return pod.spec.containers.flatMap((container) => {
    const startedAt = starts.get(container.name)
    if (startedAt === undefined) return []
    return {
      cluster: context.name,
      namespace: pod.metadata.namespace ?? '',
      workload,
      pod: pod.metadata.name,
      container: container.name,
      startedAt: instant(startedAt),
      cpuRequestMilli: amount(container, 'requests', 'cpu', 1000),
      cpuLimitMilli: amount(container, 'limits', 'cpu', 1000),
      memoryRequestBytes: amount(container, 'requests', 'memory'),
      memoryLimitBytes: amount(container, 'limits', 'memory'),
    }
  })
}

const amount = (
  { resources }: Container, bound: 'requests' | 'limits', resource: 'cpu' | 'memory', factor = 1,
): number | undefined => {
  const base = parseQuantity(resources?.[bound]?.[resource] ?? '')
  return base === undefined ? undefined : base * factor
}
