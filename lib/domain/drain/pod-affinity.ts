import { type LabelIndex, labelIndex } from './label-index.ts'
import { type Neighbourhood, NO_TESTS, type NodeTest, type Seating } from './seating.ts'
import { selects } from './selector.ts'
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
  const watches = new Map<string, LabelIndex<Watch>>()
  const guards = new Map<string, LabelIndex<Guard>>()
  let [watchCount, guardCount] = [0, 0]
  const watchOf = memo((terms: readonly PodTerm[], own: string): Watch => {
    const watch: Watch = { id: `watch:${(watchCount += 1)}`, terms, byDomain: terms.map(() => new Map()) }
    for (const namespace of spokenOf(terms, own, seating)) file(watches, namespace, terms[0], watch)
    return watch
  })
  const guardOf = memo((term: PodTerm, own: string): Guard => {
    const guard: Guard = { id: `guard:${(guardCount += 1)}`, term, taken: new Map() }
    for (const namespace of spokenOf([term], own, seating)) file(guards, namespace, term, guard)
    return guard
  })
  const aloneOf = memo((needs: Needs): readonly (readonly PodTerm[])[] => needs.apart.map((term) => [term]))
  for (const { namespace, needs } of seating.pods) {
    if (needs.near.length > 0) watchOf(needs.near, namespace)
    if (needs.apart.length > 0) for (const terms of aloneOf(needs, '')) watchOf(terms, namespace)
  }

  const domainOf = (index: number, topologyKey: string): string | undefined => seating.nodes[index]?.labels[topologyKey]
  const notice = ({ terms, byDomain }: Watch, pod: SeenPod, index: number, sign: 1 | -1): void => {
    if (!terms.every(({ selector }) => selects(selector, pod.labels))) return
    for (const [at, { topologyKey }] of terms.entries()) count(byDomain[at], domainOf(index, topologyKey), sign)
  }
  const moved = (pod: SeenPod, index: number, sign: 1 | -1): void => {
    for (const watch of watches.get(pod.namespace)?.near(pod.labels) ?? []) notice(watch, pod, index, sign)
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
  const guardTests = ({ namespace, labels }: SeenPod): readonly NodeTest[] => {
    const near = guards.get(namespace)?.near(labels) ?? []
    return near.length === 0 ? NO_TESTS : near.flatMap(({ id, term, taken }) =>
      taken.size > 0 && selects(term.selector, labels) ? [freeOf(term.topologyKey, taken, id)] : [])
  }
  const testsFor = (pod: SeenPod): readonly NodeTest[] => {
    const [near, apart, guarded] = [nearTests(pod), apartTests(pod), guardTests(pod)]
    return near.length + apart.length + guarded.length === 0 ? NO_TESTS : [...near, ...apart, ...guarded]
  }
  return { moved, testsFor }
}

const count = (counts: Map<string, number> | undefined, domain: string | undefined, by: number): void => {
  if (counts === undefined || domain === undefined) return
  const now = (counts.get(domain) ?? 0) + by
  if (now === 0) counts.delete(domain)
  else counts.set(domain, now)
}

const file = <Item>(lists: Map<string, LabelIndex<Item>>, namespace: string, term: PodTerm | undefined, item: Item): void => {
  const index = lists.get(namespace) ?? labelIndex<Item>()
  lists.set(namespace, index)
  index.add(term?.selector, item)
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
