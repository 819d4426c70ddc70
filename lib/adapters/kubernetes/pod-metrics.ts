import type { V1Pod } from '@kubernetes/client-node'
import { readUsage } from '../../domain/usage/read-usage.ts'
import type { UsageSample } from '../../domain/usage/take-samples.ts'
import type { Instant } from '../../domain/time.ts'
import type { SeenContainer } from '../../ports.ts'
import { type ClusterApi, isNotServed } from './cluster-api.ts'
import { listCustom } from './custom-objects.ts'
import { type Fields, fieldsIn, listIn, textIn } from './json-fields.ts'

const POD_METRICS = { group: 'metrics.k8s.io', version: 'v1beta1', plural: 'pods' } as const

/** What the containers of a namespace use, by pod and container. */
export type PodMetrics = ReadonlyMap<string, { readonly timestamp: unknown; readonly usages: ReadonlyMap<string, unknown> }>

/** Lists the metrics of the pods of a namespace. Throws, and says what to install, when nobody serves them. */
export const listPodMetrics = async (api: ClusterApi, namespace: string): Promise<PodMetrics> => {
  try {
    const items = await listCustom(api, POD_METRICS, namespace)
    return new Map(items.map((item) => [textIn(fieldsIn(item['metadata'])['name']) ?? '', containersIn(item)]))
  } catch (error) {
    if (!isNotServed(error)) throw error
    const text = `cluster ${api.name} has no metrics API: found 404 for metrics.k8s.io/v1beta1, expected pods; is metrics-server installed?`
    throw new Error(text, { cause: error })
  }
}

const containersIn = (item: Fields) => ({
  timestamp: item['timestamp'],
  usages: new Map(
    listIn(item['containers']).map((container) => {
      const { name, usage } = fieldsIn(container)
      return [textIn(name) ?? '', usage] as const
    }),
  ),
})

/** One container of a running pod. */
export interface RunningContainer {
  readonly pod: string
  readonly container: string
  readonly startedAt: Instant
}

type Unreadable = SeenContainer['unreadable'][number]

/** What was measured of a container: a sample, why it cannot be read, or undefined where nothing was measured yet. */
export const sampleOf = (metrics: PodMetrics, { pod, container, startedAt }: RunningContainer): UsageSample | Unreadable | undefined => {
  const found = metrics.get(pod)
  if (found === undefined || !found.usages.has(container)) return undefined
  const measuredAt = Date.parse(textIn(found.timestamp) ?? '')
  if (Number.isNaN(measuredAt)) {
    const text = `${pod}: not an instant of measurement: found ${JSON.stringify(found.timestamp)}, expected one like 2026-11-23T08:00:00Z`
    return { pod, reason: found.timestamp === undefined ? 'missing' : 'not-a-number', text }
  }
  const reading = readUsage(fieldsIn(found.usages.get(container)))
  if ('reason' in reading) return { pod, reason: reading.reason, text: `${pod}: ${reading.text}` }
  return { pod, measuredAt: measuredAt as Instant, startedAt, ...reading }
}

/** What all containers of a pod use together: its CPU in thousandths of a core and when it was measured, or why that is not known. */
export const podSample = (metrics: PodMetrics, { metadata }: V1Pod): { readonly cpuMilli: number; readonly measuredAt: Instant } | { readonly problem: string } => {
  const pod = metadata?.name ?? ''
  const found = metrics.get(pod)
  if (found === undefined || found.usages.size === 0) return { problem: `nothing was measured of pod ${pod}` }
  const samples = [...found.usages.keys()].map((container) => sampleOf(metrics, { pod, container, startedAt: 0 as Instant }))
  let cpuMilli = 0
  let measuredAt = Infinity as Instant
  for (const sample of samples) {
    if (sample === undefined || 'reason' in sample) return { problem: sample?.text ?? `nothing was measured of pod ${pod}` }
    cpuMilli += sample.cpuMilli
    measuredAt = sample.measuredAt
  }
  return { cpuMilli, measuredAt }
}
