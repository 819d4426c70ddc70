import { iso } from '../../domain/time.ts'
import type { Timeline } from '../timeline.ts'
import { checkAccess, reviewAccess, reviewAccessOf, reviewSelf } from './access.ts'
import {
  ApiError,
  type Status,
  badRequest,
  conflict,
  invalid,
  methodNotAllowed,
  noSuchResource,
  notFound,
  preconditionFailed,
  qualified,
  unauthorized,
} from './api-error.ts'
import { asCreated } from './create-object.ts'
import { parseDeleteOptions } from './delete-options.ts'
import { deleteObject } from './deletion.ts'
import { discoveryPage } from './discovery.ts'
import { evict } from './eviction.ts'
import { generatedName } from './generated-name.ts'
import type { Identity } from './identity.ts'
import { type JsonObject, isJsonObject } from './json.ts'
import type { KindRow } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { ListPages, type Page } from './list-pages.ts'
import type { ObjectStore } from './object-store.ts'
import { applyPatch } from './patch.ts'
import { METRICS_GROUP, type PodMetrics } from './pod-metrics.ts'
import { asObject, bodyObject, patchedObject, replacement } from './request-body.ts'
import { type RequestTarget, parseTarget } from './request-target.ts'
import type { Pod } from './resources.ts'
import { scaleOf, scaled } from './scale.ts'
import { selectObjects } from './select-objects.ts'
import { validate, validateChange } from './validation.ts'

/** A request as the API server sees it once the identity is known; undefined stands for a token nobody issued. */
export interface ApiRequest {
  readonly identity: Identity | undefined
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly contentType: string
  readonly body: unknown
}

/** An answer: an object or a page of objects, with its HTTP status. */
export interface ApiResponse {
  readonly code: number
  readonly body: unknown
  readonly list?: { readonly row: KindRow; readonly page: Page }
}

/** A request whose target is known to be a resource this cluster serves. */
interface Call extends ApiRequest {
  readonly target: RequestTarget & { readonly row: KindRow }
  readonly row: KindRow
  readonly dryRun: boolean
}

const verbOf = (method: string, hasName: boolean): string | undefined => {
  switch (method) {
    case 'GET':
      return hasName ? 'get' : 'list'
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return hasName ? 'delete' : 'deletecollection'
    default:
      return undefined
  }
}

/** The Kubernetes REST API over an object store: authorization, admission, the verbs and their refusals. */
export class ApiServer {
  readonly #store: ObjectStore
  readonly #timeline: Timeline
  readonly #metrics: PodMetrics | undefined
  readonly #pages = new ListPages()

  /** Without `metrics` there is no metrics-server in the cluster. */
  constructor(store: ObjectStore, timeline: Timeline, metrics?: PodMetrics) {
    this.#store = store
    this.#timeline = timeline
    this.#metrics = metrics
  }

  /** Answers a request at the instant it is asked; refusals are answers too. */
  handle(request: ApiRequest): ApiResponse {
    try {
      return this.#route(request)
    } catch (error) {
      if (error instanceof ApiError) return { code: error.code, body: error.status }
      throw error
    }
  }

