import { jsonPointer } from '../../domain/json-pointer.ts'
import { type Limits, type PoolOriginal, unboundedSize } from '../../domain/pool.ts'
import { type Fields, fieldsIn, textIn } from '../kubernetes/json-fields.ts'

/** The annotation that carries a NodePool's original: its limits, whole, and how many nodes it had. */
const ANNOTATION = 'catnap.dev/original'
const ANNOTATION_PATH = jsonPointer(['metadata', 'annotations', ANNOTATION])

/** As much of a karpenter.sh/v1 NodePool as decides what may be done with it. */
export interface NodePool {
  readonly name: string
  readonly generation: number
  /** `spec.limits`; null: none. */
  readonly limits: Limits | null
  /** Made by EKS Auto Mode itself, which puts every change back. */
  readonly isBuiltIn: boolean
  /** Why no node may be taken from it. */
  readonly obstacle?: string
  /** What Catnap left on it. */
  readonly original?: PoolOriginal
  readonly hasAnnotations: boolean
}

/** Reads a NodePool as the API answers it. */
export const readNodePool = (fields: Fields): NodePool => {
  const [metadata, spec] = [fieldsIn(fields['metadata']), fieldsIn(fields['spec'])]
  const [labels, annotations] = [fieldsIn(metadata['labels']), fieldsIn(metadata['annotations'])]
  const { replicas } = spec
  const original = readOriginal(textIn(annotations[ANNOTATION]))
  return {
    name: textIn(metadata['name']) ?? '',
    generation: Number(metadata['generation'] ?? 0),
    limits: readLimits(spec['limits']),
    // EKS labels `general-purpose` and `system` so; EKS user guide, "Create a Node Pool": they cannot be modified.
    isBuiltIn: labels['app.kubernetes.io/managed-by'] === 'eks',
    ...(replicas === undefined ? {} : { obstacle: `it is static (spec.replicas: ${String(replicas)}), so that Karpenter starts a new node for each that goes; take the pool out of the intent` }),
    ...(original === undefined ? {} : { original }),
    hasAnnotations: metadata['annotations'] !== undefined,
  }
}

/** The operations of a JSON Patch that write the original on the pool. One that is there stays unless its limits are others. */
export const addOriginal = ({ hasAnnotations }: NodePool, { limits, desiredSize }: PoolOriginal): readonly object[] => [
  ...(hasAnnotations ? [] : [{ op: 'add', path: '/metadata/annotations', value: {} }]),
  { op: 'add', path: ANNOTATION_PATH, value: JSON.stringify({ limits: limits ?? null, nodes: desiredSize }) },
]

/** The operations that take it off. */
export const removeOriginal = ({ original }: NodePool): readonly object[] => (original === undefined ? [] : [{ op: 'remove', path: ANNOTATION_PATH }])

const readLimits = (value: unknown): Limits | null =>
  (value === undefined || value === null ? null : Object.fromEntries(Object.entries(fieldsIn(value)).map(([name, limit]) => [name, typeof limit === 'number' ? limit : String(limit)])))

/** What `addOriginal` wrote; undefined when it is not that. */
const readOriginal = (text: string | undefined): PoolOriginal | undefined => {
  if (text === undefined) return undefined
  try {
    const { limits, nodes } = fieldsIn(JSON.parse(text))
    return typeof nodes === 'number' ? { ...unboundedSize(nodes), rebalancing: false, limits: readLimits(limits) } : undefined
  } catch {
    return undefined
  }
}
