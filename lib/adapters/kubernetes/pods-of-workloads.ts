import type { V1Job, V1Pod } from '@kubernetes/client-node'
import { workloadKeyOf } from '../../domain/node.ts'
import { toPod } from './pod.ts'

/**
 * The pods of a namespace by the key of the workload that made them; those of nobody we know are left out. A Job's name
 * says nothing certain about its CronJob: the Job itself does.
 */
export const podsOfWorkloads = (pods: readonly V1Pod[], jobs: readonly V1Job[]): ReadonlyMap<string, readonly V1Pod[]> => {
  const cronJobOf = cronJobsByJob(jobs)
  const keyed = pods.flatMap((pod) => {
    const seen = toPod(pod)
    const key = seen.owner?.kind === 'Job' ? cronJobOf.get(seen.owner.name) : workloadKeyOf(seen)
    return key === undefined ? [] : [{ pod, key }]
  })
  return new Map([...Map.groupBy(keyed, ({ key }) => key)].map(([key, of]) => [key, of.map(({ pod }) => pod)]))
}

const cronJobsByJob = (jobs: readonly V1Job[]): ReadonlyMap<string, string> =>
  new Map(
    jobs.flatMap(({ metadata }) => {
      const owner = metadata?.ownerReferences?.find(({ controller, kind }) => controller === true && kind === 'CronJob')
      return owner === undefined || metadata?.name === undefined ? [] : [[metadata.name, `CronJob/${metadata.namespace ?? ''}/${owner.name}`] as const]
    }),
  )
