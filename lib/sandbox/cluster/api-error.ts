import type { KindRow } from './kinds.ts'

/** One cause in a Status: which field, and what is wrong with it. */
export interface StatusCause {
  readonly reason: string
  readonly message: string
  readonly field?: string
}

interface StatusDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly StatusCause[]
  readonly retryAfterSeconds?: number
}

/** The body of every answer that carries no object. */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: Readonly<Record<string, never>>
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: StatusDetails
  readonly code?: number
}

/** A refusal by the API server; `status` is the body it sends, its `code` the HTTP status. */
export class ApiError extends Error {
  readonly code: number
  readonly status: Status

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason === '' ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    }
  }
}

/** The group and resource as the API server writes them in messages: `deployments.apps`, `pods`. */
export const qualified = (name: string, group: string): string => (group === '' ? name : `${name}.${group}`)

const about = (row: KindRow, name: string): StatusDetails => ({
  name,
  ...(row.group === '' ? {} : { group: row.group }),
  kind: row.plural,
})

export const notFound = (row: KindRow, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${qualified(row.plural, row.group)} "${name}" not found`, about(row, name))

/** No such resource at all, as opposed to no such object. */
export const noSuchResource = (): ApiError =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', {})

export const alreadyExists = (row: KindRow, name: string): ApiError =>
  new ApiError(409, 'AlreadyExists', `${qualified(row.plural, row.group)} "${name}" already exists`, about(row, name))

const operationRefused = (resource: string, row: KindRow, name: string, why: string): ApiError =>
  new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${resource} "${name}": ${why}`, about(row, name))

/** The resourceVersion sent is not the one stored. */
export const conflict = (row: KindRow, name: string): ApiError =>
  operationRefused(
    qualified(row.plural, row.group),
    row,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  )

/** A `preconditions` entry of a delete or an update that does not hold. */
export const preconditionFailed = (row: KindRow, name: string, why: string): ApiError =>
  operationRefused(qualified(row.kind, row.group), row, name, why)

/** One field that is wrong, in the API server's own words. */
export interface FieldError {
  readonly field: string
  readonly type: 'Invalid value' | 'Required value' | 'Unsupported value' | 'Forbidden'
  readonly value?: unknown
  readonly detail: string
}

const causeReasons = {
  'Invalid value': 'FieldValueInvalid',
  'Required value': 'FieldValueRequired',
  'Unsupported value': 'FieldValueNotSupported',
  Forbidden: 'FieldValueForbidden',
} as const

const sayField = ({ type, value, detail }: FieldError): string => {
  const found = value === undefined ? '' : `: ${JSON.stringify(value)}`
  return detail === '' ? `${type}${found}` : `${type}${found}: ${detail}`
}

/** 422 with every field that is wrong. */
export const invalid = (kind: string, group: string, name: string, errors: readonly FieldError[]): ApiError => {
  const said = errors.map((error) => `${error.field}: ${sayField(error)}`)
  const list = said.length === 1 ? said.join('') : `[${said.join(', ')}]`
  return new ApiError(422, 'Invalid', `${qualified(kind, group)} "${name}" is invalid: ${list}`, {
    name,
    ...(group === '' ? {} : { group }),
    kind,
    causes: errors.map((error) => ({ reason: causeReasons[error.type], message: sayField(error), field: error.field })),
  })
}

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message)

export const unauthorized = (): ApiError => new ApiError(401, 'Unauthorized', 'Unauthorized')

export const methodNotAllowed = (): ApiError =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})

export const unsupportedMediaType = (accepted: readonly string[]): ApiError =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )

/** 429; `retryAfterSeconds` 0 says nothing about when. */
export const tooManyRequests = (message: string, retryAfterSeconds: number, causes: readonly StatusCause[]): ApiError =>
  new ApiError(429, 'TooManyRequests', message, {
    ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }),
    causes,
  })
