import { type FieldError, invalid } from './api-error.ts'
import { parseCron } from './cron-schedule.ts'
import { type JsonObject, isJsonObject, sameJson } from './json.ts'
import { apiVersionOf, type KindRow } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { selects } from './label-selector.ts'
import { parseQuantity } from './quantity.ts'
import type { LabelSelector } from './resources.ts'

type Check = (object: KubernetesObject, spec: JsonObject) => readonly FieldError[]

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
  "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

const nonNegative = (field: string, value: unknown): readonly FieldError[] => {
  if (value === undefined || value === null) return []
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return []
  return [{ field, type: 'Invalid value', value, detail: 'must be greater than or equal to 0' }]
}

const required = (field: string, value: unknown): readonly FieldError[] =>
  value === undefined || value === null ? [{ field, type: 'Required value', detail: '' }] : []

const checkQuantities = (field: string, container: JsonObject): readonly FieldError[] => {
  const resources = isJsonObject(container.resources) ? container.resources : {}
  return ['requests', 'limits'].flatMap((side) => {
    const wanted = resources[side]
    if (!isJsonObject(wanted)) return []
    return Object.entries(wanted)
      .filter(([, value]) => parseQuantity(String(value)) === undefined)
      .map(([name, value]): FieldError => ({
        field: `${field}.resources.${side}[${name}]`,
        type: 'Invalid value',
        value,
        detail: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      }))
  })
}

const checkPodSpec = (field: string, spec: unknown): readonly FieldError[] => {
  const containers = isJsonObject(spec) && Array.isArray(spec.containers) ? spec.containers : []
  if (containers.length === 0) return [{ field: `${field}.containers`, type: 'Required value', detail: '' }]
  return containers.flatMap((container: unknown, index) => {
    const at = `${field}.containers[${index}]`
    return isJsonObject(container) ? [...required(`${at}.name`, container.name), ...checkQuantities(at, container)] : []
  })
}

const checkTemplate = (field: string, spec: JsonObject): readonly FieldError[] =>
  checkPodSpec(`${field}.template.spec`, isJsonObject(spec.template) ? spec.template.spec : undefined)

const checkSelector = (spec: JsonObject): readonly FieldError[] => {
  const missing = required('spec.selector', spec.selector)
  if (missing.length > 0) return missing
  const template = isJsonObject(spec.template) ? spec.template : {}
  const metadata = isJsonObject(template.metadata) ? template.metadata : {}
  const labels = isJsonObject(metadata.labels) ? metadata.labels : {}
  if (selects(spec.selector as LabelSelector, labels as Record<string, string>)) return []
  const detail = '`selector` does not match template `labels`'
  return [{ field: 'spec.template.metadata.labels', type: 'Invalid value', value: labels, detail }]
}

const checkReplicated: Check = (_, spec) => [
  ...nonNegative('spec.replicas', spec.replicas),
  ...checkSelector(spec),
  ...checkTemplate('spec', spec),
]

const checkCronJob: Check = (_, spec) => {
  const { schedule, timeZone, jobTemplate } = spec
  const jobSpec = isJsonObject(jobTemplate) && isJsonObject(jobTemplate.spec) ? jobTemplate.spec : {}
  const parsed = parseCron(String(schedule ?? ''), timeZone === undefined ? 'Etc/UTC' : String(timeZone))
  return [
    ...('error' in parsed
      ? [
          {
            field: parsed.field === 'timeZone' ? 'spec.timeZone' : 'spec.schedule',
            type: 'Invalid value',
            value: parsed.field === 'timeZone' ? timeZone : schedule,
            detail: parsed.error,
          } satisfies FieldError,
        ]
      : []),
    ...checkTemplate('spec.jobTemplate.spec', jobSpec),
  ]
}

const checkBudget: Check = (_, spec) => {
  const { minAvailable, maxUnavailable } = spec
  if (minAvailable === undefined || maxUnavailable === undefined) {
    return [...amount('spec.minAvailable', minAvailable), ...amount('spec.maxUnavailable', maxUnavailable)]
  }
  const detail = 'minAvailable and maxUnavailable cannot be both set'
  return [{ field: 'spec', type: 'Invalid value', value: spec, detail }]
}

