import type { Workload } from '../workload.ts'

/** The kinds of GitOps tools that own objects. */
export type OwnerKind = 'Application' | 'Kustomization' | 'HelmRelease'

/** Names one owner. Without a namespace it is looked for in all. */
export interface OwnerRef {
  readonly kind: OwnerKind
  readonly namespace?: string
  readonly name: string
  /** False: a label that others set as well; where there is no such owner none is missed. */
  readonly isSure: boolean
}

/** Whether an owner is the one a reference names. */
export const isNamed = ({ kind, workload }: Owner, ref: Pick<OwnerRef, 'kind' | 'namespace' | 'name'>): boolean =>
  kind === ref.kind && workload.name === ref.name && (ref.namespace === undefined || ref.namespace === workload.namespace)

/** An object a tool says it owns. */
export interface OwnedObject {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** A GitOps owner as its cluster shows it. */
export interface Owner {
  readonly kind: OwnerKind
  /** The object itself, at the one place Catnap changes. */
  readonly workload: Workload
  /** What it says it owns; a HelmRelease does not say, only where to. */
  readonly owned: readonly OwnedObject[]
  /** The namespaces it deploys to. */
  readonly namespaces: readonly string[]
  /** What makes it and would put it back: its ApplicationSet, or the Application, Kustomization or HelmRelease that owns it. */
  readonly maker?: string
  /** Whether it leaves replicas alone by itself: `ignoreDifferences` and `RespectIgnoreDifferences`. */
  readonly ignoresReplicas: boolean
  /** Whether it is at work now. */
  readonly isBusy: boolean
}

/** `Application argocd/shop`. */
export const sayOwner = ({ kind, workload }: Owner): string => `${kind} ${workload.namespace}/${workload.name}`

/** Whether an owner deploys to one of these namespaces: a label of the same name may be somebody else's. */
export const deploysTo = ({ namespaces, owned }: Owner, own: readonly string[]): boolean =>
  namespaces.some((namespace) => own.includes(namespace)) || owned.some(({ namespace }) => own.includes(namespace))
