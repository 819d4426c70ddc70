import { ApiError, badRequest, qualified } from './api-error.ts'
import type { Identity } from './identity.ts'
import { type JsonObject, isJsonObject } from './json.ts'
import type { ObjectStore } from './object-store.ts'
import { type Access, authorize } from './rbac.ts'
import type { RequestTarget } from './request-target.ts'

// The rights on a namespace itself may come from a role inside it.
const namespaceOf = ({ namespace, resource, name }: RequestTarget): string | undefined =>
  namespace ?? (resource === 'namespaces' ? name : undefined)

const accessOf = (verb: string, target: RequestTarget): Access => {
  const { group, resource, subresource, name } = target
  const namespace = namespaceOf(target)
  return {
    verb,
    group,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
  }
}

/** Throws the 403 of a request that no role allows, in the API server's words. */
export const checkAccess = (store: ObjectStore, identity: Identity, verb: string, target: RequestTarget): void => {
  const access = accessOf(verb, target)
  if (authorize(store, identity, access) !== undefined) return
  const { group, resource, name } = target
  const where = access.namespace === undefined ? 'at the cluster scope' : `in the namespace "${access.namespace}"`
  const what = qualified(resource, group)
  const message =
    `${name === undefined ? what : `${what} "${name}"`} is forbidden: User "${identity.user}" cannot ${verb} ` +
    `resource "${access.resource}" in API group "${group}" ${where}`
  const details = { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource }
  throw new ApiError(403, 'Forbidden', message, details)
}

const textIn = (attributes: JsonObject, field: string): string => {
  const value = attributes[field]
  return typeof value === 'string' ? value : ''
}

/** Answers a SelfSubjectReview: who is asking, and when. */
export const reviewSelf = ({ user, groups }: Identity, at: string): JsonObject => ({
  kind: 'SelfSubjectReview',
  apiVersion: 'authentication.k8s.io/v1',
  metadata: { creationTimestamp: at },
  status: { userInfo: { username: user, groups: [...groups, 'system:authenticated'] } },
})

/** Whom a SubjectAccessReview asks for. */
const subjectOf = (body: unknown): Identity => {
  const spec = isJsonObject(body) && isJsonObject(body.spec) ? body.spec : {}
  const groups = Array.isArray(spec.groups) ? spec.groups.filter((group) => typeof group === 'string') : []
  return { user: textIn(spec, 'user'), groups }
}

/** Answers a SubjectAccessReview, which only whoever has the right to ask for others may make. */
export const reviewAccessOf = (store: ObjectStore, body: unknown): JsonObject => ({ ...reviewAccess(store, subjectOf(body), body), kind: 'SubjectAccessReview' })

/** Answers a SelfSubjectAccessReview. Throws the 400 of one that asks for no resource. */
export const reviewAccess = (store: ObjectStore, identity: Identity, body: unknown): JsonObject => {
  const spec = isJsonObject(body) && isJsonObject(body.spec) ? body.spec : {}
  const asked = isJsonObject(spec.resourceAttributes) ? spec.resourceAttributes : undefined
  if (!isJsonObject(body) || asked === undefined) {
    throw badRequest('spec.resourceAttributes: found none, expected the access to review; other reviews are not served')
  }
  const [resource, subresource] = [textIn(asked, 'resource'), textIn(asked, 'subresource')]
  const [name, namespace] = [textIn(asked, 'name'), textIn(asked, 'namespace')]
  const reason = authorize(store, identity, {
    verb: textIn(asked, 'verb'),
    group: textIn(asked, 'group'),
    resource: subresource === '' ? resource : `${resource}/${subresource}`,
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
  })
  const status = { allowed: reason !== undefined, ...(reason === undefined || reason === '' ? {} : { reason }) }
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    ...body,
    metadata: {},
    status,
  }
}
