import { hasHost } from './front.ts'
import { type Ingress, WAKE_NAME } from './ingress-object.ts'
import type { IngressLead } from './lead-ingresses.ts'

/** The Service of ours, in one namespace, that leads to the wake address. */
export interface WakeService {
  readonly namespace: string
  readonly uid: string
  /** The environment it was made for; undefined: it is none of ours. */
  readonly environment?: string
  /** `spec.externalName`, if it has one. */
  readonly externalName?: string
  readonly port?: number
}

/** One change to a Service of ours. */
export type ServiceStep =
  | { readonly do: 'make-service'; readonly environment: string; readonly namespace: string; readonly address: WakeAddress }
  | { readonly do: 'remove-service'; readonly environment: string; readonly service: WakeService }

/** Where an Ingress can reach the wake function. */
export interface WakeAddress {
  readonly host: string
  readonly port: number
  /** Whether it speaks TLS. */
  readonly tls: boolean
  /** Whether it refuses any Host but its own, as Function URLs and HTTP APIs do. */
  readonly ownHostOnly: boolean
}

/** Reads `http://host:port/` or `https://host/`; undefined for anything else. */
export const readWakeAddress = (text: string): WakeAddress | undefined => {
  const [, scheme, host, port] = /^(https?):\/\/([a-z0-9][a-z0-9.-]*)(?::(\d{1,5}))?\/?$/i.exec(text) ?? []
  if (scheme === undefined || host === undefined) return undefined
  const tls = scheme.toLowerCase() === 'https'
  return { host: host.toLowerCase(), port: Number(port ?? (tls ? 443 : 80)), tls, ownHostOnly: OWN_HOST_ONLY.test(host) }
}

const OWN_HOST_ONLY = /\.(?:lambda-url|execute-api)\.[-a-z0-9]+\.(?:on\.aws|amazonaws\.com(?:\.cn)?)$/i

/** What ingress-nginx reads on the Ingress: how the backend is spoken to, and under which Host. */
export const NGINX_ANNOTATIONS = { protocol: 'nginx.ingress.kubernetes.io/backend-protocol', host: 'nginx.ingress.kubernetes.io/upstream-vhost' } as const

/**
 * Ingresses of any class whose controller follows a Service of type ExternalName. Over plain HTTP nothing else is needed.
 * Over TLS ingress-nginx must be told so, and which Host to send to an address that takes no other, for the whole Ingress;
 * the visitor's own comes in X-Forwarded-Host. Other controllers read the annotations of the Service, and not these.
 */
export const ingressLead = ({ host, port, tls, ownHostOnly }: WakeAddress, hosts: readonly string[]): IngressLead => ({
  backend: { service: { name: WAKE_NAME, port: { number: port } } },
  annotations: () => ({ ...(tls ? { [NGINX_ANNOTATIONS.protocol]: 'HTTPS' } : {}), ...(ownHostOnly ? { [NGINX_ANNOTATIONS.host]: host } : {}) }),
  refuse: (ingress) => {
    if (ingress.className === 'alb') return 'is of the AWS Load Balancer Controller, which does not follow a Service of type ExternalName; say front: lbc'
    const other = tls || ownHostOnly ? ingress.backends.find((backend) => backend.host !== undefined && !hasHost(hosts, backend.host)) : undefined
    return other === undefined ? undefined : `also leads ${other.host}, which would be led over TLS or under another name as well; give that host an Ingress of its own, or lead to a wake address over http`
  },
})

/** What Traefik must know of the Service: it reads these there, and no others. */
export const serviceAnnotations = ({ tls, ownHostOnly }: WakeAddress): Readonly<Record<string, string>> => ({
  ...(tls ? { 'traefik.ingress.kubernetes.io/service.serversscheme': 'https' } : {}),
  ...(ownHostOnly ? { 'traefik.ingress.kubernetes.io/service.passhostheader': 'false' } : {}),
})

/** The Services missing before Ingresses may lead to them; or why one cannot be made. */
export const planServices = (ingresses: readonly Pick<Ingress, 'namespace'>[], services: readonly WakeService[], environment: string, address: WakeAddress): { readonly steps: readonly ServiceStep[] } | { readonly problem: string } => {
  const steps: ServiceStep[] = []
  for (const namespace of new Set(ingresses.map((ingress) => ingress.namespace))) {
    const present = services.find((service) => service.namespace === namespace)
    if (present !== undefined && present.environment !== environment) return { problem: `Service ${namespace}/${WAKE_NAME} is none of Catnap’s; give it another name` }
    if (present?.externalName === address.host && present.port === address.port) continue
    if (present !== undefined) steps.push({ do: 'remove-service', environment, service: present })
    steps.push({ do: 'make-service', environment, namespace, address })
  }
  return { steps }
}

/** The Services no Ingress leads to any more: all of this environment's. */
export const planServicesGone = (services: readonly WakeService[], environment: string): readonly ServiceStep[] =>
  services.flatMap((service): ServiceStep[] => (service.environment === environment ? [{ do: 'remove-service', environment, service }] : []))

/** The step in one sentence. */
export const sayServiceStep = (step: ServiceStep): string =>
  (step.do === 'make-service'
    ? `make Service ${step.namespace}/${WAKE_NAME}, which leads to ${step.address.host}:${step.address.port} (undone by removing it)`
    : `remove Service ${step.service.namespace}/${WAKE_NAME} (undone by making it again)`)
