/** How many pods there are in each domain of a topology, and how few in the emptiest. */
export interface DomainCounts {
  /** A node, or several, joins its domain with so many pods, which brings the domain into being. */
  join(domain: string, pods: number, nodes?: number): void
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

/** No domain yet. */
export const domainCounts = (): DomainCounts => {
  const domains = new Map<string, { nodes: number; pods: number }>()
  /** How many domains have so many pods. */
  const sizes = new Map<number, number>()
  let least = 0

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
    const known = domains.get(domain)
    if (known === undefined) return
    resize(known.pods, known.pods + pods)
    known.pods += pods
  }
  return {
    join: (domain, pods, nodes = 1) => {
      const known = domains.get(domain)
      if (known === undefined) {
        domains.set(domain, { nodes, pods })
        resize(undefined, pods)
        return
      }
      known.nodes += nodes
      add(domain, pods)
    },
    leave: (domain, pods) => {
      const known = domains.get(domain)
      if (known === undefined) return
      known.nodes -= 1
      add(domain, -pods)
      if (known.nodes > 0) return
      domains.delete(domain)
      resize(known.pods, undefined)
    },
    add,
    pods: (domain) => domains.get(domain)?.pods ?? 0,
    count: () => domains.size,
    least: () => least,
  }
}
