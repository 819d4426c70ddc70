import { badRequest, invalid } from './api-error.ts'
import { withDefaults } from './defaults.ts'
import { type JsonObject, isJsonObject } from './json.ts'
import { type KindRow, apiVersionOf } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { applyPatch } from './patch.ts'
import { shapeMistake } from './shape.ts'

/** The body as a JSON object. Throws 400 for anything else. */
export const asObject = (value: unknown): JsonObject => {
  if (!isJsonObject(value)) throw badRequest('the body of the request is not a JSON object')
  return value
}

/** The body as an object of the kind and namespace the URL names. Throws 400 where it is of another. */
export const bodyObject = (row: KindRow, namespace: string | undefined, body: unknown): KubernetesObject => {
  const sent = asObject(body)
  const mistake = shapeMistake(sent)
  if (mistake !== undefined) throw badRequest(`${row.kind} in version "${row.version}" cannot be handled: ${mistake}`)
  const expected = apiVersionOf(row)
  const apiVersion = sent.apiVersion ?? expected
  const kind = sent.kind ?? row.kind
  if (apiVersion !== expected || kind !== row.kind) {
    throw badRequest(
      `the API version in the data (${String(apiVersion)}, ${String(kind)}) does not match the expected API version ` +
        `(${expected}, ${row.kind})`,
    )
  }
  const { namespace: own = namespace, ...metadata } = isJsonObject(sent.metadata) ? sent.metadata : {}
  if (row.namespaced && own !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  const placed: JsonObject = row.namespaced ? { ...metadata, namespace } : metadata
  const object: JsonObject = { ...sent, apiVersion, kind, metadata: placed }
  return object as KubernetesObject
}

/** The stored object with a patch applied. Throws what `applyPatch` throws, and 422 for a result of a wrong shape. */
export const patchedObject = (stored: KubernetesObject, contentType: string, patch: unknown): KubernetesObject => {
  const patched = applyPatch(stored, contentType, patch)
  const mistake = shapeMistake(patched)
  if (mistake !== undefined) throw invalid('', '', '', [{ field: 'patch', type: 'Invalid value', detail: mistake }])
  return patched as KubernetesObject
}

/** What a client's write makes of a stored object: not its identity, not its deletion and not its status. */
export const replacement = (row: KindRow, stored: KubernetesObject, sent: KubernetesObject): KubernetesObject => {
  const { name, namespace, deletionTimestamp, deletionGracePeriodSeconds } = stored.metadata
  // A patch may have taken the metadata out altogether.
  const given: Partial<KubernetesObject['metadata']> = { ...sent.metadata }
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, ...metadata } = given
  const { status, ...fields } = withDefaults({
    ...sent,
    metadata: {
      ...metadata,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
    },
  })
  const kept = row.hasStatus ? stored.status : status
  return { ...fields, ...(kept === undefined ? {} : { status: kept }) } as KubernetesObject
}
