import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { capacityNeeded, type GrowingPool } from '../../lib/domain/capacity.ts'
import { inItsZones, podsOfReplicas } from '../../lib/domain/volume-zones.ts'
import { nextZone } from '../../lib/domain/zone-balance.ts'
import { nodeWith, podOn } from './build-cluster.ts'
import { podNeeds, workloadWith } from './build-workload.ts'

const [A, B, C] = ['us-east-1a', 'us-east-1b', 'us-east-1c']
const ZONE = 'topology.kubernetes.io/zone'
const shape = { cpuMilli: 4000, memoryMiB: 16_384, pods: 58, labels: {}, taints: [] }

/** A pool over these zones, with so many nodes in each. */
const workers = (zones: Readonly<Record<string, number>>, changes: Partial<GrowingPool> = {}): GrowingPool => ({ name: 'workers', shape, incoming: 0, zones, ...changes })

const small = (zone: string) => podNeeds({ requests: { cpuMilli: 100, memoryMiB: 100 }, zones: [zone] })

const tiedTo = (...zones: readonly string[]) => podNeeds({ requests: { cpuMilli: 3000, memoryMiB: 100 }, zones })

describe('the nodes that pods tied to a zone need', () => {
  it('are none where a Ready node of the zone has room, whatever other zones have', () => {
    const nodes = [nodeWith('a', { zone: A }), nodeWith('b', { zone: B })]
    expect(capacityNeeded([tiedTo(B)], nodes, [], [workers({ [A]: 1, [B]: 1 })])).toEqual({ more: {}, homeless: [] })
  })

  it('are as many as it takes until the next one comes up there: the emptiest zone is served first', () => {
    expect(capacityNeeded([tiedTo(B)], [nodeWith('a', { zone: A })], [], [workers({ [A]: 1, [B]: 0 })])).toEqual({ more: { workers: 1 }, homeless: [], tied: { [B]: 1 }, forZones: ['workers'] })
    const uneven = workers({ [A]: 0, [B]: 2, [C]: 1 })
    expect(capacityNeeded([tiedTo(B)], [], [], [uneven]).more).toEqual({ workers: 4 })
    // Pods that may run anywhere are put on what comes up meanwhile.
    const anywhere = podNeeds({ requests: { cpuMilli: 3000, memoryMiB: 100 } })
    expect(capacityNeeded([anywhere, anywhere, anywhere, tiedTo(B)], [], [], [uneven]).more).toEqual({ workers: 4 })
  })

  it('are counted with those on their way: launched ones by their zone, the others by where they will be', () => {
    expect(capacityNeeded([tiedTo(B)], [], [], [workers({ [A]: 0, [B]: 1 }, { incoming: 1, launched: [B] })])).toEqual({ more: {}, homeless: [], tied: { [B]: 1 } })
    expect(capacityNeeded([tiedTo(B)], [], [], [workers({ [A]: 1, [B]: 0 }, { incoming: 2, launched: [A] })])).toMatchObject({ more: {} })
    expect(capacityNeeded([tiedTo(B)], [], [], [workers({ [A]: 1, [B]: 0 }, { incoming: 1, launched: [A] })]).more).toEqual({ workers: 1 })
  })

  it('are waited for until they are Ready', () => {
    const coming = nodeWith('b', { zone: B, ready: false })
    expect(capacityNeeded([tiedTo(B)], [coming], [], [workers({ [A]: 0, [B]: 1 })])).toEqual({ more: {}, homeless: [], tied: { [B]: 1 } })
  })

  it('are not asked for in a zone in which none is started at present: they would come up in another', () => {
    const refused = workers({ [A]: 2, [B]: 0 }, { barren: new Set([B]) })
    expect(capacityNeeded([tiedTo(B), tiedTo(A)], [], [], [refused])).toEqual({ more: { workers: 1 }, homeless: [], tied: { [A]: 1, [B]: 1 }, forZones: ['workers'] })
    expect(capacityNeeded([podNeeds()], [], [], [workers({ [A]: 0 }, { barren: new Set([A]) })]).more).toEqual({ workers: 1 })
  })

  it('are left to a provisioner that starts them where the pods may run: one for each zone', () => {
    const batch: GrowingPool = { name: 'batch', shape, incoming: 0 }
    expect(capacityNeeded([small(A), small(A), small(B), podNeeds()], [], [], [batch])).toEqual({ more: { batch: 2 }, homeless: [], tied: { [A]: 2, [B]: 1 } })
  })

  it('cannot be had of pools that are in other zones: the pod is named homeless, as one whose volumes are in different ones', () => {
    expect(capacityNeeded([tiedTo(C)], [], [], [workers({ [A]: 0, [B]: 0 })])).toEqual({ more: {}, homeless: [tiedTo(C)] })
    expect(capacityNeeded([tiedTo()], [], [], [workers({ [A]: 0 }), { name: 'batch', shape, incoming: 0 }]).homeless).toHaveLength(1)
  })

  it('are those of the zone a pod itself chooses', () => {
    const chooses = podNeeds({ nodeSelector: { [ZONE]: B } })
    expect(capacityNeeded([chooses], [], [], [workers({ [A]: 0, [B]: 0 })])).toMatchObject({ more: { workers: 1 }, homeless: [], tied: { [B]: 1 } })
    expect(capacityNeeded([chooses], [], [], [{ name: 'batch', shape, incoming: 0 }]).more).toEqual({ batch: 1 })
    expect(capacityNeeded([{ ...chooses, zones: [A] }], [], [], [workers({ [A]: 0, [B]: 0 })]).homeless).toHaveLength(1)
  })

  it('are counted for tied pods before those that may run anywhere take their room', () => {
    const waiting = podOn(undefined, { ...tiedTo(A), name: 'db-0' })
    expect(capacityNeeded([podOn(undefined, { requests: { cpuMilli: 4000, memoryMiB: 0 } }), waiting], [], [], [workers({ [A]: 0, [B]: 0 }, { incoming: 2, launched: [] })]).more).toEqual({})
  })

  it('come, however a group spreads them, in as many looks as it takes, and never beyond what balance asks for', () => {
    const counts = fc.record({ [A]: fc.nat(3), [B]: fc.nat(3), [C]: fc.nat(3) })
    fc.assert(fc.property(counts, fc.array(fc.constantFrom(A, B, C), { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat(2)), (start, wanted, ties) => {
      const zones: Record<string, number> = { ...start }
      // Nodes that were there are full: each pod needs one of its own.
      const fresh: ReturnType<typeof nodeWith>[] = []
      for (let looks = 0; looks < 20; looks += 1) {
        const { more } = capacityNeeded(wanted.map((zone) => tiedTo(zone ?? A)), fresh, [], [workers(zones)])
        if ((more['workers'] ?? 0) === 0) break
        for (let launched = 0; launched < (more['workers'] ?? 0); launched += 1) {
          const fewest = Math.min(...Object.values(zones))
          const emptiest = Object.keys(zones).filter((zone) => zones[zone] === fewest)
          const zone = emptiest[ties.next().value % emptiest.length] ?? A
          zones[zone] = (zones[zone] ?? 0) + 1
          fresh.push(nodeWith(`${zone}-${fresh.length}`, { zone }))
        }
      }
      for (const zone of [A, B, C]) expect(fresh.filter((node) => node.zone === zone).length).toBeGreaterThanOrEqual(wanted.filter((each) => each === zone).length)
      const most = Math.max(...[A, B, C].map((zone) => (start[zone] ?? 0) + wanted.filter((each) => each === zone).length))
      expect(Math.max(...Object.values(zones))).toBeLessThanOrEqual(Math.max(most, ...Object.values(start)))
    }), { numRuns: 200 })
  })
})

describe('the zone of the next node of a group', () => {
  it('is the emptiest that is open, of equals the one wished for', () => {
    expect(nextZone({ [A]: 1, [B]: 0 }, new Set())).toBe(B)
    expect(nextZone({ [A]: 1, [B]: 1 }, new Set(), [B])).toBe(B)
    expect(nextZone({ [A]: 1, [B]: 0 }, new Set([B]))).toBe(A)
    expect(nextZone({ [A]: 1 }, new Set([A]))).toBeUndefined()
  })
})

describe('the zones of a pod', () => {
  const zones = new Map([['shop/data-db-1', [B]], ['shop/shared', [A, B]], ['shop/far', [C]]])

  it('are those in which all its volumes can be reached; a claim without a volume ties it to none', () => {
    expect(inItsZones(podNeeds({ claims: ['data-db-1', 'shared', 'new'] }), 'shop', zones).zones).toEqual([B])
    expect(inItsZones(podNeeds({ claims: ['shared', 'far'] }), 'shop', zones).zones).toEqual([])
    expect(inItsZones(podNeeds({ claims: ['new'] }), 'shop', zones)).not.toHaveProperty('zones')
    expect(inItsZones(podNeeds({ claims: ['shared'] }), 'others', zones)).not.toHaveProperty('zones')
  })

  it('follow from the claims each replica of a StatefulSet has of its own', () => {
    const db = workloadWith({ kind: 'StatefulSet', name: 'db', pod: podNeeds({ claims: ['shared'] }), claimTemplates: { names: ['data', 'log'], firstOrdinal: 1 } })
    expect(podsOfReplicas(db, 0, 2).map(({ claims }) => claims)).toEqual([['shared', 'data-db-1', 'log-db-1'], ['shared', 'data-db-2', 'log-db-2']])
    expect(podsOfReplicas(workloadWith(), 1, 3)).toEqual([podNeeds(), podNeeds()])
    expect(podsOfReplicas(db, 2, 0)).toEqual([])
  })
})
