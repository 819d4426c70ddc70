import { onTestFinished } from 'vitest'
import { clusterApi } from '../../../lib/adapters/kubernetes/cluster-api.ts'
import { kubernetesContainers } from '../../../lib/adapters/kubernetes/kubernetes-containers.ts'
import { kubernetesNodes } from '../../../lib/adapters/kubernetes/kubernetes-nodes.ts'
import { kubernetesWorkloads } from '../../../lib/adapters/kubernetes/kubernetes-workloads.ts'
import type { Containers, Nodes, Workloads } from '../../../lib/ports.ts'
import type { ClusterOptions } from '../../../lib/sandbox/cluster/create-cluster.ts'
import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
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

/** The rights of infra/rbac.yaml for the group of every user, less those left out. */
export const rightsWithout = (...without: readonly string[]): readonly KubernetesObject[] => {
  const rule = (apiGroup: string, resource: string) => ({ apiGroups: [apiGroup], resources: [resource], verbs: ['list', 'patch'].filter((verb) => !without.includes(`${verb} ${resource}`)) })
  const rules = [rule('', 'nodes'), rule('', 'pods'), rule('', 'namespaces'), rule('apps', 'deployments'), rule('apps', 'statefulsets'), rule('batch', 'cronjobs')]
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'catnap' }
  return [
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'catnap' }, rules },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'catnap' }, roleRef, subjects: [{ kind: 'Group', name: 'dev' }] },
  ]
}
