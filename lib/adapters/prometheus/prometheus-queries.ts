import { clusterAddress } from '../../domain/fleet.ts'
import type { PrometheusTerms } from '../../domain/idleness/idle-terms.ts'
import type { QueryAnswer, QuerySpan } from '../../domain/idleness/judge-query.ts'
import type { Cluster } from '../../domain/fleet.ts'
import type { Queries } from '../../ports.ts'
import { signedHeaders } from '../aws/signed-headers.ts'
import { type OutboundAnswer, type OutboundRequest, sendOut } from '../outbound/send-out.ts'
import { readMatrix } from './read-matrix.ts'

const FORM = 'application/x-www-form-urlencoded; charset=utf-8'

/**
 * Asks Prometheus over its HTTP API (`query_range`), or Amazon Managed Prometheus signed as the caller. `secret` reads the
 * bearer token of a Prometheus from the parameter the intent names.
 */
export const prometheusQueries = (secret: (parameter: string) => Promise<string>): Queries => {
  const sign = signedHeaders('aps:QueryMetrics')
  const requestFor = async (cluster: Cluster, asked: PrometheusTerms, body: string): Promise<OutboundRequest> => {
    if (asked.workspace !== undefined) {
      const { url, region, endpoint } = workspaceAddress(asked.workspace, cluster)
      return { url, method: 'POST', body, endpoint, headers: await sign(region, endpoint === undefined ? url : new URL(url.pathname, endpoint), body) }
    }
    const url = new URL(`${(asked.url ?? '').replace(/\/+$/, '')}/api/v1/query_range`)
    const token = asked.tokenParameter === undefined ? undefined : await secret(asked.tokenParameter)
    return {
      url, method: 'POST', body, endpoint: process.env['CATNAP_ENDPOINT_URL_PROMETHEUS'],
      headers: { 'content-type': FORM, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    }
  }
  return {
    range: async (cluster, asked, span) => {
      try {
        const request = await requestFor(cluster, asked, formOf(asked.query, span))
        return answerOf(await sendOut(request), request.url.host)
      } catch (error) {
        return { problem: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

const formOf = (query: string, { from, to, stepSeconds }: QuerySpan): string =>
  new URLSearchParams({ query, start: `${from / 1000}`, end: `${to / 1000}`, step: `${stepSeconds}` }).toString()

/** By its ARN, or by its id in the region of the cluster. */
const workspaceAddress = (workspace: string, cluster: Cluster): { readonly url: URL; readonly region: string; readonly endpoint: string | undefined } => {
  const [, , , named = clusterAddress(cluster.arn).region, , , id = workspace] = /^arn:([^:]+):(aps):([^:]+):(\d{12}):(workspace)\/(.+)$/.exec(workspace) ?? []
  const domain = named.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const { AWS_ENDPOINT_URL_AMP: own, AWS_ENDPOINT_URL: all } = process.env
  return { url: new URL(`https://aps-workspaces.${named}.${domain}/workspaces/${id}/api/v1/query_range`), region: named, endpoint: own ?? all }
}

/** What Prometheus says beside an error is said too; what anybody else answers is not. */
const answerOf = ({ status, text }: OutboundAnswer, host: string): QueryAnswer => {
  const body = parse(text)
  if (status !== 200) return { problem: `${host} answered ${status}${sayError(body)}, expected 200${hintAt(status)}` }
  return readMatrix(body)
}

const hintAt = (status: number): string => {
  if (status === 401 || status === 403) return '; may it be asked with this token, or with the right aps:QueryMetrics?'
  return status >= 300 && status < 400 ? '; redirects are not followed: name the address it leads to' : ''
}

const sayError = (body: unknown): string => {
  const { error, message } = (typeof body === 'object' && body !== null ? body : {}) as { readonly error?: unknown; readonly message?: unknown }
  const said = [error, message].find((each) => typeof each === 'string')
  return said === undefined ? '' : `: ${String(said).slice(0, 200)}`
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
