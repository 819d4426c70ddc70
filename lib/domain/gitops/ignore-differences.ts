import { jsonPointer } from '../json-pointer.ts'
import { kindNamed } from '../kinds/kinds.ts'
import type { Workload } from '../workload.ts'

/**
 * The YAML that makes an Argo CD Application leave alone what Catnap changes in the workloads it owns. Without
 * `RespectIgnoreDifferences` a sync would still write them.
 */
export const ignoreDifferences = (workloads: readonly Pick<Workload, 'kind' | 'place'>[]): string => {
  const kinds = new Map(workloads.map(({ kind, place }) => [kind, place]))
  const lines = [...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([kind, { group, path }]) => [
    ...(group === '' ? [`  - kind: ${kindIn(kind)}`] : [`  - group: ${group}`, `    kind: ${kindIn(kind)}`]),
    `    jsonPointers: [${jsonPointer(path)}]`,
  ])
  return ['ignoreDifferences:', ...lines, 'syncPolicy:', '  syncOptions: [RespectIgnoreDifferences=true]'].join('\n')
}

/** Kinds the intent names carry their group in the engine. */
const kindIn = (kind: string): string => (kindNamed(kind) === undefined ? (kind.split('.')[0] ?? kind) : kind)
