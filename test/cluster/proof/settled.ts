import { setTimeout as sleep } from 'node:timers/promises'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { PATCH, pathOf, type RawApi } from '../../contract/raw-api.ts'

/** What controllers have under way comes to its end within this, on a machine that has others to serve. */
const PATIENCE_MS = 120_000

const LOOK_MS = 100

interface Status {
  readonly replicas?: number
  readonly readyReplicas?: number
  readonly observedGeneration?: number
}

/**
 * Waits until the controllers have done all that the specs of a namespace ask for. Plays Argo's controller meanwhile, which
 * is not there: a Rollout has at once what it asks for. Throws an Error that names what does not come about.
 */
export const settled = async (admin: RawApi, namespace: string): Promise<void> => {
  for (const deadline = Date.now() + PATIENCE_MS; ;) {
    const waits = await underWay(admin, namespace)
    if (waits === undefined) return
    if (Date.now() > deadline) throw new Error(`not at rest after ${PATIENCE_MS / 1000} s: ${waits}`)
    await sleep(LOOK_MS)
  }
}

const underWay = async (admin: RawApi, namespace: string): Promise<string | undefined> => {
  const [deployments, statefulSets, rollouts, pods] = await Promise.all(['Deployment', 'StatefulSet', 'Rollout', 'Pod'].map((kind) => admin.list(kind, namespace)))
  for (const rollout of rollouts ?? []) await playRollout(admin, namespace, rollout)
  const scaled = [...(deployments ?? []), ...(statefulSets ?? [])]
  const busy = scaled.find((object) => !isAtRest(object))
  if (busy !== undefined) return `${namespace}/${busy.metadata.name} asks for ${replicasOf(busy)}: ${JSON.stringify(busy.status)}`
  const wanted = scaled.reduce((sum, object) => sum + replicasOf(object), 0)
  return pods?.length === wanted ? undefined : `${pods?.length} pods in ${namespace}, ${wanted} wanted`
}

const replicasOf = ({ spec }: KubernetesObject): number => (spec as { readonly replicas?: number }).replicas ?? 1

const isAtRest = (object: KubernetesObject): boolean => {
  const { replicas = 0, readyReplicas = 0, observedGeneration = 0 } = (object.status ?? {}) as Status
  return observedGeneration >= (object.metadata.generation ?? 0) && replicas === replicasOf(object) && readyReplicas === replicasOf(object)
}

const playRollout = async (admin: RawApi, namespace: string, rollout: KubernetesObject): Promise<void> => {
  const { replicas, observedGeneration } = (rollout.status ?? {}) as { readonly replicas?: number; readonly observedGeneration?: string }
  const { name, generation } = rollout.metadata
  if (replicas === replicasOf(rollout) && observedGeneration === `${generation}`) return
  const status = { replicas: replicasOf(rollout), readyReplicas: replicasOf(rollout), observedGeneration: `${generation}` }
  await admin.call('PATCH', `${pathOf('Rollout', namespace, name)}/status`, { status }, PATCH.merge)
}
