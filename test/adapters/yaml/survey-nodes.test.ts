import { isMap, type Pair, parseDocument } from 'yaml'
import { describe, expect, it } from 'vitest'
import { surveyNodes } from '../../../lib/adapters/yaml/survey-nodes.ts'
import { countReads } from '../../domain/count-reads.ts'

/** How often the keys of a mapping are read, whatever library goes through it. */
const readsOf = (keys: number, repeated: boolean): number => {
  const text = Array.from({ length: keys }, (_, index) => `k${repeated ? 0 : index}: 1\n`).join('')
  const file = parseDocument(text, { uniqueKeys: false })
  if (!isMap(file.contents)) return expect.fail('no mapping')
  const { counted, reads } = countReads(file.contents.items as readonly Pair[], 'key')
  const contents = Object.assign(file.contents, { items: counted })
  surveyNodes(Object.assign(file, { contents }), text)
  return reads()
}

describe('a file of many keys', () => {
  it.each([false, true])('has each read as often as one of few does (all the same: %s)', (repeated) => {
    expect(readsOf(4_000, repeated) / readsOf(1_000, repeated)).toBeCloseTo(4, 1)
  })
})
