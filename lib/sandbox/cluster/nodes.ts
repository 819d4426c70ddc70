import type { ClusterContext } from './context.ts'
import { createObject } from './create-object.ts'
import { withCondition } from './pod-state.ts'
import type { Condition, Node, Taint } from './resources.ts'

/** A machine whose kubelet comes up. CPU, memory and pods are what it offers to pods. */
export interface JoiningNode {
  readonly name: string
  readonly instanceId: string
  readonly instanceType: string
  readonly zone: string
  readonly nodegroup?: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
  readonly cpuMilli: number
  readonly memoryMiB: number
  readonly pods: number
}

/** Seconds from a kubelet's registration to its node being Ready. */
const readyAfterSeconds = 5

const notReadyTaint: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

// Graviton types carry a g after the generation: m7g, c6gd, t4g.
const archOf = (instanceType: string): string => (/^[a-z]+\d+g/.test(instanceType) ? 'arm64' : 'amd64')

const wellKnownLabels = ({ name, instanceType, zone, nodegroup }: JoiningNode): Readonly<Record<string, string>> => ({
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': 'linux',
  'kubernetes.io/arch': archOf(instanceType),
  'node.kubernetes.io/instance-type': instanceType,
  'topology.kubernetes.io/zone': zone,
  'topology.kubernetes.io/region': zone.replace(/[a-z]$/, ''),
  ...(nodegroup === undefined
    ? {}
    : { 'eks.amazonaws.com/nodegroup': nodegroup, 'eks.amazonaws.com/capacityType': 'ON_DEMAND' }),
})

const readyCondition = (isReady: boolean): Condition =>
  isReady
    ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'container runtime network not ready' }

/** The Node a kubelet registers. */
export const registeredNode = (node: JoiningNode, timestamp: string): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: node.name, labels: { ...wellKnownLabels(node), ...node.labels } },
  spec: { providerID: `aws:///${node.zone}/${node.instanceId}`, taints: node.taints },
  status: statusOf(node, timestamp),
})

const statusOf = (node: JoiningNode, timestamp: string) => {
  const capacity = { cpu: `${node.cpuMilli}m`, memory: `${node.memoryMiB}Mi`, pods: String(node.pods) }
  const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({ type, status: 'False' }))
  return {
    capacity,
    allocatable: capacity,
    addresses: [{ type: 'Hostname', address: node.name }],
    conditions: [...pressures, readyCondition(false)].map((one) => ({ ...one, lastTransitionTime: timestamp })),
    nodeInfo: {
      architecture: archOf(node.instanceType),
      operatingSystem: 'linux',
      kubeletVersion: 'v1.34.1-eks-113cf36',
    },
  }
}

/** The machines under a cluster: they register, become ready, and disappear. */
export class Nodes {
  readonly #context: ClusterContext
  readonly #names = new Map<string, string>()

  constructor(context: ClusterContext) {
    this.#context = context
  }

  /** Registers a kubelet: NotReady at once, Ready `readyAfterSeconds` later. Throws the 409 of a name that is taken. */
  join(node: JoiningNode): void {
    const { store, timeline } = this.#context
    this.#names.set(node.instanceId, node.name)
    const { status, ...fields } = registeredNode({ ...node, taints: [...node.taints, notReadyTaint] }, store.timestamp())
    const made = createObject(store, fields)
    const registered = store.update(made, { ...made, status }, 'status')
    timeline.after(readyAfterSeconds, () => this.#becomeReady(node.name, registered.metadata.uid))
  }

  /** The instance ended: its Node goes, and its pods with it, for their owners to make anew elsewhere. */
  gone(instanceId: string): void {
    const { store } = this.#context
    const name = this.#names.get(instanceId)
    if (name === undefined) return
    this.#names.delete(instanceId)
    const node = store.get('Node', name)
    if (node !== undefined) store.remove(node)
    for (const pod of store.podsOn(name)) store.remove(pod)
  }

  #becomeReady(name: string, uid: string | undefined): void {
    const { store } = this.#context
    const node: Node | undefined = store.get('Node', name)
    if (node === undefined || node.metadata.uid !== uid) return
    const taints = (node.spec?.taints ?? []).filter(({ key }) => key !== notReadyTaint.key)
    const { taints: _, ...spec } = node.spec ?? {}
    const conditions = withCondition(node.status?.conditions, readyCondition(true), store.timestamp())
    store.update(node, {
      ...node,
      spec: { ...spec, ...(taints.length > 0 ? { taints } : {}) },
      status: { ...node.status, conditions },
    })
  }
}
