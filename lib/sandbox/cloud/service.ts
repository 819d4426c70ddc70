import type { AwsError } from './aws-error.ts'

/** A signed request as a service sees it. */
export interface ServiceRequest {
  readonly method: string
  /** The path as sent, still percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly target: string
  readonly body: string
  readonly region: string
  readonly accessKeyId: string
  readonly requestId: string
}

/** What goes back on the wire. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One AWS service behind its wire protocol. Handling is synchronous: nothing happens between two lines of it. */
export interface Service {
  /** The API action asked for; undefined when it is none the service knows. */
  action(request: ServiceRequest): string | undefined
  /** Does it. Throws AwsError. */
  handle(action: string, request: ServiceRequest): Answer
  refuse(error: AwsError, requestId: string): Answer
}
