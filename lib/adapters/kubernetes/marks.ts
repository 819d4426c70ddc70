import type { Json } from '../../domain/kinds/kind.ts'
import type { Original } from '../../domain/workload.ts'

/** Annotations Catnap writes on what it put to sleep. `docs/safety.md` says how to put everything back with kubectl. */
const REPLICAS_ANNOTATION = 'catnap.dev/original-replicas'
const SUSPEND_ANNOTATION = 'catnap.dev/original-suspend'
/** The JSON that was at the place of any other kind; `null`: nothing was there. */
const VALUE_ANNOTATION = 'catnap.dev/original-value'
const ENVIRONMENT_ANNOTATION = 'catnap.dev/environment'
export const MARKS = [REPLICAS_ANNOTATION, SUSPEND_ANNOTATION, VALUE_ANNOTATION, ENVIRONMENT_ANNOTATION]

type Annotations = Readonly<Record<string, string>>

/** The original an object carries; undefined when it carries none. */
export const readMark = (annotations: Annotations = {}): Original | undefined => {
  const replicas = annotations[REPLICAS_ANNOTATION]
  if (replicas !== undefined && /^\d+$/.test(replicas)) return { replicas: Number(replicas) }
  const suspend = annotations[SUSPEND_ANNOTATION]
  if (suspend !== undefined) return { suspend: suspend === 'true' }
  const value = annotations[VALUE_ANNOTATION]
  return value === undefined ? undefined : readValue(value)
}

/** Text that is no JSON was not written by Catnap. */
const readValue = (text: string): Original | undefined => {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return undefined
  }
}

/** The environment that put an object to sleep. */
export const markedBy = (annotations: Annotations = {}): string | undefined => annotations[ENVIRONMENT_ANNOTATION]

/** The annotations that carry an original. */
export const writeMark = (environment: string, original: Original): Annotations => ({ ...originalMark(original), [ENVIRONMENT_ANNOTATION]: environment })

const originalMark = (original: Original): Annotations => {
  if ('replicas' in original) return { [REPLICAS_ANNOTATION]: `${original.replicas}` }
  return 'suspend' in original ? { [SUSPEND_ANNOTATION]: `${original.suspend}` } : { [VALUE_ANNOTATION]: JSON.stringify(original.value) }
}
