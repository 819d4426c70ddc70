import { createHash } from 'node:crypto'
import { type JsonObject, isJsonObject } from './json.ts'
import type { KubernetesObject } from './kubernetes-object.ts'

const objectIn = (parent: JsonObject, field: string): JsonObject => {
  const value = parent[field]
  return isJsonObject(value) ? value : {}
}

/** `given` over `defaults`, field by field; what is given as null or undefined takes the default. */
const over = (defaults: JsonObject, given: JsonObject): JsonObject => {
  const result: Record<string, unknown> = { ...given }
  for (const [field, value] of Object.entries(defaults)) result[field] ??= value
  return result
}

const probeDefaults = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }

const containerDefaults = (container: unknown): unknown => {
  if (!isJsonObject(container)) return container
  const image = String(container.image ?? '')
  const tag = image.slice(image.lastIndexOf('/') + 1)
  const floats = !image.includes('@') && (!tag.includes(':') || tag.endsWith(':latest'))
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe']
    .filter((probe) => isJsonObject(container[probe]))
    .map((probe) => [probe, over(probeDefaults, objectIn(container, probe))])
  const ports = Array.isArray(container.ports)
    ? { ports: container.ports.map((port: unknown) => (isJsonObject(port) ? over({ protocol: 'TCP' }, port) : port)) }
    : {}
  return over(
    {
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      imagePullPolicy: floats ? 'Always' : 'IfNotPresent',
    },
    { ...container, ...Object.fromEntries(probes), ...ports },
  )
}

const containersOf = (spec: JsonObject, field: string): JsonObject => {
  const containers = spec[field]
  return Array.isArray(containers) ? { [field]: containers.map((container) => containerDefaults(container)) } : {}
}

const podSpecDefaults = (spec: JsonObject): JsonObject =>
  over(
    {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
    },
    { ...withoutEmptyMap(spec, 'nodeSelector'), ...containersOf(spec, 'containers'), ...containersOf(spec, 'initContainers') },
  )

// Go leaves an empty map out where its field says `omitempty`.
const withoutEmptyMap = (spec: JsonObject, field: string): JsonObject => {
  const { [field]: map, ...others } = spec
  return isJsonObject(map) && Object.keys(map).length === 0 ? others : spec
}

const templateDefaults = (template: JsonObject): JsonObject => ({
  ...template,
  metadata: objectIn(template, 'metadata'),
  spec: podSpecDefaults(objectIn(template, 'spec')),
})

// Limits stand in for requests that are not given, and admission adds account, priority and the two tolerations.
const podDefaults = (spec: JsonObject): JsonObject => {
  const withRequests = (container: unknown): unknown => {
    if (!isJsonObject(container)) return container
    const resources = objectIn(container, 'resources')
    const limits = objectIn(resources, 'limits')
    if (Object.keys(limits).length === 0) return container
    return { ...container, resources: { ...resources, requests: over(limits, objectIn(resources, 'requests')) } }
  }
  const tolerations: readonly unknown[] = Array.isArray(spec.tolerations) ? spec.tolerations : []
  const tolerates = (key: string): boolean =>
    tolerations.some(
      (entry) =>
        isJsonObject(entry) && [key, undefined].includes(entry.key as string) && entry.effect !== 'NoSchedule',
    )
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter((key) => !tolerates(key))
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))
  const defaulted = podSpecDefaults(spec)
  const containers = defaulted.containers
  return over(
    {
      serviceAccountName: 'default',
      serviceAccount: spec.serviceAccountName ?? 'default',
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
    },
    {
      ...defaulted,
      ...(Array.isArray(containers) ? { containers: containers.map((container) => withRequests(container)) } : {}),
      tolerations: [...tolerations, ...added],
    },
  )
}

const withTemplate = (spec: JsonObject): JsonObject => ({ template: templateDefaults(objectIn(spec, 'template')) })

const jobSpecDefaults = (spec: JsonObject): JsonObject =>
  over(
    {
      // A work queue (parallelism alone) is counted as one completion here.
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: 'TerminatingOrFailed',
    },
    { ...spec, ...withTemplate(spec) },
  )

