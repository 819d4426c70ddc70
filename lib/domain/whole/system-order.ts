import { matchesGlob } from '../glob.ts'
import { isReady, type Workload } from '../workload.ts'

/** Names under which the autoscalers' own charts and manifests install them. */
const AUTOSCALERS = ['*karpenter*', '*cluster-autoscaler*']

/** An autoscaler finds AWS by these. */
const NAME_SERVERS = new Set(['coredns', 'kube-dns'])

/** The stage that sleeps last: what ends nodes itself, once it has none of its own left. */
export const LAST_ASLEEP = -1

/** After all else that is woken: it starts nodes for what then waits for one. */
const LAST_AWAKE = Number.MAX_SAFE_INTEGER

/** Whether a workload starts and ends nodes. */
export const isAutoscaler = ({ name }: Pick<Workload, 'name'>): boolean => AUTOSCALERS.some((glob) => matchesGlob(glob, name))

/**
 * A cluster's own workloads in the order of its sleep or its wake, as waves. Asleep: everything, then, once the nodes of its
 * own are gone, what ends nodes, and the name servers with it. Awake: everything, whatever answers admission webhooks
 * included, then what starts nodes. An annotation orders the rest.
 */
export const inSystemOrder = (verb: 'sleep' | 'wake', workloads: readonly Workload[]): readonly Workload[] =>
  workloads.map((workload) => ({ ...workload, wave: waveOf(verb, workload) }))

const waveOf = (verb: 'sleep' | 'wake', workload: Workload): number => {
  const usual = Math.max(0, workload.wave ?? 0)
  if (verb === 'wake') return isAutoscaler(workload) ? LAST_AWAKE : usual
  return isAutoscaler(workload) || NAME_SERVERS.has(workload.name) ? LAST_ASLEEP : usual
}

/** Whether what starts nodes is up again, or there is none: only then may a NodePool be opened. */
export const startsNodes = (workloads: readonly Workload[]): boolean =>
  workloads.filter(isAutoscaler).every((workload) => workload.mark === undefined && isReady(workload))
