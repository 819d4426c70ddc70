import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Selector, selects } from '../../../lib/domain/drain/selector.ts'
import { selectorIndex } from '../../../lib/domain/drain/selector-index.ts'

const namespace = fc.constantFrom('shop', 'blog')
const key = fc.constantFrom('app', 'tier')
const value = fc.constantFrom('', 'a', 'b')
const requirement = fc.record({ key, operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'), values: fc.array(value, { maxLength: 2 }) })
const selector = fc.option(fc.array(requirement, { maxLength: 2 }), { nil: undefined })
const entries = fc.array(fc.record({ namespace, selectors: fc.array(selector, { minLength: 1, maxLength: 2 }) }), { maxLength: 8 })
const pods = fc.array(fc.record({ namespace, labels: fc.dictionary(key, value, { maxKeys: 2 }) }), { minLength: 1, maxLength: 4 })

it('finds what selects a pod as trying every selector does, in the order in which it came, also what came after the first look', () => {
  fc.assert(fc.property(entries, entries, pods, (early, late, asked) => {
    const index = selectorIndex<{ readonly namespace: string; readonly selectors: readonly (Selector | undefined)[] }>()
    const added: typeof early = []
    for (const some of [early, late]) {
      for (const entry of some) index.add(entry.namespace, entry.selectors, entry)
      added.push(...some)
      for (const pod of [...asked, ...asked]) {
        expect(index.of(pod)).toEqual(added.filter((entry) => entry.namespace === pod.namespace && entry.selectors.every((each) => selects(each, pod.labels))))
      }
    }
  }))
})
