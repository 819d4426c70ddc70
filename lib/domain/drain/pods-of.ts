import type { Pod } from '../node.ts'
import type { Requests } from '../requests.ts'
import { ANNOTATIONS } from './annotations.ts'
import { controllerOf, type Needs, type Snapshot } from './snapshot.ts'

/** The pods of a snapshot as the rest of the domain knows them, so that a cluster's pods are listed once. */
export const podsOf = ({ pods }: Snapshot): readonly Pod[] => {
  const requests = new Map<Needs, Requests>()
  const requestsOf = (needs: Needs): Requests => {
    const { cpuMilli, memoryBytes } = needs.requests
    const known = requests.get(needs) ?? { cpuMilli, memoryMiB: memoryBytes / 2 ** 20 }
    requests.set(needs, known)
    return known
  }
  return pods.map((pod): Pod => {
    const { namespace, name, uid, node, waitsSince, phase, ready, needs } = pod
    const owner = controllerOf(pod)
    return {
      namespace, name, uid, phase, ready,
      requests: requestsOf(needs),
      nodeSelector: needs.nodeSelector,
      tolerations: needs.tolerations,
      terminating: pod.deletionAt !== undefined,
      mirror: pod.annotations[ANNOTATIONS.mirror] !== undefined || owner?.kind === 'Node',
      ...(node === undefined ? {} : { node }),
      ...(waitsSince === undefined ? {} : { waitsSince }),
      ...(owner === undefined ? {} : { owner }),
    }
  })
}
