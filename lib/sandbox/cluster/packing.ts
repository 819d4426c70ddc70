import { isChosen, untolerated } from './node-fit.ts'
import { NodeRoom } from './node-room.ts'
import type { ObjectStore } from './object-store.ts'
import { podRequests } from './pod-requests.ts'
import { isFinished } from './pod-state.ts'
import type { Node, Pod } from './resources.ts'
import { reachesVolumes } from './volumes.ts'

/** Nodes, some of them perhaps still to come, and where pods would go on them: an autoscaler's idea of the scheduler, without what pods want of each other. */
export class Packing {
  readonly #store: ObjectStore
  readonly #room = new NodeRoom()
  readonly #nodes: Node[] = []
  #placed = 0

  constructor(store: ObjectStore, nodes: readonly Node[]) {
    this.#store = store
    for (const node of nodes) this.add(node)
  }

  add(node: Node): void {
    this.#nodes.push(node)
    for (const pod of this.#store.podsOn(node.metadata.name)) if (!isFinished(pod)) this.#put(pod, node)
  }

  /** Whether a node takes the pod, beside those it has. */
  takes(node: Node, pod: Pod): boolean {
    return node.spec?.unschedulable !== true && isChosen(pod.spec, node) &&
      untolerated(pod.spec, node.spec?.taints ?? [], ['NoSchedule', 'NoExecute']) === undefined &&
      reachesVolumes(this.#store, pod, node) && this.#room.lack(node, podRequests(pod.spec)) === undefined
  }

  /** Puts a pod on the first node that takes it and is not left out. Answers whether there was one. */
  place(pod: Pod, isLeftOut: (node: Node) => boolean = () => false): boolean {
    const node = this.#nodes.find((each) => !isLeftOut(each) && this.takes(each, pod))
    if (node !== undefined) this.#put(pod, node)
    return node !== undefined
  }

  #put(pod: Pod, { metadata: { name } }: Node): void {
    this.#room.note(`${this.#placed++}`, { ...pod, spec: { ...pod.spec, nodeName: name } })
  }
}
