import { PatchStrategy, setHeaderOptions, type V1Job, type V1Pod } from '@kubernetes/client-node'
import pMap from 'p-map'
import type { Owner, OwnerKind } from '../../domain/gitops/owner.ts'
import { toOwner } from '../../domain/gitops/to-owner.ts'
import { DAEMON_SET } from '../../domain/kinds/daemon-set.ts'
import { boundsOf, HORIZONTAL_POD_AUTOSCALER } from '../../domain/kinds/horizontal-pod-autoscaler.ts'
import type { Kind } from '../../domain/kinds/kind.ts'
import { OWNER_KINDS, USUAL_KINDS } from '../../domain/kinds/kinds.ts'
import type { Workload, WorkloadStep } from '../../domain/workload.ts'
import type { Workloads } from '../../ports.ts'
import { announce } from './announce.ts'
import { type ClusterApi, listAll, outcomeOf } from './cluster-api.ts'
import { customScaledKinds } from './custom-scaled-kinds.ts'
import { readSymptoms } from './kubernetes-symptoms.ts'
import { namespaceLists } from './namespace-lists.ts'
import { type Lister, servedKinds } from './served-kinds.ts'
import { toPod } from './pod.ts'
import { toWorkload } from './to-workload.ts'
import { workloadPatch } from './workload-patch.ts'

/** Namespaces told at once. */
const AT_ONCE = 4

/** A patch goes out as what it is: without a content type the library sends JSON Patch whatever the body. */
const JSON_PATCH = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch)

/** The workloads of one cluster. */
export const kubernetesWorkloads = (api: ClusterApi): Workloads => {
  const lists = namespaceLists()
  const list = servedKinds(api, lists)
  const customKinds = customScaledKinds(api)
  return {
    namespaces: async (labels) => {
      const labelSelector = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',')
      const namespaces = await listAll('namespaces', (page) => api.core.listNamespace({ ...page, labelSelector }))
      return namespaces.flatMap(({ metadata }) => metadata?.name ?? [])
    },
    list: async (namespaces, also) => {
      const kinds = [...USUAL_KINDS.filter(({ kind }) => also?.only?.includes(kind) ?? true), ...(also?.daemonSets === true ? [DAEMON_SET] : []), ...(await customKinds(also?.kinds ?? []))]
      return listWorkloads(list, kinds, namespaces)
    },
    pods: async (namespaces) => (await lists(podsListed(api), namespaces)).map(toPod),
    runningJobs: async (namespaces) => (await lists(jobsListed(api), namespaces)).flatMap(toRunning),
    announce: async (namespaces, announcement) => {
      await pMap(namespaces, (namespace) => announce(api, namespace, announcement), { concurrency: AT_ONCE })
    },
    owners: async (kinds) => (await Promise.all(kinds.map((kind) => listOwners(list, kind)))).flat(),
    symptoms: (namespaces) => readSymptoms(api, namespaces),
    change: (environment, step) => outcomeOf(`patch ${step.kind} ${step.namespace}/${step.name}`, () => patch(api, environment, step)),
  }
}

/** In the order of the namespaces, then of the kinds. */
const listWorkloads = async (list: Lister, kinds: readonly Kind[], namespaces: readonly string[]): Promise<readonly Workload[]> => {
  const objects = await Promise.all(kinds.map(async (kind) => ({ kind, found: await list(kind, namespaces) })))
  const hpas = objects.flatMap(({ kind, found }) => (kind === HORIZONTAL_POD_AUTOSCALER ? found : []))
  const bounds = new Map(hpas.flatMap((hpa) => boundsOf(hpa) ?? []).map((each) => [each.target, each]))
  const workloads = objects.flatMap(({ kind, found }) => found.flatMap((object) => toWorkload(kind, object, (key) => bounds.get(key)) ?? []))
  const byNamespace = Map.groupBy(workloads, ({ namespace }) => namespace)
  return namespaces.flatMap((namespace) => byNamespace.get(namespace) ?? [])
}

const listOwners = async (list: Lister, name: OwnerKind): Promise<readonly Owner[]> => {
  const kind = OWNER_KINDS.find((each) => each.kind === name)
  if (kind === undefined) return []
  return (await list(kind)).flatMap((object) => {
    const workload = toWorkload(kind, object, () => undefined)
    return workload === undefined ? [] : [toOwner(name, object, workload)]
  })
}

const podsListed = (api: ClusterApi) => ({
  what: 'pods',
  list: (namespace: string | undefined, page: { limit: number; _continue?: string }) =>
    (namespace === undefined ? api.core.listPodForAllNamespaces(page) : api.core.listNamespacedPod({ namespace, ...page })),
  namespaceOf: ({ metadata }: V1Pod) => metadata?.namespace,
})

const jobsListed = (api: ClusterApi) => ({
  what: 'jobs',
  list: (namespace: string | undefined, page: { limit: number; _continue?: string }) =>
    (namespace === undefined ? api.batch.listJobForAllNamespaces(page) : api.batch.listNamespacedJob({ namespace, ...page })),
  namespaceOf: ({ metadata }: V1Job) => metadata?.namespace,
})

/** A Job that has neither ended nor is suspended: `namespace/name`. */
const toRunning = ({ metadata, spec, status }: V1Job): readonly string[] => {
  const ended = spec?.suspend === true || status?.conditions?.some(({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True') === true
  return ended ? [] : [`${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`]
}

const patch = (api: ClusterApi, environment: string, step: WorkloadStep): Promise<unknown> => {
  const { namespace, name, place: { group, version, plural } } = step
  return api.custom.patchNamespacedCustomObject({ group, version, plural, namespace, name, body: workloadPatch(environment, step) }, JSON_PATCH)
}
