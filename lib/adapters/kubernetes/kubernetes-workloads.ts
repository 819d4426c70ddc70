import { PatchStrategy, setHeaderOptions, type V1ObjectMeta, type V1PodSpec } from '@kubernetes/client-node'
import pMap from 'p-map'
import type { Original, Workload, WorkloadKind, WorkloadStep } from '../../domain/workload.ts'
import type { Workloads } from '../../ports.ts'
import { type ClusterApi, listAll, outcomeOf } from './cluster-api.ts'
import { MARKS, readMark, writeMark } from './marks.ts'
import { podNeeds, toPod } from './pod.ts'

/** Namespaces listed at once. */
const AT_ONCE = 4

/** A patch goes out as what it is: without a content type the library sends JSON Patch whatever the body. */
const JSON_PATCH = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch)

/** The workloads of one cluster. */
export const kubernetesWorkloads = (api: ClusterApi): Workloads => ({
  namespaces: async (labels) => {
    const labelSelector = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',')
    const namespaces = await listAll('namespaces', (page) => api.core.listNamespace({ ...page, labelSelector }))
    return namespaces.flatMap(({ metadata }) => metadata?.name ?? [])
  },
  list: async (namespaces) => (await pMap(namespaces, (namespace) => listNamespace(api, namespace), { concurrency: AT_ONCE })).flat(),
  pods: async (namespaces) => {
    const pods = await pMap(namespaces, (namespace) => listAll(`pods in ${namespace}`, (page) => api.core.listNamespacedPod({ namespace, ...page })), { concurrency: AT_ONCE })
    return pods.flat().map(toPod)
  },
  change: (environment, step) => outcomeOf(`patch ${step.kind} ${step.namespace}/${step.name}`, () => patch(api, step, patchBody(environment, step))),
})

const listNamespace = async (api: ClusterApi, namespace: string): Promise<readonly Workload[]> => {
  const [deployments, statefulSets, cronJobs] = await Promise.all([
    listAll(`deployments in ${namespace}`, (page) => api.apps.listNamespacedDeployment({ namespace, ...page })),
    listAll(`statefulsets in ${namespace}`, (page) => api.apps.listNamespacedStatefulSet({ namespace, ...page })),
    listAll(`cronjobs in ${namespace}`, (page) => api.batch.listNamespacedCronJob({ namespace, ...page })),
  ])
  return [
    ...deployments.map(({ metadata, spec, status }) =>
      toWorkload('Deployment', metadata, { replicas: spec?.replicas ?? 1 }, readyOf(metadata, status), spec?.template.spec)),
    ...statefulSets.map(({ metadata, spec, status }) =>
      toWorkload('StatefulSet', metadata, { replicas: spec?.replicas ?? 1 }, readyOf(metadata, status), spec?.template.spec)),
    ...cronJobs.map(({ metadata, spec }) =>
      toWorkload('CronJob', metadata, { suspend: spec?.suspend ?? false }, 0, spec?.jobTemplate.spec?.template.spec)),
  ]
}

/** Ready replicas, once the controller has seen the present generation: before that its status is of another spec. */
const readyOf = (metadata: V1ObjectMeta | undefined, status: { observedGeneration?: number; readyReplicas?: number } | undefined): number =>
  (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0) ? 0 : (status?.readyReplicas ?? 0)

const toWorkload = (kind: WorkloadKind, metadata: V1ObjectMeta | undefined, present: Original, ready: number, pod: V1PodSpec | undefined): Workload => {
  const mark = readMark(metadata?.annotations)
  return {
    kind,
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    seen: {
      uid: metadata?.uid ?? '',
      generation: metadata?.generation ?? 0,
      resourceVersion: metadata?.resourceVersion ?? '',
      annotated: Object.keys(metadata?.annotations ?? {}).length > 0,
      marks: MARKS.filter((annotation) => metadata?.annotations?.[annotation] !== undefined),
    },
    present,
    ready,
    pod: podNeeds(pod),
    ...(mark === undefined ? {} : { mark }),
  }
}

/** One operation of a JSON Patch (RFC 6902). */
interface Operation {
  readonly op: 'test' | 'add' | 'replace' | 'remove'
  readonly path: string
  readonly value?: unknown
}

/**
 * One request with precondition, mark and change in it. The `test`s name what the step was planned on, so that the late
 * write of a worker that slept through its deadline, or one over a person's change, is refused as a whole.
 */
const patchBody = (environment: string, step: WorkloadStep): Operation[] => [
  { op: 'test', path: '/metadata/uid', value: step.seen.uid },
  { op: 'test', path: '/metadata/generation', value: step.seen.generation },
  ...(step.do === 'sleep' ? addMarks(environment, step) : step.seen.marks.map((mark) => ({ op: 'remove', path: annotationPath(mark) }) as const)),
  { op: 'add', path: 'replicas' in step.to ? '/spec/replicas' : '/spec/suspend', value: 'replicas' in step.to ? step.to.replicas : step.to.suspend },
]

/** `add` needs the map it adds to. Making the map is only safe on the very version that had none. */
const addMarks = (environment: string, { seen, original }: WorkloadStep): Operation[] => {
  const marks = Object.entries(writeMark(environment, original))
  const map: Operation[] = seen.annotated ? [] : [
    { op: 'test', path: '/metadata/resourceVersion', value: seen.resourceVersion },
    { op: 'add', path: '/metadata/annotations', value: {} },
  ]
  return [...map, ...marks.map(([mark, value]) => ({ op: 'add', path: annotationPath(mark), value }) as const)]
}

const annotationPath = (annotation: string): string => `/metadata/annotations/${annotation.replaceAll('~', '~0').replaceAll('/', '~1')}`

const patch = (api: ClusterApi, { kind, namespace, name }: WorkloadStep, body: Operation[]): Promise<unknown> => {
  switch (kind) {
    case 'Deployment':
      return api.apps.patchNamespacedDeployment({ namespace, name, body }, JSON_PATCH)
    case 'StatefulSet':
      return api.apps.patchNamespacedStatefulSet({ namespace, name, body }, JSON_PATCH)
    case 'CronJob':
      return api.batch.patchNamespacedCronJob({ namespace, name, body }, JSON_PATCH)
    default:
      return kind satisfies never
  }
}
