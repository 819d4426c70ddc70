import type { Backend, IngressOriginal, PlacedBackend } from './front.ts'

/** The name of the Service, and of the action of the AWS Load Balancer Controller, that lead to the wake function. */
export const WAKE_NAME = 'catnap-wake'

/** A backend of an Ingress and where in it it stands. */
export interface SeenBackend extends PlacedBackend {
  /** As a JSON Pointer (RFC 6901). */
  readonly pointer: string
}

/** One Ingress as a list of the cluster showed it. */
export interface Ingress {
  readonly namespace: string
  readonly name: string
  readonly seen: {
    readonly uid: string
    readonly generation: number
    readonly resourceVersion: string
    /** Whether it had any annotation, and the names of our marks. */
    readonly annotated: boolean
    readonly marks: readonly string[]
  }
  /** Its class, by the field or by the annotation of old. */
  readonly className?: string
  readonly annotations: Readonly<Record<string, string>>
  readonly backends: readonly SeenBackend[]
  /** The original Catnap wrote on it when it changed it. */
  readonly mark?: IngressOriginal
}

/** One change to an Ingress, in one request with its mark and its precondition. */
export interface IngressStep {
  readonly do: 'lead-to-wake' | 'lead-back'
  readonly environment: string
  readonly ingress: Ingress
  readonly backends: readonly { readonly pointer: string; readonly backend: Backend }[]
  /** Annotations to write, or, with null, to take away. */
  readonly annotations: Readonly<Record<string, string | null>>
  /** What undoes it: on the object and in the table from the sleep until the wake. */
  readonly original: IngressOriginal
  readonly why: string
}

/** The key of an Ingress within its environment's originals. */
export const ingressKey = ({ namespace, name }: Pick<Ingress, 'namespace' | 'name'>): string => `Ingress/${namespace}/${name}`

/** Whether a backend leads to the wake function. */
export const isWakeBackend = ({ backend }: Pick<PlacedBackend, 'backend'>): boolean => backend.service?.name === WAKE_NAME

/** Backends for the same requests: a person may have moved them within the Ingress meanwhile. */
export const isSamePlace = (a: PlacedBackend, b: PlacedBackend): boolean =>
  a.host === b.host && a.path === b.path && a.pathType === b.pathType

/** The step in one sentence. */
export const sayIngressStep = (step: IngressStep): string => {
  const { ingress: { namespace, name }, original, why } = step
  const was = [...new Set(original.backends.map(({ backend }) => sayBackend(backend)))].join(', ')
  const change = step.do === 'lead-to-wake' ? `lead ${sayCount(step.backends)} of Ingress ${namespace}/${name} to the wake function` : sayBack(step)
  return `${change} (${why}; undone by ${was})`
}

const sayBack = ({ ingress: { namespace, name }, backends }: IngressStep): string =>
  (backends.length === 0 ? `keep the backends of Ingress ${namespace}/${name}, as somebody set them` : `lead ${sayCount(backends)} of Ingress ${namespace}/${name} back to the environment`)

const sayCount = ({ length }: readonly unknown[]): string => (length === 1 ? '1 backend' : `${length} backends`)

const sayBackend = ({ service, resource }: Backend): string =>
  (service === undefined ? `${resource?.kind} ${resource?.name}` : `Service ${service.name}${service.port === undefined ? '' : `:${service.port.name ?? service.port.number}`}`)
