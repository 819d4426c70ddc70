import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Visit } from '../../domain/visit.ts'

/** What the fronts send: a Function URL or an HTTP API (payload 2.0), an HTTP API with payload 1.0, or an Application Load Balancer. */
export type WakeEvent = APIGatewayProxyEventV2 | APIGatewayProxyEvent | ALBEvent

/** The fields that are read, none of them taken for granted: the address is open to everybody. */
interface Loose {
  readonly version?: unknown
  readonly rawPath?: unknown
  readonly path?: unknown
  readonly rawQueryString?: unknown
  readonly queryStringParameters?: unknown
  readonly multiValueQueryStringParameters?: unknown
  readonly headers?: unknown
  readonly multiValueHeaders?: unknown
  readonly httpMethod?: unknown
  readonly body?: unknown
  readonly isBase64Encoded?: unknown
  readonly requestContext?: unknown
}

/** Reads the request out of an event of any of the fronts. Never throws; what is not there is empty. Of a body only our own button is read. */
export const readVisit = (event: WakeEvent): Visit => {
  const loose: Loose = recordOf(event)
  const context = recordOf(loose.requestContext)
  const headers = headersOf(loose)
  const forwarded = isAtOwnName(context) ? headers['x-forwarded-host'] : undefined
  const host = hostOf(forwarded ?? headers['host'])
  const stage = text(context['stage'])
  const button = buttonOf(loose, headers)
  return {
    method: text(recordOf(context['http'])['method'] ?? loose.httpMethod).toUpperCase(),
    path: urlText(pathOf(loose, context), '?#'),
    query: urlText(text(loose.rawQueryString ?? queryOf(loose)), '#'),
    headers,
    ...(host === undefined ? {} : { host }),
    ...(stage === '' || stage === '$default' ? {} : { base: `/${stage}` }),
    ...(button === undefined ? {} : { button }),
    ...(isAtOwnName(context) && headers['catnap-front'] === 'failover' ? { postsApart: true } : {}),
  }
}

/**
 * Whether it came to a name that AWS gave the front. Such a name is nobody's environment, so what stands before it (CloudFront,
 * an Ingress) may say in `X-Forwarded-Host` for which host it came. Anybody may say so, and gains nothing by it: it names an
 * environment, as the path /e/ does for everybody, and no page of another site can set a header without being asked for CORS.
 * Under a host's own name, at a load balancer or a custom domain, `Host` says it all and the header is not heard. The name is
 * the front's word, not the visitor's.
 */
const isAtOwnName = ({ domainName }: Readonly<Record<string, unknown>>): boolean => /^[\w-]+\.(?:lambda-url\.[\w-]+\.on\.aws|execute-api\.[\w-]+\.amazonaws\.com)(?:\.cn)?$/.test(text(domainName))

/** The form of our page is shorter; what an application's own form may hold is none of our business. */
const LONGEST_FORM = 200

/** What the button of our page says, from a form as browsers send it. */
const buttonOf = ({ body, isBase64Encoded }: Loose, headers: Readonly<Record<string, string>>): string | undefined => {
  const form = text(body)
  if (form.length > LONGEST_FORM || !/^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')) return undefined
  return new URLSearchParams(isBase64Encoded === true ? Buffer.from(form, 'base64').toString() : form).get('catnap') ?? undefined
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? { ...value } : {})

/**
 * Several values of one header become a list, as a Function URL writes them; so two hosts are none. Where a front sends its
 * headers both ways, the form that holds them all counts. Without a prototype: names come from strangers, and from the intent.
 */
const headersOf = ({ headers, multiValueHeaders }: Loose): Record<string, string> => {
  const all: Record<string, string> = Object.create(null)
  for (const [given, value] of Object.entries(recordOf(multiValueHeaders ?? headers))) {
    const name = given.toLowerCase()
    const line = Array.isArray(value) ? value.map(text).join(',') : text(value)
    all[name] = name in all ? `${all[name]},${line}` : line
  }
  return all
}

/** With payload 1.0 the path as the visitor sent it, stage and all, stands in the context. */
const pathOf = ({ version, rawPath, path }: Loose, context: Readonly<Record<string, unknown>>): string =>
  text(rawPath ?? (version === '1.0' ? (context['path'] ?? path) : path))

/** A load balancer hands on names and values apart, but as they were encoded; payload 1.0 has decoded them. */
const queryOf = ({ version, queryStringParameters, multiValueQueryStringParameters }: Loose): string => {
  const part = (value: unknown): string => (version === '1.0' ? encodeURIComponent(text(value).toWellFormed()) : text(value))
  return Object.entries(recordOf(multiValueQueryStringParameters ?? queryStringParameters))
    .flatMap(([name, values]) => (Array.isArray(values) ? values : [values]).map((value) => `${part(name)}=${part(value)}`))
    .join('&')
}

const hostOf = (header: string | undefined): string | undefined =>
  /^(?=.{1,253}\.?(?::|$))([a-z0-9_](?:[-a-z0-9_.]*[a-z0-9_])?)\.?(?::\d{1,5})?$/.exec(header?.trim().toLowerCase() ?? '')?.[1]

/** Function URLs and load balancers keep paths encoded, HTTP APIs decode them: what no URL may contain is encoded again. */
const urlText = (value: string, delimiters: string): string =>
  value.toWellFormed().replaceAll(/[^\u0021-\u007E]|["<>\\?#]/gu, (character) =>
    '?#'.includes(character) && !delimiters.includes(character) ? character : encodeURIComponent(character))
