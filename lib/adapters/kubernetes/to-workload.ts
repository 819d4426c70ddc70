import type { V1PodSpec } from '@kubernetes/client-node'
import type { ReplicaBounds } from '../../domain/kinds/horizontal-pod-autoscaler.ts'
import { type Kind, valueAt } from '../../domain/kinds/kind.ts'
import { instant } from '../../domain/time.ts'
import { objectKey, type Workload } from '../../domain/workload.ts'
import { type Fields, fieldsIn, listIn, textIn, textsIn } from './json-fields.ts'
import { MARKS, markedBy, readMark } from './marks.ts'
import { podNeeds } from './pod.ts'

/** Where an object says when it wakes, beside others. */
const WAVE_ANNOTATION = 'catnap.dev/wave'

/** By these Argo CD and Flux know what is theirs. */
const TRACKING = /^(argocd\.argoproj\.io|[a-z]+\.toolkit\.fluxcd\.io)\/|^app\.kubernetes\.io\/instance$/

/** An object of a list as the engine sees it; undefined for one that is not Catnap's to change. */
export const toWorkload = (kind: Kind, object: Fields, boundsOf: (key: string) => ReplicaBounds | undefined): Workload | undefined => {
  const present = kind.read(object)
  if (present === undefined) return undefined
  const metadata = fieldsIn(object['metadata'])
  const annotations = textsIn(metadata['annotations'])
  const ref = { kind: kind.kind, namespace: textIn(metadata['namespace']) ?? '', name: textIn(metadata['name']) ?? '' }
  const running = 'replicas' in present ? numberIn(valueAt(object, kind.counted ?? ['status', 'replicas'])) : 0
  const bounds = 'replicas' in present ? boundsOf(objectKey(ref)) : undefined
  const claimTemplates = kind.kind === 'StatefulSet' ? claimTemplatesOf(fieldsIn(object['spec'])) : undefined
  const [mark, by, wave, owner] = [readMark(annotations), markedBy(annotations), waveOf(annotations), ownerOf(metadata)]
  return {
    ...ref,
    place: { group: kind.group, version: kind.version, plural: kind.plural, path: kind.path },
    role: kind.role,
    seen: {
      uid: textIn(metadata['uid']) ?? '',
      generation: numberIn(metadata['generation']),
      resourceVersion: textIn(metadata['resourceVersion']) ?? '',
      annotated: Object.keys(annotations).length > 0,
      marks: MARKS.filter((annotation) => annotations[annotation] !== undefined),
      depth: depthOf(object, kind.path),
    },
    present,
    ready: 'replicas' in present ? readyOf(metadata, fieldsIn(object['status']), running) : 0,
    running,
    pod: podNeeds(valueAt(object, ['spec', 'template', 'spec']) as V1PodSpec | undefined),
    tracks: Object.fromEntries(Object.entries({ ...textsIn(metadata['labels']), ...annotations }).filter(([key]) => TRACKING.test(key))),
    createdAt: instant(textIn(metadata['creationTimestamp']) ?? '1970-01-01T00:00:00Z'),
    ...(claimTemplates === undefined ? {} : { claimTemplates }),
    ...(mark === undefined ? {} : { mark }),
    ...(by === undefined ? {} : { markedBy: by }),
    ...(wave === undefined ? {} : { wave }),
    ...(owner === undefined ? {} : { owner }),
    ...(bounds === undefined ? {} : { bounds }),
  }
}

/** The claims each of a StatefulSet's replicas has of its own; undefined: none. */
const claimTemplatesOf = ({ volumeClaimTemplates, ordinals }: Fields): Workload['claimTemplates'] => {
  const names = listIn(volumeClaimTemplates).flatMap((template) => textIn(fieldsIn(fieldsIn(template)['metadata'])['name']) ?? [])
  return names.length === 0 ? undefined : { names, firstOrdinal: numberIn(fieldsIn(ordinals)['start']) }
}

/**
 * Ready replicas, once the controller has seen the present generation: before that its status is of another spec. Argo
 * Rollouts writes the generation it saw as text; a kind that does not tell it is believed.
 */
const readyOf = (metadata: Fields, status: Fields, running: number): number => {
  const observed = status['observedGeneration']
  if (observed !== undefined && Number(observed) < numberIn(metadata['generation'])) return 0
  return numberIn(status['readyReplicas'] ?? (observed === undefined ? running : 0))
}

/** How many of a path's segments are there. */
const depthOf = (object: Fields, path: readonly string[]): number => {
  let depth = 0
  while (depth < path.length && valueAt(object, path.slice(0, depth + 1)) !== undefined) depth += 1
  return depth
}

const waveOf = (annotations: Readonly<Record<string, string>>): number | undefined => {
  const wave = annotations[WAVE_ANNOTATION]
  return wave !== undefined && /^-?\d{1,4}$/.test(wave) ? Number(wave) : undefined
}

/** What controls an object, as its metadata say. */
export const ownerOf = (metadata: Fields): Workload['owner'] => {
  const owner = listIn(metadata['ownerReferences']).map(fieldsIn).find(({ controller }) => controller === true)
  return owner === undefined ? undefined : { apiVersion: textIn(owner['apiVersion']) ?? '', kind: textIn(owner['kind']) ?? '', name: textIn(owner['name']) ?? '' }
}

const numberIn = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)
