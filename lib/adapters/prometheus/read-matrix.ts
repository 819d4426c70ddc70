import type { QueryAnswer, QuerySample } from '../../domain/idleness/judge-query.ts'
import type { Instant } from '../../domain/time.ts'

/**
 * Reads the answer to a range query: a matrix of `[seconds, "value"]` pairs. A warning means that the answer is partial
 * (Thanos and Mimir say so), so it is a problem as well.
 */
export const readMatrix = (body: unknown): QueryAnswer => {
  const { status, data, warnings } = fieldsOf(body)
  if (status !== 'success') return { problem: `found an answer with status ${JSON.stringify(status ?? null)}, expected "success" and a matrix` }
  const [warning] = Array.isArray(warnings) ? warnings : []
  if (warning !== undefined) return { problem: `the answer is partial: ${String(warning).slice(0, 200)}` }
  const { resultType, result } = fieldsOf(data)
  if (resultType !== 'matrix' || !Array.isArray(result)) return { problem: `found a result of type ${JSON.stringify(resultType ?? null)}, expected a matrix` }
  const series = result.map((one: unknown) => samplesOf(fieldsOf(one)['values']))
  return series.every((samples) => samples !== undefined) ? { series } : { problem: 'found a series with something else than [seconds, "value"] in it' }
}

const samplesOf = (values: unknown): readonly QuerySample[] | undefined => {
  if (!Array.isArray(values)) return undefined
  const samples = values.map((pair: unknown) => sampleOf(pair))
  return samples.every((sample) => sample !== undefined) ? samples : undefined
}

const sampleOf = (pair: unknown): QuerySample | undefined => {
  if (!Array.isArray(pair)) return undefined
  const [at, value]: readonly unknown[] = pair
  return typeof at === 'number' && typeof value === 'string' ? { at: Math.round(at * 1000) as Instant, value } : undefined
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? { ...value } : {})
