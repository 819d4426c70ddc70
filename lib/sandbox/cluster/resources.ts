import type { KubernetesObject } from './kubernetes-object.ts'

/** A label selector as objects carry it; `{}` selects everything, an absent one nothing. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly SelectorRequirement[]
}

/** One requirement of a label, node or field selector. */
export interface SelectorRequirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

export interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
  readonly tolerationSeconds?: number
}

/** A condition in an object's status. */
export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly restartPolicy?: string
  readonly ports?: readonly { readonly hostPort?: number; readonly protocol?: string }[]
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string | number>>
    readonly limits?: Readonly<Record<string, string | number>>
  }
}

export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly SelectorRequirement[]
  readonly matchFields?: readonly SelectorRequirement[]
}

export interface PodAffinityTerm {
  readonly topologyKey: string
  readonly labelSelector?: LabelSelector
  readonly namespaces?: readonly string[]
}

interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms: readonly NodeSelectorTerm[]
    }
  }
  readonly podAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[] }
  readonly podAntiAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[] }
}

export interface SpreadConstraint {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly whenUnsatisfiable: string
  readonly labelSelector?: LabelSelector
}

export interface PodSpec {
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly nodeName?: string
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly affinity?: Affinity
  readonly topologySpreadConstraints?: readonly SpreadConstraint[]
  readonly tolerations?: readonly Toleration[]
  readonly overhead?: Readonly<Record<string, string | number>>
  readonly restartPolicy?: string
  readonly priority?: number
  readonly hostNetwork?: boolean
  readonly serviceAccountName?: string
  readonly terminationGracePeriodSeconds?: number
  readonly volumes?: readonly {
    readonly name: string
    readonly persistentVolumeClaim?: { readonly claimName: string }
    readonly [source: string]: unknown
  }[]
}

export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec: PodSpec
}

export interface Pod extends KubernetesObject {
  readonly spec: PodSpec
  readonly status?: {
    readonly phase?: string
    readonly conditions?: readonly Condition[]
    readonly startTime?: string
    readonly [field: string]: unknown
  }
}

export interface Node extends KubernetesObject {
  readonly spec?: {
    readonly providerID?: string
    readonly unschedulable?: boolean
    readonly taints?: readonly Taint[]
  }
  readonly status?: {
    readonly allocatable?: Readonly<Record<string, string>>
    readonly conditions?: readonly Condition[]
    readonly volumesAttached?: readonly unknown[]
    readonly [field: string]: unknown
  }
}

interface ReplicaStatus {
  readonly replicas?: number
  readonly readyReplicas?: number
  readonly availableReplicas?: number
  readonly updatedReplicas?: number
  readonly observedGeneration?: number
  readonly conditions?: readonly Condition[]
  readonly [field: string]: unknown
}

export interface ReplicaSet extends KubernetesObject {
  readonly spec: { readonly replicas: number; readonly selector: LabelSelector; readonly template: PodTemplate }
  readonly status?: ReplicaStatus
}

export interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas: number
    readonly paused?: boolean
    readonly revisionHistoryLimit: number
    readonly selector: LabelSelector
    readonly strategy: {
      readonly type: string
      readonly rollingUpdate?: { readonly maxSurge: number | string; readonly maxUnavailable: number | string }
    }
    readonly template: PodTemplate
  }
  readonly status?: ReplicaStatus
}

export interface StatefulSet extends KubernetesObject {
  readonly spec: {
    readonly replicas: number
    readonly serviceName?: string
    readonly podManagementPolicy: string
    readonly ordinals?: { readonly start?: number }
    readonly selector: LabelSelector
    readonly template: PodTemplate
    readonly updateStrategy: { readonly type: string; readonly rollingUpdate?: { readonly partition?: number } }
    readonly volumeClaimTemplates?: readonly KubernetesObject[]
  }
  readonly status?: ReplicaStatus
}

export interface DaemonSet extends KubernetesObject {
  readonly spec: { readonly selector: LabelSelector; readonly template: PodTemplate }
  readonly status?: KubernetesObject['status']
}

interface JobSpec {
  readonly parallelism: number
  readonly completions: number
  readonly suspend?: boolean
  readonly selector?: LabelSelector
  readonly ttlSecondsAfterFinished?: number
  readonly template: PodTemplate
}

