import { createHash } from 'node:crypto'
import { meetsTerms } from './node-fit.ts'
import type { ObjectStore } from './object-store.ts'
import type { Node, PersistentVolumeClaim, Pod } from './resources.ts'

/** A claim a pod mounts, and whether its volume hangs on the pod's node. */
export interface PodVolume {
  readonly claim: PersistentVolumeClaim | undefined
  readonly isAttached: boolean
}

/** The name of the attachment of a volume to a node, as CSI derives one from both. */
export const attachmentName = (volumeName: string, nodeName: string): string =>
  `csi-${createHash('sha256').update(`${volumeName}\0${nodeName}`).digest('hex')}`

/** The claims of a pod. */
export const volumesOf = (store: ObjectStore, { spec, metadata }: Pod): readonly PodVolume[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => {
    if (persistentVolumeClaim === undefined) return []
    const claim = store.get('PersistentVolumeClaim', persistentVolumeClaim.claimName, metadata.namespace)
    const volumeName = claim?.spec.volumeName
    const isAttached =
      volumeName !== undefined &&
      store.get('VolumeAttachment', attachmentName(volumeName, spec.nodeName ?? '')) !== undefined
    return [{ claim, isAttached }]
  })

/** Whether the volumes of a pod let it onto a node; a claim that is not there does not. */
export const reachesVolumes = (store: ObjectStore, { spec, metadata }: Pod, node: Node): boolean =>
  (spec.volumes ?? []).every(({ persistentVolumeClaim }) => {
    if (persistentVolumeClaim === undefined) return true
    const claim = store.get('PersistentVolumeClaim', persistentVolumeClaim.claimName, metadata.namespace)
    const required = store.get('PersistentVolume', claim?.spec.volumeName ?? '')?.spec.nodeAffinity?.required
    return claim !== undefined && (required === undefined || meetsTerms(node, required.nodeSelectorTerms))
  })
