import type { V1ObjectMeta, V1PodSpec, V1PodTemplateSpec } from '@kubernetes/client-node'
import { objectKey, type ObjectRef } from '../../domain/workload.ts'
import { type ClusterApi, listAll } from './cluster-api.ts'
import { readMark } from './marks.ts'

/** A workload as what makes pods. */
export interface WorkloadTemplate {
  readonly workload: ObjectRef
  readonly key: string
  readonly spec: V1PodSpec | undefined
  /** The whole of what its pods are made from. */
  readonly template: V1PodTemplateSpec | undefined
  /** Pods it has while awake. */
  readonly replicas: number
}

/** The workloads of a namespace, in three lists. */
export const listTemplates = async (api: ClusterApi, namespace: string): Promise<readonly WorkloadTemplate[]> => {
  const [deployments, statefulSets, cronJobs] = await Promise.all([
    listAll(`deployments in ${namespace}`, (page) => api.apps.listNamespacedDeployment({ namespace, ...page })),
    listAll(`statefulsets in ${namespace}`, (page) => api.apps.listNamespacedStatefulSet({ namespace, ...page })),
    listAll(`cronjobs in ${namespace}`, (page) => api.batch.listNamespacedCronJob({ namespace, ...page })),
  ])
  return [
    ...deployments.map(({ metadata, spec }) => toTemplate('Deployment', metadata, spec?.template, awakeReplicas(metadata, spec?.replicas))),
    ...statefulSets.map(({ metadata, spec }) => toTemplate('StatefulSet', metadata, spec?.template, awakeReplicas(metadata, spec?.replicas))),
    ...cronJobs.map(({ metadata, spec }) => toTemplate('CronJob', metadata, spec?.jobTemplate.spec?.template, 1)),
  ]
}

/** One that was put to sleep has what its mark says once it is awake. */
const awakeReplicas = (metadata: V1ObjectMeta | undefined, replicas = 1): number => {
  const mark = readMark(metadata?.annotations)
  return replicas === 0 && mark !== undefined && 'replicas' in mark ? mark.replicas : replicas
}

const toTemplate = (kind: ObjectRef['kind'], metadata: V1ObjectMeta | undefined, template: V1PodTemplateSpec | undefined, replicas: number): WorkloadTemplate => {
  const workload = { kind, namespace: metadata?.namespace ?? '', name: metadata?.name ?? '' }
  return { workload, key: objectKey(workload), spec: template?.spec, template, replicas }
}
