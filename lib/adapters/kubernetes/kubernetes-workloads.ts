import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
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
import { type Lister, servedKinds } from './served-kinds.ts'
import { toPod } from './pod.ts'
import { toWorkload } from './to-workload.ts'
import { workloadPatch } from './workload-patch.ts'

/** Namespaces listed at once. */
const AT_ONCE = 4

/** A patch goes out as what it is: without a content type the library sends JSON Patch whatever the body. */
const JSON_PATCH = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch)

/** The workloads of one cluster. */
export const kubernetesWorkloads = (api: ClusterApi): Workloads => {
  const list = servedKinds(api)
  const customKinds = customScaledKinds(api)
  return {
    namespaces: async (labels) => {
      const labelSelector = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',')
      const namespaces = await listAll('namespaces', (page) => api.core.listNamespace({ ...page, labelSelector }))
      return namespaces.flatMap(({ metadata }) => metadata?.name ?? [])
    },
    list: async (namespaces, also) => {
      const kinds = [...USUAL_KINDS, ...(also?.daemonSets === true ? [DAEMON_SET] : []), ...(await customKinds(also?.kinds ?? []))]
      return (await pMap(namespaces, (namespace) => listNamespace(list, kinds, namespace), { concurrency: AT_ONCE })).flat()
    },
    pods: async (namespaces) => {
      const pods = await pMap(namespaces, (namespace) => listAll(`pods in ${namespace}`, (page) => api.core.listNamespacedPod({ namespace, ...page })), { concurrency: AT_ONCE })
      return pods.flat().map(toPod)
    },
    runningJobs: async (namespaces) => (await pMap(namespaces, (namespace) => runningJobs(api, namespace), { concurrency: AT_ONCE })).flat(),
    announce: async (namespaces, announcement) => {
      await pMap(namespaces, (namespace) => announce(api, namespace, announcement), { concurrency: AT_ONCE })
    },
    owners: async (kinds) => (await Promise.all(kinds.map((kind) => listOwners(list, kind)))).flat(),
    symptoms: (namespaces) => readSymptoms(api, namespaces),
    change: (environment, step) => outcomeOf(`patch ${step.kind} ${step.namespace}/${step.name}`, () => patch(api, environment, step)),
  }
}

const listNamespace = async (list: Lister, kinds: readonly Kind[], namespace: string): Promise<readonly Workload[]> => {
  const objects = await Promise.all(kinds.map(async (kind) => ({ kind, found: await list(kind, namespace) })))
  const hpas = objects.flatMap(({ kind, found }) => (kind === HORIZONTAL_POD_AUTOSCALER ? found : []))
  const bounds = new Map(hpas.flatMap((hpa) => boundsOf(hpa) ?? []).map((each) => [each.target, each]))
  return objects.flatMap(({ kind, found }) => found.flatMap((object) => toWorkload(kind, object, (key) => bounds.get(key)) ?? []))
}

const listOwners = async (list: Lister, name: OwnerKind): Promise<readonly Owner[]> => {
  const kind = OWNER_KINDS.find((each) => each.kind === name)
  if (kind === undefined) return []
  return (await list(kind)).flatMap((object) => {
    const workload = toWorkload(kind, object, () => undefined)
    return workload === undefined ? [] : [toOwner(name, object, workload)]
  })
}

const runningJobs = async (api: ClusterApi, namespace: string): Promise<readonly string[]> => {
  const jobs = await listAll(`jobs in ${namespace}`, (page) => api.batch.listNamespacedJob({ namespace, ...page }))
  return jobs.flatMap(({ metadata, spec, status }) => {
    const ended = spec?.suspend === true || status?.conditions?.some(({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True') === true
    return ended ? [] : [`${namespace}/${metadata?.name ?? ''}`]
  })
}

const patch = (api: ClusterApi, environment: string, step: WorkloadStep): Promise<unknown> => {
  const { namespace, name, place: { group, version, plural } } = step
  return api.custom.patchNamespacedCustomObject({ group, version, plural, namespace, name, body: workloadPatch(environment, step) }, JSON_PATCH)
}
