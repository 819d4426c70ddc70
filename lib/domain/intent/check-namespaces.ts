import { protectedBy } from '../fleet.ts'
import { SYSTEM_NAMESPACE } from '../whole/whole-in.ts'
import type { IntentMistake, IntentPath } from './mistake.ts'
import { isMapping, type Sketch, texts } from './sketch.ts'

/** What is wrong with the namespaces of environments and of clusters: each is in one of them, and none is protected. */
export const namespaceMistakes = (sketch: Sketch): readonly IntentMistake[] => {
  const wanted = sketch.environments.flatMap(({ name, value }) => [...byName(name, value), ...byLabel(name, value)])
  return [...systemMistakes(sketch, wanted), ...namespacesOrSelector(sketch), ...clashes(sketch, wanted)]
}

/** A namespace that an environment wants, or one set of labels. */
interface Wanted {
  readonly environment: string
  readonly path: IntentPath
  readonly namespace?: string
  /** What no other environment of the cluster may want as well. */
  readonly place: string
}

/** Kubernetes puts it on every namespace: who selects by it means this one. */
const NAME_LABEL = 'kubernetes.io/metadata.name'

const clusterOf = (environment: string): string => environment.split('/')[0] ?? ''

const placeOf = (cluster: string, namespace: string): string => `${cluster}/${namespace}`

const byName = (environment: string, value: Readonly<Record<string, unknown>>): readonly Wanted[] =>
  texts(value['namespaces'], ['environments', environment, 'namespaces']).map(({ path, text }) =>
    ({ environment, path, namespace: text, place: placeOf(clusterOf(environment), text) }))

const byLabel = (environment: string, { namespaceSelector }: Readonly<Record<string, unknown>>): readonly Wanted[] => {
  const labels = isMapping(namespaceSelector) ? namespaceSelector['matchLabels'] : undefined
  if (!isMapping(labels) || Object.keys(labels).length === 0) return []
  const path = ['environments', environment, 'namespaceSelector', 'matchLabels']
  const namespace = labels[NAME_LABEL]
  if (typeof namespace === 'string') return [{ environment, path: [...path, NAME_LABEL], namespace, place: placeOf(clusterOf(environment), namespace) }]
  const sorted = Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return [{ environment, path, place: placeOf(clusterOf(environment), JSON.stringify(sorted)) }]
}

const systemMistakes = ({ clusters, protect }: Sketch, wanted: readonly Wanted[]): readonly IntentMistake[] => {
  const owners = new Map(wanted.toReversed().map(({ place, environment }) => [place, environment]))
  return clusters.flatMap(({ name, value }) =>
    texts(value['system'], ['clusters', name, 'system']).flatMap(({ path, text }): IntentMistake[] => {
      const found = `namespace "${text}"`
      if (value['whole'] !== true) return [{ path, at: 'value', found, expected: 'whole: true beside it', hint: 'these go to zero with the whole cluster only' }]
      const glob = protectedBy(text, protect)
      if (glob !== undefined && text !== SYSTEM_NAMESPACE) return [protectedMistake(path, text, glob)]
      const owner = owners.get(placeOf(name, text))
      return owner === undefined ? [] : [{ path, at: 'value', found, expected: 'a namespace that is in no environment', hint: `${owner} has it already` }]
    }),
  )
}

const namespacesOrSelector = ({ environments }: Sketch): readonly IntentMistake[] =>
  environments.flatMap(({ name, value, shaped }): IntentMistake[] => {
    const named = value['namespaces'] !== undefined
    const selected = value['namespaceSelector'] !== undefined
    if (named !== selected || !shaped) return []
    const found = named ? 'both namespaces and namespaceSelector' : 'neither namespaces nor namespaceSelector'
    return [{ path: ['environments', name], at: 'key', found, expected: 'one of the two' }]
  })

const clashes = ({ protect }: Sketch, wanted: readonly Wanted[]): readonly IntentMistake[] => {
  const owners = new Map<string, string>()
  return wanted.flatMap(({ environment, path, namespace, place }): IntentMistake[] => {
    const glob = namespace === undefined ? undefined : protectedBy(namespace, protect)
    if (namespace !== undefined && glob !== undefined) return [protectedMistake(path, namespace, glob)]
    const owner = owners.get(place)
    owners.set(place, owner ?? environment)
    return owner === undefined ? [] : [clash(path, namespace, environment, owner)]
  })
}

const clash = (path: IntentPath, namespace: string | undefined, environment: string, owner: string): IntentMistake => {
  if (namespace === undefined) {
    return { path, at: 'value', found: 'labels that another environment selects by', expected: 'labels that select other namespaces', hint: `${owner} has these already` }
  }
  const found = `namespace "${namespace}"`
  return owner === environment
    ? { path, at: 'value', found: `${found} again`, expected: 'each namespace once' }
    : { path, at: 'value', found, expected: 'a namespace that is in no other environment', hint: `${owner} has it already` }
}

const protectedMistake = (path: IntentPath, namespace: string, glob: string): IntentMistake => ({
  path, at: 'value', found: `namespace "${namespace}"`, expected: `a namespace that is not protected by "${glob}"`,
  hint: glob === 'kube-*' ? 'the namespaces of Kubernetes itself always are' : 'take it out here, or narrow the entry under protect',
})