const amount = (field: string, value: unknown): readonly FieldError[] => {
  if (typeof value !== 'string') return nonNegative(field, value)
  if (/^\d+%$/.test(value)) return []
  const detail = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%')"
  return [{ field, type: 'Invalid value', value, detail }]
}

/** Annotations are nobody's business here, known or not: controllers read them, the API server does not. */
const checkIngress: Check = (_, { defaultBackend, rules }) => {
  const all = Array.isArray(rules) ? rules : []
  if (all.length === 0 && defaultBackend === undefined) {
    return [{ field: 'spec', type: 'Invalid value', value: rules ?? [], detail: 'either `defaultBackend` or `rules` must be specified' }]
  }
  return [
    ...(defaultBackend === undefined ? [] : checkBackend('spec.defaultBackend', defaultBackend)),
    ...all.flatMap((rule: unknown, index) => {
      const http = isJsonObject(rule) && isJsonObject(rule.http) ? rule.http : {}
      const paths = Array.isArray(http.paths) ? http.paths : []
      return paths.flatMap((path: unknown, at) => {
        const field = `spec.rules[${index}].http.paths[${at}]`
        return isJsonObject(path) ? [...required(`${field}.pathType`, path.pathType), ...checkBackend(`${field}.backend`, path.backend)] : []
      })
    }),
  ]
}

const checkBackend = (field: string, backend: unknown): readonly FieldError[] => {
  const { service, resource } = isJsonObject(backend) ? backend : {}
  if (isJsonObject(resource) && service === undefined) return []
  if (!isJsonObject(service)) return [{ field, type: 'Required value', detail: '' }]
  const port = isJsonObject(service.port) ? service.port : {}
  const ports = [port.name, port.number].filter((each) => each !== undefined)
  return [
    ...required(`${field}.service.name`, service.name),
    ...(ports.length === 1 ? [] : [{ field: `${field}.service.port`, type: 'Required value', detail: 'port name or number is required' } satisfies FieldError]),
    ...(typeof port.name === 'string' && port.name.length > 15
      ? [{ field: `${field}.service.port.name`, type: 'Invalid value', value: port.name, detail: 'must be no more than 15 characters' } satisfies FieldError]
      : []),
  ]
}

/** Only what something outside the pods says can bring a workload up from zero. Rule: pkg/apis/autoscaling/validation. */
const checkAutoscaler: Check = (_, { minReplicas, maxReplicas, metrics }) => {
  const types = (Array.isArray(metrics) ? metrics : []).map((metric: unknown) => (isJsonObject(metric) ? metric.type : undefined))
  const fromOutside = types.some((type) => type === 'Object' || type === 'External')
  return [
    ...nonNegative('spec.minReplicas', minReplicas),
    ...(typeof maxReplicas === 'number' && maxReplicas > 0 ? [] : [{ field: 'spec.maxReplicas', type: 'Invalid value', value: maxReplicas ?? 0, detail: 'must be greater than 0' } satisfies FieldError]),
    ...(typeof maxReplicas === 'number' && typeof minReplicas === 'number' && maxReplicas < minReplicas
      ? [{ field: 'spec.maxReplicas', type: 'Invalid value', value: maxReplicas, detail: 'must be greater than or equal to `minReplicas`' } satisfies FieldError]
      : []),
    ...(minReplicas === 0 && !fromOutside
      ? [{ field: 'spec.metrics', type: 'Forbidden', detail: 'must specify at least one Object or External metric to support scaling to zero replicas' } satisfies FieldError]
      : []),
  ]
}

const checks: Readonly<Record<string, Check>> = {
  Deployment: checkReplicated,
  ReplicaSet: checkReplicated,
  StatefulSet: checkReplicated,
  DaemonSet: (_, spec) => [...checkSelector(spec), ...checkTemplate('spec', spec)],
  Job: (_, spec) => [
    ...nonNegative('spec.parallelism', spec.parallelism),
    ...nonNegative('spec.completions', spec.completions),
    ...checkTemplate('spec', spec),
  ],
  CronJob: checkCronJob,
  Pod: (_, spec) => checkPodSpec('spec', spec),
  PodDisruptionBudget: checkBudget,
  Ingress: checkIngress,
  HorizontalPodAutoscaler: checkAutoscaler,
}

