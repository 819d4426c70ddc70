import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { isJsonObject } from './cluster/json.ts'
import type { KubernetesObject } from './cluster/kubernetes-object.ts'
import { backendOf } from './fleet-plan.ts'
import type { DeployedFunctions } from './functions.ts'
import { leadHost } from './lead-host.ts'
import type { Sandbox } from './sandbox.ts'

/** A request as the balancer in front of the environments sees it. */
export interface FrontRequest {
  readonly method: string
  readonly host: string
  /** Path with query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** In base64. */
  readonly body?: string
  /** Whether the balancer's numbers have it already, as part of the traffic of a CSV. */
  readonly isCounted?: boolean
}

/** What it answers, and who answered. */
export interface FrontAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly by: 'environment' | 'wake' | 'nobody'
}

/**
 * Stands where DNS and the balancers stand: a host leads where the simulated rules and Ingresses say, to a ready pod of its
 * Service or to the wake function, which gets the event a Function URL would send it.
 */
export const frontDoor = (sandbox: Sandbox, hosts: Readonly<Record<string, string>>, functions: DeployedFunctions | undefined) => {
  let requests = 0
  return async (request: FrontRequest): Promise<FrontAnswer> => {
    const way = leadHost(sandbox, hosts, request.host)
    if (way.to === 'service') {
      const { service } = way
      const pod = readyPod(sandbox, service)
      if (pod === undefined) return NOBODY
      if (request.isCounted !== true) sandbox.cloud.targetGroups.request(...backendOf(service))
      return environmentAnswers(request, service, pod)
    }
    if (functions === undefined) return NOBODY
    requests += 1
    const result = (await functions.wake(functionUrlEvent(request, sandbox.timeline.now(), requests))) as APIGatewayProxyStructuredResultV2
    const headers = Object.fromEntries(Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]))
    const body = result.isBase64Encoded === true ? Buffer.from(result.body ?? '', 'base64').toString() : (result.body ?? '')
    return { status: result.statusCode ?? 200, headers, body, by: 'wake' }
  }
}

/** What a balancer says of targets none of which is healthy. */
const NOBODY: FrontAnswer = { status: 503, headers: {}, body: 'no environment behind this host is ready\n', by: 'nobody' }

/** A ready pod that the Service `cluster/namespace/name` selects. */
const readyPod = ({ clusters }: Sandbox, service: string): KubernetesObject | undefined => {
  const [clusterName = '', namespace = '', name = ''] = service.split('/')
  const cluster = clusters.get(clusterName)
  const found = cluster?.list('v1', 'Service').find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)
  const selector = isJsonObject(found?.spec) && isJsonObject(found.spec['selector']) ? Object.entries(found.spec['selector']) : []
  if (selector.length === 0) return undefined
  return cluster?.list('v1', 'Pod').find((pod) =>
    pod.metadata.namespace === namespace && pod.metadata.deletionTimestamp === undefined && isReady(pod) &&
    selector.every(([label, value]) => pod.metadata.labels?.[label] === value))
}

const isReady = ({ status }: KubernetesObject): boolean =>
  isJsonObject(status) && Array.isArray(status['conditions']) &&
  status['conditions'].some((condition) => isJsonObject(condition) && condition['type'] === 'Ready' && condition['status'] === 'True')

const environmentAnswers = ({ host, path }: FrontRequest, service: string, pod: KubernetesObject): FrontAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>${escape(host)} is awake</title><main style="font:1.1rem/1.6 system-ui;max-width:34rem;margin:4rem auto;padding:0 1rem">
<h1>${escape(host)} is awake</h1><p>Pod <code>${escape(pod.metadata.name)}</code> of Service <code>${escape(service)}</code> answers <code>${escape(path)}</code>.</p></main></html>`,
  by: 'environment',
})

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** The event of a Lambda Function URL, payload format 2.0. */
const functionUrlEvent = ({ method, host, path, headers, body = '' }: FrontRequest, now: number, request: number) => {
  const [rawPath = '/', rawQueryString = ''] = splitOnce(path)
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: { ...headers, host },
    requestContext: {
      accountId: 'anonymous', apiId: 'sandbox', domainName: host, domainPrefix: host.split('.')[0], requestId: `visit-${request}`, routeKey: '$default', stage: '$default',
      time: new Date(now).toISOString(), timeEpoch: now,
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: headers['user-agent'] ?? '' },
    },
    body,
    isBase64Encoded: true,
  }
}

const splitOnce = (path: string): readonly string[] => {
  const at = path.indexOf('?')
  return at < 0 ? [path] : [path.slice(0, at), path.slice(at + 1)]
}
