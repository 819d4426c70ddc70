import { jsonPointer } from '../../domain/json-pointer.ts'
import type { Original, WorkloadStep } from '../../domain/workload.ts'
import { writeMark } from './marks.ts'

/** One operation of a JSON Patch (RFC 6902). */
interface Operation {
  readonly op: 'test' | 'add' | 'remove'
  readonly path: string
  readonly value?: unknown
}

/**
 * One request with precondition, mark and change in it. The `test`s name what the step was planned on, so that the late
 * write of a worker that slept through its deadline, or one over a person's change, is refused as a whole.
 */
export const workloadPatch = (environment: string, step: WorkloadStep): Operation[] => {
  const marks = step.do === 'sleep' ? addMarks(environment, step) : step.seen.marks.map((mark): Operation => ({ op: 'remove', path: annotationPath(mark) }))
  return [{ op: 'test', path: '/metadata/uid', value: step.seen.uid }, ...guards(step), ...marks, ...change(step)]
}

/**
 * The generation counts changes of the spec alone. What it does not count, a change of metadata or of a kind without one,
 * and what needs a map that is not there, rests on the very version.
 */
const guards = ({ do: verb, place: { path }, seen }: WorkloadStep): Operation[] => {
  const version: Operation = { op: 'test', path: '/metadata/resourceVersion', value: seen.resourceVersion }
  const generation: Operation = { op: 'test', path: '/metadata/generation', value: seen.generation }
  const makesMap = (verb === 'sleep' && !seen.annotated) || seen.depth < path.length - 1
  if (seen.generation === 0 || path[0] !== 'spec') return [version]
  return makesMap ? [generation, version] : [generation]
}

/** `add` needs the map it adds to. */
const addMarks = (environment: string, { seen, original }: WorkloadStep): Operation[] => {
  const map: Operation[] = seen.annotated ? [] : [{ op: 'add', path: '/metadata/annotations', value: {} }]
  return [...map, ...Object.entries(writeMark(environment, original)).map(([mark, value]): Operation => ({ op: 'add', path: annotationPath(mark), value }))]
}

const change = ({ place: { path }, seen, from, to }: WorkloadStep): Operation[] => {
  const value = valueOf(to)
  if (value === null) return valueOf(from) === null ? [] : [{ op: 'remove', path: jsonPointer(path) }]
  // The map of annotations is there by then: the marks are in it.
  const missing = path[0] === 'metadata' ? [] : path.slice(0, -1).map((_, index) => index + 1).filter((depth) => depth > seen.depth)
  return [...missing.map((depth): Operation => ({ op: 'add', path: jsonPointer(path.slice(0, depth)), value: {} })), { op: 'add', path: jsonPointer(path), value }]
}

const valueOf = (original: Original): unknown => {
  if ('replicas' in original) return original.replicas
  return 'suspend' in original ? original.suspend : original.value
}

const annotationPath = (annotation: string): string => jsonPointer(['metadata', 'annotations', annotation])