// Names of the RBAC kinds are path segments: colons are in order.
const checkName = (row: KindRow, { metadata }: KubernetesObject): readonly FieldError[] => {
  if (row.group === 'rbac.authorization.k8s.io' || subdomain.test(metadata.name)) return []
  return [{ field: 'metadata.name', type: 'Invalid value', value: metadata.name, detail: subdomainRule }]
}

const checkLabels = ({ metadata }: KubernetesObject): readonly FieldError[] =>
  (['labels', 'annotations'] as const).flatMap((field) =>
    Object.entries(metadata[field] ?? {})
      .filter(([, value]) => typeof value !== 'string')
      .map(([key, value]): FieldError => ({
        field: `metadata.${field}.${key}`,
        type: 'Invalid value',
        value,
        detail: 'must be a string',
      })),
  )

const immutable = (field: string, value: unknown, before: unknown): readonly FieldError[] =>
  sameJson(value, before) ? [] : [{ field, type: 'Invalid value', value, detail: 'field is immutable' }]

const statefulSetMayChange = new Set([
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
])

const statefulSetRule =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
  "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"

const podMayChange = new Set([
  'containers',
  'initContainers',
  'activeDeadlineSeconds',
  'tolerations',
  'terminationGracePeriodSeconds',
])

const podRule =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

const changedOutside = (mayChange: ReadonlySet<string>, spec: JsonObject, before: JsonObject): boolean =>
  [...new Set([...Object.keys(spec), ...Object.keys(before)])].some(
    (field) => !mayChange.has(field) && !sameJson(spec[field], before[field]),
  )

const checkChange = ({ kind }: KindRow, spec: JsonObject, before: JsonObject): readonly FieldError[] => {
  switch (kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'DaemonSet':
      return immutable('spec.selector', spec.selector, before.selector)
    case 'StatefulSet':
      if (!changedOutside(statefulSetMayChange, spec, before)) return []
      return [{ field: 'spec', type: 'Forbidden', detail: statefulSetRule }]
    case 'Job':
      return immutable('spec.template', spec.template, before.template)
    case 'Pod':
      if (!changedOutside(podMayChange, spec, before)) return []
      return [{ field: 'spec', type: 'Forbidden', detail: podRule }]
    default:
      return []
  }
}

const refuse = (row: KindRow, object: KubernetesObject, errors: readonly FieldError[]): void => {
  if (errors.length > 0) throw invalid(row.kind, row.group, object.metadata.name, errors)
}

const specOf = ({ spec }: KubernetesObject): JsonObject => (isJsonObject(spec) ? spec : {})

/** Throws the 422 of a new object that breaks a rule of its kind. */
export const validate = (row: KindRow, object: KubernetesObject): void =>
  refuse(row, object, [
    ...checkName(row, object),
    ...checkLabels(object),
    ...(checks[row.kind]?.(object, specOf(object)) ?? []),
  ])

/** Throws the 422 of a change that breaks a rule of its kind. A changed uid is one: it names another object. */
export const validateChange = (row: KindRow, object: KubernetesObject, before: KubernetesObject): void => {
  if (object.apiVersion !== apiVersionOf(row) || object.kind !== row.kind) {
    refuse(row, object, [
      ...immutable('kind', object.kind, row.kind),
      ...immutable('apiVersion', object.apiVersion, apiVersionOf(row)),
    ])
  }
  refuse(row, object, [
    ...immutable('metadata.uid', object.metadata.uid ?? before.metadata.uid, before.metadata.uid),
    ...checkLabels(object),
    ...(sameJson(object.spec, before.spec)
      ? []
      : [...(checks[row.kind]?.(object, specOf(object)) ?? []), ...checkChange(row, specOf(object), specOf(before))]),
  ])
}
