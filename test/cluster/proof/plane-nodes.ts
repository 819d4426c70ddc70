import { setTimeout as sleep } from 'node:timers/promises'
import type { SimulatedCloud } from '../../../lib/sandbox/cloud/cloud.ts'
import { controllerOf } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import type { Node, Pod } from '../../../lib/sandbox/cluster/resources.ts'
import { PATCH, pathOf, type RawApi } from '../../contract/raw-api.ts'
import { joinNode } from '../join-node.ts'
import { FINALIZER } from './karpenter-objects.ts'

/** The instances of a simulated cloud as nodes of a plane. */
export interface PlaneNodes {
  /** Waits until those that join or leave at this instant have. */
  settle(): Promise<void>
  /** Instances that ended although pods ran on their nodes that are no DaemonSet's (law 7). */
  offences(): readonly string[]
  /** Takes all of them away. */
  close(): Promise<void>
}

/** The API server lets the scheduler have a node once it is Ready; kwok makes it so. */
const NOT_READY = 'node.kubernetes.io/not-ready'

const PATIENCE_MS = 300_000

const LOOK_MS = 100

/**
 * What kubelets and the cloud's controllers do for the instances of a cloud: each registers its node, and takes it along
 * when it ends, with the pods that were on it, as the garbage collector of pods does within a minute.
 */
export const planeNodes = (admin: RawApi, cloud: SimulatedCloud, stir: () => void): PlaneNodes => {
  let work: Promise<void> = Promise.resolve()
  const offences: string[] = []
  const names = new Map<string, string>()
  const then = (next: () => Promise<void>): void => {
    stir()
    work = inTurn(work, next)
    // It is told where somebody waits for it.
    work.catch(() => {})
  }
  const leave = async (instanceId: string): Promise<void> => {
    const name = names.get(instanceId)
    if (name === undefined || !names.delete(instanceId)) return
    await admin.call('PATCH', pathOf('Node', undefined, name), { metadata: { finalizers: null } }, PATCH.merge)
    await admin.call('DELETE', pathOf('Node', undefined, name))
    const left = await podsOn(admin, name)
    const carried = left.filter((pod) => controllerOf(pod)?.kind !== 'DaemonSet').map((pod) => pod.metadata.name)
    if (carried.length > 0) offences.push(`${instanceId} ended under ${carried.join(', ')}`)
    await Promise.all(left.map(({ metadata }) => admin.call('DELETE', pathOf('Pod', metadata.namespace, metadata.name), { gracePeriodSeconds: 0 })))
  }
  cloud.onNode({
    joined: (_, node) => then(async () => {
      names.set(node.instanceId, node.name)
      await joinNode(admin, node, node.nodegroup === undefined ? [FINALIZER] : [])
      for (const deadline = Date.now() + PATIENCE_MS; !isUp((await admin.get('Node', node.name)) as Node); await sleep(LOOK_MS)) {
        if (Date.now() > deadline) throw new Error(`node ${node.name} is not Ready after ${PATIENCE_MS / 1000} s: kwok plays it no more?`)
      }
    }),
    gone: (_, instanceId) => then(() => leave(instanceId)),
  })
  return {
    settle: () => work,
    offences: () => offences,
    close: async () => {
      await work.catch(() => {})
      for (const instanceId of names.keys()) await leave(instanceId)
    },
  }
}

const inTurn = async (before: Promise<void>, next: () => Promise<void>): Promise<void> => {
  await before
  await next()
}

const isUp = ({ spec, status }: Node): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true && spec?.taints?.some(({ key }) => key === NOT_READY) !== true

const podsOn = async (admin: RawApi, node: string): Promise<readonly Pod[]> => ((await admin.list('Pod')) as readonly Pod[]).filter(({ spec }) => spec.nodeName === node)
