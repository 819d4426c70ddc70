import type { Instant } from '../time.ts'
import type { Budget } from './budget.ts'
import type { Selector } from './selector.ts'

/** Labels of a node, a pod or a namespace. */
export type Labels = Readonly<Record<string, string>>

/** What a pod asks of a node or a node has to give. Whole numbers, so that sums come back to what they were. */
export interface Room {
  readonly cpuMilli: number
  readonly memoryBytes: number
  /** Everything else by its name (GPUs, ephemeral storage, huge pages), in its base unit. */
  readonly others: Readonly<Record<string, number>>
}

/** As `core/v1` Taint. */
export interface SeenTaint {
  readonly key: string
  readonly value: string
  readonly effect: string
}

/** One node, with what decides whether it may leave and what may run on it. */
export interface SeenNode {
  readonly name: string
  readonly labels: Labels
  /** Only those in `ANNOTATIONS`. */
  readonly annotations: Labels
  readonly taints: readonly SeenTaint[]
  /** `spec.unschedulable`. */
  readonly cordoned: boolean
  readonly ready: boolean
  readonly terminating: boolean
  readonly createdAt: Instant
  readonly allocatable: Room
  readonly allocatablePods: number
}

/** Who brought an object into being. */
export interface OwnerReference {
  /** The API group, without the version; empty for the core. */
  readonly group: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  /** It is the one that replaces the object when it is gone. */
  readonly controller: boolean
}

/** As `core/v1` Toleration; an empty key or effect means any. */
export interface SeenToleration {
  readonly key: string
  readonly operator: string
  readonly value: string
  readonly effect: string
}

/** A term of required node affinity: it holds when all its requirements do; one without any never holds. */
export interface NodeTerm {
  /** On labels. */
  readonly expressions: Selector
  /** On fields, of which the API knows `metadata.name` only. */
  readonly fields: Selector
}

/** A term of required pod affinity or anti-affinity. */
export interface PodTerm {
  /** Undefined selects no pod. */
  readonly selector: Selector | undefined
  readonly topologyKey: string
  /** With no namespace here and no selector of namespaces it is the pod's own. */
  readonly namespaces: readonly string[]
  readonly namespaceSelector: Selector | undefined
}

/** A topology spread constraint with `DoNotSchedule`. */
export interface Spread {
  readonly selector: Selector | undefined
  readonly topologyKey: string
  readonly maxSkew: number
  readonly minDomains: number
  /** `nodeAffinityPolicy: Honor`, the default: nodes the pod may not run on by its affinity are no domain. */
  readonly honorsAffinity: boolean
  /** `nodeTaintsPolicy: Honor`: nodes whose taints it does not tolerate are no domain. */
  readonly honorsTaints: boolean
}

/** A port a pod takes on its node. */
export interface HostPort {
  /** `0.0.0.0` is every address. */
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

/** What decides where a pod may run. Pods of one template share one value, which makes a large plan fast. */
export interface Needs {
  readonly requests: Room
  readonly nodeSelector: Labels
  /** Any of them must hold; undefined: no required node affinity. */
  readonly nodeTerms: readonly NodeTerm[] | undefined
  readonly tolerations: readonly SeenToleration[]
  readonly near: readonly PodTerm[]
  readonly apart: readonly PodTerm[]
  readonly spread: readonly Spread[]
  readonly hostPorts: readonly HostPort[]
}

/** One pod, with what decides whether it may leave its node and where else it may run. */
export interface SeenPod {
  readonly namespace: string
  readonly name: string
  /** Another pod of the same name has another. */
  readonly uid: string
  /** The node it is bound to; undefined: none was found yet. */
  readonly node: string | undefined
  readonly labels: Labels
  /** Only those in `ANNOTATIONS`. */
  readonly annotations: Labels
  readonly owners: readonly OwnerReference[]
  /** `status.phase`. */
  readonly phase: string
  readonly ready: boolean
  readonly startedAt: Instant | undefined
  /** When it was made, of one that has no node. */
  readonly waitsSince: Instant | undefined
  /** When it must be gone, its grace included; undefined: nobody deleted it. */
  readonly deletionAt: Instant | undefined
  /** Names of its volumes that lie on the node's disk: `hostPath`, and `emptyDir` that is not in memory. */
  readonly localVolumes: readonly string[]
  /** Names of its claims, those of generic ephemeral volumes included. */
  readonly claims: readonly string[]
  readonly needs: Needs
}

/** A PersistentVolumeClaim; without a volume it is not bound. */
export interface Claim {
  readonly volume: string | undefined
}

/** Where a PersistentVolume can be reached from. */
export interface Volume {
  /** `spec.nodeAffinity.required`; undefined: from everywhere. */
  readonly nodeTerms: readonly NodeTerm[] | undefined
  /** Its zone and region labels: a node must carry each with one of the values. */
  readonly topology: Selector
}

/** A cluster as lists of its objects showed it. */
export interface Snapshot {
  readonly nodes: readonly SeenNode[]
  readonly pods: readonly SeenPod[]
  readonly budgets: readonly Budget[]
  /** The uids of all controllers of built-in kinds. */
  readonly controllers: ReadonlySet<string>
  /** Labels of each namespace. */
  readonly namespaces: ReadonlyMap<string, Labels>
  /** By `namespace/name`. */
  readonly claims: ReadonlyMap<string, Claim>
  readonly volumes: ReadonlyMap<string, Volume>
}

/** `namespace/name`. */
export const podKey = ({ namespace, name }: Pick<SeenPod, 'namespace' | 'name'>): string => `${namespace}/${name}`

/** The one owner that replaces a pod; undefined: nobody does. */
export const controllerOf = ({ owners }: SeenPod): OwnerReference | undefined => owners.find(({ controller }) => controller)

/** Whether a pod has run to its end: it takes no room any more. */
export const hasFinished = ({ phase }: SeenPod): boolean => phase === 'Succeeded' || phase === 'Failed'
