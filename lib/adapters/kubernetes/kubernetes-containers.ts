import type { V1Pod } from '@kubernetes/client-node'
import pMap from 'p-map'
import type { Node } from '../../domain/node.ts'
import type { Containers, SeenContainer } from '../../ports.ts'
import type { ClusterApi } from './cluster-api.ts'
import { type Fields, fieldsIn, textIn } from './json-fields.ts'
import { optionalKind } from './optional-kind.ts'
import { listPodMetrics } from './pod-metrics.ts'
import { podsOfWorkloads } from './pods-of-workloads.ts'
import { seenContainers, type Surroundings } from './seen-containers.ts'
import { readSteering, VPAS } from './steering-objects.ts'
import { listTemplates } from './workload-templates.ts'

/** Namespaces looked at at once. */
const AT_ONCE = 4

/** TargetGroupBindings of the AWS Load Balancer Controller, which a cluster need not have. */
const BINDINGS = { group: 'elbv2.k8s.aws', version: 'v1beta1', plural: 'targetgroupbindings' } as const

/**
 * The containers of one cluster. A look asks two lists of the cluster (HPAs, and VPAs where it knows them) and five of each
 * namespace (Deployments, StatefulSets, CronJobs, pods, metrics), Jobs too where one runs; target groups are one list. Each
 * page has 500 objects. Kinds a cluster turned out not to have are not asked for again while this lives.
 */
export const kubernetesContainers = (api: ClusterApi): Containers => {
  const listVpas = optionalKind(api, VPAS)
  const listBindings = optionalKind(api, BINDINGS)
  return {
    look: async (namespaces, nodes) => {
      if (namespaces.length === 0) return []
      const cluster = { steering: await readSteering(api, listVpas), instanceTypes: typesByNode(nodes) }
      return (await pMap(namespaces, (namespace) => lookAt(api, namespace, cluster), { concurrency: AT_ONCE })).flat()
    },
    targetGroups: async (namespaces) => {
      const bindings = namespaces.length === 0 ? [] : await listBindings()
      const byNamespace = Map.groupBy(bindings, ({ metadata }) => textIn(fieldsIn(metadata)['namespace']))
      return new Map(namespaces.map((namespace) => [namespace, (byNamespace.get(namespace) ?? []).map(arnIn)]))
    },
  }
}

const lookAt = async (api: ClusterApi, namespace: string, cluster: Omit<Surroundings, 'metrics'>): Promise<readonly SeenContainer[]> => {
  const [templates, pods, metrics] = await Promise.all([listTemplates(api, namespace), podsOfWorkloads(api, namespace), listPodMetrics(api, namespace)])
  return templates.flatMap((template) => seenContainers(template, pods.get(template.key) ?? noPods, { ...cluster, metrics }))
}

const arnIn = ({ spec }: Fields): string => textIn(fieldsIn(spec)['targetGroupARN']) ?? ''

const noPods: readonly V1Pod[] = []

const typesByNode = (nodes: readonly Node[]): ReadonlyMap<string, string> =>
  new Map(nodes.flatMap(({ name, instanceType }) => (instanceType === '' ? [] : [[name, instanceType] as const])))
