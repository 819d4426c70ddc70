import type { V1NodeSelectorTerm, V1PersistentVolume } from '@kubernetes/client-node'
import type { VolumeZones } from '../../domain/volume-zones.ts'
import { type ClusterApi, listAll } from './cluster-api.ts'

/** By these a volume says in which zone it is: the label of nodes, the one before it, and the one of older EBS drivers. */
const ZONE_KEYS: ReadonlySet<string> = new Set(['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone', 'topology.ebs.csi.aws.com/zone'])

/**
 * The zones of volumes that are bound to claims of these namespaces, in one list: a volume names its claim. One that waits
 * for its first pod (`WaitForFirstConsumer`) is not there yet and ties it to no zone.
 */
export const volumeZones = async (api: ClusterApi, namespaces: ReadonlySet<string>): Promise<VolumeZones> => {
  const volumes = await listAll('persistentvolumes', (page) => api.core.listPersistentVolume(page))
  return new Map(volumes.flatMap((volume) => {
    const { namespace = '', name = '' } = volume.spec?.claimRef ?? {}
    const zones = namespaces.has(namespace) ? zonesOf(volume) : undefined
    return zones === undefined ? [] : [[`${namespace}/${name}`, zones] as const]
  }))
}

/** One of the terms must hold, of a term all. Undefined: a term names no zone, so that it is reached from any. */
const zonesOf = ({ spec }: V1PersistentVolume): readonly string[] | undefined => {
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []
  const zones = terms.map(zonesOfTerm)
  return terms.length === 0 || zones.includes(undefined) ? undefined : [...new Set(zones.flatMap((each) => each ?? []))]
}

const zonesOfTerm = ({ matchExpressions = [] }: V1NodeSelectorTerm): readonly string[] | undefined =>
  matchExpressions.find(({ key, operator }) => ZONE_KEYS.has(key) && operator === 'In')?.values
