import { type Instant, instant, iso, later, secondsBetween } from '../../domain/time.ts'
import type { UsageModel } from '../usage.ts'
import { ApiError, methodNotAllowed, noSuchResource } from './api-error.ts'
import type { ClusterContext } from './context.ts'
import { runningContainers } from './container-life.ts'
import type { JsonObject } from './json.ts'
import { kindRow } from './kinds.ts'
import { isFinished } from './pod-state.ts'
import type { RequestTarget } from './request-target.ts'
import type { Pod } from './resources.ts'
import { selectObjects } from './select-objects.ts'

/** Faults of metrics-server for tests: it is not there, does not answer, or answers containers without `usage`. */
export type MetricsFault = 'not-installed' | 'unavailable' | 'without-usage'

/** The group of the resource metrics API, and the one version of it that is served. */
export const METRICS_GROUP = 'metrics.k8s.io'
export const METRICS_VERSION = 'v1beta1'

/** How often the kubelets are asked, as in the EKS add-on. */
const SCRAPE_SECONDS = 15
/** A scrape is at least this old before it is shown. */
const LAG_SECONDS = 5
/** CPU is a difference of two scrapes: what runs a shorter time has none yet. */
const YOUNG_SECONDS = 60

/**
 * What metrics-server answers: `pods` of metrics.k8s.io/v1beta1, of all namespaces, of one, or one pod. A list comes
 * whole, without pages; what runs for less than a minute is not in it.
 */
export class PodMetrics {
  readonly #context: ClusterContext
  readonly #model: UsageModel
  readonly #fault: () => MetricsFault | undefined
  readonly #scrapeOffsets = new Map<string, number>()

  constructor(context: ClusterContext, model: UsageModel, fault: () => MetricsFault | undefined = () => undefined) {
    this.#context = context
    this.#model = model
    this.#fault = fault
  }

  /** The body for a request whose access is checked. Throws the ApiError of a refusal. */
  answer(verb: string, target: RequestTarget, query: URLSearchParams): object {
    const isServed = target.version === METRICS_VERSION && target.resource === 'pods' && target.subresource === undefined
    if (!isServed || this.#fault() === 'not-installed') throw noSuchResource()
    if (verb !== 'get' && verb !== 'list') throw methodNotAllowed()
    if (this.#fault() === 'unavailable') {
      throw new ApiError(503, 'ServiceUnavailable', 'the server is currently unable to handle the request', {})
    }
    return target.name === undefined ? this.#list(target.namespace, query) : this.#get(target.name, target.namespace ?? '')
  }

  #list(namespace: string | undefined, query: URLSearchParams): object {
    const row = kindRow('Pod')
    const pods = row === undefined ? [] : (selectObjects(this.#context.store, row, namespace, query) as readonly Pod[])
    const items = pods.flatMap((pod) => this.#metricsOf(pod) ?? [])
    return { kind: 'PodMetricsList', apiVersion: `${METRICS_GROUP}/${METRICS_VERSION}`, metadata: {}, items }
  }

  #get(name: string, namespace: string): object {
    const pod = this.#context.store.get('Pod', name, namespace)
    const metrics = pod && this.#metricsOf(pod)
    if (metrics !== undefined) return { kind: 'PodMetrics', apiVersion: `${METRICS_GROUP}/${METRICS_VERSION}`, ...metrics }
    const details = { name: `${namespace}/${name}`, group: METRICS_GROUP, kind: 'podmetrics' }
    throw new ApiError(404, 'NotFound', `podmetrics.${METRICS_GROUP} "${namespace}/${name}" not found`, details)
  }

  /** Undefined while metrics-server has no two scrapes of each of its containers. */
  #metricsOf(pod: Pod): JsonObject | undefined {
    const { nodeName } = pod.spec
    if (nodeName === undefined || isFinished(pod)) return undefined
    const at = this.#lastScrape(nodeName)
    const running = runningContainers(this.#context, pod)
    const isKnown = running.length === pod.spec.containers.length &&
      running.every(({ startedAt }) => secondsBetween(startedAt, at) >= YOUNG_SECONDS)
    if (!isKnown) return undefined
    const { name, namespace, labels } = pod.metadata
    const creationTimestamp = iso(this.#context.timeline.now())
    return {
      metadata: { name, namespace, creationTimestamp, ...(labels === undefined ? {} : { labels }) },
      timestamp: iso(at),
      window: `${SCRAPE_SECONDS}s`,
      containers: running.map((container) => {
        const { cpuNanocores, memoryBytes } = this.#model.usage(container, at)
        const usage = { cpu: cpuQuantity(cpuNanocores), memory: memoryQuantity(memoryBytes) }
        return { name: container.container, ...(this.#fault() === 'without-usage' ? {} : { usage }) }
      }),
    }
  }

  /** Each node is asked at its own moment of the quarter of a minute. */
  #lastScrape(nodeName: string): Instant {
    const { dice, name, timeline } = this.#context
    const offset = this.#scrapeOffsets.get(nodeName) ?? Math.floor(dice(0, SCRAPE_SECONDS, 'scrape', name, nodeName))
    this.#scrapeOffsets.set(nodeName, offset)
    const epoch = instant('1970-01-01T00:00:00Z')
    const scrapes = Math.floor((secondsBetween(epoch, timeline.now()) - LAG_SECONDS - offset) / SCRAPE_SECONDS)
    return later(epoch, scrapes * SCRAPE_SECONDS + offset)
  }
}

/** A quantity as Kubernetes writes it: with the largest unit that leaves it whole, as in `12345678n`, `250m`, `2`. */
const canonical = (value: number, step: number, units: readonly string[]): string => {
  let [left, unit] = [value, 0]
  while (left !== 0 && left % step === 0 && unit < units.length - 1) [left, unit] = [left / step, unit + 1]
  return left === 0 ? '0' : `${left}${units[unit]}`
}

const cpuQuantity = (nanocores: number): string => canonical(nanocores, 1000, ['n', 'u', 'm', ''])
const memoryQuantity = (bytes: number): string => canonical(Math.floor(bytes / 1024), 1024, ['Ki', 'Mi', 'Gi'])
