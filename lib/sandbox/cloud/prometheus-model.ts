import type { Instant } from '../../domain/time.ts'
import type { Timeline } from '../timeline.ts'

/** The value of a series at an instant; undefined: it has none then. */
export type SeriesValue = (at: Instant) => number | undefined

/** An answer of the HTTP API. */
interface ApiAnswer {
  readonly status: number
  readonly body: object
}

/** Prometheus answers no more points of a series. */
const mostPoints = 11_000

/**
 * A Prometheus that knows the values of queries by their text: it reads no PromQL. It refuses what `query_range` refuses, and
 * has no values of times to come.
 */
export class PrometheusModel {
  readonly #timeline: Timeline
  readonly #series = new Map<string, readonly SeriesValue[]>()
  /** Told beside each answer, as Thanos and Mimir do when a part of them was not there. */
  warning: string | undefined

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  /** From now on a query has these series. */
  know(query: string, ...series: readonly SeriesValue[]): void {
    this.#series.set(query, series)
  }

  /** `POST /api/v1/query_range` with a form. */
  queryRange(form: URLSearchParams): ApiAnswer {
    const query = form.get('query') ?? ''
    const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name) ?? Number.NaN))
    if (start === undefined || end === undefined || step === undefined || [start, end, step].some(Number.isNaN)) return refusal('cannot parse the time of start, end or step')
    if (query === '') return refusal('invalid parameter "query": unknown position: parse error: no expression found in input')
    if (end < start) return refusal('invalid parameter "end": end timestamp must not be before start time')
    if (step <= 0) return refusal('invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer')
    if ((end - start) / step > mostPoints) return refusal('exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)')
    const result = (this.#series.get(query) ?? []).flatMap((value) => {
      const values = this.#values(value, start, end, step)
      return values.length === 0 ? [] : [{ metric: {}, values }]
    })
    return { status: 200, body: { status: 'success', data: { resultType: 'matrix', result }, ...(this.warning === undefined ? {} : { warnings: [this.warning] }) } }
  }

  #values(value: SeriesValue, start: number, end: number, step: number): readonly (readonly [number, string])[] {
    const values: (readonly [number, string])[] = []
    for (let at = start; at <= end; at += step) {
      const found = at * 1000 <= this.#timeline.now() ? value((at * 1000) as Instant) : undefined
      if (found !== undefined) values.push([at, sayNumber(found)])
    }
    return values
  }
}

/** As Go writes it. */
const sayNumber = (value: number): string => (Number.isFinite(value) || Number.isNaN(value) ? `${value}` : value > 0 ? '+Inf' : '-Inf')

const refusal = (error: string): ApiAnswer => ({ status: 400, body: { status: 'error', errorType: 'bad_data', error } })
