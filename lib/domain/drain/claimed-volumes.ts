import type { SeenPod, Snapshot, Volume } from './snapshot.ts'

/** The volumes behind a pod's claims, or what is not known of them. */
export interface ClaimedVolumes {
  readonly volumes: readonly Volume[]
  /** A claim that is not there, or whose volume is not. */
  readonly unknown: string | undefined
  /** A claim that waits for a volume: it will be made where the pod goes. */
  readonly unbound: string | undefined
}

const NONE: ClaimedVolumes = { volumes: [], unknown: undefined, unbound: undefined }

/** Looks the volumes behind a pod's claims up. */
export const claimedVolumes = ({ claims, volumes }: Pick<Snapshot, 'claims' | 'volumes'>, pod: SeenPod): ClaimedVolumes => {
  let found = NONE
  for (const name of pod.claims) {
    const claim = claims.get(`${pod.namespace}/${name}`)
    if (claim === undefined) return { ...found, unknown: `its claim ${name} is unknown` }
    if (claim.volume === undefined) {
      found = { ...found, unbound: `its claim ${name} has no volume` }
      continue
    }
    const volume = volumes.get(claim.volume)
    if (volume === undefined) return { ...found, unknown: `the volume ${claim.volume} of its claim ${name} is unknown` }
    found = { ...found, volumes: [...found.volumes, volume] }
  }
  return found
}
