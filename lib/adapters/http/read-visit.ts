import type { ALBEvent, APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Visit } from '../../domain/visit.ts'

/** What the fronts send: a Function URL or an HTTP API (payload 2.0), or an Application Load Balancer. */
export type WakeEvent = APIGatewayProxyEventV2 | ALBEvent

/** The fields that are read, none of them taken for granted: the address is open to everybody. */
type Loose = Partial<Omit<ALBEvent, 'requestContext'>> & Partial<Omit<APIGatewayProxyEventV2, 'requestContext' | 'headers'>> & {
  readonly requestContext?: { readonly stage?: string; readonly http?: { readonly method?: string } }
}

/** Reads the request out of an event of any of the fronts. Never throws; what is not there is empty. Of a body only our own button is read. */
export const readVisit = (event: WakeEvent): Visit => {
  const { rawPath, rawQueryString, path, httpMethod, requestContext, ...rest } = (event ?? {}) as Loose
  const headers = headersOf(rest)
  const host = hostOf(headers['host'])
  const stage = requestContext?.stage
  const button = buttonOf(rest, headers)
  return {
    method: text(requestContext?.http?.method ?? httpMethod).toUpperCase(),
    path: urlText(text(rawPath ?? path), '?#'),
    query: urlText(text(rawQueryString ?? queryOf(rest)), '#'),
    headers,
    ...(host === undefined ? {} : { host }),
    ...(stage === undefined || stage === '$default' ? {} : { base: `/${stage}` }),
    ...(button === undefined ? {} : { button }),
  }
}

/** The form of our page is shorter; what an application's own form may hold is none of our business. */
const LONGEST_FORM = 200

/** What the button of our page says, from a form as browsers send it. */
const buttonOf = ({ body, isBase64Encoded }: Loose, headers: Readonly<Record<string, string>>): string | undefined => {
  const form = text(body)
  if (form.length > LONGEST_FORM || !/^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')) return undefined
  return new URLSearchParams(isBase64Encoded === true ? Buffer.from(form, 'base64').toString() : form).get('catnap') ?? undefined
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Several values of one header become a list, as a Function URL writes them; so two hosts are none. */
const headersOf = ({ headers, multiValueHeaders }: Loose): Record<string, string> => {
  const all = Object.entries(multiValueHeaders ?? headers ?? {})
  return Object.fromEntries(all.map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(',') : text(value)]))
}

/** A load balancer hands on names and values apart, but as they were encoded. */
const queryOf = ({ queryStringParameters, multiValueQueryStringParameters }: Loose): string =>
  Object.entries(multiValueQueryStringParameters ?? queryStringParameters ?? {})
    .flatMap(([name, values]) => (Array.isArray(values) ? values : [values]).map((value) => `${name}=${text(value)}`))
    .join('&')

const hostOf = (header: string | undefined): string | undefined =>
  /^(?=.{1,253}\.?(?::|$))([a-z0-9_](?:[-a-z0-9_.]*[a-z0-9_])?)\.?(?::\d{1,5})?$/.exec(header?.trim().toLowerCase() ?? '')?.[1]

/** Function URLs and load balancers keep paths encoded, HTTP APIs decode them: what no URL may contain is encoded again. */
const urlText = (value: string, delimiters: string): string =>
  value.toWellFormed().replaceAll(/[^\u0021-\u007E]|["<>\\?#]/gu, (character) =>
    '?#'.includes(character) && !delimiters.includes(character) ? character : encodeURIComponent(character))
