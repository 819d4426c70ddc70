import { type Neighbourhood, NO_TESTS, type NodeTest, type Seating } from './seating.ts'
import { selects } from './selector.ts'
import { selectorIndex } from './selector-index.ts'
import type { Needs, PodTerm, SeenPod } from './snapshot.ts'

/** Pods of certain namespaces that all of these terms select, counted by the domains of each term. */
interface Watch {
  readonly id: string
  readonly terms: readonly PodTerm[]
  readonly byDomain: readonly Map<string, number>[]
}

/** A term by which pods that are there keep others away, and the domains they are in. */
interface Guard {
  readonly id: string
  readonly term: PodTerm
  readonly taken: Map<string, number>
}

/** Whether a term, on a pod of namespace `own`, speaks of pods of `namespace`. */
const speaksOf = ({ namespaces, namespaceSelector }: PodTerm, own: string, namespace: string, seating: Seating): boolean => {
  if (namespaces.length === 0 && namespaceSelector === undefined) return namespace === own
  return namespaces.includes(namespace) || selects(namespaceSelector, seating.namespaces.get(namespace) ?? {})
}

/** The namespaces of whose pods all terms speak. Most speak of their own only, in a cluster that has hundreds. */
const spokenOf = (terms: readonly PodTerm[], own: string, seating: Seating): readonly string[] => {
  const isOwn = terms.some(({ namespaces, namespaceSelector }) => namespaces.length === 0 && namespaceSelector === undefined)
  return (isOwn ? [own] : [...seating.namespaces.keys()]).filter((name) => terms.every((term) => speaksOf(term, own, name, seating)))
}

/**
 * Required pod affinity and anti-affinity as kube-scheduler's InterPodAffinity filter has them: existing pods keep
 * others away too; affinity wants one pod that all terms select; the first of a group that wants its own kind may go
 * anywhere. What anybody wants is known before the first pod is seated, so that each move is counted where it matters.
 */
export const podAffinity = (seating: Seating): Neighbourhood => {
  const watches = selectorIndex<Watch>()
  const guards = selectorIndex<Guard>()
  let [watchCount, guardCount] = [0, 0]
  const watchOf = memo((terms: readonly PodTerm[], own: string): Watch => {
    const watch: Watch = { id: `watch:${(watchCount += 1)}`, terms, byDomain: terms.map(() => new Map()) }
    for (const namespace of spokenOf(terms, own, seating)) watches.add(namespace, terms.map(({ selector }) => selector), watch)
    return watch
  })
  const guardOf = memo((term: PodTerm, own: string): Guard => {
    const guard: Guard = { id: `guard:${(guardCount += 1)}`, term, taken: new Map() }
    for (const namespace of spokenOf([term], own, seating)) guards.add(namespace, [term.selector], guard)
    return guard
  })
  const aloneOf = memo((needs: Needs): readonly (readonly PodTerm[])[] => needs.apart.map((term) => [term]))
  for (const { namespace, needs } of seating.pods) {
    if (needs.near.length > 0) watchOf(needs.near, namespace)
    if (needs.apart.length > 0) for (const terms of aloneOf(needs, '')) watchOf(terms, namespace)
  }

  const domainOf = (index: number, topologyKey: string): string | undefined => seating.nodes[index]?.labels[topologyKey]
  const moved = (pod: SeenPod, index: number, sign: 1 | -1): void => {
    for (const { terms, byDomain } of watches.of(pod)) {
      for (const [at, { topologyKey }] of terms.entries()) count(byDomain[at], domainOf(index, topologyKey), sign)
    }
    for (const term of pod.needs.apart) count(guardOf(term, pod.namespace).taken, domainOf(index, term.topologyKey), sign)
  }
  const freeOf = (topologyKey: string, taken: ReadonlyMap<string, number> | undefined, id: string): NodeTest => ({
    id,
    topologyKey,
    passes: (index) => {
      const domain = domainOf(index, topologyKey)
      return domain === undefined || taken?.has(domain) !== true
    },
  })
  const nearTests = ({ namespace, labels, needs: { near } }: SeenPod): readonly NodeTest[] => {
    if (near.length === 0) return NO_TESTS
    const { id, byDomain } = watchOf(near, namespace)
    const isFirst =
      byDomain.every(({ size }) => size === 0) &&
      near.every((term) => speaksOf(term, namespace, namespace, seating) && selects(term.selector, labels))
    return near.map(({ topologyKey }, at) => ({
      id: `${id}:${at}${isFirst ? ':first' : ''}`,
      topologyKey,
      passes: (index) => {
        const domain = domainOf(index, topologyKey)
        return domain !== undefined && (isFirst || byDomain[at]?.has(domain) === true)
      },
    }))
  }
  const apartTests = ({ namespace, needs }: SeenPod): readonly NodeTest[] =>
    needs.apart.length === 0 ? NO_TESTS : aloneOf(needs, '').map((terms) => {
      const { id, byDomain } = watchOf(terms, namespace)
      return freeOf(terms[0]?.topologyKey ?? '', byDomain[0], id)
    })
  const testsFor = (pod: SeenPod): readonly NodeTest[] => {
    const keepingAway = guards.of(pod)
    if (pod.needs.near.length + pod.needs.apart.length + keepingAway.length === 0) return NO_TESTS
    const guarded = keepingAway.flatMap(({ id, term, taken }) => (taken.size > 0 ? [freeOf(term.topologyKey, taken, id)] : []))
    return [...nearTests(pod), ...apartTests(pod), ...guarded]
  }
  return { moved, testsFor }
}

const count = (counts: Map<string, number> | undefined, domain: string | undefined, by: number): void => {
  if (counts === undefined || domain === undefined) return
  const now = (counts.get(domain) ?? 0) + by
  if (now === 0) counts.delete(domain)
  else counts.set(domain, now)
}

/** One value for each object and name: pods of one template share their terms. */
const memo = <Key extends object, Value>(make: (key: Key, name: string) => Value): ((key: Key, name: string) => Value) => {
  const made = new Map<Key, Map<string, Value>>()
  return (key, name) => {
    const byName = made.get(key) ?? new Map<string, Value>()
    made.set(key, byName)
    const known = byName.get(name)
    if (known !== undefined) return known
    const value = make(key, name)
    byName.set(name, value)
    return value
  }
}