  #route(request: ApiRequest): ApiResponse {
    const { identity, method, path, query } = request
    if (identity === undefined) throw unauthorized()
    const target = parseTarget(path)
    if (target === undefined) return this.#discover(method, path)
    if (target.resource === 'selfsubjectaccessreviews' && target.group === 'authorization.k8s.io') {
      return { code: 201, body: reviewAccess(this.#store, identity, request.body) }
    }
    if (target.resource === 'selfsubjectreviews' && target.group === 'authentication.k8s.io') {
      return { code: 201, body: reviewSelf(identity, iso(this.#timeline.now())) }
    }
    const verb = verbOf(method, target.name !== undefined)
    if (verb === undefined) throw methodNotAllowed()
    checkAccess(this.#store, identity, verb, target)
    if (target.resource === 'subjectaccessreviews' && target.group === 'authorization.k8s.io') {
      return { code: 201, body: reviewAccessOf(this.#store, request.body) }
    }
    if (target.group === METRICS_GROUP && this.#metrics !== undefined) {
      return { code: 200, body: this.#metrics.answer(verb, target, query) }
    }
    const { row } = target
    if (row === undefined || (target.namespace !== undefined && !row.namespaced) || !this.#isServed(row)) throw noSuchResource()
    if (query.get('watch') === 'true' || query.get('watch') === '1') throw methodNotAllowed()
    const dryRun = query.getAll('dryRun').includes('All')
    const call: Call = { ...request, target: { ...target, row }, row, dryRun }
    return target.subresource === undefined ? this.#resource(call, verb) : this.#subresource(call, verb)
  }

  #discover(method: string, path: string): ApiResponse {
    if (method !== 'GET') throw methodNotAllowed()
    if (path === '/healthz' || path === '/livez' || path === '/readyz') return { code: 200, body: 'ok' }
    const page = discoveryPage(path.replace(/\/$/, ''))
    if (page === undefined) throw noSuchResource()
    return { code: 200, body: page }
  }

  #resource(call: Call, verb: string): ApiResponse {
    switch (verb) {
      case 'get':
        return { code: 200, body: this.#stored(call) }
      case 'list':
        return this.#list(call)
      case 'create':
        return this.#create(call)
      case 'update':
        return this.#update(call, bodyObject(call.row, call.target.namespace, call.body))
      case 'patch': {
        const stored = this.#stored(call)
        return this.#update(call, patchedObject(stored, call.contentType, call.body))
      }
      case 'delete':
        return this.#delete(call)
      default:
        return this.#deleteCollection(call)
    }
  }

  #subresource(call: Call, verb: string): ApiResponse {
    const { row, target } = call
    if (row.kind === 'Pod' && target.subresource === 'eviction') {
      if (verb !== 'create') throw methodNotAllowed()
      return this.#evict(call)
    }
    if (target.subresource === 'scale' && row.hasScale) return this.#scale(call, verb)
    if (target.subresource !== 'status' || !row.hasStatus) throw noSuchResource()
    const stored = this.#stored(call)
    if (verb === 'get') return { code: 200, body: stored }
    if (verb === 'update') return this.#update(call, bodyObject(call.row, call.target.namespace, call.body))
    if (verb === 'patch') {
      return this.#update(call, patchedObject(stored, call.contentType, call.body))
    }
    throw methodNotAllowed()
  }

  #isServed({ custom, plural, group }: KindRow): boolean {
    return !custom || this.#store.get('CustomResourceDefinition', `${plural}.${group}`) !== undefined
  }

  #stored({ row, target: { name = '', namespace } }: Call): KubernetesObject {
    const stored = this.#store.get(row.kind, name, namespace)
    if (stored === undefined) throw notFound(row, name)
    return stored
  }

  #list(call: Call): ApiResponse {
    const { row, query } = call
    const limit = Number(query.get('limit') ?? 0)
    const token = query.get('continue') ?? ''
    const page = token === '' ? this.#firstPage(call, limit) : this.#pages.next(token, limit)
    return { code: 200, body: undefined, list: { row, page } }
  }

  #firstPage(call: Call, limit: number): Page {
    const { query } = call
    const isSelected = (query.get('labelSelector') ?? '') !== '' || (query.get('fieldSelector') ?? '') !== ''
    const items = selectObjects(this.#store, call.row, call.target.namespace, query)
    return this.#pages.first(items, this.#store.resourceVersion, limit, isSelected)
  }

  #create(call: Call): ApiResponse {
    const { row, target, dryRun } = call
    if (target.name !== undefined || (row.namespaced && target.namespace === undefined)) throw methodNotAllowed()
    const sent = bodyObject(call.row, call.target.namespace, call.body)
    const { metadata } = sent
    const name = metadata.name ?? generatedName(this.#store, row, target.namespace, metadata.generateName)
    if (name === undefined) {
      const detail = 'name or generateName is required'
      throw invalid(row.kind, row.group, '', [{ field: 'metadata.name', type: 'Required value', detail }])
    }
    this.#checkNamespace(row, name, target.namespace)
    const { uid: _, creationTimestamp: __, deletionTimestamp: ___, generation: ____, ...own } = metadata
    const object = asCreated({ ...sent, metadata: { ...own, name } })
    validate(row, object)
    return { code: 201, body: dryRun ? this.#store.draft(object) : this.#store.create(object) }
  }

  #checkNamespace(row: KindRow, name: string, namespace: string | undefined): void {
    if (namespace === undefined) return
    const found = this.#store.get('Namespace', namespace)
    if (found === undefined) {
      const details = { name: namespace, kind: 'namespaces' }
      throw new ApiError(404, 'NotFound', `namespaces "${namespace}" not found`, details)
    }
    if (found.metadata.deletionTimestamp === undefined) return
    const message =
      `${qualified(row.plural, row.group)} "${name}" is forbidden: unable to create new content in namespace ` +
      `${namespace} because it is being terminated`
    throw new ApiError(403, 'Forbidden', message, { name, kind: row.plural })
  }

  #update(call: Call, sent: KubernetesObject): ApiResponse {
    const { row, target, method, dryRun } = call
    const stored = this.#stored(call)
    const { name, uid, resourceVersion } = sent.metadata ?? {}
    if (name !== undefined && name !== target.name) {
      throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`)
    }
    if (method === 'PUT' && uid !== undefined && uid !== stored.metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stored.metadata.uid}`
      throw preconditionFailed(row, stored.metadata.name, why)
    }
    const isAnyVersion = resourceVersion === undefined || resourceVersion === ''
    if (!isAnyVersion && resourceVersion !== stored.metadata.resourceVersion) throw conflict(row, stored.metadata.name)
    const through = target.subresource === 'status' ? 'status' : 'object'
    const next = through === 'status' ? { ...stored, status: sent.status } : replacement(row, stored, sent)
    validateChange(row, next, stored)
    const saved = dryRun ? this.#store.revised(stored, next, through) : this.#store.update(stored, next, through)
    return { code: 200, body: saved }
  }

  #scale(call: Call, verb: string): ApiResponse {
    const stored = this.#stored(call)
    if (verb === 'get') return { code: 200, body: scaleOf(stored) }
    if (verb !== 'update' && verb !== 'patch') throw methodNotAllowed()
    const before = scaleOf(stored)
    const scale: JsonObject = verb === 'patch' ? applyPatch(before, call.contentType, call.body) : asObject(call.body)
    const metadata = isJsonObject(scale.metadata) ? scale.metadata : {}
    const { resourceVersion = before.metadata.resourceVersion, uid = before.metadata.uid } = metadata
    if (resourceVersion !== before.metadata.resourceVersion || uid !== before.metadata.uid) {
      throw conflict(call.row, stored.metadata.name)
    }
    const next = scaled(stored, scale)
    const saved = call.dryRun ? this.#store.revised(stored, next) : this.#store.update(stored, next)
    return { code: 200, body: scaleOf(saved) }
  }

  #evict(call: Call): ApiResponse {
    const pod = this.#stored(call) as Pod
    const eviction = asObject(call.body)
    const name = isJsonObject(eviction.metadata) ? eviction.metadata.name : undefined
    if (name !== undefined && name !== pod.metadata.name) {
      throw badRequest('name in URL does not match name in Eviction object')
    }
    const options = parseDeleteOptions(eviction.deleteOptions, call.query)
    evict(this.#store, this.#timeline, pod, options)
    const success: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
    return { code: 201, body: success }
  }

  #delete(call: Call): ApiResponse {
    const { row } = call
    const options = parseDeleteOptions(call.body, call.query)
    const { object, gone } = deleteObject(this.#store, this.#timeline, this.#stored(call), options)
    if (!gone || row.returnsDeleted) return { code: 200, body: object }
    const { name, uid = '' } = object.metadata
    const details = { name, ...(row.group === '' ? {} : { group: row.group }), kind: row.plural, uid }
    const success: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
    return { code: 200, body: success }
  }

  #deleteCollection(call: Call): ApiResponse {
    const { row } = call
    const options = parseDeleteOptions(call.body, call.query)
    const items = selectObjects(this.#store, call.row, call.target.namespace, call.query)
    for (const item of items) deleteObject(this.#store, this.#timeline, item, options)
    return { code: 200, body: undefined, list: { row, page: { items, resourceVersion: this.#store.resourceVersion } } }
  }
}
