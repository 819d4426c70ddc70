import { instant, later } from '../../domain/time.ts'
import type { RunningContainer, UsageModel } from '../usage.ts'
import { containerStatusesOf, runningContainers } from './container-life.ts'
import type { ClusterContext, Controller } from './context.ts'
import { isActive, withCondition } from './pod-state.ts'
import type { Condition, Pod } from './resources.ts'

/** Seconds from an end for want of memory until the container, started anew, is ready. */
const RESTART_SECONDS = [3, 10] as const

const keyOf = (pod: Pod, container: string): string => `${pod.metadata.uid}/${container}`

/**
 * The kernel's out-of-memory killer on every node: a container whose usage reaches its limit is ended with 137, starts
 * anew at once and is ready some seconds later; `lastState` tells of it.
 */
export const memoryKiller = (context: ClusterContext, model: UsageModel): Controller => {
  const { store, timeline, dice, name: cluster } = context
  /** When the containers being watched started, by pod and container. */
  const watched = new Map<string, number>()

  const watch = (pod: Pod): void => {
    for (const container of runningContainers(context, pod)) {
      const afterSeconds = model.outOfMemoryAfterSeconds(container)
      const key = keyOf(pod, container.container)
      if (afterSeconds === undefined || watched.get(key) === container.startedAt) continue
      watched.set(key, container.startedAt)
      timeline.at(later(container.startedAt, afterSeconds), () => kill(pod, container))
    }
  }

  /** The pod as it is now, where the container still lives the life it was watched in. */
  const current = ({ metadata }: Pod, { container, startedAt }: RunningContainer): Pod | undefined => {
    const pod = store.get('Pod', metadata.name, metadata.namespace)
    if (pod === undefined || pod.metadata.uid !== metadata.uid || !isActive(pod)) return undefined
    const lives = runningContainers(context, pod)
    return lives.some((one) => one.container === container && one.startedAt === startedAt) ? pod : undefined
  }

  const changed = (
    pod: Pod, container: string, status: Readonly<Record<string, unknown>>, ready: Omit<Condition, 'type'>,
  ): void => {
    const containerStatuses = containerStatusesOf(pod).map((one) =>
      one.name === container ? { ...one, ...status } : one)
    const conditions = ['Ready', 'ContainersReady'].reduce(
      (all, type) => withCondition(all, { type, ...ready }, store.timestamp()), pod.status?.conditions ?? [],
    )
    store.update(pod, { ...pod, status: { ...pod.status, conditions, containerStatuses } }, 'status')
  }

  const kill = (seen: Pod, life: RunningContainer): void => {
    const pod = current(seen, life)
    const before = pod && containerStatusesOf(pod).find((one) => one.name === life.container)
    if (pod === undefined || before === undefined) return
    const finishedAt = store.timestamp()
    const terminated = { exitCode: 137, reason: 'OOMKilled', startedAt: before.state.running?.startedAt, finishedAt }
    changed(pod, life.container, {
      ready: false, started: false, restartCount: before.restartCount + 1,
      lastState: { terminated }, state: { running: { startedAt: finishedAt } },
    }, { status: 'False', reason: 'ContainersNotReady' })
    const restarted = { ...life, startedAt: instant(finishedAt) }
    const seconds = dice(...RESTART_SECONDS, 'restart', cluster, life.pod, finishedAt)
    timeline.after(seconds, () => {
      const up = current(seen, restarted)
      if (up !== undefined) changed(up, life.container, { ready: true, started: true }, { status: 'True' })
    })
  }

  return {
    observe: ({ type, object }) => {
      if (object.kind !== 'Pod') return
      const pod = object as Pod
      if (type !== 'DELETED') watch(pod)
      else for (const { name } of pod.spec.containers) watched.delete(keyOf(pod, name))
    },
    close: () => watched.clear(),
  }
}
