import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { AwsError } from './aws-error.ts'
import type { Answer, Service } from './service.ts'
import { uuid } from './uuid.ts'
import { restJsonRefusal } from './wire.ts'

/** A call as the hooks see it; `service` is the name in the request's signature, as in `autoscaling`. */
export interface CloudCall {
  readonly service: string
  readonly region: string
  readonly action: string
}

/** Faults for tests. `drop` closes the connection without an answer. */
export interface CloudFaults {
  /** Awaited before a call is handled; an error it answers is what the caller gets instead. */
  readonly intercept?: (call: CloudCall) => Promise<void | 'drop' | { status: number; code: string; message: string }>
  /** Awaited after a call was handled, before the answer is sent. */
  readonly committed?: (call: CloudCall) => Promise<void | 'drop'>
}

/** The region, service and key of a request, from its SigV4 `Authorization` header. */
const scopeOf = (authorization: string): { accessKeyId: string; region: string; service: string } | undefined => {
  const scope = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(authorization)
  const [, accessKeyId, region, service] = scope ?? []
  return accessKeyId && region && service ? { accessKeyId, region, service } : undefined
}

/** One HTTP server for all services, by the name each has in signatures. */
export const createCloudServer = (services: Readonly<Record<string, Service>>, faults: CloudFaults): Server => {
  let requests = 0
  const server = createServer(async (incoming, outgoing) => {
    const requestId = uuid(`request\0${requests++}`)
    try {
      const answer = await answerTo(incoming, requestId, services, faults)
      if (answer === 'drop') incoming.socket.destroy()
      else reply(outgoing, answer)
    } catch (error) {
      // A hole in the simulation must not look like AWS having a bad day, which SDKs retry in silence.
      const cause = error instanceof Error ? (error.stack ?? error.message) : String(error)
      const failure = new AwsError(400, 'SimulationFailure', `the simulated cloud failed: ${cause}`)
      reply(outgoing, restJsonRefusal(failure, requestId))
    }
  })
  // Time stands still between a client's requests: an idle connection must outlive any pause of the machine.
  server.keepAliveTimeout = 0
  return server
}

const answerTo = async (
  incoming: IncomingMessage,
  requestId: string,
  services: Readonly<Record<string, Service>>,
  { intercept, committed }: CloudFaults,
): Promise<Answer | 'drop'> => {
  const body = await text(incoming)
  const scope = scopeOf(incoming.headers.authorization ?? '')
  if (scope === undefined) {
    const error = new AwsError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
    return restJsonRefusal(error, requestId)
  }
  const service = Object.hasOwn(services, scope.service) ? services[scope.service] : undefined
  if (service === undefined) {
    const known = Object.keys(services).join(', ')
    const message = `the simulated cloud has no service ${scope.service}, expected one of ${known}`
    return restJsonRefusal(new AwsError(404, 'UnknownOperationException', message), requestId)
  }
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?')
  const { method = 'GET', headers } = incoming
  const target = String(headers['x-amz-target'] ?? '')
  const request = { method, path, query: new URLSearchParams(query), target, body, requestId, ...scope }
  const action = service.action(request)
  if (action === undefined) {
    const found = target || `${method} ${path} ${/Action=\w+/.exec(body)?.[0] ?? ''}`.trim()
    const message = `the simulated ${scope.service} does not know this action: found ${found}`
    return service.refuse(new AwsError(400, 'InvalidAction', message), requestId)
  }
  const call = { service: scope.service, region: scope.region, action }
  const fault = await intercept?.(call)
  if (fault === 'drop') return 'drop'
  if (fault !== undefined) return service.refuse(new AwsError(fault.status, fault.code, fault.message), requestId)
  const answer = handled(service, action, request)
  return (await committed?.(call)) === 'drop' ? 'drop' : answer
}

const handled = (service: Service, action: string, request: Parameters<Service['handle']>[1]): Answer => {
  try {
    return service.handle(action, request)
  } catch (error) {
    if (error instanceof AwsError) return service.refuse(error, request.requestId)
    throw error
  }
}

const reply = (outgoing: ServerResponse, { status, headers, body }: Answer): void => {
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}
