import type { PodNeeds, Workload } from './workload.ts'

/** The zones in which the volume of a claim can be reached, by the claim's `namespace/name`; a claim that is not there may be anywhere. */
export type VolumeZones = ReadonlyMap<string, readonly string[]>

/** A pod with the zones its volumes leave it: those in which all of them can be reached. A claim without a volume ties it to none. */
export const inItsZones = <P extends PodNeeds>(pod: P, namespace: string, zones: VolumeZones): P => {
  const tied = (pod.claims ?? []).flatMap((claim) => {
    const where = zones.get(`${namespace}/${claim}`)
    return where === undefined ? [] : [where]
  })
  const [first, ...others] = tied
  return first === undefined ? pod : { ...pod, zones: first.filter((zone) => others.every((each) => each.includes(zone))) }
}

/** The pods a workload has with ordinals from one number to below another, each with its own claims. Without claim templates they are alike. */
export const podsOfReplicas = ({ pod, name, claimTemplates }: Workload, from: number, to: number): readonly PodNeeds[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => {
    if (claimTemplates === undefined) return pod
    const ordinal = claimTemplates.firstOrdinal + from + index
    return { ...pod, claims: [...(pod.claims ?? []), ...claimTemplates.names.map((template) => `${template}-${name}-${ordinal}`)] }
  })
