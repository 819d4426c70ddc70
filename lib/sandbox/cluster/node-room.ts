import { type PodRequests, podRequests } from './pod-requests.ts'
import { parseQuantity } from './quantity.ts'
import type { Node, Pod } from './resources.ts'

interface Taken extends PodRequests {
  readonly nodeName: string
}

interface Use {
  cpuMilli: number
  memoryBytes: number
  pods: number
}

// Nodes are frozen: what one offers is read once.
const offers = new WeakMap<Node, Readonly<Use>>()

const allocatable = (node: Node): Readonly<Use> => {
  const known = offers.get(node)
  if (known !== undefined) return known
  const offer = {
    cpuMilli: (parseQuantity(node.status?.allocatable?.cpu ?? '0') ?? 0) * 1000,
    memoryBytes: parseQuantity(node.status?.allocatable?.memory ?? '0') ?? 0,
    pods: Number(node.status?.allocatable?.pods ?? 0),
  }
  offers.set(node, offer)
  return offer
}

const share = (total: number, taken: number): number => (taken > total ? 0 : ((total - taken) * 100) / total)

/** How much of each node is taken, kept up to date pod by pod. */
export class NodeRoom {
  readonly #taken = new Map<string, Taken>()
  readonly #use = new Map<string, Use>()

  /** Notes where a pod now is; undefined for gone or finished. Answers whether this set room free. */
  note(key: string, pod: Pod | undefined): boolean {
    const before = this.#taken.get(key)
    const nodeName = pod?.spec.nodeName
    if (pod !== undefined && before !== undefined && before.nodeName === nodeName) return false
    if (before !== undefined) {
      this.#add(before.nodeName, before, -1)
      this.#taken.delete(key)
    }
    if (pod !== undefined && nodeName !== undefined) {
      const taken = { ...podRequests(pod.spec), nodeName }
      this.#taken.set(key, taken)
      this.#add(nodeName, taken, 1)
    }
    return before !== undefined
  }

  /** What a node lacks for these requests, in kube-scheduler's words. */
  lack(node: Node, { cpuMilli, memoryBytes }: PodRequests): string | undefined {
    const has = allocatable(node)
    const use = this.#useOf(node)
    if (use.pods + 1 > has.pods) return 'Too many pods'
    // A pod that asks for nothing of a resource fits even where it is overcommitted.
    if (cpuMilli > 0 && use.cpuMilli + cpuMilli > has.cpuMilli) return 'Insufficient cpu'
    return memoryBytes > 0 && use.memoryBytes + memoryBytes > has.memoryBytes ? 'Insufficient memory' : undefined
  }

  /** The share of the node left free with these requests on it, 0 to 100: the LeastAllocated score. */
  free(node: Node, { cpuMilli, memoryBytes }: PodRequests): number {
    const has = allocatable(node)
    const use = this.#useOf(node)
    return (share(has.cpuMilli, use.cpuMilli + cpuMilli) + share(has.memoryBytes, use.memoryBytes + memoryBytes)) / 2
  }

  #useOf(node: Node): Use {
    return this.#use.get(node.metadata.name) ?? { cpuMilli: 0, memoryBytes: 0, pods: 0 }
  }

  #add(nodeName: string, { cpuMilli, memoryBytes }: PodRequests, sign: 1 | -1): void {
    const use = this.#use.get(nodeName) ?? { cpuMilli: 0, memoryBytes: 0, pods: 0 }
    use.cpuMilli += sign * cpuMilli
    use.memoryBytes += sign * memoryBytes
    use.pods += sign
    if (use.pods === 0) this.#use.delete(nodeName)
    else this.#use.set(nodeName, use)
  }
}
