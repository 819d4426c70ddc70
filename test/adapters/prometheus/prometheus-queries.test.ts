import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { prometheusQueries } from '../../../lib/adapters/prometheus/prometheus-queries.ts'
import type { Cluster } from '../../../lib/domain/fleet.ts'
import type { PrometheusTerms } from '../../../lib/domain/idleness/idle-terms.ts'
import { judgeQuery, querySpan } from '../../../lib/domain/idleness/judge-query.ts'
import { instant, type Instant } from '../../../lib/domain/time.ts'
import { createCloud, WORKSPACE } from '../../../lib/sandbox/cloud/cloud.ts'
import { PrometheusModel } from '../../../lib/sandbox/cloud/prometheus-model.ts'
import { dice } from '../../../lib/sandbox/dice.ts'
import { type PrometheusFault, startPrometheus } from '../../../lib/sandbox/prometheus-server.ts'
import { Timeline } from '../../../lib/sandbox/timeline.ts'
import { awsAt } from '../aws-at.ts'

const NOW = instant('2026-11-23T11:04:40Z')
const IDLE = { afterSeconds: 45 * 60 }
const QUERY = 'sum(rate(http_requests_total[5m])) or vector(0)'
const cluster: Cluster = { name: 'eu-dev', arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/eu-dev', whole: false }
const SPAN = querySpan(IDLE, NOW)
const busyAt = instant('2026-11-23T10:40:00Z')

const modelOf = (value: (at: Instant) => number | undefined): PrometheusModel => {
  const model = new PrometheusModel(new Timeline(NOW))
  model.know(QUERY, value)
  return model
}

/** A Prometheus behind `https://prometheus.example.com`, and what is asked of it. */
const prometheus = async ({ model = modelOf(() => 0.25), token, fault }: { model?: PrometheusModel; token?: string; fault?: PrometheusFault } = {}) => {
  const server = await startPrometheus(model, token, fault)
  vi.stubEnv('CATNAP_ENDPOINT_URL_PROMETHEUS', server.url)
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await server.close()
  })
  return (terms: Partial<PrometheusTerms> = {}) =>
    prometheusQueries(async () => 'secret-token').range(cluster, { query: QUERY, below: 1, url: 'https://prometheus.example.com/', ...terms }, SPAN)
}

