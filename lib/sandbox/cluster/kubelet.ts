import type { ClusterContext, Controller } from './context.ts'
import { deleteObject } from './deletion.ts'
import { controllerOf, keyOf } from './kubernetes-object.ts'
import { isFinished, withCondition } from './pod-state.ts'
import type { Condition, Pod } from './resources.ts'
import { volumesOf } from './volumes.ts'

const jobRunSeconds = [30, 120] as const
const shutdownSeconds = [1, 4] as const
const containerStartSeconds = 2

const containerStatuses = (pod: Pod, state: Readonly<Record<string, unknown>>, isReady: boolean) =>
  pod.spec.containers.map(({ name, image = '' }) => ({
    name,
    image,
    imageID: '',
    ready: isReady,
    started: isReady,
    restartCount: 0,
    state,
  }))

/**
 * All the kubelets of a cluster: a pod bound to a node starts, becomes ready after a time drawn by its name, and shuts
 * down within its grace period when it is deleted. A Job's pod succeeds after a drawn while.
 */
export const kubelet = (context: ClusterContext, readySeconds: readonly [number, number]): Controller => {
  const { store, timeline, dice, name: cluster } = context
  const known = new Set<string>()
  const waitingForVolumes = new Map<string, Pod>()

  const draw = ([low, high]: readonly [number, number], what: string, pod: Pod): number =>
    dice(low, high, what, cluster, keyOf(pod))

  /** The pod as it is now, if it is still that pod. */
  const current = ({ metadata }: Pod): Pod | undefined => {
    const pod = store.get('Pod', metadata.name, metadata.namespace)
    return pod?.metadata.uid === metadata.uid ? pod : undefined
  }

  const alive = (pod: Pod): Pod | undefined => {
    const now = current(pod)
    return now === undefined || now.metadata.deletionTimestamp !== undefined || isFinished(now) ? undefined : now
  }

  const withConditions = (pod: Pod, ...conditions: readonly Condition[]): readonly Condition[] =>
    conditions.reduce<readonly Condition[]>(
      (all, condition) => withCondition(all, condition, store.timestamp()),
      pod.status?.conditions ?? [],
    )

  const start = (bound: Pod): void => {
    const pod = alive(bound)
    if (pod === undefined) return
    if (!volumesOf(store, pod).every(({ isAttached }) => isAttached)) {
      waitingForVolumes.set(keyOf(pod), pod)
      return
    }
    const toReadySeconds = draw(readySeconds, 'ready', pod)
    timeline.after(Math.min(containerStartSeconds, toReadySeconds / 2), () => run(bound))
    timeline.after(toReadySeconds, () => becomeReady(bound))
  }

  const run = (bound: Pod): void => {
    const pod = alive(bound)
    if (pod === undefined) return
    const unready = { status: 'False', reason: 'ContainersNotReady' }
    const conditions = withConditions(
      pod,
      { type: 'PodReadyToStartContainers', status: 'True' },
      { type: 'Initialized', status: 'True' },
      { type: 'Ready', ...unready },
      { type: 'ContainersReady', ...unready },
    )
    const startTime = store.timestamp()
    const status = {
      ...pod.status,
      phase: 'Running',
      conditions,
      startTime,
      containerStatuses: containerStatuses(pod, { running: { startedAt: startTime } }, false),
    }
    store.update(pod, { ...pod, status }, 'status')
  }

  const becomeReady = (bound: Pod): void => {
    const pod = alive(bound)
    if (pod === undefined) return
    const ready = { status: 'True' }
    const conditions = withConditions(pod, { type: 'Ready', ...ready }, { type: 'ContainersReady', ...ready })
    const state = { running: { startedAt: pod.status?.startTime } }
    const status = { ...pod.status, conditions, containerStatuses: containerStatuses(pod, state, true) }
    store.update(pod, { ...pod, status }, 'status')
    if (controllerOf(pod)?.kind === 'Job') timeline.after(draw(jobRunSeconds, 'run', pod), () => succeed(bound))
  }

  const succeed = (bound: Pod): void => {
    const pod = alive(bound)
    if (pod === undefined) return
    const done = { status: 'False', reason: 'PodCompleted' }
    const conditions = withConditions(pod, { type: 'Ready', ...done }, { type: 'ContainersReady', ...done })
    const state = { terminated: { exitCode: 0, reason: 'Completed', finishedAt: store.timestamp() } }
    const ended = { phase: 'Succeeded', conditions, containerStatuses: containerStatuses(pod, state, false) }
    store.update(pod, { ...pod, status: { ...pod.status, ...ended } }, 'status')
  }

  const shutDown = (deleted: Pod): void => {
    const graceSeconds = deleted.metadata.deletionGracePeriodSeconds ?? 0
    timeline.after(Math.min(graceSeconds, draw(shutdownSeconds, 'shutdown', deleted)), () => {
      const pod = current(deleted)
      if (pod !== undefined) deleteObject(store, timeline, pod, { gracePeriodSeconds: 0 })
    })
  }

  const observePod = (pod: Pod, previous: Pod | undefined): void => {
    const { uid = '', deletionTimestamp } = pod.metadata
    if (pod.spec.nodeName === undefined) return
    if (deletionTimestamp !== undefined) {
      if (deletionTimestamp !== previous?.metadata.deletionTimestamp) shutDown(pod)
    } else if (!known.has(uid)) {
      known.add(uid)
      // The start looks at volumes, which the attach controller sees to first.
      timeline.after(0, () => start(pod))
    }
  }

  return {
    observe: ({ type, object, previous }) => {
      if (object.kind === 'Pod' && type === 'DELETED') {
        known.delete(object.metadata.uid ?? '')
        waitingForVolumes.delete(keyOf(object))
      } else if (object.kind === 'Pod') observePod(object as Pod, previous as Pod | undefined)
      else if (object.kind === 'VolumeAttachment' && type === 'ADDED') {
        const waiting = [...waitingForVolumes.values()]
        waitingForVolumes.clear()
        for (const pod of waiting) timeline.after(0, () => start(pod))
      }
    },
    close: () => known.clear(),
  }
}
