import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonFault } from '../../../../lib/adapters/kubernetes/snapshot/json-fault.ts'
import { SnapshotError } from '../../../../lib/adapters/kubernetes/snapshot/snapshot-reader.ts'
import { explainNodes } from '../../../../lib/domain/drain/explain-nodes.ts'
import { instant } from '../../../../lib/domain/time.ts'
import { listText, nodeObject, podObject, replicaSetObject, readText } from './kubectl-objects.ts'

const now = instant('2026-11-22T08:00:00Z')

const SMALL = listText(nodeObject('a', { metadata: { name: 'a', labels: { café: '"{[\\' } } }), { kind: 'List', items: [replicaSetObject] }, podObject('web-1'))

/** What comes of it: what was read, or why it was not. */
const said = (read: () => unknown): unknown => {
  try {
    return read()
  } catch (error) {
    if (error instanceof SnapshotError) return error.message
    throw error
  }
}

/** A list in which one value, anywhere, is another. */
const broken = fc.record({
  at: fc.nat(),
  value: fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 1e300, '', '1e400', '-5', '0x1', [], {}, null, [null], [[]], { a: null }, 'constructor', '__proto__')),
}).map(({ at, value }) => {
  const text = listText(nodeObject('a'), nodeObject('b'), replicaSetObject, podObject('web-1', {
    spec: {
      nodeSelector: { x: 'y' }, tolerations: [{ key: 'k', operator: 'Exists' }], volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }],
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } }] } },
      topologySpreadConstraints: [{ topologyKey: 'kubernetes.io/hostname', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} }],
    },
  }))
  let values = 0
  JSON.parse(text, (_, each: unknown) => {
    values += 1
    return each
  })
  let seen = 0
  return JSON.stringify(JSON.parse(text, (_, each: unknown) => {
    seen += 1
    return seen === (at % values) + 1 ? value : each
  }))
})

/** What is answered; a refusal in words counts as an answer, any other error is thrown. */
const answerTo = (text: string): string => {
  try {
    const question = { now, asleep: false, protectedBy: () => undefined, microUsdPerHour: () => undefined }
    return JSON.stringify(explainNodes(readText(text), question))
  } catch (error) {
    if (error instanceof SnapshotError) return error.message
    throw error
  }
}

it('is answered or refused in words, whatever stands in it', () => {
  fc.assert(fc.property(broken, (text) => {
    expect(answerTo(text)).not.toMatch(/NaN|undefined/)
  }), { numRuns: 1000 })
})

it('is read alike in pieces of any size', () => {
  fc.assert(fc.property(broken, fc.nat(40), (text, bytes) => {
    expect(said(() => readText(text, bytes + 1))).toEqual(said(() => readText(text)))
  }), { numRuns: 300 })
})

/** A List in which one letter is another, is missing, or comes besides. */
const damaged = fc.record({ at: fc.nat(), letter: fc.constantFrom('', ',', '{', '}', '[', ']', '"', '\n', '0', '\\', ':', 'é'), takes: fc.nat(1), pretty: fc.boolean(), bytes: fc.nat(60) })
  .map(({ at, letter, takes, pretty, bytes }) => {
    const text = pretty ? JSON.stringify(JSON.parse(SMALL), undefined, 2) : SMALL
    const place = at % (text.length + 1)
    return { text: `${text.slice(0, place)}${letter}${text.slice(place + takes)}`, bytes: bytes + 1 }
  })

it('that is not JSON is refused at its first fault, in one piece or in many', () => {
  fc.assert(fc.property(damaged, ({ text, bytes }) => {
    const fault = jsonFault(text)
    fc.pre(fault !== undefined)
    const before = text.slice(0, fault.at)
    const where = `line ${before.split('\n').length}, column ${fault.at - before.lastIndexOf('\n')}: found `
    expect(said(() => readText(text))).toBe(`${where}${fault.found}, expected ${fault.expected} (JSON)`)
    expect(said(() => readText(text, bytes))).toMatch(new RegExp(`^${where}.*, expected ${fault.expected.replaceAll(/[[\]]/g, '\\$&')} \\(JSON\\)$`))
  }), { numRuns: 2000 })
})

it('has a fault where, and only where, JSON.parse finds one', () => {
  const cut = fc.record({ json: fc.json(), at: fc.nat(), insert: fc.constantFrom('', ',', '}', '"', '\n', '0', '\\', '[') })
    .map(({ json, at, insert }) => `${json.slice(0, at % (json.length + 1))}${insert}${json.slice((at % (json.length + 1)) + 1)}`)
  fc.assert(fc.property(fc.oneof(fc.json(), cut), (text) => {
    let isJson = true
    try {
      JSON.parse(text)
    } catch {
      isJson = false
    }
    expect(jsonFault(text) === undefined).toBe(isJson)
  }), { numRuns: 2000 })
})
