import fc from 'fast-check'
import { expect, it } from 'vitest'
import { placeTree } from '../../../lib/domain/drain/place-tree.ts'

const free = fc.record({ cpuMilli: fc.nat(4), memoryBytes: fc.nat(4), pods: fc.nat(3) })
const asked = fc.record({ cpuMilli: fc.nat(4), memoryBytes: fc.nat(4), pods: fc.constant(1) })

it('finds the first place with enough of everything, as a look at each would', () => {
  fc.assert(fc.property(fc.array(fc.option(free, { nil: undefined }), { maxLength: 20 }), fc.nat(21), asked, (places, from, wanted) => {
    const tree = placeTree(places.length, (slot) => places[slot])
    const expected = places.findIndex((place, slot) =>
      slot >= from && place !== undefined && place.pods >= 1 && place.cpuMilli >= wanted.cpuMilli && place.memoryBytes >= wanted.memoryBytes)
    expect(tree.first(from, wanted)).toBe(expected)
  }))
})

it('gives a pod that asks for nothing a place on a node that is overcommitted', () => {
  const tree = placeTree(1, () => ({ cpuMilli: -100, memoryBytes: -1, pods: 1 }))
  expect(tree.first(0, { cpuMilli: 0, memoryBytes: 0, pods: 1 })).toBe(0)
  expect(tree.first(0, { cpuMilli: 1, memoryBytes: 0, pods: 1 })).toBe(-1)
})

it('finds nothing where there is no place', () => {
  expect(placeTree(0, () => undefined).first(0, { cpuMilli: 0, memoryBytes: 0, pods: 1 })).toBe(-1)
})
