import { clusterApi } from '../../lib/adapters/kubernetes/cluster-api.ts'
import { kubernetesIngresses } from '../../lib/adapters/kubernetes/kubernetes-ingresses.ts'
import { kubernetesNodes } from '../../lib/adapters/kubernetes/kubernetes-nodes.ts'
import { kubernetesWorkloads } from '../../lib/adapters/kubernetes/kubernetes-workloads.ts'
import type { Ingresses, Nodes, Workloads } from '../../lib/ports.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { nodeOf } from '../sandbox/cluster/manifests-of.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import { serveCustomKinds } from './custom-kinds.ts'
import { type MeddlingProxy, startMeddlingProxy } from './meddling-proxy.ts'
import { type RawApi, rawApi } from './raw-api.ts'

/** How much of the contract is tried. */
export interface ContractOptions {
  /** At which of the four patches one way (Deployments web and cart, StatefulSet, CronJob) the connection is cut. */
  readonly cutPatches: readonly (1 | 2 | 3 | 4)[]
  readonly cuts: readonly Cut[]
}

/** How a connection dies at a patch. `for good`: so do all that follow, until the worker has given up. */
export type Cut = 'cut before' | 'cut after' | 'cut before for good' | 'cut after for good'

/** A cluster under test with everybody who asks something of it. */
export interface ContractWorld {
  readonly cluster: ClusterUnderTest
  readonly admin: RawApi
  readonly catnap: RawApi
  readonly guest: RawApi
  /** The adapters, with the rights `catnap rbac` gives, behind a proxy. */
  readonly workloads: Workloads
  readonly nodes: Nodes
  readonly ingresses: Ingresses
  readonly proxy: MeddlingProxy
  /** A name nobody has had yet. */
  name(stem: string): string
  /** A new namespace; its name. */
  namespace(labels?: Readonly<Record<string, string>>): Promise<string>
  /** Makes objects in a namespace, whatever namespace they name. */
  create(namespace: string, objects: readonly KubernetesObject[]): Promise<readonly KubernetesObject[]>
  /** Lets time pass until so many pods of a namespace are ready and no others are there. */
  untilReady(namespace: string, pods: number): Promise<void>
  close(): Promise<void>
}

/** Objects made at once. */
const AT_ONCE = 12

let serial = 0

/** Gives the cluster three nodes for pods to run on, and opens it. */
export const contractWorld = async (cluster: ClusterUnderTest): Promise<ContractWorld> => {
  const admin = rawApi(cluster, cluster.tokens.admin)
  const others = [rawApi(cluster, cluster.tokens.catnap), rawApi(cluster, cluster.tokens.guest)] as const
  const proxy = await startMeddlingProxy(cluster)
  const api = clusterApi({ name: 'test', url: proxy.url, token: async () => cluster.tokens.catnap })
  const run = Date.now().toString(36)
  const name = (stem: string): string => `${stem}-${run}-${(serial += 1)}`

  await serveCustomKinds(cluster, admin)
  for (const zone of ['us-east-1a', 'us-east-1b', 'us-east-1c']) {
    const node = name('room')
    await cluster.joinNode(nodeOf(node, { instanceId: `i-${node}`, zone, nodegroup: 'workers', cpuMilli: 32_000, memoryMiB: 65_536, pods: 200 }))
  }
  const namespace: ContractWorld['namespace'] = async (labels = {}) => {
    const own = name('shop')
    await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: own, labels } })
    return own
  }
  const create: ContractWorld['create'] = async (own, objects) => {
    const made: KubernetesObject[] = []
    for (let from = 0; from < objects.length; from += AT_ONCE) {
      const batch = objects.slice(from, from + AT_ONCE)
      made.push(...(await Promise.all(batch.map((object) => admin.create({ ...object, metadata: { ...object.metadata, namespace: own } })))))
    }
    return made
  }
  return {
    cluster, admin, catnap: others[0], guest: others[1], proxy, name, namespace, create,
    workloads: kubernetesWorkloads(api),
    nodes: kubernetesNodes(api),
    ingresses: kubernetesIngresses(api),
    untilReady: (own, pods) => cluster.until(`${pods} pods of ${own} are ready`, async () => {
      const found = await admin.list('Pod', own)
      return found.length === pods && found.every((pod) => isReady(pod))
    }),
    close: async () => {
      await Promise.all([api.close(), proxy.close(), admin.close(), ...others.map((other) => other.close())])
    },
  }
}

interface PodStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
}

const isReady = ({ status }: KubernetesObject): boolean =>
  (status as PodStatus | undefined)?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false
