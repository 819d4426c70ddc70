import { wantedLabel } from './label-index.ts'
import type { Selector } from './selector.ts'
import type { Labels, SeenNode, SeenPod, Snapshot } from './snapshot.ts'

/** Which pod is on which node, by the node's number. */
export interface Seating {
  readonly nodes: readonly SeenNode[]
  /** The namespaces there are, with their labels. */
  readonly namespaces: ReadonlyMap<string, Labels>
  /** The pods of a namespace that a selector may select; all that it does select are among them. */
  near(namespace: string, selector: Selector | undefined): readonly SeenPod[]
  /** The node a pod is on; a finished one is nowhere. */
  nodeOf(pod: SeenPod): number | undefined
  sit(pod: SeenPod, index: number | undefined): void
}

/** Whether a node, by its number, would do. */
export type NodeTest = (index: number) => boolean

/** A rule about the pods around a pod. It is told of every pod that comes or goes. */
export interface Neighbourhood {
  /** A pod came to a node (`sign` 1) or went (-1). */
  moved(pod: SeenPod, index: number, sign: 1 | -1): void
  /** What a pod wants of a node at this moment. */
  testsFor(pod: SeenPod): readonly NodeTest[]
}

/** Everybody of a snapshot, nobody seated yet. The API server labels each namespace by its name. */
export const seatingOf = ({ namespaces, pods }: Snapshot, nodes: readonly SeenNode[]): Seating => {
  const byNamespace = Map.groupBy(pods, ({ namespace }) => namespace)
  const labels = new Map<string, Labels>()
  for (const name of new Set([...namespaces.keys(), ...byNamespace.keys()])) {
    labels.set(name, { 'kubernetes.io/metadata.name': name, ...namespaces.get(name) })
  }
  const where = new Map<SeenPod, number>()
  /** Pods by namespace, label key and value; made for the keys that are asked for. */
  const byLabel = new Map<string, ReadonlyMap<string | undefined, readonly SeenPod[]>>()
  const near = (namespace: string, selector: Selector | undefined): readonly SeenPod[] => {
    const everybody = byNamespace.get(namespace) ?? []
    const wanted = wantedLabel(selector)
    if (wanted === undefined) return everybody
    const key = `${namespace} ${wanted.key}`
    const byValue = byLabel.get(key) ?? Map.groupBy(everybody, (pod) => pod.labels[wanted.key])
    byLabel.set(key, byValue)
    return byValue.get(wanted.value) ?? []
  }
  return {
    nodes,
    namespaces: labels,
    near,
    nodeOf: (pod) => where.get(pod),
    sit: (pod, index) => {
      if (index === undefined) where.delete(pod)
      else where.set(pod, index)
    },
  }
}