const jobTemplateDefaults = (template: JsonObject): JsonObject => {
  const spec = objectIn(template, 'spec')
  return { ...template, metadata: objectIn(template, 'metadata'), spec: { ...spec, ...withTemplate(spec) } }
}

const rollingUpdate = (strategy: JsonObject, defaults: JsonObject): JsonObject => {
  const typed = over({ type: 'RollingUpdate' }, strategy)
  if (typed.type !== 'RollingUpdate') return typed
  return { ...typed, rollingUpdate: over(defaults, objectIn(typed, 'rollingUpdate')) }
}

// An address that depends on the Service alone, out of 10.100.0.0/16 as EKS hands them out.
const clusterAddress = ({ metadata }: KubernetesObject): string => {
  const [third = 0, fourth = 0] = createHash('sha256').update(`${metadata.namespace}/${metadata.name}`).digest()
  return `10.100.${third}.${fourth}`
}

const specDefaults: Readonly<Record<string, (spec: JsonObject, object: KubernetesObject) => JsonObject>> = {
  Namespace: (spec) => over({ finalizers: ['kubernetes'] }, spec),
  Pod: podDefaults,
  Service: (spec, object) =>
    over({ type: 'ClusterIP', clusterIP: clusterAddress(object), sessionAffinity: 'None' }, spec),
  PersistentVolumeClaim: (spec) => over({ storageClassName: 'gp3', volumeMode: 'Filesystem' }, spec),
  ReplicaSet: (spec) => over({ replicas: 1 }, { ...spec, ...withTemplate(spec) }),
  Deployment: (spec) =>
    over(
      { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
      {
        ...spec,
        ...withTemplate(spec),
        strategy: rollingUpdate(objectIn(spec, 'strategy'), { maxUnavailable: '25%', maxSurge: '25%' }),
      },
    ),
  StatefulSet: (spec) =>
    over(
      {
        replicas: 1,
        revisionHistoryLimit: 10,
        podManagementPolicy: 'OrderedReady',
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      },
      {
        ...spec,
        ...withTemplate(spec),
        updateStrategy: rollingUpdate(objectIn(spec, 'updateStrategy'), { partition: 0 }),
      },
    ),
  DaemonSet: (spec) =>
    over(
      { revisionHistoryLimit: 10 },
      {
        ...spec,
        ...withTemplate(spec),
        updateStrategy: rollingUpdate(objectIn(spec, 'updateStrategy'), { maxUnavailable: 1, maxSurge: 0 }),
      },
    ),
  Job: jobSpecDefaults,
  CronJob: (spec) =>
    over(
      { suspend: false, concurrencyPolicy: 'Allow', successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 },
      { ...spec, jobTemplate: jobTemplateDefaults(objectIn(spec, 'jobTemplate')) },
    ),
  HorizontalPodAutoscaler: (spec) => over({ minReplicas: 1 }, spec),
}

const statusOfNew: Readonly<Record<string, JsonObject>> = {
  Namespace: { phase: 'Active' },
  Pod: { phase: 'Pending', qosClass: 'Burstable' },
  Service: { loadBalancer: {} },
  Ingress: { loadBalancer: {} },
  PersistentVolumeClaim: { phase: 'Pending' },
  PersistentVolume: { phase: 'Available' },
  StatefulSet: { replicas: 0, availableReplicas: 0 },
  ReplicaSet: { replicas: 0 },
  DaemonSet: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  PodDisruptionBudget: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
}

/** Fills in what the API server fills in when an object is written; what is set stays. */
export const withDefaults = (object: KubernetesObject): KubernetesObject => {
  const fill = specDefaults[object.kind]
  return fill === undefined ? object : { ...object, spec: fill(objectIn(object, 'spec'), object) }
}

/** The status a kind has the moment it is created; what the client sent is not looked at. */
export const newStatus = (kind: string): JsonObject | undefined => statusOfNew[kind]
