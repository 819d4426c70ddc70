import { ApiException } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { namespaceLists } from '../../../lib/adapters/kubernetes/namespace-lists.ts'

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `shop-${index}`)

/** A cluster of so many namespaces with `each` things in each, which notes what is asked of it. */
const clusterOf = (namespaces: number, each: number, refused = false) => {
  const things = names(namespaces).flatMap((namespace) => Array.from({ length: each }, () => ({ namespace })))
  const asked: string[] = []
  return {
    asked,
    listed: {
      what: 'things',
      namespaceOf: ({ namespace }: { readonly namespace: string }) => namespace,
      list: async (namespace: string | undefined, { limit, _continue = '0' }: { limit: number; _continue?: string }) => {
        asked.push(namespace ?? 'all')
        if (refused && namespace === undefined) throw new ApiException(403, 'forbidden', {}, {})
        const found = things.filter((thing) => namespace === undefined || thing.namespace === namespace)
        const end = Number(_continue) + limit
        const left = found.length - end
        return { items: found.slice(Number(_continue), end), metadata: left > 0 ? { _continue: `${end}`, remainingItemCount: left } : {} }
      },
    },
  }
}

describe('lists of namespaces', () => {
  it('ask each of a few namespaces', async () => {
    const { listed, asked } = clusterOf(3, 2)
    expect(await namespaceLists()(listed, names(3))).toHaveLength(6)
    expect(asked.toSorted()).toEqual(names(3))
  })

  it('read the pages of the whole cluster instead of many namespaces, and leave out what is of others', async () => {
    const { listed, asked } = clusterOf(100, 20)
    const found = await namespaceLists()(listed, names(50))
    expect(new Set(found.map(({ namespace }) => namespace))).toEqual(new Set(names(50)))
    expect(found).toHaveLength(1000)
    expect(asked).toEqual(['all', 'all', 'all', 'all'])
  })

  it('ask each namespace where the cluster has more pages than that', async () => {
    const { listed, asked } = clusterOf(100, 60)
    expect(await namespaceLists()(listed, names(10))).toHaveLength(600)
    expect(asked.toSorted()).toEqual(['all', ...names(10)])
  })

  it('ask each namespace, and all of them never again, where the whole cluster may not be listed', async () => {
    const { listed, asked } = clusterOf(100, 1, true)
    const lists = namespaceLists()
    expect(await lists(listed, names(10))).toHaveLength(10)
    expect(await lists(listed, names(10))).toHaveLength(10)
    expect(asked.filter((namespace) => namespace === 'all')).toHaveLength(1)
  })
})
