import { isJsonObject } from './json.ts'

type Type = 'array' | 'map' | 'number' | 'object' | 'string'

const typed = (type: Type, fields: string): readonly (readonly [string, Type])[] =>
  fields.split(' ').map((field) => [field, type] as const)

// The types of the fields this cluster reads, by name: Kubernetes uses each name for one type throughout.
const types: ReadonlyMap<string, Type> = new Map([
  ...typed('array', 'ownerReferences finalizers containers initContainers tolerations volumes taints matchExpressions'),
  ...typed('array', 'matchFields values subjects rules verbs apiGroups resourceNames volumeClaimTemplates conditions'),
  ...typed('array', 'nodeSelectorTerms topologySpreadConstraints namespaces'),
  ...typed('map', 'labels annotations matchLabels nodeSelector'),
  ...typed('number', 'generation parallelism completions startingDeadlineSeconds successfulJobsHistoryLimit priority'),
  ...typed('number', 'failedJobsHistoryLimit ttlSecondsAfterFinished terminationGracePeriodSeconds maxSkew partition'),
  ...typed('number', 'observedGeneration revisionHistoryLimit'),
  ...typed('object', 'metadata spec status template jobTemplate resources requests limits strategy affinity'),
  ...typed('object', 'updateStrategy rollingUpdate nodeAffinity podAffinity podAntiAffinity labelSelector roleRef'),
  ...typed('object', 'persistentVolumeClaim ordinals overhead disruptedPods'),
  ...typed('string', 'name namespace uid resourceVersion generateName schedule timeZone nodeName restartPolicy'),
  ...typed('string', 'topologyKey operator concurrencyPolicy podManagementPolicy claimName whenUnsatisfiable'),
  ...typed('string', 'creationTimestamp deletionTimestamp lastScheduleTime lastSuccessfulTime completionTime phase'),
])

// What users fill with names of their own.
const free = new Set(['data', 'stringData', 'binaryData', 'managedFields'])

// Names with a second use: policy rules list resources, which containers map; the status of a condition is a word.
const alsoHolds = (field: string, value: unknown): boolean =>
  (field === 'resources' && Array.isArray(value)) || (field === 'status' && typeof value === 'string')

const holds = (type: Type, field: string, value: unknown): boolean => {
  if (value === null || value === undefined) return true
  if (type === 'array') return Array.isArray(value)
  if (type === 'map') return isJsonObject(value) && Object.values(value).every((part) => typeof part === 'string')
  if (type === 'object') return isJsonObject(value) || alsoHolds(field, value)
  return typeof value === type
}

/** The first field whose JSON type is not the API's, said as Go's decoder would; undefined where all are right. */
export const shapeMistake = (value: unknown, path = ''): string | undefined => {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const mistake = shapeMistake(item, `${path}[${index}]`)
      if (mistake !== undefined) return mistake
    }
    return undefined
  }
  if (!isJsonObject(value)) return undefined
  for (const [field, part] of Object.entries(value)) {
    const at = path === '' ? field : `${path}.${field}`
    const type = types.get(field)
    if (type !== undefined && !holds(type, field, part)) {
      const found = Array.isArray(part) ? 'array' : typeof part
      return `json: cannot unmarshal ${found} into Go struct field ${at} of type ${type}`
    }
    const mistake = free.has(field) || type === 'map' ? undefined : shapeMistake(part, at)
    if (mistake !== undefined) return mistake
  }
  return undefined
}
