import type { V1Pod } from '@kubernetes/client-node'
import pMap from 'p-map'
import type { Node } from '../../domain/node.ts'
import type { Containers, SeenNamespaces } from '../../ports.ts'
import { type ClusterApi, listAll } from './cluster-api.ts'
import { type Fields, fieldsIn, textIn } from './json-fields.ts'
import { namespaceDoings } from './namespace-doings.ts'
import { listPodMetrics, type PodMetrics } from './pod-metrics.ts'
import { podsOfWorkloads } from './pods-of-workloads.ts'
import { seenContainers, type Surroundings } from './seen-containers.ts'
import { servedKinds } from './served-kinds.ts'
import { readSteering, VPAS } from './steering-objects.ts'
import { listTemplates } from './workload-templates.ts'

/** Namespaces looked at at once. */
const AT_ONCE = 4

/** TargetGroupBindings of the AWS Load Balancer Controller, which a cluster need not have. */
const BINDINGS = { group: 'elbv2.k8s.aws', version: 'v1beta1', plural: 'targetgroupbindings', isOptional: true } as const

/**
 * The containers of one cluster. A look asks two lists of the cluster (HPAs, and VPAs where it knows them) and six of each
 * namespace (Deployments, StatefulSets, CronJobs, Jobs, pods, metrics); target groups are one list. Each page has 500
 * objects. Kinds a cluster turned out not to have are not asked for again while this lives.
 */
export const kubernetesContainers = (api: ClusterApi): Containers => {
  const list = servedKinds(api)
  return {
    look: async (namespaces, nodes) => {
      if (namespaces.length === 0) return { containers: [], doings: new Map() }
      const cluster = { steering: await readSteering(api, () => list(VPAS)), instanceTypes: typesByNode(nodes) }
      const parts = await pMap(namespaces, (namespace) => lookAt(api, namespace, cluster), { concurrency: AT_ONCE })
      const unmeasured = parts.find((part) => part.unmeasured !== undefined)?.unmeasured
      return {
        containers: parts.flatMap(({ containers }) => containers),
        doings: new Map(parts.flatMap(({ doings }) => [...doings])),
        ...(unmeasured === undefined ? {} : { unmeasured }),
      }
    },
    targetGroups: async (namespaces) => {
      const bindings = namespaces.length === 0 ? [] : await list(BINDINGS)
      const byNamespace = Map.groupBy(bindings, ({ metadata }) => textIn(fieldsIn(metadata)['namespace']))
      return new Map(namespaces.map((namespace) => [namespace, (byNamespace.get(namespace) ?? []).map(arnIn)]))
    },
  }
}

const lookAt = async (api: ClusterApi, namespace: string, cluster: Omit<Surroundings, 'metrics'>): Promise<SeenNamespaces> => {
  const [templates, pods, jobs, metrics] = await Promise.all([
    listTemplates(api, namespace),
    listAll(`pods in ${namespace}`, (page) => api.core.listNamespacedPod({ namespace, ...page })),
    listAll(`jobs in ${namespace}`, (page) => api.batch.listNamespacedJob({ namespace, ...page })),
    measured(api, namespace),
  ])
  const doings = new Map([[namespace, namespaceDoings({ templates, pods, jobs, metrics })]])
  if ('problem' in metrics) return { containers: [], doings, unmeasured: metrics.problem }
  const podsOf = podsOfWorkloads(pods, jobs)
  return { containers: templates.flatMap((template) => seenContainers(template, podsOf.get(template.key) ?? noPods, { ...cluster, metrics })), doings }
}

/** Without metrics there is still to be seen which Jobs run and what was deployed. */
const measured = async (api: ClusterApi, namespace: string): Promise<PodMetrics | { readonly problem: string }> => {
  try {
    return await listPodMetrics(api, namespace)
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

const arnIn = ({ spec }: Fields): string => textIn(fieldsIn(spec)['targetGroupARN']) ?? ''

const noPods: readonly V1Pod[] = []

const typesByNode = (nodes: readonly Node[]): ReadonlyMap<string, string> =>
  new Map(nodes.flatMap(({ name, instanceType }) => (instanceType === '' ? [] : [[name, instanceType] as const])))
