import { type ClusterContext, type Controller, controllerDelaySeconds } from '../context.ts'
import { deleteObject } from '../deletion.ts'
import { untolerated } from '../node-fit.ts'
import type { Node } from '../resources.ts'
import { keyedController } from './keyed-controller.ts'

const cordonTaint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

// The pod collector looks every twenty seconds for pods whose Node object is gone.
const orphanedPodSeconds = 20

/**
 * Turns a cordon into its taint and back, deletes pods that do not tolerate a NoExecute taint, and pods whose Node
 * object was deleted while the machine still ran.
 */
export const nodeLifecycleController = (context: ClusterContext): Controller => {
  const { store, timeline } = context

  const syncCordon = (node: Node): Node => {
    const taints = node.spec?.taints ?? []
    const isTainted = taints.some(({ key }) => key === cordonTaint.key)
    const isCordoned = node.spec?.unschedulable === true
    if (isCordoned === isTainted) return node
    const next = isCordoned ? [...taints, cordonTaint] : taints.filter(({ key }) => key !== cordonTaint.key)
    const { taints: _, ...spec } = node.spec ?? {}
    return store.update(node, { ...node, spec: { ...spec, ...(next.length > 0 ? { taints: next } : {}) } })
  }

  const sync = (name: string): void => {
    const node = store.get('Node', name)
    if (node === undefined) {
      timeline.after(orphanedPodSeconds - controllerDelaySeconds, () => collect(name))
      return
    }
    const taints = syncCordon(node).spec?.taints ?? []
    if (!taints.some(({ effect }) => effect === 'NoExecute')) return
    for (const pod of store.podsOn(name)) {
      const leaves = untolerated(pod.spec, taints, ['NoExecute']) !== undefined
      if (leaves && pod.metadata.deletionTimestamp === undefined) deleteObject(store, timeline, pod)
    }
  }

  const collect = (name: string): void => {
    if (store.get('Node', name) !== undefined) return
    for (const pod of store.podsOn(name)) deleteObject(store, timeline, pod, { gracePeriodSeconds: 0 })
  }

  return keyedController({
    context,
    sync,
    keys: ({ type, object, previous }) => {
      if (object.kind !== 'Node') return []
      const isStatusOnly = type === 'MODIFIED' && previous?.spec === object.spec
      return isStatusOnly ? [] : [object.metadata.name]
    },
  })
}
