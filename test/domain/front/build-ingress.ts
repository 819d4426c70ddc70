import type { Backend } from '../../../lib/domain/front/front.ts'
import type { Ingress, IngressStep, SeenBackend } from '../../../lib/domain/front/ingress-object.ts'

export const service = (name: string, number = 80): Backend => ({ service: { name, port: { number } } })

/** A backend of the rule for a host, `/` unless told otherwise. */
export const backendFor = (host: string, backend: Backend, { path = '/', rule = 0, index = 0 } = {}): SeenBackend =>
  ({ pointer: `/spec/rules/${rule}/http/paths/${index}/backend`, host, path, pathType: 'Prefix', backend })

/** The Ingress shop/web, which leads shop.example.com to Service web, unless told otherwise. */
export const ingressWith = (changes: Partial<Ingress> = {}): Ingress => ({
  namespace: 'shop',
  name: 'web',
  seen: { uid: 'uid-web', generation: 1, resourceVersion: '10', annotated: Object.keys(changes.annotations ?? {}).length > 0, marks: [] },
  className: 'nginx',
  annotations: {},
  backends: [backendFor('shop.example.com', service('web'))],
  ...changes,
})

/** The Ingresses after a step, as a cluster that does what it is told shows them. */
export const applyIngressStep = (ingresses: readonly Ingress[], step: IngressStep): readonly Ingress[] =>
  ingresses.map((ingress) => {
    if (ingress.seen.uid !== step.ingress.seen.uid) return ingress
    const annotations = Object.entries({ ...ingress.annotations, ...step.annotations }).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
    const { mark: _, ...rest } = ingress
    return {
      ...rest,
      annotations: Object.fromEntries(annotations),
      backends: ingress.backends.map((seen) => ({ ...seen, backend: step.backends.find(({ pointer }) => pointer === seen.pointer)?.backend ?? seen.backend })),
      ...(step.do === 'lead-to-wake' ? { mark: step.original } : {}),
    }
  })
