import type { ClusterContext, Controller } from '../context.ts'
import { createObject } from '../create-object.ts'
import { type KubernetesObject, keyOf } from '../kubernetes-object.ts'
import { isFinished } from '../pod-state.ts'
import type { PersistentVolumeClaim, Pod, VolumeAttachment } from '../resources.ts'
import { attachmentName, volumesOf } from '../volumes.ts'
import { keyedController, splitKey } from './keyed-controller.ts'

const zoneLabel = 'topology.kubernetes.io/zone'
const detachSeconds = [3, 10] as const
// A volume left attached to a node that is gone is taken by force after six minutes, as Kubernetes does.
const forceDetachSeconds = 360

const mounts = (object: KubernetesObject): boolean =>
  (object as Pod).spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined) === true

/**
 * The EBS driver: a claim is bound in the zone of its first pod's node, the volume attached to that node, and detached
 * a few seconds after the last pod there is gone.
 */
export const volumeController = (context: ClusterContext): Controller => {
  const { store, timeline, dice } = context
  const detaching = new Set<string>()

  const provision = (claim: PersistentVolumeClaim, nodeName: string): string => {
    const volumeName = claim.spec.volumeName ?? `pvc-${claim.metadata.uid}`
    if (claim.spec.volumeName !== undefined) return volumeName
    const zone = store.get('Node', nodeName)?.metadata.labels?.[zoneLabel] ?? ''
    const { name, namespace, uid } = claim.metadata
    createObject(store, {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volumeName },
      spec: {
        capacity: claim.spec.resources?.requests,
        accessModes: claim.spec.accessModes,
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
        csi: { driver: 'ebs.csi.aws.com', volumeHandle: `vol-${(uid ?? '').replaceAll('-', '').slice(0, 17)}` },
        nodeAffinity: {
          required: { nodeSelectorTerms: [{ matchExpressions: [{ key: zoneLabel, operator: 'In', values: [zone] }] }] },
        },
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: claim.spec.storageClassName,
      },
    })
    store.update(claim, { ...claim, spec: { ...claim.spec, volumeName }, status: { ...claim.status, phase: 'Bound' } })
    return volumeName
  }

  const attachmentsOf = (volumeName: string): readonly VolumeAttachment[] =>
    store.list('VolumeAttachment').filter(({ spec }) => spec.source.persistentVolumeName === volumeName)

  const attach = (volumeName: string, nodeName: string): void => {
    // An EBS volume hangs on one node at a time: the pod waits until the other lets go.
    if (attachmentsOf(volumeName).length > 0) return
    const attachment = createObject(store, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name: attachmentName(volumeName, nodeName) },
      spec: { attacher: 'ebs.csi.aws.com', nodeName, source: { persistentVolumeName: volumeName } },
    })
    store.update(attachment, { ...attachment, status: { attached: true } }, 'status')
  }

  const isUsed = (volumeName: string, nodeName: string): boolean =>
    store
      .podsOn(nodeName)
      .filter((pod) => !isFinished(pod))
      .some((pod) => volumesOf(store, pod).some(({ claim }) => claim?.spec.volumeName === volumeName))

  const detach = (attachment: VolumeAttachment): void => {
    const { name } = attachment.metadata
    const { nodeName, source } = attachment.spec
    if (detaching.has(name) || isUsed(source.persistentVolumeName ?? '', nodeName)) return
    detaching.add(name)
    const isNodeThere = store.get('Node', nodeName) !== undefined
    const [low, high] = detachSeconds
    timeline.after(isNodeThere ? dice(low, high, 'detach', context.name, name) : forceDetachSeconds, () => {
      detaching.delete(name)
      const still = store.get('VolumeAttachment', name)
      if (still !== undefined && !isUsed(source.persistentVolumeName ?? '', nodeName)) store.remove(still)
    })
  }

  const attachFor = (pod: Pod): void => {
    const { nodeName } = pod.spec
    if (nodeName === undefined || isFinished(pod) || pod.metadata.deletionTimestamp !== undefined) return
    for (const { claim } of volumesOf(store, pod)) if (claim !== undefined) attach(provision(claim, nodeName), nodeName)
  }

  const sync = (key: string): void => {
    const { namespace, name } = splitKey(key)
    const pod = store.get('Pod', name, namespace)
    if (pod !== undefined) attachFor(pod)
    for (const attachment of store.list('VolumeAttachment')) detach(attachment)
  }

  const waitingFor = (volumeName: string | undefined): readonly string[] =>
    store
      .list('PersistentVolumeClaim')
      .filter(({ spec }) => spec.volumeName === volumeName)
      .flatMap(({ metadata }) => store.list('Pod', metadata.namespace ?? ''))
      .filter((pod) => volumesOf(store, pod).some(({ claim }) => claim?.spec.volumeName === volumeName))
      .map((pod) => keyOf(pod))

  const controller = keyedController({
    context,
    sync,
    keys: ({ type, object, previous }) => {
      if (object.kind === 'VolumeAttachment' && type === 'DELETED') {
        return waitingFor((object as VolumeAttachment).spec.source.persistentVolumeName)
      }
      if (object.kind !== 'Pod' || !mounts(object)) return []
      const isBound = (object as Pod).spec.nodeName !== (previous as Pod | undefined)?.spec.nodeName
      return isBound || type === 'DELETED' || isFinished(object as Pod) ? [keyOf(object)] : []
    },
  })
  return {
    observe: (change) => {
      controller.observe(change)
      if (change.type !== 'DELETED' || change.object.kind !== 'PersistentVolumeClaim') return
      const volume = store.get('PersistentVolume', (change.object as PersistentVolumeClaim).spec.volumeName ?? '')
      if (volume !== undefined) timeline.after(detachSeconds[0], () => store.remove(volume))
    },
    close: () => controller.close(),
  }
}
