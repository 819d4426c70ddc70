import type { V1Pod } from '@kubernetes/client-node'
import { workloadKeyOf } from '../../domain/node.ts'
import { type ClusterApi, listAll } from './cluster-api.ts'
import { toPod } from './pod.ts'

/**
 * The pods of a namespace by the key of the workload that made them; those of nobody we know are left out. A Job's name
 * says nothing certain about its CronJob, so Jobs are listed where a pod of one is found.
 */
export const podsOfWorkloads = async (api: ClusterApi, namespace: string): Promise<ReadonlyMap<string, readonly V1Pod[]>> => {
  const pods = await listAll(`pods in ${namespace}`, (page) => api.core.listNamespacedPod({ namespace, ...page }))
  const owned = pods.map((pod) => ({ pod, seen: toPod(pod) }))
  const cronJobOf = owned.some(({ seen }) => seen.owner?.kind === 'Job') ? await cronJobsByJob(api, namespace) : new Map<string, string>()
  const keyed = owned.flatMap(({ pod, seen }) => {
    const key = seen.owner?.kind === 'Job' ? cronJobOf.get(seen.owner.name) : workloadKeyOf(seen)
    return key === undefined ? [] : [{ pod, key }]
  })
  return new Map([...Map.groupBy(keyed, ({ key }) => key)].map(([key, of]) => [key, of.map(({ pod }) => pod)]))
}

const cronJobsByJob = async (api: ClusterApi, namespace: string): Promise<ReadonlyMap<string, string>> => {
  const jobs = await listAll(`jobs in ${namespace}`, (page) => api.batch.listNamespacedJob({ namespace, ...page }))
  return new Map(
    jobs.flatMap(({ metadata }) => {
      const owner = metadata?.ownerReferences?.find(({ controller, kind }) => controller === true && kind === 'CronJob')
      return owner === undefined || metadata?.name === undefined ? [] : [[metadata.name, `CronJob/${namespace}/${owner.name}`] as const]
    }),
  )
}
