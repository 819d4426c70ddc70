import type { Original } from '../../domain/workload.ts'

/** Annotations Catnap writes on what it put to sleep. `docs/safety.md` says how to put everything back with kubectl. */
const REPLICAS_ANNOTATION = 'catnap.dev/original-replicas'
const SUSPEND_ANNOTATION = 'catnap.dev/original-suspend'
const ENVIRONMENT_ANNOTATION = 'catnap.dev/environment'
export const MARKS = [REPLICAS_ANNOTATION, SUSPEND_ANNOTATION, ENVIRONMENT_ANNOTATION]

/** The original an object carries; undefined when it carries none. */
export const readMark = (annotations: Readonly<Record<string, string>> | undefined): Original | undefined => {
  const replicas = annotations?.[REPLICAS_ANNOTATION]
  if (replicas !== undefined && /^\d+$/.test(replicas)) return { replicas: Number(replicas) }
  const suspend = annotations?.[SUSPEND_ANNOTATION]
  return suspend === undefined ? undefined : { suspend: suspend === 'true' }
}

/** The annotations that carry an original. */
export const writeMark = (environment: string, original: Original): Readonly<Record<string, string>> => ({
  ...('replicas' in original ? { [REPLICAS_ANNOTATION]: `${original.replicas}` } : { [SUSPEND_ANNOTATION]: `${original.suspend}` }),
  [ENVIRONMENT_ANNOTATION]: environment,
})
