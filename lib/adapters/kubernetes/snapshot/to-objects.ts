import { ANNOTATIONS } from '../../../domain/drain/annotations.ts'
import type { Budget, Percentage } from '../../../domain/drain/budget.ts'
import type { Claim, Labels, OwnerReference, SeenNode, SeenPod, Volume } from '../../../domain/drain/snapshot.ts'
import type { Instant } from '../../../domain/time.ts'
import type { Field } from './field.ts'
import { toNeeds, toNodeTerms } from './to-needs.ts'
import { toAllocatable } from './to-requests.ts'
import { toSelector } from './to-selector.ts'

const KNOWN = new Set<string>(Object.values(ANNOTATIONS))

/** Those the rules look at: others may be large, as what was last applied is. */
const toAnnotations = (metadata: Field): Labels =>
  Object.fromEntries(Object.entries(metadata.get('annotations').labels()).filter(([key]) => KNOWN.has(key)))

/** The API group of an object or a reference, without its version; empty for the core. */
export const groupOf = (field: Field): string => {
  const [group = '', version] = (field.get('apiVersion').text() ?? '').split('/')
  return version === undefined ? '' : group
}

const isReady = (status: Field): boolean =>
  status.get('conditions').items()
    .some((condition) => condition.get('type').text() === 'Ready' && condition.get('status').text() === 'True')

/** One Node. */
export const toNode = (item: Field): SeenNode => {
  const metadata = item.get('metadata')
  const spec = item.get('spec')
  return {
    name: metadata.get('name').name(),
    labels: metadata.get('labels').labels(),
    annotations: toAnnotations(metadata),
    taints: spec.get('taints').items().map((taint) => ({
      key: taint.get('key').name(),
      value: taint.get('value').text() ?? '',
      effect: taint.get('effect').name(),
    })),
    cordoned: spec.get('unschedulable').flag(),
    ready: isReady(item.get('status')),
    terminating: metadata.get('deletionTimestamp').instant() !== undefined,
    createdAt: metadata.get('creationTimestamp').instant() ?? (0 as Instant),
    ...toAllocatable(item.get('status')),
  }
}

const toOwner = (field: Field): OwnerReference => ({
  group: groupOf(field),
  kind: field.get('kind').name(),
  name: field.get('name').name(),
  uid: field.get('uid').text() ?? '',
  controller: field.get('controller').flag(),
})

/** The namespace of an object. */
export const namespaceOf = (metadata: Field): string => metadata.get('namespace').text() || 'default'

/** A volume that lies on the disk of its node. */
const isOnDisk = (volume: Field): boolean => {
  if (volume.get('hostPath').object() !== undefined) return true
  const emptyDir = volume.get('emptyDir')
  const medium = emptyDir.object() === undefined ? 'Memory' : (emptyDir.get('medium').text() ?? '')
  return medium !== 'Memory' && !medium.startsWith('HugePages')
}

/** The claim behind a volume; one of a generic ephemeral volume is named after the pod and the volume. */
const claimOf = (volume: Field, podName: string): readonly string[] => {
  const claim = volume.get('persistentVolumeClaim')
  if (claim.object() !== undefined) return [claim.get('claimName').name()]
  return volume.get('ephemeral').object() === undefined ? [] : [`${podName}-${volume.get('name').name()}`]
}

/** One Pod. */
export const toPod = (item: Field): SeenPod => {
  const metadata = item.get('metadata')
  const spec = item.get('spec')
  const status = item.get('status')
  const name = metadata.get('name').name()
  const labels = metadata.get('labels').labels()
  const volumes = spec.get('volumes').items()
  const node = spec.get('nodeName').text() || undefined
  return {
    namespace: namespaceOf(metadata),
    name,
    uid: metadata.get('uid').text() ?? '',
    node,
    labels,
    annotations: toAnnotations(metadata),
    owners: metadata.get('ownerReferences').items().map(toOwner),
    phase: status.get('phase').text() ?? 'Unknown',
    ready: isReady(status),
    startedAt: status.get('startTime').instant(),
    waitsSince: node === undefined ? metadata.get('creationTimestamp').instant() : undefined,
    deletionAt: metadata.get('deletionTimestamp').instant(),
    localVolumes: volumes.filter(isOnDisk).map((volume) => volume.get('name').name()),
    claims: volumes.flatMap((volume) => claimOf(volume, name)),
    needs: toNeeds(spec, labels),
  }
}

/** An IntOrString. */
const toShare = (field: Field): number | Percentage | undefined => {
  if (typeof field.value !== 'string') return field.whole()
  const [, percent] = /^(\d+)%$/.exec(field.value) ?? []
  return percent === undefined ? field.refuse('a whole number, or a percentage such as 50%') : { percent: Number(percent) }
}

/** One PodDisruptionBudget. Before policy/v1 an empty selector selected nothing. */
export const toBudget = (item: Field): Budget => {
  const metadata = item.get('metadata')
  const spec = item.get('spec')
  const status = item.get('status')
  const selector = toSelector(spec.get('selector'))
  const isOld = item.get('apiVersion').text() === 'policy/v1beta1'
  return {
    namespace: namespaceOf(metadata),
    name: metadata.get('name').name(),
    selector: isOld && selector?.length === 0 ? undefined : selector,
    minAvailable: toShare(spec.get('minAvailable')),
    maxUnavailable: toShare(spec.get('maxUnavailable')),
    letsUnreadyGo: spec.get('unhealthyPodEvictionPolicy').text() === 'AlwaysAllow',
    generation: metadata.get('generation').whole() ?? 0,
    observedGeneration: status.get('observedGeneration').whole() ?? 0,
    disruptionsAllowed: status.get('disruptionsAllowed').whole() ?? 0,
    currentHealthy: status.get('currentHealthy').whole() ?? 0,
    desiredHealthy: status.get('desiredHealthy').whole() ?? 0,
    expectedPods: status.get('expectedPods').whole(),
  }
}

/** One PersistentVolumeClaim. */
export const toClaim = (item: Field): Claim => ({ volume: item.get('spec').get('volumeName').text() || undefined })

const GA_KEYS: Readonly<Record<string, string>> = {
  'topology.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region': 'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
}

/** One PersistentVolume. A zone label may name several zones, with `__` between them (VolumeZone filter). */
export const toVolume = (item: Field): Volume => ({
  nodeTerms: toNodeTerms(item.get('spec').get('nodeAffinity').get('required')),
  topology: Object.entries(item.get('metadata').get('labels').labels()).flatMap(([label, value]) => {
    const key = GA_KEYS[label]
    return key === undefined ? [] : [{ key, operator: 'In', values: value.split('__') }]
  }),
})