describe('a Prometheus', () => {
  it('is asked for the whole time, step by step, and judged', async () => {
    const answer = await (await prometheus())()
    expect(answer).toMatchObject({ series: [expect.arrayContaining([{ at: SPAN.from, value: '0.25' }, { at: SPAN.to, value: '0.25' }])] })
    const terms = { query: QUERY, below: 1 }
    expect(judgeQuery(IDLE, terms, SPAN.from, answer, NOW)).toMatchObject({ seen: 'idle' })
    const busy = await (await prometheus({ model: modelOf((at) => (at === busyAt ? Infinity : 0)) }))()
    expect(judgeQuery(IDLE, terms, SPAN.from, busy, NOW)).toMatchObject({ seen: 'active' })
  })

  it.each<readonly [string, PrometheusModel]>([
    ['a series that begins late', modelOf((at) => (at < busyAt ? undefined : 0))],
    ['a stale series', modelOf((at) => (at > busyAt ? undefined : 0))],
    ['a hole', modelOf((at) => (at === busyAt ? undefined : 0))],
    ['NaN', modelOf((at) => (at === busyAt ? Number.NaN : 0))],
    ['no series', modelOf(() => undefined)],
  ])('that has %s is not idle', async (_, model) => {
    const answer = await (await prometheus({ model }))()
    expect(judgeQuery(IDLE, { query: QUERY, below: 1 }, SPAN.from, answer, NOW)).toMatchObject({ seen: 'unknown' })
  })

  it('gets its bearer token, which is in no answer', async () => {
    const ask = await prometheus({ token: 'secret-token' })
    expect(await ask({ tokenParameter: '/catnap/prometheus-token' })).toHaveProperty('series')
    expect(await ask()).toEqual({ problem: 'prometheus.example.com answered 401, expected 200; may it be asked with this token, or with the right aps:QueryMetrics?' })
  })

  it.each<readonly [ReturnType<PrometheusFault>, string]>([
    [{ status: 429 }, 'prometheus.example.com answered 429, expected 200'],
    [{ status: 503, body: '<html>' }, 'prometheus.example.com answered 503, expected 200'],
    [{ status: 302, headers: { location: 'http://169.254.169.254/' } }, 'prometheus.example.com answered 302, expected 200; redirects are not followed: name the address it leads to'],
    [{ status: 200, body: 'ok' }, 'found an answer with status null, expected "success" and a matrix'],
    [{ status: 200, body: '{"status":"success","data":{"resultType":"vector","result":[]}}' }, 'found a result of type "vector", expected a matrix'],
    [{ status: 200, body: '{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,2]]}]}}' }, 'found a series with something else than [seconds, "value"] in it'],
    [{ status: 200, body: '{"status":"success","data":{"resultType":"matrix","result":[{"histograms":[]}]}}' }, 'found a series with something else than [seconds, "value"] in it'],
    [{ status: 422, body: '{"status":"error","errorType":"execution","error":"query timed out in expression evaluation"}' }, 'prometheus.example.com answered 422: query timed out in expression evaluation, expected 200'],
  ])('that fails has a problem, in words: %#', async (fault, problem) => {
    expect(await (await prometheus({ fault: () => fault }))()).toEqual({ problem })
  })

  it('that warns gave a partial answer', async () => {
    const model = modelOf(() => 0)
    model.warning = 'No StoreAPIs matched for this query'
    expect(await (await prometheus({ model }))()).toEqual({ problem: 'the answer is partial: No StoreAPIs matched for this query' })
  })

  it('whose token cannot be read, or that does not answer, has a problem', async () => {
    const queries = prometheusQueries(async () => { throw new Error('the SSM parameter /catnap/prometheus-token cannot be read') })
    const terms = { query: QUERY, below: 1, url: 'https://prometheus.invalid', tokenParameter: '/catnap/prometheus-token' }
    expect(await queries.range(cluster, terms, SPAN)).toEqual({ problem: 'the SSM parameter /catnap/prometheus-token cannot be read' })
    const { tokenParameter: _, ...open } = terms
    expect(await queries.range(cluster, open, SPAN)).toEqual({ problem: expect.stringMatching(/^prometheus\.invalid could not be reached: /) })
  })
})

/** A workspace, and what is asked of it. */
const cloudWith = async (value: (at: Instant) => number | undefined, asked: string[] = []) => {
  const cloud = await createCloud({
    timeline: new Timeline(NOW), dice: dice(1), clusters: [], prices: () => undefined,
    intercept: async ({ service, region, action }) => void asked.push(`${service} ${region} ${action}`),
  })
  cloud.prometheus.know(QUERY, value)
  awsAt(cloud.url)
  onTestFinished(() => cloud.close())
  return (workspace: string) => prometheusQueries(async () => '').range(cluster, { query: QUERY, below: 1, workspace }, SPAN)
}

describe('a workspace of Amazon Managed Prometheus', () => {
  it('is asked signed, in the region of the cluster or that of its ARN', async () => {
    const asked: string[] = []
    const ask = await cloudWith(() => 0, asked)
    expect(await ask(WORKSPACE)).toHaveProperty('series')
    expect(await ask(`arn:aws:aps:us-west-2:111122223333:workspace/${WORKSPACE}`)).toHaveProperty('series')
    expect(asked).toEqual(['aps eu-west-1 QueryMetrics', 'aps us-west-2 QueryMetrics'])
  })

  it('that is not there has a problem', async () => {
    const ask = await cloudWith(() => 0)
    expect(await ask('ws-00000000-0000-4000-8000-000000000000')).toEqual({ problem: 'aps-workspaces.eu-west-1.amazonaws.com answered 404: Workspace not found, expected 200' })
  })
})
