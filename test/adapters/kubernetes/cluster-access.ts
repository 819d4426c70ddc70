import { onTestFinished } from 'vitest'
import { clusterApi } from '../../../lib/adapters/kubernetes/cluster-api.ts'
import { kubernetesContainers } from '../../../lib/adapters/kubernetes/kubernetes-containers.ts'
import { kubernetesNodes } from '../../../lib/adapters/kubernetes/kubernetes-nodes.ts'
import { kubernetesWorkloads } from '../../../lib/adapters/kubernetes/kubernetes-workloads.ts'
import { clusterWideRoles } from '../../../lib/domain/rights/cluster-roles.ts'
import { ANY_GRANT } from '../../../lib/domain/rights/grant.ts'
import { RIGHTS } from '../../../lib/domain/rights/rights.ts'
import type { Containers, Nodes, Workloads } from '../../../lib/ports.ts'
import type { ClusterOptions } from '../../../lib/sandbox/cluster/create-cluster.ts'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { withoutAccess } from '../../contract/wire-access.ts'
import { startCluster, type TestCluster } from '../../sandbox/cluster/start-cluster.ts'

export interface AccessedCluster extends TestCluster {
  readonly workloads: Workloads
  readonly nodes: Nodes
  readonly containers: Containers
  /** The object as the cluster has it now. */
  object(kind: 'Deployment' | 'StatefulSet' | 'CronJob' | 'Node', name: string): KubernetesObject
}

const API_VERSIONS = { Deployment: 'apps/v1', StatefulSet: 'apps/v1', CronJob: 'batch/v1', Node: 'v1' } as const

/** A simulated cluster and the adapters that reach it with a token. */
export const accessedCluster = async (options: Partial<ClusterOptions> = {}, token = 'admin'): Promise<AccessedCluster> => {
  const started = await startCluster(options)
  const api = clusterApi({ name: 'test', url: started.cluster.url, token: async () => token })
  onTestFinished(() => api.close())
  return {
    ...started,
    workloads: kubernetesWorkloads(api),
    nodes: kubernetesNodes(api),
    containers: kubernetesContainers(api),
    object: (kind, name) => {
      const found = started.cluster.list(API_VERSIONS[kind], kind).find(({ metadata }) => metadata.name === name)
      if (found === undefined) throw new Error(`no ${kind} ${name} in the cluster`)
      return found
    },
  }
}

/** What `catnap rbac` gives, for the group of every user, less the accesses left out: `patch deployments.apps`. */
export const rightsWithout = (...without: readonly string[]): readonly KubernetesObject[] => {
  const rights = without.reduce(withoutAccess, RIGHTS)
  return clusterWideRoles({ ...ANY_GRANT, rights }).map((manifest) => (manifest.kind === 'ClusterRole' ? manifest : { ...manifest, subjects: [{ kind: 'Group', name: 'dev' }] }))
}
