import { type Instant, secondsBetween } from '../../../domain/time.ts'
import type { ClusterContext, Controller } from '../context.ts'
import { registeredNode } from '../nodes.ts'
import { Packing } from '../packing.ts'
import { largestFirst, podRequests } from '../pod-requests.ts'
import { isReady, isUnschedulable } from '../pod-state.ts'
import type { Deployment, Node } from '../resources.ts'
import { clusterAutoscalerRuns, isClusterAutoscaler } from './cluster-autoscaler-runs.ts'
import { KnownGroups } from './known-groups.ts'
import { ScaleDown } from './scale-down.ts'
import type { ScalingGroup, ScalingGroups } from './scaling-groups.ts'

/** `--scan-interval`. */
const scanSeconds = 10

/** `--scale-down-delay-after-add`. */
const afterAddSeconds = 600

/** `--initial-node-group-backoff-duration`: a group AWS refused to grow is left alone for so long. */
const backoffSeconds = 300

/** From when one of its pods is ready until none is: what it remembers goes with it. */
interface Life {
  readonly groups: KnownGroups
  readonly scaleDown: ScaleDown
  readonly refusedAt: Map<string, Instant>
  grewAt?: Instant
}

/**
 * Cluster Autoscaler on AWS with the defaults of its flags, for groups with its discovery tags: every 10 s it starts nodes
 * for pods that found no place, of the first group whose nodes would take them and which is not at its maximum, and takes
 * nodes that nobody has needed for 10 minutes. What pods want of each other it leaves to the scheduler.
 */
export const clusterAutoscaler = (context: ClusterContext, aws: ScalingGroups): Controller => {
  const { store, timeline } = context
  let life: Life | undefined
  let isScanning = false
  let isClosed = false

  const scan = (): void => {
    if (isClosed) return
    timeline.after(scanSeconds, scan)
    if (!clusterAutoscalerRuns(store)) {
      life?.scaleDown.die()
      life = undefined
      return
    }
    life ??= begin()
    life.groups.refresh()
    if (scaleUp(life)) return
    life.scaleDown.look(life.grewAt === undefined || secondsBetween(life.grewAt, timeline.now()) >= afterAddSeconds)
  }

  const begin = (): Life => {
    const groups = new KnownGroups(aws, () => timeline.now())
    return { groups, scaleDown: new ScaleDown(context, groups), refusedAt: new Map() }
  }

  const scaleUp = (now: Life): boolean => {
    const waiting = store.list('Pod').filter((pod) => isUnschedulable(pod)).toSorted(largestFirst)
    if (waiting.length === 0) return false
    const { groups } = now
    const ready = store.list('Node').filter((node) => isReady(node))
    const packing = new Packing(store, ready)
    for (const group of groups.all) {
      const coming = group.desiredSize - ready.filter((node) => groups.of(node) === group).length
      for (let index = 0; index < coming; index += 1) packing.add(nextNode(group, index))
    }
    const more = new Map<ScalingGroup, number>()
    for (const pod of waiting) {
      if (packing.place(pod)) continue
      const group = groups.all.find((each) => mayGrow(now, each) && each.desiredSize + (more.get(each) ?? 0) < each.maxSize && packing.takes(nextNode(each, -1), pod))
      if (group === undefined) continue
      const added = more.get(group) ?? 0
      more.set(group, added + 1)
      packing.add(nextNode(group, group.desiredSize + added))
      packing.place(pod)
    }
    for (const [group, nodes] of more) {
      if (groups.grow(group, nodes)) now.grewAt = timeline.now()
      else now.refusedAt.set(group.name, timeline.now())
    }
    return more.size > 0
  }

  const mayGrow = ({ refusedAt }: Life, { name }: ScalingGroup): boolean => {
    const refused = refusedAt.get(name)
    return refused === undefined || secondsBetween(refused, timeline.now()) >= backoffSeconds
  }

  /** A node of a group that is not there yet, with the DaemonSets it will have. */
  const nextNode = ({ name, next }: ScalingGroup, index: number): Node => {
    const daemons = store.list('DaemonSet').map(({ spec }) => podRequests(spec.template.spec))
    const id = `i-placeholder-${name}-${index}`
    return registeredNode({
      ...next, name: id, instanceId: id, pods: next.pods - daemons.length,
      cpuMilli: next.cpuMilli - daemons.reduce((sum, { cpuMilli }) => sum + cpuMilli, 0),
      memoryMiB: next.memoryMiB - daemons.reduce((sum, { memoryBytes }) => sum + memoryBytes / MIB, 0),
    }, store.timestamp())
  }

  return {
    observe: ({ object }) => {
      if (isScanning || object.kind !== 'Deployment' || !isClusterAutoscaler((object as Deployment).spec.template.metadata?.labels)) return
      isScanning = true
      timeline.after(scanSeconds, scan)
    },
    close: () => {
      isClosed = true
    },
  }
}

const MIB = 1024 * 1024
