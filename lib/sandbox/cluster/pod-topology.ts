import { selects } from './label-selector.ts'
import { isChosen } from './node-fit.ts'
import type { ObjectStore } from './object-store.ts'
import { isFinished } from './pod-state.ts'
import type { Node, Pod, PodAffinityTerm, SpreadConstraint } from './resources.ts'

/** A rule about the pods a pod may or may not be near, resolved against the cluster of this moment. */
export type TopologyRule = (node: Node) => string | undefined

const matches = ({ labelSelector, namespaces }: PodAffinityTerm, of: Pod, other: Pod): boolean =>
  (namespaces ?? [of.metadata.namespace ?? '']).includes(other.metadata.namespace ?? '') &&
  selects(labelSelector, other.metadata.labels)

const domainOf = (node: Node | undefined, topologyKey: string): string | undefined =>
  node?.metadata.labels?.[topologyKey]

const isPlaced = (other: Pod): boolean => other.spec.nodeName !== undefined && !isFinished(other)

/** Whether the pod keeps others away, so that the rules of every other pod must know it. */
export const keepsOthersAway = ({ spec }: Pod): boolean =>
  (spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).length > 0

/**
 * The rules for a pod, each a function that answers why a node is refused, in kube-scheduler's words. `guarded` are
 * the pods that keep others away.
 */
export const topologyRules = (store: ObjectStore, pod: Pod, guarded: readonly Pod[]): readonly TopologyRule[] => {
  const { affinity, topologySpreadConstraints = [] } = pod.spec
  const near = affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const apart = affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const spread = topologySpreadConstraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
  const isFree = near.length === 0 && apart.length === 0 && spread.length === 0
  const placed = isFree ? [] : store.list('Pod', pod.metadata.namespace).filter((other) => isPlaced(other))

  const domains = (topologyKey: string, pods: readonly Pod[]): ReadonlySet<string | undefined> =>
    new Set(pods.map(({ spec }) => domainOf(store.get('Node', spec.nodeName ?? ''), topologyKey)))

  const apartRules = apart.map((term): TopologyRule => {
    const taken = domains(term.topologyKey, placed.filter((other) => matches(term, pod, other)))
    return (node) => {
      const domain = domainOf(node, term.topologyKey)
      return domain !== undefined && taken.has(domain) ? "didn't match pod anti-affinity rules" : undefined
    }
  })

  const shunnedBy = (term: PodAffinityTerm, other: Pod): TopologyRule => {
    const domain = domainOf(store.get('Node', other.spec.nodeName ?? ''), term.topologyKey)
    return (node) =>
      domain !== undefined && domainOf(node, term.topologyKey) === domain
        ? "didn't satisfy existing pods anti-affinity rules"
        : undefined
  }

  const shunnedRules = guarded.filter((other) => isPlaced(other)).flatMap((other) =>
    (other.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [])
      .filter((term) => matches(term, other, pod))
      .map((term) => shunnedBy(term, other)),
  )

  const nearRules = near.map((term): TopologyRule => {
    const friends = placed.filter((other) => matches(term, pod, other))
    // The first of its kind has nobody to be near and may start anywhere.
    const isFirst = friends.length === 0 && matches(term, pod, pod)
    const allowed = domains(term.topologyKey, friends)
    return (node) => {
      const domain = domainOf(node, term.topologyKey)
      if (domain === undefined || (!isFirst && !allowed.has(domain))) return "didn't match pod affinity rules"
      return undefined
    }
  })

  const spreadRule = ({ topologyKey, labelSelector, maxSkew }: SpreadConstraint): TopologyRule => {
    const count = new Map<string, number>()
    for (const node of store.list('Node')) {
      const domain = domainOf(node, topologyKey)
      if (domain !== undefined && isChosen(pod.spec, node)) count.set(domain, 0)
    }
    for (const other of placed) {
      const domain = domainOf(store.get('Node', other.spec.nodeName ?? ''), topologyKey)
      if (domain === undefined || !count.has(domain) || other.metadata.deletionTimestamp !== undefined) continue
      if (selects(labelSelector, other.metadata.labels)) count.set(domain, (count.get(domain) ?? 0) + 1)
    }
    const least = Math.min(...count.values())
    const own = selects(labelSelector, pod.metadata.labels) ? 1 : 0
    return (node) => {
      const here = count.get(domainOf(node, topologyKey) ?? '')
      const isSkewed = here === undefined || here + own - least > maxSkew
      return isSkewed ? "didn't match pod topology spread constraints" : undefined
    }
  }

  return [...apartRules, ...shunnedRules, ...nearRules, ...spread.map((constraint) => spreadRule(constraint))]
}
