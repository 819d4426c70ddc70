import type { Terms } from '../environment.ts'

/** How hosts get to an environment while it is awake, and to the wake function while it sleeps (docs/fronts.md). */
export type FrontKind = 'alb' | 'lbc' | 'ingress' | 'link'

/** The front of an environment. One delivered before there were fronts has its wake address and nothing else. */
export const frontOf = ({ front = 'link' }: Terms['wake']): FrontKind => front

/** The front that is meant by what an intent writes: with hosts and nothing said, the balancer of ours. */
export const frontWritten = ({ hosts, front }: { readonly hosts: readonly string[]; readonly front?: FrontKind | undefined }): FrontKind =>
  front ?? (hosts.length > 0 ? 'alb' : 'link')

/** What a thing of a front led to before Catnap changed it: enough to put it back. */
export type FrontOriginal = RuleOriginal | IngressOriginal

/** The target group, by ARN, a listener rule led to. */
export interface RuleOriginal {
  readonly targetGroup: string
}

/** What an Ingress had where Catnap changed it. */
export interface IngressOriginal {
  readonly backends: readonly PlacedBackend[]
  readonly annotations: readonly HeldAnnotation[]
}

/** An annotation Catnap changed: what it was, if it was there, and what Catnap wrote. */
interface HeldAnnotation {
  readonly name: string
  readonly was?: string
  readonly ours: string
}

/** A backend and which requests it is for; without a host or a path, all that nothing else takes. */
export interface PlacedBackend {
  readonly host?: string
  readonly path?: string
  readonly pathType?: string
  readonly backend: Backend
}

/** As `networking.k8s.io/v1` IngressBackend. */
export interface Backend {
  readonly service?: { readonly name: string; readonly port?: { readonly name?: string; readonly number?: number } }
  readonly resource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string }
}

/** What is to be done to a front, or why it cannot be: what was found, and what to do next. */
export type FrontPlan<Step> = { readonly steps: readonly Step[] } | { readonly problem: string }

/** Whether a list of hosts has a host; host names have no case. */
export const hasHost = (hosts: readonly string[], host: string): boolean => hosts.some((each) => each.toLowerCase() === host.toLowerCase())