export interface Job extends KubernetesObject {
  readonly spec: JobSpec
  readonly status?: {
    readonly active?: number
    readonly succeeded?: number
    readonly startTime?: string
    readonly completionTime?: string
    readonly conditions?: readonly Condition[]
    readonly [field: string]: unknown
  }
}

export interface CronJob extends KubernetesObject {
  readonly spec: {
    readonly schedule: string
    readonly timeZone?: string
    readonly suspend: boolean
    readonly concurrencyPolicy: string
    readonly startingDeadlineSeconds?: number
    readonly successfulJobsHistoryLimit: number
    readonly failedJobsHistoryLimit: number
    readonly jobTemplate: { readonly metadata?: PodTemplate['metadata']; readonly spec: JobSpec }
  }
  readonly status?: {
    readonly active?: readonly unknown[]
    readonly lastScheduleTime?: string
    readonly lastSuccessfulTime?: string
  }
}

export interface PodDisruptionBudget extends KubernetesObject {
  readonly spec: {
    readonly minAvailable?: number | string
    readonly maxUnavailable?: number | string
    readonly selector?: LabelSelector
    readonly unhealthyPodEvictionPolicy?: string
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly currentHealthy: number
    readonly desiredHealthy: number
    readonly expectedPods: number
    readonly disruptionsAllowed: number
    readonly disruptedPods?: Readonly<Record<string, string>>
    readonly conditions?: readonly Condition[]
  }
}

interface Namespace extends KubernetesObject {
  readonly spec?: { readonly finalizers?: readonly string[] }
  readonly status?: { readonly phase?: string }
}

export interface PersistentVolumeClaim extends KubernetesObject {
  readonly spec: {
    readonly volumeName?: string
    readonly storageClassName?: string
    readonly accessModes?: readonly string[]
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> }
  }
  readonly status?: { readonly phase?: string }
}

interface PersistentVolume extends KubernetesObject {
  readonly spec: {
    readonly claimRef?: { readonly uid?: string }
    readonly persistentVolumeReclaimPolicy?: string
    readonly nodeAffinity?: { readonly required?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] } }
  }
}

export interface VolumeAttachment extends KubernetesObject {
  readonly spec: { readonly nodeName: string; readonly source: { readonly persistentVolumeName?: string } }
}

/** karpenter.sh/v1, as much of it as the simulation heeds. */
export interface NodePool extends KubernetesObject {
  readonly spec: {
    readonly template: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
      readonly spec: {
        readonly requirements?: readonly SelectorRequirement[]
        readonly taints?: readonly Taint[]
        readonly nodeClassRef?: { readonly group?: string; readonly kind?: string; readonly name?: string }
        readonly terminationGracePeriod?: string
      }
    }
    readonly limits?: Readonly<Record<string, string | number>>
    readonly weight?: number
  }
}

export interface NodeClaim extends KubernetesObject {
  readonly spec: NodePool['spec']['template']['spec']
  readonly status?: {
    readonly providerID?: string
    readonly nodeName?: string
    readonly capacity?: Readonly<Record<string, string>>
    readonly conditions?: readonly Condition[]
  }
}

export interface PolicyRule {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

interface Role extends KubernetesObject {
  readonly rules?: readonly PolicyRule[]
}

export interface RoleBinding extends KubernetesObject {
  readonly roleRef: { readonly kind: string; readonly name: string }
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[]
}

/** The kinds the simulation itself reads, by their names. */
export interface KnownKinds {
  readonly ClusterRole: Role
  readonly ClusterRoleBinding: RoleBinding
  readonly CronJob: CronJob
  readonly DaemonSet: DaemonSet
  readonly Deployment: Deployment
  readonly Job: Job
  readonly Namespace: Namespace
  readonly Node: Node
  readonly NodeClaim: NodeClaim
  readonly NodePool: NodePool
  readonly PersistentVolume: PersistentVolume
  readonly PersistentVolumeClaim: PersistentVolumeClaim
  readonly Pod: Pod
  readonly PodDisruptionBudget: PodDisruptionBudget
  readonly ReplicaSet: ReplicaSet
  readonly Role: Role
  readonly RoleBinding: RoleBinding
  readonly StatefulSet: StatefulSet
  readonly VolumeAttachment: VolumeAttachment
}
