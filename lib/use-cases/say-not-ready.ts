import { type Instant, secondsBetween } from '../domain/time.ts'
import { whyNotReady } from '../domain/why-not-ready.ts'
import type { Workload } from '../domain/workload.ts'
import type { Log, Workloads } from '../ports.ts'

/** Pods usually come sooner; what takes longer is worth two lists for each namespace to say why. */
const SOON_SECONDS = 60

/** So many workloads are told by name. */
const MOST_TOLD = 5

/**
 * What is not ready, a text each: the workload, and, once it has had its time, the pod, the reason and the event. That these
 * cannot be read is no reason to fail: a wake waits for the pods, not for the words.
 *
 * @param since when the wake changed them: what happened before is of another time
 */
export const sayNotReady = async (world: { readonly log: Log }, workloads: Workloads, notReady: readonly Workload[], since: Instant, now: Instant): Promise<readonly string[]> => {
  const told = notReady.slice(0, MOST_TOLD)
  const symptoms = secondsBetween(since, now) > SOON_SECONDS ? await symptomsOf(world, workloads, told) : undefined
  const texts = told.map((workload) => {
    const why = symptoms === undefined ? undefined : whyNotReady(workload, symptoms, since)
    return `${workload.kind} ${workload.namespace}/${workload.name}, ${workload.ready} ready${why === undefined ? '' : `: ${why}`}`
  })
  return notReady.length > MOST_TOLD ? [...texts, `${notReady.length - MOST_TOLD} more`] : texts
}

const symptomsOf = async ({ log }: { readonly log: Log }, workloads: Workloads, ailing: readonly Workload[]): ReturnType<Workloads['symptoms']> => {
  const namespaces = [...new Set(ailing.map(({ namespace }) => namespace))]
  if (namespaces.length === 0) return { pods: [], warnings: [] }
  try {
    return await workloads.symptoms(namespaces)
  } catch (error) {
    log.warn('could not read why pods are not ready', { reason: error instanceof Error ? error.message : String(error) })
    return { pods: [], warnings: [] }
  }
}
