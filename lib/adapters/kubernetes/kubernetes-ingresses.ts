import { PatchStrategy, setHeaderOptions, type V1Service } from '@kubernetes/client-node'
import pMap from 'p-map'
import type { IngressOriginal } from '../../domain/front/front.ts'
import { serviceAnnotations, type ServiceStep, type WakeService } from '../../domain/front/ingress.ts'
import { type Ingress, type IngressStep, WAKE_NAME } from '../../domain/front/ingress-object.ts'
import { jsonPointer } from '../../domain/json-pointer.ts'
import type { Ingresses } from '../../ports.ts'
import { type ClusterApi, listAll, outcomeOf } from './cluster-api.ts'
import { listCustom } from './custom-objects.ts'
import { type Fields, fieldsIn, listIn, textIn } from './json-fields.ts'

/** Namespaces listed at once. */
const AT_ONCE = 4

const JSON_PATCH = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch)

const INGRESSES = { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses' } as const

/** Annotations Catnap writes on an Ingress it led to the wake function (docs/safety.md). */
const BACKENDS_ANNOTATION = 'catnap.dev/original-backends'
const ENVIRONMENT_ANNOTATION = 'catnap.dev/environment'
const MARKS = [BACKENDS_ANNOTATION, ENVIRONMENT_ANNOTATION]

/** The Ingresses of one cluster. */
export const kubernetesIngresses = (api: ClusterApi): Ingresses => ({
  list: async (namespaces) => {
    const found = await pMap(namespaces, (namespace) => listCustom(api, INGRESSES, namespace), { concurrency: AT_ONCE })
    return found.flat().map(toIngress)
  },
  services: async (namespaces) => {
    const fieldSelector = `metadata.name=${WAKE_NAME}`
    const found = await pMap(namespaces, (namespace) => listAll(`services in ${namespace}`, (page) => api.core.listNamespacedService({ namespace, fieldSelector, ...page })), { concurrency: AT_ONCE })
    return found.flat().map(toWakeService)
  },
  change: (step) => {
    const { namespace, name } = step.ingress
    return outcomeOf(`patch Ingress ${namespace}/${name}`, () => api.custom.patchNamespacedCustomObject({ ...INGRESSES, namespace, name, body: patchBody(step) }, JSON_PATCH))
  },
  changeService: (step) => {
    const namespace = step.do === 'make-service' ? step.namespace : step.service.namespace
    return outcomeOf(`${step.do === 'make-service' ? 'create' : 'delete'} Service ${namespace}/${WAKE_NAME}`, () => (step.do === 'make-service'
      ? api.core.createNamespacedService({ namespace, body: serviceObject(step) })
      : api.core.deleteNamespacedService({ namespace, name: WAKE_NAME, body: { preconditions: { uid: step.service.uid } } })))
  },
})

const toIngress = ({ metadata, spec }: Fields): Ingress => {
  const { uid, name, namespace, generation, resourceVersion, annotations: annotated } = fieldsIn(metadata)
  const annotations = Object.fromEntries(Object.entries(fieldsIn(annotated)).map(([key, value]) => [key, String(value)]))
  const { ingressClassName, defaultBackend, rules } = fieldsIn(spec)
  const className = textIn(ingressClassName) ?? annotations['kubernetes.io/ingress.class']
  const mark = readMark(annotations[BACKENDS_ANNOTATION])
  return {
    namespace: textIn(namespace) ?? '',
    name: textIn(name) ?? '',
    seen: {
      uid: textIn(uid) ?? '',
      generation: Number(generation ?? 0),
      resourceVersion: textIn(resourceVersion) ?? '',
      annotated: Object.keys(annotations).length > 0,
      marks: MARKS.filter((annotation) => annotations[annotation] !== undefined),
    },
    annotations,
    backends: [
      ...(defaultBackend === undefined ? [] : [{ pointer: '/spec/defaultBackend', backend: fieldsIn(defaultBackend) }]),
      ...listIn(rules).map(fieldsIn).flatMap(({ host, http }, rule) => listIn(fieldsIn(http)['paths']).map(fieldsIn).map(({ path, pathType, backend }, index) => ({
        pointer: `/spec/rules/${rule}/http/paths/${index}/backend`,
        backend: fieldsIn(backend),
        ...placeOf({ host, path, pathType }),
      }))),
    ],
    ...(className === undefined ? {} : { className }),
    ...(mark === undefined ? {} : { mark }),
  }
}

const placeOf = (fields: Fields): { readonly host?: string; readonly path?: string; readonly pathType?: string } =>
  Object.fromEntries(Object.entries(fields).flatMap(([key, value]) => (textIn(value) === undefined ? [] : [[key, value]])))

/** Text that is not what Catnap wrote is no mark of ours. */
const readMark = (text: string | undefined): IngressOriginal | undefined => {
  if (text === undefined) return undefined
  try {
    const { backends, annotations } = fieldsIn(JSON.parse(text))
    return Array.isArray(backends) && Array.isArray(annotations) ? { backends, annotations } : undefined
  } catch {
    return undefined
  }
}

/** One operation of a JSON Patch (RFC 6902). */
interface Operation {
  readonly op: 'test' | 'add' | 'replace' | 'remove'
  readonly path: string
  readonly value?: unknown
}

/**
 * One request with precondition, mark and change in it. An Ingress counts changes of its spec alone, so what is done to its
 * annotations rests on the very version.
 */
const patchBody = ({ do: verb, environment, ingress: { seen, annotations: present }, backends, annotations, original }: IngressStep): Operation[] => {
  const written = { ...annotations, ...(verb === 'lead-to-wake' ? { [BACKENDS_ANNOTATION]: JSON.stringify(original), [ENVIRONMENT_ANNOTATION]: environment } : {}) }
  const removed = verb === 'lead-to-wake' ? [] : seen.marks
  return [
    { op: 'test', path: '/metadata/uid', value: seen.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: seen.resourceVersion },
    ...(seen.annotated ? [] : [{ op: 'add', path: '/metadata/annotations', value: {} } as const]),
    ...backends.map(({ pointer, backend }): Operation => ({ op: 'replace', path: pointer, value: backend })),
    ...Object.entries(written).flatMap(([name, value]): Operation[] => {
      if (value !== null) return [{ op: 'add', path: annotationPath(name), value }]
      return present[name] === undefined ? [] : [{ op: 'remove', path: annotationPath(name) }]
    }),
    ...removed.map((name): Operation => ({ op: 'remove', path: annotationPath(name) })),
  ]
}

const annotationPath = (annotation: string): string => jsonPointer(['metadata', 'annotations', annotation])

const toWakeService = ({ metadata, spec }: V1Service): WakeService => {
  const environment = metadata?.annotations?.[ENVIRONMENT_ANNOTATION]
  const { externalName, ports: [port] = [] } = spec ?? {}
  return {
    namespace: metadata?.namespace ?? '',
    uid: metadata?.uid ?? '',
    ...(environment === undefined ? {} : { environment }),
    ...(externalName === undefined ? {} : { externalName }),
    ...(port === undefined ? {} : { port: port.port }),
  }
}

const serviceObject = ({ environment, namespace, address }: Extract<ServiceStep, { do: 'make-service' }>): V1Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: WAKE_NAME, namespace, annotations: { [ENVIRONMENT_ANNOTATION]: environment, ...serviceAnnotations(address) } },
  spec: { type: 'ExternalName', externalName: address.host, ports: [{ name: address.tls ? 'https' : 'http', port: address.port, protocol: 'TCP' }] },
})
