import type { ClusterContext, Controller } from '../context.ts'
import { createObject } from '../create-object.ts'
import { deleteObject } from '../deletion.ts'
import { keyOf } from '../kubernetes-object.ts'
import { isChosen, untolerated } from '../node-fit.ts'
import { isActive, isFinished, isReady } from '../pod-state.ts'
import type { DaemonSet, Node, Pod, PodSpec, Toleration } from '../resources.ts'
import { keyedController, selfOrOwner, splitKey } from './keyed-controller.ts'
import { counts, podOf, randomSuffix, templateHash } from './owned-object.ts'

const revisionLabel = 'controller-revision-hash'

const exists = (name: string, effect: string): Toleration => ({
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists',
  effect,
})

// What every DaemonSet's pods put up with: they come first on a node and stay to the end.
const daemonTolerations = [
  exists('not-ready', 'NoExecute'),
  exists('unreachable', 'NoExecute'),
  exists('disk-pressure', 'NoSchedule'),
  exists('memory-pressure', 'NoSchedule'),
  exists('pid-pressure', 'NoSchedule'),
  exists('unschedulable', 'NoSchedule'),
]

const daemonSpec = (spec: PodSpec): PodSpec => ({
  ...spec,
  tolerations: [
    ...(spec.tolerations ?? []),
    ...daemonTolerations,
    ...(spec.hostNetwork === true ? [exists('network-unavailable', 'NoSchedule')] : []),
  ],
})

const pinned = (spec: PodSpec, nodeName: string): PodSpec => ({
  ...spec,
  affinity: {
    ...spec.affinity,
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }],
      },
    },
  },
})

const nodeOf = ({ spec }: Pod): string =>
  spec.nodeName ??
  spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0]?.matchFields?.[0]
    ?.values?.[0] ??
  ''

// A node may be not ready or cordoned and is still due its pod; a taint of its owner's keeps it away.
const isDue = (spec: PodSpec, node: Node): boolean => {
  const taints = (node.spec?.taints ?? []).filter(({ key }) => key !== 'node.kubernetes.io/not-ready')
  return isChosen(spec, node) && untolerated(spec, taints, ['NoSchedule', 'NoExecute']) === undefined
}

/** Keeps one pod of a DaemonSet on every node that is due one. */
export const daemonSetController = (context: ClusterContext): Controller => {
  const { store, timeline, dice } = context
  const made = new Map<string, number>()

  const createPod = (set: DaemonSet, spec: PodSpec, nodeName: string, hash: string): void => {
    const place = `${set.metadata.uid ?? ''}/${nodeName}`
    const serial = made.get(place) ?? 0
    made.set(place, serial + 1)
    const name = `${set.metadata.name}-${randomSuffix(dice, 'daemon', context.name, place, serial)}`
    if (store.get('Pod', name, set.metadata.namespace) !== undefined) return createPod(set, spec, nodeName, hash)
    const pod = podOf(set, { ...set.spec.template, spec: pinned(spec, nodeName) }, name, { [revisionLabel]: hash })
    createObject(store, pod)
  }

  const sync = (key: string): void => {
    const { namespace, name } = splitKey(key)
    const set = store.get('DaemonSet', name, namespace)
    if (set === undefined) return
    const hash = templateHash(set.spec.template)
    const spec = daemonSpec(set.spec.template.spec)
    const due = store.list('Node').filter((node) => isDue(spec, node)).map(({ metadata }) => metadata.name).sort()
    const pods = store.controlled('Pod', set)
    if (set.metadata.deletionTimestamp === undefined) {
      const held = new Set(pods.filter((pod) => !isFinished(pod)).map((pod) => nodeOf(pod)))
      for (const nodeName of due) if (!held.has(nodeName)) createPod(set, spec, nodeName, hash)
      const wanted = new Set(due)
      // Outdated pods are replaced all together rather than one by one: nothing here looks at that rollout.
      for (const pod of pods) {
        const isWrong = pod.metadata.labels?.[revisionLabel] !== hash || !wanted.has(nodeOf(pod))
        if (isFinished(pod) || (isActive(pod) && isWrong)) deleteObject(store, timeline, pod)
      }
    }
    writeStatus(set, due.length, hash)
  }

  const writeStatus = (set: DaemonSet, desired: number, hash: string): void => {
    const active = store.controlled('Pod', set).filter((pod) => isActive(pod))
    const ready = active.filter((pod) => isReady(pod)).length
    const status = {
      currentNumberScheduled: Math.min(active.length, desired),
      numberMisscheduled: Math.max(0, active.length - desired),
      desiredNumberScheduled: desired,
      numberReady: ready,
      observedGeneration: set.metadata.generation ?? 0,
      ...counts({
        updatedNumberScheduled: active.filter(({ metadata }) => metadata.labels?.[revisionLabel] === hash).length,
        numberAvailable: ready,
        numberUnavailable: Math.max(0, desired - ready),
      }),
    }
    store.update(set, { ...set, status }, 'status')
  }

  const keys = selfOrOwner('DaemonSet')
  return keyedController({
    context,
    sync,
    keys: (change) =>
      change.object.kind === 'Node' ? store.list('DaemonSet').map((set) => keyOf(set)) : keys(change),
  })
}
