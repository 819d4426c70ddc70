import { type Operation, applyPatch as applyJsonPatch } from 'rfc6902'
import { ApiError, badRequest, unsupportedMediaType } from './api-error.ts'
import { type JsonObject, isJsonObject } from './json.ts'

const jsonPatchType = 'application/json-patch+json'
const mergePatchType = 'application/merge-patch+json'
const strategicPatchType = 'application/strategic-merge-patch+json'

const operations = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test'])

const isOperation = (value: unknown): value is Operation =>
  isJsonObject(value) && typeof value.path === 'string' && operations.has(String(value.op))

// The real server says no more than this of a failed test or a missing path (apiserver, endpoints/handlers/patch.go).
const refusal = (): ApiError =>
  new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})

// The package answers with what went wrong, but throws where a path is no JSON pointer.
const applies = (target: unknown, operation: Operation): boolean => {
  try {
    return applyJsonPatch(target, [operation])[0] === null
  } catch {
    return false
  }
}

const jsonPatch = (object: JsonObject, patch: unknown): unknown => {
  if (!Array.isArray(patch)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch')
  const target: unknown = structuredClone(object)
  for (const operation of patch) {
    if (!isOperation(operation)) throw refusal()
    if (!applies(target, operation)) throw refusal()
  }
  return target
}

/** RFC 7396: null removes, an object merges, anything else replaces. */
const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isJsonObject(patch)) return patch
  const merged: Record<string, unknown> = isJsonObject(target) ? { ...target } : {}
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field]
    else merged[field] = mergePatch(merged[field], value)
  }
  return merged
}

// The lists the API declares as maps, by the field that tells their entries apart.
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  conditions: ['type'],
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  ownerReferences: ['uid'],
  ports: ['containerPort', 'port'],
}

const mergeList = (target: readonly unknown[], patch: readonly unknown[], key: string): unknown[] => {
  const merged = [...target]
  for (const entry of patch) {
    if (!isJsonObject(entry)) continue
    const { $patch: directive, ...rest } = entry
    const index = merged.findIndex((known) => isJsonObject(known) && known[key] === entry[key])
    if (directive === 'delete') {
      if (index >= 0) merged.splice(index, 1)
    } else if (index < 0) merged.push(rest)
    else merged[index] = strategicPatch(merged[index], rest)
  }
  return merged
}

const strategicList = (field: string, before: readonly unknown[], patch: readonly unknown[]): readonly unknown[] => {
  const key = mergeKeys[field]?.find((name) => patch.every((entry) => isJsonObject(entry) && name in entry))
  return key === undefined ? patch : mergeList(before, patch, key)
}

const unknownDirective = (field: string): ApiError =>
  badRequest(
    `strategic merge directive: found ${field}, expected $patch in a map or a keyed list; send a merge or JSON patch`,
  )

const strategicPatch = (target: unknown, patch: JsonObject): JsonObject => {
  const { $patch: directive, ...fields } = patch
  if (directive === 'replace') return fields
  const merged: Record<string, unknown> = isJsonObject(target) ? { ...target } : {}
  for (const [field, value] of Object.entries(fields)) {
    const before = merged[field]
    if (field.startsWith('$')) throw unknownDirective(field)
    if (value === null) delete merged[field]
    else if (isJsonObject(value)) merged[field] = strategicPatch(before, value)
    else if (Array.isArray(value)) merged[field] = strategicList(field, Array.isArray(before) ? before : [], value)
    else merged[field] = value
  }
  return merged
}

/**
 * Applies a patch of one of the three media types. Throws 415 for another type, 400 for a body that is no patch, 422
 * for a JSON patch whose `test` fails or whose path is missing.
 */
export const applyPatch = (object: JsonObject, contentType: string, patch: unknown): JsonObject => {
  const mediaType = contentType.split(';')[0]?.trim()
  if (mediaType !== jsonPatchType && mediaType !== mergePatchType && mediaType !== strategicPatchType) {
    throw unsupportedMediaType([jsonPatchType, mergePatchType, strategicPatchType])
  }
  if (mediaType === jsonPatchType) {
    const result = jsonPatch(object, patch)
    if (!isJsonObject(result)) throw refusal()
    return result
  }
  if (!isJsonObject(patch)) throw badRequest('error decoding patch: expected a JSON object')
  const result = mediaType === mergePatchType ? mergePatch(object, patch) : strategicPatch(object, patch)
  return isJsonObject(result) ? result : {}
}
