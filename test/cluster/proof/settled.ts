import { setTimeout as sleep } from 'node:timers/promises'
import { controllerOf, type KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import type { Node, Pod } from '../../../lib/sandbox/cluster/resources.ts'
import { PATCH, pathOf, type RawApi } from '../../contract/raw-api.ts'
import { isHopeless, isServing, nodePlaces, takes } from './node-places.ts'

/** What controllers have under way comes to its end within this, on a machine that has others to serve. */
const PATIENCE_MS = 300_000

const LOOK_MS = 100

interface Status {
  readonly replicas?: number
  readonly readyReplicas?: number
  readonly observedGeneration?: number
}

/**
 * Waits until the controllers have done all that the specs of a namespace ask for; a pod that fits on no node there is may
 * wait for one. Plays Argo's controller meanwhile, which
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
  const [deployments, statefulSets, rollouts, found] = await Promise.all(['Deployment', 'StatefulSet', 'Rollout', 'Pod'].map((kind) => admin.list(kind, namespace)))
  for (const rollout of rollouts ?? []) await playRollout(admin, namespace, rollout)
  const scaled = [...(deployments ?? []), ...(statefulSets ?? [])]
  const unseen = scaled.find((object) => !isSeen(object))
  if (unseen !== undefined) return `${namespace}/${unseen.metadata.name} asks for ${replicasOf(unseen)}: ${JSON.stringify(unseen.status)}`
  const wanted = scaled.reduce((sum, object) => sum + replicasOf(object), 0)
  const pods = ((found ?? []) as readonly Pod[]).filter((pod) => controllerOf(pod)?.kind !== 'DaemonSet')
  if (pods.length !== wanted) return `${pods.length} pods in ${namespace}, ${wanted} wanted`
  const waiting = pods.filter((pod) => !isServing(pod))
  const busy = waiting.find((pod) => !isHopeless(pod))
  if (busy !== undefined) return `${namespace}/${busy.metadata.name} is on its way: ${JSON.stringify(busy.status)}`
  const counted = scaled.reduce((sum, { status }) => sum + ((status as Status).readyReplicas ?? 0), 0)
  if (counted !== pods.length - waiting.length) return `${counted} pods of ${namespace} are counted as ready, ${pods.length - waiting.length} are`
  return waiting.length === 0 ? undefined : roomFor(admin, waiting)
}

/** Says which of these pods, for which the scheduler found no place, finds one by now: it will look again. */
const roomFor = async (admin: RawApi, waiting: readonly Pod[]): Promise<string | undefined> => {
  const [nodes, pods] = (await Promise.all(['Node', 'Pod'].map((kind) => admin.list(kind)))) as unknown as [readonly Node[], readonly Pod[]]
  const places = nodePlaces(nodes, pods)
  const found = waiting.flatMap((pod) => places.filter((place) => takes(place, pod)).map(({ node }) => `${pod.metadata.name} finds room on ${node.metadata.name}`))
  return found[0]
}

const replicasOf = ({ spec }: KubernetesObject): number => (spec as { readonly replicas?: number }).replicas ?? 1

/** Whether its controller has done what its spec asks for; its pods may have no place yet. */
const isSeen = (object: KubernetesObject): boolean => {
  const { replicas = 0, observedGeneration = 0 } = (object.status ?? {}) as Status
  return observedGeneration >= (object.metadata.generation ?? 0) && replicas === replicasOf(object)
}

const playRollout = async (admin: RawApi, namespace: string, rollout: KubernetesObject): Promise<void> => {
  const { replicas, observedGeneration } = (rollout.status ?? {}) as { readonly replicas?: number; readonly observedGeneration?: string }
  const { name, generation } = rollout.metadata
  if (replicas === replicasOf(rollout) && observedGeneration === `${generation}`) return
  const status = { replicas: replicasOf(rollout), readyReplicas: replicasOf(rollout), observedGeneration: `${generation}` }
  await admin.call('PATCH', `${pathOf('Rollout', namespace, name)}/status`, { status }, PATCH.merge)
}
