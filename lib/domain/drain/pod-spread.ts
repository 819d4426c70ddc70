import { RECLAIM_TAINT } from '../node.ts'
import { type DomainCounts, domainCounts } from './domain-counts.ts'
import { isChosen, toleratesAll } from './node-fit.ts'
import { type Neighbourhood, NO_TESTS, type NodeTest, type Seating } from './seating.ts'
import { selects } from './selector.ts'
import { selectorIndex } from './selector-index.ts'
import type { Needs, SeenNode, SeenPod, SeenTaint, Spread } from './snapshot.ts'

/** Pods one constraint counts: on each node, and by domain on the nodes that are part of one. */
interface Tally {
  readonly id: string
  readonly spread: Spread
  readonly onNode: Map<number, number>
  readonly byDomain: DomainCounts
  /** The nodes that are part of a domain unless they leave and the constraint minds. */
  readonly members: Members
  /** Whether a leaving node is no domain any more. */
  readonly mindsLeaving: boolean
}

/** The nodes of a constraint's domains, and how many each domain has at first. */
interface Members {
  has(index: number): boolean
  readonly domains: ReadonlyMap<string, number>
}

/** What a leaving node carries: our mark, and the taint of the cordon that comes with it. */
const LEAVING: readonly SeenTaint[] = [RECLAIM_TAINT, 'node.kubernetes.io/unschedulable']
  .map((key) => ({ key, value: '', effect: 'NoSchedule' }))

/** Spread over domains, with the nodes that leave in mind. */
export interface PodSpread extends Neighbourhood {
  /** A node leaves, or stays after all. */
  leaves(index: number, does: boolean): void
}

/**
 * Topology spread constraints with `DoNotSchedule` as kube-scheduler's PodTopologySpread filter has them. A leaving node
 * is still a domain, an empty one at that, unless the constraint says `nodeTaintsPolicy: Honor`. Ending pods do not count.
 */
export const podSpread = (seating: Seating): PodSpread => {
  const tallies = new Map<Needs, Map<string, readonly Tally[]>>()
  const watching = selectorIndex<Tally>()
  const minding: Tally[] = []
  const leaving = new Set<number>()
  let count = 0

  const isOut = (tally: Tally, index: number): boolean => tally.mindsLeaving && leaving.has(index)
  const moved = (pod: SeenPod, index: number, sign: 1 | -1): void => {
    if (pod.deletionAt === undefined) for (const tally of watching.of(pod)) notice(tally, index, sign)
  }
  const notice = (tally: Tally, index: number, sign: 1 | -1): void => {
    tally.onNode.set(index, (tally.onNode.get(index) ?? 0) + sign)
    const domain = domainOf(seating.nodes[index], tally.spread)
    if (domain !== undefined && tally.members.has(index) && !isOut(tally, index)) tally.byDomain.add(domain, sign)
  }
  const leaves = (index: number, does: boolean): void => {
    if (does) leaving.add(index)
    else leaving.delete(index)
    for (const { spread, members, byDomain, onNode } of minding) {
      const domain = domainOf(seating.nodes[index], spread)
      if (domain === undefined || !members.has(index)) continue
      if (does) byDomain.leave(domain, onNode.get(index) ?? 0)
      else byDomain.join(domain, onNode.get(index) ?? 0)
    }
  }
  const known = new Map<string, Members>()
  /** Constraints of many workloads have the same members; only the pods they count differ. */
  const membersOf = (needs: Needs, spread: Spread): Members => {
    const { nodeSelector, nodeTerms, tolerations } = needs
    const keys = needs.spread.map(({ topologyKey }) => topologyKey)
    const policies = [spread.honorsAffinity && [nodeSelector, nodeTerms], spread.honorsTaints && tolerations]
    const words = JSON.stringify([spread.topologyKey, keys, ...policies])
    const members = known.get(words) ?? findMembers(seating.nodes, needs, spread)
    known.set(words, members)
    return members
  }
  const make = (needs: Needs, namespace: string, spread: Spread): Tally => {
    const members = membersOf(needs, spread)
    const mindsLeaving = spread.honorsTaints && !toleratesAll(needs.tolerations, LEAVING)
    const tally: Tally = { id: `spread:${(count += 1)}`, spread, onNode: new Map(), byDomain: domainCounts(members.domains), members, mindsLeaving }
    watching.add(namespace, [spread.selector], tally)
    if (mindsLeaving) minding.push(tally)
    return tally
  }
  const talliesOf = ({ needs, namespace }: SeenPod): readonly Tally[] => {
    const byNamespace = tallies.get(needs) ?? new Map<string, readonly Tally[]>()
    tallies.set(needs, byNamespace)
    const made = byNamespace.get(namespace) ?? needs.spread.map((spread) => make(needs, namespace, spread))
    byNamespace.set(namespace, made)
    return made
  }
  // What anybody wants is known before the first pod is seated, so that each move is counted where it matters.
  for (const pod of seating.pods) if (pod.needs.spread.length > 0) talliesOf(pod)
  const testsFor = (pod: SeenPod): readonly NodeTest[] =>
    pod.needs.spread.length === 0 ? NO_TESTS : talliesOf(pod).map(({ id, spread, byDomain }) => {
      const own = selects(spread.selector, pod.labels) ? 1 : 0
      const least = byDomain.count() < spread.minDomains ? 0 : byDomain.least()
      return {
        id: `${id}:${least}:${own}`,
        topologyKey: spread.topologyKey,
        passes: (index) => {
          const domain = domainOf(seating.nodes[index], spread)
          return domain !== undefined && byDomain.pods(domain) + own - least <= spread.maxSkew
        },
      }
    })
  return { moved, leaves, testsFor }
}

const domainOf = (node: SeenNode | undefined, { topologyKey }: Spread): string | undefined => node?.labels[topologyKey]

const findMembers = (nodes: readonly SeenNode[], needs: Needs, spread: Spread): Members => {
  const members = new Set<number>()
  const domains = new Map<string, number>()
  for (const [index, node] of nodes.entries()) {
    const domain = domainOf(node, spread)
    if (domain === undefined || !isMember(node, needs, spread)) continue
    members.add(index)
    domains.set(domain, (domains.get(domain) ?? 0) + 1)
  }
  return { has: (index) => members.has(index), domains }
}

/** Whether a node is part of a domain: it has the keys of all constraints, and passes the policies of this one. */
const isMember = (node: SeenNode, needs: Needs, { honorsAffinity, honorsTaints }: Spread): boolean =>
  needs.spread.every((spread) => domainOf(node, spread) !== undefined) &&
  (!honorsAffinity || isChosen(needs, node)) &&
  (!honorsTaints || toleratesAll(needs.tolerations, node.taints))
