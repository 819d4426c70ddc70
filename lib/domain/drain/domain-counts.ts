/** How many pods there are in each domain of a topology, and how few in the emptiest. */
export interface DomainCounts {
  /** A node joins its domain with so many pods, which brings the domain into being. */
  join(domain: string, pods: number): void
  /** A node leaves its domain with so many pods; the last one takes the domain with it. */
  leave(domain: string, pods: number): void
  /** More or fewer pods on the nodes of a domain. */
  add(domain: string, pods: number): void
  pods(domain: string): number
  /** Domains there are. */
  count(): number
  /** Pods in the emptiest domain; 0 where there is none. */
  least(): number
}

/**
 * Domains of so many nodes each, without a pod yet. Only what changes is kept: many constraints count in the same
 * domains, one for each node where they spread by host name, and most of them find pods in few.
 */
export const domainCounts = (nodesAtFirst: ReadonlyMap<string, number>): DomainCounts => {
  /** Where it is another number than at first. */
  const nodes = new Map<string, number>()
  /** Where there are any. */
  const inhabited = new Map<string, number>()
  /** How many domains have so many pods. */
  const sizes = new Map<number, number>(nodesAtFirst.size === 0 ? [] : [[0, nodesAtFirst.size]])
  let least = 0
  let count = nodesAtFirst.size

  const nodesOf = (domain: string): number => nodes.get(domain) ?? nodesAtFirst.get(domain) ?? 0
  const podsOf = (domain: string): number => inhabited.get(domain) ?? 0
  const resize = (from: number | undefined, to: number | undefined): void => {
    if (from !== undefined) {
      const left = (sizes.get(from) ?? 0) - 1
      if (left > 0) sizes.set(from, left)
      else sizes.delete(from)
    }
    if (to !== undefined) sizes.set(to, (sizes.get(to) ?? 0) + 1)
    if (to !== undefined && to < least) least = to
    else if (!sizes.has(least)) least = sizes.size === 0 ? 0 : Math.min(...sizes.keys())
  }
  const add = (domain: string, pods: number): void => {
    if (pods === 0 || nodesOf(domain) === 0) return
    const before = podsOf(domain)
    resize(before, before + pods)
    if (before + pods === 0) inhabited.delete(domain)
    else inhabited.set(domain, before + pods)
  }
  return {
    join: (domain, pods) => {
      const before = nodesOf(domain)
      nodes.set(domain, before + 1)
      if (before === 0) {
        count += 1
        resize(undefined, 0)
      }
      add(domain, pods)
    },
    leave: (domain, pods) => {
      const before = nodesOf(domain)
      if (before === 0) return
      add(domain, -pods)
      nodes.set(domain, before - 1)
      if (before > 1) return
      count -= 1
      resize(podsOf(domain), undefined)
      inhabited.delete(domain)
    },
    add,
    pods: podsOf,
    count: () => count,
    least: () => least,
  }
}
