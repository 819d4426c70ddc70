import type { ClusterContext, Controller } from './context.ts'
import { sameJson } from './json.ts'
import { type ObjectChange, keyOf } from './kubernetes-object.ts'
import { isChosen, untolerated } from './node-fit.ts'
import { NodeRoom } from './node-room.ts'
import { type PodRequests, podRequests } from './pod-requests.ts'
import { isFinished, withCondition } from './pod-state.ts'
import { type TopologyRule, keepsOthersAway, topologyRules } from './pod-topology.ts'
import type { Node, Pod } from './resources.ts'
import { reachesVolumes } from './volumes.ts'
import { WorkQueue } from './work-queue.ts'

const schedulingDelaySeconds = 0.5

const isWaiting = (pod: Pod): boolean =>
  pod.spec.nodeName === undefined && pod.metadata.deletionTimestamp === undefined && !isFinished(pod)

// What the scheduler takes a pod without requests for when it compares nodes.
const scoredRequests = ({ cpuMilli, memoryBytes }: PodRequests): PodRequests => ({
  cpuMilli: cpuMilli === 0 ? 100 : cpuMilli,
  memoryBytes: memoryBytes === 0 ? 200 * 1024 * 1024 : memoryBytes,
})

const affectsScheduling = (node: Node, previous: Node): boolean =>
  !sameJson(node.spec, previous.spec) ||
  !sameJson(node.metadata.labels, previous.metadata.labels) ||
  !sameJson(node.status?.allocatable, previous.status?.allocatable)

const hostPorts = ({ spec }: Pod): readonly number[] =>
  spec.containers.flatMap(({ ports = [] }) => ports.flatMap(({ hostPort = 0 }) => (hostPort > 0 ? [hostPort] : [])))

const inTurn = (a: Pod, b: Pod): number => {
  const [priorityA = 0, priorityB = 0] = [a.spec.priority, b.spec.priority]
  if (priorityA !== priorityB) return priorityB - priorityA
  const ageA = a.metadata.creationTimestamp ?? ''
  const ageB = b.metadata.creationTimestamp ?? ''
  if (ageA !== ageB) return ageA < ageB ? -1 : 1
  return keyOf(a) < keyOf(b) ? -1 : 1
}

/** Binds pods to nodes as kube-scheduler does: filters, then the least allocated node, then the first by name. */
export const scheduler = (context: ClusterContext): Controller => {
  const { store, timeline } = context
  const room = new NodeRoom()
  const waiting = new Set<string>()
  const guarded = new Set<string>()

  /** Why the pod cannot go to the node, in kube-scheduler's words; undefined when it can. */
  const refusal = (pod: Pod, requests: PodRequests, rules: readonly TopologyRule[], node: Node): string | undefined => {
    const { spec } = pod
    const taints = node.spec?.taints ?? []
    const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }
    if (node.spec?.unschedulable === true && untolerated(spec, [cordon], ['NoSchedule']) !== undefined) {
      return 'node(s) were unschedulable'
    }
    const taint = untolerated(spec, taints, ['NoSchedule', 'NoExecute'])
    if (taint !== undefined) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`
    if (!isChosen(spec, node)) return "node(s) didn't match Pod's node affinity/selector"
    if (!reachesVolumes(store, pod, node)) return 'node(s) had volume node affinity conflict'
    if (takesHostPort(pod, node)) return "node(s) didn't have free ports for the requested pod ports"
    const lack = room.lack(node, requests)
    if (lack !== undefined) return lack
    for (const rule of rules) {
      const reason = rule(node)
      if (reason !== undefined) return `node(s) ${reason}`
    }
    return undefined
  }

  const takesHostPort = (pod: Pod, node: Node): boolean => {
    const wanted = hostPorts(pod)
    if (wanted.length === 0) return false
    return store.podsOn(node.metadata.name).some((other) => hostPorts(other).some((port) => wanted.includes(port)))
  }

  const score = (pod: Pod, requests: PodRequests, node: Node): number => {
    const isShunned = untolerated(pod.spec, node.spec?.taints ?? [], ['PreferNoSchedule']) !== undefined
    return room.free(node, scoredRequests(requests)) - (isShunned ? 300 : 0)
  }

  const bind = (pod: Pod, nodeName: string): void => {
    const condition = { type: 'PodScheduled', status: 'True' }
    const conditions = withCondition(pod.status?.conditions, condition, store.timestamp())
    const status = { ...pod.status, phase: 'Pending', conditions }
    store.update(pod, { ...pod, spec: { ...pod.spec, nodeName }, status })
  }

  const postpone = (pod: Pod, reasons: readonly string[]): void => {
    const byReason = new Map<string, number>()
    for (const reason of reasons) byReason.set(reason, (byReason.get(reason) ?? 0) + 1)
    const listed = [...byReason].map(([reason, count]) => `${count} ${reason}`).sort().join(', ')
    const message = `0/${reasons.length} nodes are available${listed === '' ? '' : `: ${listed}`}.`
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }
    const conditions = withCondition(pod.status?.conditions, condition, store.timestamp())
    store.update(pod, { ...pod, status: { ...pod.status, conditions } }, 'status')
  }

  const place = (pod: Pod, nodes: readonly Node[]): void => {
    const requests = podRequests(pod.spec)
    const keepAway = [...guarded].map((key) => podOf(key)).filter((other) => other !== undefined)
    const rules = topologyRules(store, pod, keepAway)
    const reasons: string[] = []
    let best: { readonly name: string; readonly score: number } | undefined
    for (const node of nodes) {
      const reason = refusal(pod, requests, rules, node)
      if (reason !== undefined) reasons.push(reason)
      else {
        const points = score(pod, requests, node)
        if (best === undefined || points > best.score) best = { name: node.metadata.name, score: points }
      }
    }
    if (best === undefined) postpone(pod, reasons)
    else bind(pod, best.name)
  }

  const podOf = (key: string): Pod | undefined => {
    const [namespace, name = ''] = key.split('/')
    return store.get('Pod', name, namespace)
  }

  const run = (): void => {
    const nodes = store.list('Node').sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    const pods = [...waiting].map((key) => podOf(key)).filter((pod) => pod !== undefined)
    for (const pod of pods.sort(inTurn)) if (isWaiting(pod)) place(pod, nodes)
  }

  const queue = new WorkQueue(timeline, schedulingDelaySeconds, run)

  const observePod = (pod: Pod, type: ObjectChange['type'], previous: Pod | undefined): void => {
    const key = keyOf(pod)
    if (type === 'DELETED') guarded.delete(key)
    else if (keepsOthersAway(pod)) guarded.add(key)
    const hadRoom = room.note(key, type === 'DELETED' || isFinished(pod) ? undefined : pod)
    if (type !== 'DELETED' && isWaiting(pod)) {
      waiting.add(key)
      // Its own verdict, written to its status, is no reason to look again.
      if (previous === undefined || previous.spec !== pod.spec) queue.add('run')
    } else waiting.delete(key)
    if (hadRoom && waiting.size > 0) queue.add('run')
  }

  return {
    observe: ({ type, object, previous }) => {
      if (object.kind === 'Pod') observePod(object as Pod, type, previous as Pod | undefined)
      else if (object.kind === 'Node' && type !== 'DELETED' && waiting.size > 0) {
        if (previous === undefined || affectsScheduling(object as Node, previous as Node)) queue.add('run')
      } else if (object.kind === 'PersistentVolumeClaim' && type === 'ADDED' && waiting.size > 0) queue.add('run')
    },
    close: () => queue.close(),
  }
}
