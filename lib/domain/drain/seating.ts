import { hasFinished, type Labels, type SeenNode, type SeenPod, type Snapshot } from './snapshot.ts'

/** Everything that has a place, or wants one. */
export interface Seating {
  readonly nodes: readonly SeenNode[]
  /** All but those that have finished. */
  readonly pods: readonly SeenPod[]
  /** The namespaces there are, with their labels. */
  readonly namespaces: ReadonlyMap<string, Labels>
}

/** What a pod wants of a node at this moment. */
export interface NodeTest {
  /** Whether a node, by its number, would do. */
  readonly passes: (index: number) => boolean
  /** All nodes of one domain of this topology answer alike; absent: what is on the node alone decides. */
  readonly topologyKey?: string
  /** Tests of one id, and of one plan, answer alike as long as nothing changes on a node. */
  readonly id: string
}

/** A rule about the pods around a pod. It is told of every pod that comes or goes. */
export interface Neighbourhood {
  /** A pod came to a node (`sign` 1) or went (-1). */
  moved(pod: SeenPod, index: number, sign: 1 | -1): void
  /** What a pod wants of a node at this moment. */
  testsFor(pod: SeenPod): readonly NodeTest[]
}

/** Whether a node would do for all of them. */
export const passesAll = (tests: readonly NodeTest[], index: number): boolean => {
  for (const { passes } of tests) if (!passes(index)) return false
  return true
}

/** What a rule wants of a node, where it wants nothing. */
export const NO_TESTS: readonly NodeTest[] = []

/** Everybody of a snapshot. The API server labels each namespace by its name. */
export const seatingOf = ({ namespaces, pods }: Snapshot, nodes: readonly SeenNode[]): Seating => {
  const labels = new Map<string, Labels>()
  const note = (name: string): unknown => labels.has(name) || labels.set(name, { 'kubernetes.io/metadata.name': name, ...namespaces.get(name) })
  for (const name of namespaces.keys()) note(name)
  for (const { namespace } of pods) note(namespace)
  return { nodes, pods: pods.filter((pod) => !hasFinished(pod)), namespaces: labels }
}
