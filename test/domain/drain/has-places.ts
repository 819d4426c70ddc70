import { hasFinished, type SeenNode, type SeenPod, type Snapshot } from '../../../lib/domain/drain/snapshot.ts'

/**
 * Whether all these pods can find places on these nodes at once, beside what runs there: every way is tried. It shares
 * no code with the planner and knows what the small clusters of the properties have: requests, number of pods, node
 * selectors, taints without tolerations, host ports, and anti-affinity by host name within the namespace.
 */
export const hasPlaces = (snapshot: Snapshot, nodes: readonly SeenNode[], pods: readonly SeenPod[]): boolean => {
  const there = new Map(nodes.map((node) => [node.name, snapshot.pods.filter((pod) => pod.node === node.name && !hasFinished(pod))]))
  const seat = ([pod, ...rest]: readonly SeenPod[]): boolean => {
    if (pod === undefined) return true
    return nodes.some((node) => {
      const here = there.get(node.name) ?? []
      if (!mayJoin(pod, node, here)) return false
      there.set(node.name, [...here, pod])
      const ends = seat(rest)
      there.set(node.name, here)
      return ends
    })
  }
  return seat(pods)
}

const mayJoin = (pod: SeenPod, node: SeenNode, here: readonly SeenPod[]): boolean => {
  const { requests, nodeSelector, hostPorts } = pod.needs
  const cpu = here.reduce((sum, { needs }) => sum + needs.requests.cpuMilli, requests.cpuMilli)
  const memory = here.reduce((sum, { needs }) => sum + needs.requests.memoryBytes, requests.memoryBytes)
  if (requests.cpuMilli > 0 && cpu > node.allocatable.cpuMilli) return false
  if (requests.memoryBytes > 0 && memory > node.allocatable.memoryBytes) return false
  if (here.length + 1 > node.allocatablePods || node.taints.length > 0) return false
  for (const key of Object.keys(nodeSelector)) if (node.labels[key] !== nodeSelector[key]) return false
  const taken = new Set(here.flatMap(({ needs }) => needs.hostPorts.map(({ port }) => port)))
  if (hostPorts.some(({ port }) => taken.has(port))) return false
  return here.every((other) => !shuns(pod, other) && !shuns(other, pod))
}

const shuns = (one: SeenPod, two: SeenPod): boolean =>
  one.namespace === two.namespace && one.needs.apart.some(({ selector }) => selector?.some(({ key, values }) => values.includes(two.labels[key] ?? '')) === true)
