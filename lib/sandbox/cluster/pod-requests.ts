import { keyOf } from './kubernetes-object.ts'
import { parseQuantity } from './quantity.ts'
import type { Container, Pod, PodSpec } from './resources.ts'

/** What a pod asks of its node. */
export interface PodRequests {
  readonly cpuMilli: number
  readonly memoryBytes: number
}

type Resource = 'cpu' | 'memory'

const requested = ({ resources }: Container, resource: Resource): number =>
  parseQuantity(resources?.requests?.[resource] ?? resources?.limits?.[resource] ?? 0) ?? 0

/**
 * What the scheduler reserves: the greater of everything that runs for good (containers and sidecars) and the
 * hungriest moment of the start, when an init container runs beside the sidecars started before it; plus overhead.
 */
const effective = (spec: PodSpec, resource: Resource): number => {
  let sidecars = 0
  let start = 0
  for (const container of spec.initContainers ?? []) {
    const own = requested(container, resource)
    if (container.restartPolicy === 'Always') sidecars += own
    start = Math.max(start, container.restartPolicy === 'Always' ? sidecars : sidecars + own)
  }
  const running = spec.containers.reduce((sum, container) => sum + requested(container, resource), sidecars)
  return Math.max(running, start) + (parseQuantity(spec.overhead?.[resource] ?? 0) ?? 0)
}

/** The requests the scheduler counts for a pod (KEP-753's formula). */
export const podRequests = (spec: PodSpec): PodRequests => ({
  cpuMilli: Math.round(effective(spec, 'cpu') * 1000),
  memoryBytes: Math.ceil(effective(spec, 'memory')),
})

/** The order in which autoscalers fill nodes: the largest pod first, by name where they are alike. */
export const largestFirst = (a: Pod, b: Pod): number => {
  const [first, second] = [podRequests(a.spec), podRequests(b.spec)]
  return second.cpuMilli - first.cpuMilli || second.memoryBytes - first.memoryBytes || (keyOf(a) < keyOf(b) ? -1 : 1)
}
