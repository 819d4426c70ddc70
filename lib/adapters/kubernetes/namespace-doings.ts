import type { V1Job, V1Pod } from '@kubernetes/client-node'
import { createHash } from 'node:crypto'
import type { CpuUse, Doings } from '../../domain/idleness/doings.ts'
import type { Instant } from '../../domain/time.ts'
import { type PodMetrics, podSample } from './pod-metrics.ts'
import type { WorkloadTemplate } from './workload-templates.ts'

/** What was listed of a namespace. */
interface Listed {
  readonly templates: readonly WorkloadTemplate[]
  readonly pods: readonly V1Pod[]
  readonly jobs: readonly V1Job[]
  readonly metrics: PodMetrics | { readonly problem: string }
}

/** What goes on in a namespace, from its lists. */
export const namespaceDoings = ({ templates, pods, jobs, metrics }: Listed): Doings => {
  const running = pods.filter(isRunning)
  return {
    cpu: 'problem' in metrics ? metrics : cpuOf(running, metrics),
    runningJobs: jobs.filter(isUnfinished).flatMap(({ metadata }) => metadata?.name ?? []),
    revision: revisionOf(templates),
    podsSince: running.flatMap(({ spec, status }) => (spec?.hostNetwork === true || status?.startTime === undefined ? [] : [status.startTime.getTime() as Instant])),
  }
}

/** The sum over all that run: one that was not measured may be the one that is busy. */
const cpuOf = (running: readonly V1Pod[], metrics: PodMetrics): CpuUse => {
  let milli = 0
  let measuredAt: Instant | undefined
  for (const pod of running) {
    const sample = podSample(metrics, pod)
    if ('problem' in sample) return sample
    milli += sample.cpuMilli
    if (measuredAt === undefined || sample.measuredAt < measuredAt) measuredAt = sample.measuredAt
  }
  return { milli, ...(measuredAt === undefined ? {} : { measuredAt }) }
}

/** A pod of which no container runs, as one that is pulled or crashes, uses nothing and is not measured. */
const isRunning = ({ status }: V1Pod): boolean =>
  [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].some(({ state }) => state?.running !== undefined)

const isUnfinished = ({ spec, status }: V1Job): boolean =>
  spec?.suspend !== true && !(status?.conditions ?? []).some(({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True')

/** Of what the workloads run, not of how many: scaling is no deployment. The API server writes the same object the same way. */
const revisionOf = (templates: readonly WorkloadTemplate[]): string => {
  const lines = templates.map(({ key, template }) => `${key} ${JSON.stringify(template ?? null)}`).toSorted()
  return createHash('sha256').update(lines.join('\n')).digest('base64url').slice(0, 16)
}
