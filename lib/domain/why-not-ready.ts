import { brief } from './brief.ts'
import type { AilingContainer, AilingPod, Symptoms, Warning } from './symptoms.ts'
import type { Instant } from './time.ts'
import { objectKey, type ObjectRef } from './workload.ts'

/** A reason as far as it was found: the smaller its rank, the more it tells. */
interface Cause {
  readonly rank: number
  readonly text: string
}

/** The rank of each reason a container waits for. Others, as ContainerCreating, tell nothing by themselves. */
const WAITING: Readonly<Record<string, number>> = {
  InvalidImageName: 1, ImagePullBackOff: 1, ErrImagePull: 1, ErrImageNeverPull: 1, ImageInspectError: 1,
  CreateContainerConfigError: 2, CreateContainerError: 2, RunContainerError: 2,
  CrashLoopBackOff: 3,
}

const CRASHED = 3
const UNSCHEDULED = 4
const NOT_CREATED = 6
const ANY_WARNING = 8

/** Events of a pod that say why it does not become ready, with the most telling first. */
const POD_EVENTS: Readonly<Record<string, number>> = { FailedMount: 5, FailedAttachVolume: 5, FailedCreatePodSandBox: 5, Unhealthy: 7 }

/** Events that say more than the back-off they lead to, by the reason a container waits for. */
const PULL_EVENTS: ReadonlySet<string> = new Set(['Failed', 'FailedToRetrieveImagePullSecret', 'InspectFailed'])

/**
 * Why a workload is not ready, in one sentence that names the pod, the reason and the event; undefined where nothing tells.
 * Of several reasons the one that explains most: an image that cannot be pulled goes before a pod without a node, and that
 * before a probe that fails. Warnings from before `since` are of an earlier time.
 */
export const whyNotReady = (ref: ObjectRef, { pods, warnings }: Symptoms, since: Instant): string | undefined => {
  const recent = warnings.filter(({ namespace, at }) => namespace === ref.namespace && at >= since)
  const own = pods.filter(({ workload }) => workload === objectKey(ref)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const causes = [...own.flatMap((pod) => causesOf(pod, recent)), ...recent.filter((warning) => isAbout(warning, ref)).map(causeOfWarning)]
  return causes.toSorted((a, b) => a.rank - b.rank)[0]?.text
}

const causesOf = (pod: AilingPod, warnings: readonly Warning[]): readonly Cause[] => {
  const events = warnings.filter(({ about }) => about.kind === 'Pod' && about.name === pod.name)
  const who = `pod ${pod.namespace}/${pod.name}`
  return [
    ...pod.containers.flatMap((container) => causeOfContainer(who, container, events)),
    ...(pod.unscheduled === undefined ? [] : [{ rank: UNSCHEDULED, text: `${who} has no node: ${pod.unscheduled.reason}: ${brief(pod.unscheduled.message)}` }]),
    ...events.flatMap((event) => ({ rank: POD_EVENTS[event.reason] ?? ANY_WARNING, text: `${who} is not ready: ${sayEvent(event)}` })),
  ]
}

const causeOfContainer = (who: string, { name, waiting, ended }: AilingContainer, events: readonly Warning[]): readonly Cause[] => {
  const rank = waiting === undefined ? undefined : WAITING[waiting.reason]
  if (waiting !== undefined && rank !== undefined && rank !== CRASHED) {
    // "Back-off pulling image" hides what the registry said; the event has it.
    const said = events.filter(({ reason }) => rank === 1 && PULL_EVENTS.has(reason)).toSorted((a, b) => b.message.length - a.message.length)
    const more = said[0] === undefined ? brief(waiting.message) : sayEvent(said[0])
    return [{ rank, text: `${who} cannot start container ${name}: ${waiting.reason}${more === '' ? '' : `: ${more}`}` }]
  }
  if (ended === undefined) return []
  const how = `${ended.reason}, exit code ${ended.exitCode}`
  return [{ rank: CRASHED, text: `${who}: container ${name} ends again and again: ${waiting?.reason ?? 'it is started anew'}, last ${how}` }]
}

/** Whether an event is about the workload itself, or about the ReplicaSet between a Deployment and its pods. */
const isAbout = ({ about }: Warning, { kind, name }: ObjectRef): boolean => {
  if (about.kind === kind) return about.name === name
  return about.kind === 'ReplicaSet' && about.name.startsWith(`${name}-`) && /^[a-z0-9]+$/.test(about.name.slice(name.length + 1))
}

const causeOfWarning = (warning: Warning): Cause => {
  const who = `${warning.about.kind} ${warning.namespace}/${warning.about.name}`
  if (warning.reason !== 'FailedCreate') return { rank: ANY_WARNING, text: `${who}: ${sayEvent(warning)}` }
  return { rank: NOT_CREATED, text: `${who} may not create its pods, ${whoRefuses(warning.message)}: ${sayEvent(warning)}` }
}

/** Who refuses a pod, by the API server's own words. */
const whoRefuses = (message: string): string => {
  if (/exceeded quota/.test(message)) return 'the quota of the namespace is used up'
  if (/failed calling webhook/.test(message)) return 'an admission webhook does not answer'
  if (/admission webhook .* denied the request/.test(message)) return 'an admission webhook refuses'
  return 'the API server refuses'
}

const sayEvent = ({ reason, message }: Warning): string => `event ${reason}: ${brief(message)}`
