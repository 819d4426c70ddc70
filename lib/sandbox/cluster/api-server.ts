import type { Timeline } from '../timeline.ts'
import { ApiError, type Status, badRequest, conflict, methodNotAllowed, noSuchResource, notFound, preconditionFailed, qualified, unauthorized } from './api-error.ts'
import { asCreated } from './create-object.ts'
import { withDefaults } from './defaults.ts'
import { type DeleteOptions, deleteObject } from './deletion.ts'
import { discoveryPage } from './discovery.ts'
import { evict } from './eviction.ts'
import { parseFieldSelector } from './field-selector.ts'
import type { Identity } from './identity.ts'
import { type JsonObject, isJsonObject } from './json.ts'
import { type KindRow, apiVersionOf } from './kinds.ts'
import { type KubernetesObject, keyOf } from './kubernetes-object.ts'
import { parseLabelSelector, selects } from './label-selector.ts'
import { ListPages, type Page } from './list-pages.ts'
import type { ObjectStore } from './object-store.ts'
import { applyPatch } from './patch.ts'
import { type Access, authorize } from './rbac.ts'
import { type RequestTarget, parseTarget } from './request-target.ts'
import type { Pod } from './resources.ts'
import { scaleOf, scaled } from './scale.ts'
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
  readonly #pages = new ListPages()

  constructor(store: ObjectStore, timeline: Timeline) {
    this.#store = store
    this.#timeline = timeline
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
      return this.#review(identity, request.body)
    }
    const verb = verbOf(method, target.name !== undefined)
    if (verb === undefined) throw methodNotAllowed()
    this.#authorize(identity, verb, target)
    const { row } = target
    if (row === undefined || (target.namespace !== undefined && !row.namespaced)) throw noSuchResource()
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

  #authorize(identity: Identity, verb: string, target: RequestTarget): void {
    const { group, resource, subresource, namespace, name } = target
    const full = subresource === undefined ? resource : `${resource}/${subresource}`
    const access: Access = {
      verb,
      group,
      resource: full,
      ...(name === undefined ? {} : { name }),
      // The rights on a namespace itself may come from a role inside it.
      ...(namespace === undefined ? (resource === 'namespaces' && name !== undefined ? { namespace: name } : {}) : { namespace }),
    }
    if (authorize(this.#store, identity, access) !== undefined) return
    const where = access.namespace === undefined ? 'at the cluster scope' : `in the namespace "${access.namespace}"`
    const what = qualified(resource, group)
    const message =
      `${name === undefined ? what : `${what} "${name}"`} is forbidden: User "${identity.user}" cannot ${verb} ` +
      `resource "${full}" in API group "${group}" ${where}`
    const details = { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource }
    throw new ApiError(403, 'Forbidden', message, details)
  }

  #review(identity: Identity, body: unknown): ApiResponse {
    const spec = isJsonObject(body) && isJsonObject(body.spec) ? body.spec : {}
    const asked = isJsonObject(spec.resourceAttributes) ? spec.resourceAttributes : undefined
    if (!isJsonObject(body) || asked === undefined) {
      throw badRequest('spec.resourceAttributes: expected the access to review; nonResourceAttributes are not served')
    }
    const text = (field: string): string => (typeof asked[field] === 'string' ? asked[field] : '')
    const reason = authorize(this.#store, identity, {
      verb: text('verb'),
      group: text('group'),
      resource: text('subresource') === '' ? text('resource') : `${text('resource')}/${text('subresource')}`,
      ...(text('name') === '' ? {} : { name: text('name') }),
      ...(text('namespace') === '' ? {} : { namespace: text('namespace') }),
    })
    const status = { allowed: reason !== undefined, ...(reason === undefined ? {} : { reason }) }
    return { code: 201, body: { ...body, metadata: {}, status } }
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
        return this.#update(call, this.#bodyObject(call))
      case 'patch': {
        const stored = this.#stored(call)
        return this.#update(call, applyPatch(stored, call.contentType, call.body) as KubernetesObject)
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
    if (verb === 'update') return this.#update(call, this.#bodyObject(call))
    if (verb === 'patch') {
      return this.#update(call, applyPatch(stored, call.contentType, call.body) as KubernetesObject)
    }
    throw methodNotAllowed()
  }

  #stored({ row, target: { name = '', namespace } }: Call): KubernetesObject {
    const stored = this.#store.get(row.kind, name, namespace)
    if (stored === undefined) throw notFound(row, name)
    return stored
  }

  #bodyObject({ row, target, body }: Call): KubernetesObject {
    if (!isJsonObject(body)) throw badRequest('the body of the request is not a JSON object')
    const apiVersion = body.apiVersion ?? apiVersionOf(row)
    const kind = body.kind ?? row.kind
    if (apiVersion !== apiVersionOf(row) || kind !== row.kind) {
      throw badRequest(`the API version in the data (${String(apiVersion)}, ${String(kind)}) does not match the expected ` +
        `API version (${apiVersionOf(row)}, ${row.kind})`)
    }
    const metadata = isJsonObject(body.metadata) ? body.metadata : {}
    const namespace = metadata.namespace ?? target.namespace
    if (row.namespaced && namespace !== target.namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
    }
    const { namespace: _, ...named } = metadata
    return { ...body, apiVersion, kind, metadata: row.namespaced ? { ...named, namespace } : named } as unknown as KubernetesObject
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
    return this.#pages.first(this.#selected(call), this.#store.resourceVersion, limit, isSelected)
  }

  #selected({ row, target, query }: Call): KubernetesObject[] {
    const labels = query.get('labelSelector') ?? ''
    const fields = query.get('fieldSelector') ?? ''
    const onNode = row.kind === 'Pod' && target.namespace === undefined && /^spec\.nodeName==?([^,]+)$/.exec(fields)
    let items = onNode ? this.#store.podsOn(onNode[1] ?? '') : this.#store.list(row.kind, target.namespace)
    if (labels !== '') {
      const selector = parseLabelSelector(labels)
      items = items.filter(({ metadata }) => selects(selector, metadata.labels))
    }
    if (fields !== '' && !onNode) items = items.filter(parseFieldSelector(row, fields))
    return items.map((item) => [keyOf(item), item] as const).sort(byKey).map(([, item]) => item)
  }

  #create(call: Call): ApiResponse {
    const { row, target, dryRun } = call
    if (target.name !== undefined || (row.namespaced && target.namespace === undefined)) throw methodNotAllowed()
    const sent = this.#bodyObject(call)
    const { metadata } = sent
    const name = metadata.name ?? (metadata.generateName === undefined ? undefined : this.#generate(row, metadata.generateName))
    if (name === undefined) {
      const detail = 'name or generateName is required'
      throw new ApiError(422, 'Invalid', `${qualified(row.kind, row.group)} "" is invalid: metadata.name: Required value: ${detail}`)
    }
    this.#checkNamespace(row, name, target.namespace)
    const { uid: _, creationTimestamp: __, deletionTimestamp: ___, generation: ____, ...own } = metadata
    const object = asCreated({ ...sent, metadata: { ...own, name } })
    validate(row, object)
    return { code: 201, body: dryRun ? this.#store.draft(object) : this.#store.create(object) }
  }

  // Five letters that depend on the names already taken, so that the same run makes the same names.
  #generate({ kind }: KindRow, prefix: string): string {
    const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
    let serial = Number(this.#store.resourceVersion)
    const letters = Array.from({ length: 5 }, () => {
      const letter = alphabet[serial % alphabet.length] ?? ''
      serial = Math.floor(serial / alphabet.length)
      return letter
    })
    const name = `${prefix}${letters.join('')}`
    return this.#store.get(kind, name) === undefined ? name : `${name}2`
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
    if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== stored.metadata.resourceVersion) {
      throw conflict(row, stored.metadata.name)
    }
    const through = target.subresource === 'status' ? 'status' : 'object'
    const next = through === 'status' ? { ...stored, status: sent.status } : this.#replacement(row, stored, sent)
    validateChange(row, next, stored)
    const saved = dryRun ? this.#store.revised(stored, next, through) : this.#store.update(stored, next, through)
    return { code: 200, body: saved }
  }

  // What a client may change of an object: not its identity, not its deletion, not its status.
  #replacement(row: KindRow, stored: KubernetesObject, sent: KubernetesObject): KubernetesObject {
    const { namespace, deletionTimestamp, deletionGracePeriodSeconds } = stored.metadata
    const { deletionTimestamp: _, deletionGracePeriodSeconds: __, ...metadata } = sent.metadata
    const { status, ...fields } = withDefaults({
      ...sent,
      metadata: {
        ...metadata,
        name: stored.metadata.name,
        ...(namespace === undefined ? {} : { namespace }),
        ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
        ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
      },
    })
    const kept = row.hasStatus ? stored.status : status
    return { ...fields, ...(kept === undefined ? {} : { status: kept }) } as KubernetesObject
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
    const options = deleteOptions(eviction.deleteOptions, call.query)
    evict(this.#store, this.#timeline, pod, options)
    const success: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
    return { code: 201, body: success }
  }

  #delete(call: Call): ApiResponse {
    const { row } = call
    const { object, gone } = deleteObject(this.#store, this.#timeline, this.#stored(call), deleteOptions(call.body, call.query))
    if (!gone || row.returnsDeleted) return { code: 200, body: object }
    const { name, uid = '' } = object.metadata
    const details = { name, ...(row.group === '' ? {} : { group: row.group }), kind: row.plural, uid }
    const success: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
    return { code: 200, body: success }
  }

  #deleteCollection(call: Call): ApiResponse {
    const { row } = call
    const options = deleteOptions(call.body, call.query)
    const items = this.#selected(call)
    for (const item of items) deleteObject(this.#store, this.#timeline, item, options)
    return { code: 200, body: undefined, list: { row, page: { items, resourceVersion: this.#store.resourceVersion } } }
  }
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0)

const asObject = (value: unknown): JsonObject => {
  if (!isJsonObject(value)) throw badRequest('the body of the request is not a JSON object')
  return value
}

// Options come in the body or in the query; the query is what kubectl and old clients use.
const deleteOptions = (body: unknown, query: URLSearchParams): DeleteOptions => {
  const options: JsonObject = isJsonObject(body) ? body : {}
  const preconditions = isJsonObject(options.preconditions) ? options.preconditions : undefined
  const graceSeconds = options.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined
  const policy = options.propagationPolicy ?? query.get('propagationPolicy') ?? undefined
  const dryRun: unknown = options.dryRun
  return {
    ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: Number(graceSeconds) }),
    ...(policy === undefined ? {} : { propagationPolicy: String(policy) }),
    ...(preconditions === undefined ? {} : { preconditions: preconditions as { uid?: string } }),
    dryRun: query.getAll('dryRun').includes('All') || (Array.isArray(dryRun) && dryRun.includes('All')),
  }
}
