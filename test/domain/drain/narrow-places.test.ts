import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Board, placeBoard, type Standing } from '../../../lib/domain/drain/board.ts'
import type { Needs, PodTerm, Spread } from '../../../lib/domain/drain/snapshot.ts'
import { needsOf, nodeNamed, podOn, roomOf, snapshotWith } from './build-snapshot.ts'

const HOST = 'kubernetes.io/hostname'
const ZONE = 'topology.kubernetes.io/zone'
const chosen = (app: string) => [{ key: 'app', operator: 'In', values: [app] }]
const term = (app: string, topologyKey: string): PodTerm => ({ selector: chosen(app), topologyKey, namespaces: [], namespaceSelector: undefined })
const spread = (app: string, topologyKey: string, honorsTaints: boolean): Spread => ({ selector: chosen(app), topologyKey, maxSkew: 1, minDomains: 1, honorsAffinity: true, honorsTaints })

/** What the pods of a workload may want of their neighbours; each workload is one object, as templates are read. */
const kinds: readonly ((app: string) => Partial<Needs>)[] = [
  () => ({}),
  (app) => ({ apart: [term(app, HOST)] }),
  (app) => ({ apart: [term(app, ZONE)] }),
  (app) => ({ spread: [spread(app, HOST, false)] }),
  (app) => ({ spread: [spread(app, HOST, true), spread(app, ZONE, false)] }),
  (app) => ({ near: [term(app, ZONE)], apart: [term('a0', HOST)] }),
  (app) => ({ near: [term(app, HOST)] }),
  () => ({ hostPorts: [{ ip: '0.0.0.0', protocol: 'TCP', port: 80 }] }),
  () => ({ requests: { ...roomOf(100, 0), others: { 'nvidia.com/gpu': 1 } } }),
]

const act = fc.oneof(
  fc.record({ do: fc.constant('seat' as const), pod: fc.nat(19) }),
  fc.record({ do: fc.constant('stand' as const), node: fc.nat(8), as: fc.constantFrom<Standing>('open', 'stays', 'leaves', 'no place') }),
  fc.record({ do: fc.constant('undo' as const), back: fc.nat(4) }),
)
const clusters = fc.record({
  kinds: fc.array(fc.nat(kinds.length - 1), { minLength: 3, maxLength: 3 }),
  pods: fc.array(fc.record({ on: fc.nat(8), app: fc.nat(2), cpu: fc.constantFrom(0, 500) }), { minLength: 1, maxLength: 20 }),
  standings: fc.array(fc.constantFrom<Standing>('open', 'open', 'stays', 'no place'), { minLength: 9, maxLength: 9 }),
  acts: fc.array(act, { maxLength: 40 }),
})

it('finds the place that is found by trying one node after the other, whatever happened before', () => {
  fc.assert(fc.property(clusters, (drawn) => {
    const nodes = drawn.standings.map((_, index) => nodeNamed(`n${index}`, {
      labels: { ...(index === 8 ? {} : { [ZONE]: `z${index % 3}` }), [HOST]: `n${index}` }, allocatable: { ...roomOf(1500, 8), others: { 'nvidia.com/gpu': index % 2 } },
    }))
    const needs = drawn.kinds.map((kind, app) => [0, 500].map((cpu) => needsOf({ requests: roomOf(cpu, 0), ...kinds[kind]?.(`a${app}`) })))
    const pods = drawn.pods.map(({ on, app, cpu }, index) => ({ ...podOn(`n${on}`, { name: `p${index}`, labels: { app: `a${app}` } }), needs: needs[app]?.[cpu === 0 ? 0 : 1] ?? needsOf() }))
    const snapshot = snapshotWith({ nodes, pods })
    const boards: readonly Board[] = [{ patience: Infinity, worth: 0 }, { patience: 1, worth: 0 }].map((terms) => placeBoard(snapshot, nodes, drawn.standings, terms))
    const homes = new Map(pods.map((pod) => [pod, Number(pod.node?.slice(1))]))
    const marks = boards.map((board) => [board.mark()])
    const trail = [new Map(homes)]
    const found: (readonly [narrowed: number | undefined, plain: number | undefined])[] = []
    for (const step of drawn.acts) {
      if (step.do === 'undo') {
        const to = Math.max(0, trail.length - 1 - step.back)
        for (const [at, board] of boards.entries()) board.undo(marks[at]?.[to] ?? 0)
        for (const each of marks) each.length = to + 1
        trail.length = to + 1
        homes.clear()
        for (const [pod, home] of trail[to] ?? []) homes.set(pod, home)
        continue
      }
      if (step.do === 'stand') for (const board of boards) board.stand(step.node, step.as)
      else {
        const pod = pods[step.pod % pods.length]
        if (pod === undefined) continue
        const home = homes.get(pod) ?? 0
        for (const board of boards) board.lift(pod, home)
        const [plain, narrowed] = boards.map((board) => board.place(pod, []))
        found.push([narrowed, plain])
        for (const board of boards) board.put(pod, plain ?? home)
        homes.set(pod, plain ?? home)
      }
      for (const [at, board] of boards.entries()) marks[at]?.push(board.mark())
      trail.push(new Map(homes))
    }
    expect(found.map(([narrowed]) => narrowed)).toEqual(found.map(([, plain]) => plain))
  }), { numRuns: 500 })
})
