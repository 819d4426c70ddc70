import { describe, expect, it } from 'vitest'
import type { Needs, NodeTerm, SeenNode, SeenPod, SeenToleration, Snapshot } from '../../../lib/domain/drain/snapshot.ts'
import { explain, judged, nodeNamed, podOn, removed, roomOf, stayingNode } from './build-snapshot.ts'

interface Changes {
  readonly labels?: Readonly<Record<string, string>>
}

/** Whether the pod of node a may leave for node b. */
const fitsOnB = (needs: Partial<Needs>, b: Partial<SeenNode> = {}, others: readonly SeenPod[] = [], changes: Partial<Snapshot> & Changes = {}): boolean =>
  judged(podOn('a', { needs, labels: changes.labels ?? { app: 'web' } }), {
    ...changes,
    nodes: [nodeNamed('a'), stayingNode('b', b)],
    pods: [podOn('a', { needs, labels: changes.labels ?? { app: 'web' } }), ...others],
  }).verdict === 'evict'

const other = (name: string, needs: Partial<Needs>, changes: Parameters<typeof podOn>[1] = {}) => podOn('b', { name, needs, ...changes })

const affinity = (...nodeTerms: readonly Partial<NodeTerm>[]): Partial<Needs> => ({ nodeTerms: nodeTerms.map((term) => ({ expressions: [], fields: [], ...term })) })

const named = (operator: string, name: string) => affinity({ fields: [{ key: 'metadata.name', operator, values: [name] }] })

const tainted = (effect: string) => ({ taints: [{ key: 'team', value: 'batch', effect }] })

const tolerating = (toleration: Partial<SeenToleration>) => ({ tolerations: [{ key: 'team', operator: '', value: '', effect: '', ...toleration }] })

const port = (ip: string, number: number, protocol = 'TCP') => ({ hostPorts: [{ ip, protocol, port: number }] })

const where = (operator: string, ...values: readonly string[]) => affinity({ expressions: [{ key: 'size', operator, values }] })

describe('room', () => {
  it('is what is allocatable less what is asked for, to the last milli-core and byte', () => {
    expect(fitsOnB({ requests: roomOf(4000, 16) })).toBe(true)
    expect(fitsOnB({ requests: roomOf(4001, 1) })).toBe(false)
    expect(fitsOnB({ requests: { cpuMilli: 1, memoryBytes: 16 * 2 ** 30 + 1, others: {} } })).toBe(false)
    expect(fitsOnB({ requests: roomOf(1000) }, {}, [other('x', { requests: roomOf(3001) })])).toBe(false)
  })

  it('is kept by pods that are ending, even long after they should have, and not by finished ones', () => {
    const asks = { requests: roomOf(1000) }
    const full = { requests: roomOf(4000) }
    expect(fitsOnB(asks, {}, [other('x', full, { deletionAt: 0 as never })])).toBe(false)
    expect(fitsOnB(asks, {}, [other('x', full, { phase: 'Succeeded' })])).toBe(true)
  })

  it('has a number of pods', () => {
    expect(fitsOnB({ requests: roomOf(0) }, { allocatablePods: 1 }, [other('x', { requests: roomOf(0) })])).toBe(false)
    expect(fitsOnB({ requests: roomOf(0) }, { allocatablePods: 2 }, [other('x', { requests: roomOf(0) })])).toBe(true)
  })

  it('has everything else that is asked for', () => {
    const gpu = { requests: roomOf(100, 0, { 'nvidia.com/gpu': 1 }) }
    expect(fitsOnB(gpu)).toBe(false)
    expect(fitsOnB(gpu, { allocatable: roomOf(4000, 16, { 'nvidia.com/gpu': 1 }) })).toBe(true)
    expect(fitsOnB(gpu, { allocatable: roomOf(4000, 16, { 'nvidia.com/gpu': 1 }) }, [other('x', gpu)])).toBe(false)
  })

  it('is there for a pod that asks for nothing, however much is overcommitted', () => {
    expect(fitsOnB({ requests: roomOf(0) }, {}, [other('x', { requests: roomOf(5000, 20) })])).toBe(true)
  })
})

describe('node selector and required node affinity', () => {

  it('want every label of the selector', () => {
    expect(fitsOnB({ nodeSelector: { size: '9', disk: 'ssd' } }, { labels: { size: '9' } })).toBe(false)
    expect(fitsOnB({ nodeSelector: { size: '9', disk: 'ssd' } }, { labels: { size: '9', disk: 'ssd' } })).toBe(true)
  })

  it.each([
    ['In', ['9', '10'], true, false], ['NotIn', ['9'], false, true], ['Exists', [], true, false], ['DoesNotExist', [], false, true],
    ['Gt', ['8'], true, false], ['Gt', ['9'], false, false], ['Lt', ['10'], true, false], ['Lt', ['9'], false, false], ['Gt', ['eight'], false, false],
    ['Near', ['9'], false, false],
  ])('%s %o', (operator, values, withLabel, without) => {
    expect(fitsOnB(where(operator, ...values), { labels: { size: '9' } })).toBe(withLabel)
    expect(fitsOnB(where(operator, ...values))).toBe(without)
  })

  it('compare numbers as numbers', () => {
    expect(fitsOnB(where('Gt', '9'), { labels: { size: '10' } })).toBe(true)
    expect(fitsOnB(where('Lt', '9'), { labels: { size: '' } })).toBe(false)
  })

  it('know a node by its name', () => {
    expect(fitsOnB(named('In', 'b'))).toBe(true)
    expect(fitsOnB(named('In', 'c'))).toBe(false)
    expect(fitsOnB(named('NotIn', 'b'))).toBe(false)
  })

  it('want one term of several, and in it everything; an empty term nothing meets', () => {
    const big = { key: 'size', operator: 'In', values: ['9'] }
    const ssd = { key: 'disk', operator: 'In', values: ['ssd'] }
    expect(fitsOnB(affinity({ expressions: [big] }, { expressions: [ssd] }), { labels: { size: '9' } })).toBe(true)
    expect(fitsOnB(affinity({ expressions: [big, ssd] }), { labels: { size: '9' } })).toBe(false)
    expect(fitsOnB(affinity({}))).toBe(false)
    expect(fitsOnB(affinity())).toBe(false)
  })
})

describe('taints', () => {

  it('keep away what does not tolerate them, save PreferNoSchedule', () => {
    expect(fitsOnB({}, tainted('NoSchedule'))).toBe(false)
    expect(fitsOnB({}, tainted('NoExecute'))).toBe(false)
    expect(fitsOnB({}, tainted('PreferNoSchedule'))).toBe(true)
  })

  it.each([
    [{ value: 'batch' }, true], [{ operator: 'Equal', value: 'batch' }, true], [{ value: 'web' }, false], [{ operator: 'Exists' }, true],
    [{ operator: 'Exists', key: '' }, true], [{ operator: 'Exists', key: 'other' }, false],
    [{ operator: 'Exists', effect: 'NoExecute' }, false], [{ operator: 'Exists', effect: 'NoSchedule' }, true],
    [{ key: '', value: 'batch' }, false], [{ operator: 'Gt', value: 'a' }, false],
  ])('are tolerated by %o: %s', (toleration, is) => {
    expect(fitsOnB(tolerating(toleration), tainted('NoSchedule'))).toBe(is)
  })

  it.each([['Lt', '10', true], ['Lt', '9', false], ['Gt', '8', true], ['Gt', '9', false], ['Gt', '10', false]])('with a number are tolerated by %s %s: %s', (operator, value, is) => {
    expect(fitsOnB(tolerating({ operator, value }), { taints: [{ key: 'team', value: '9', effect: 'NoSchedule' }] })).toBe(is)
  })
})

describe('host ports', () => {

  it.each([
    [port('0.0.0.0', 80), port('0.0.0.0', 80), false], [port('10.0.0.1', 80), port('10.0.0.2', 80), true],
    [port('10.0.0.1', 80), port('0.0.0.0', 80), false], [port('0.0.0.0', 80), port('10.0.0.1', 80), false],
    [port('0.0.0.0', 80), port('0.0.0.0', 80, 'UDP'), true], [port('0.0.0.0', 80), port('0.0.0.0', 81), true],
  ])('%o beside %o: %s', (asks, has, is) => {
    expect(fitsOnB(asks, {}, [other('x', has)])).toBe(is)
  })
})

describe('volumes', () => {
  const claims = new Map([['shop/data', { volume: 'pv-1' }]])
  const zoneA = { nodeTerms: [{ expressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a'] }], fields: [] }], topology: [] }
  const pod = podOn('a', { claims: ['data'] })
  const away = (b: Partial<SeenNode>, changes: Partial<Snapshot>) =>
    judged(pod, { nodes: [nodeNamed('a'), stayingNode('b', b)], claims, ...changes })

  it('are reached from their zone only', () => {
    const volumes = new Map([['pv-1', zoneA]])
    expect(away({}, { volumes }).verdict).toBe('evict')
    expect(away({ labels: { 'topology.kubernetes.io/zone': 'us-east-1b' } }, { volumes }).reason).toBe('no place: fits on no node that stays: labels, taints or volumes close each to it (asks for 500m CPU, 1024 MiB, the volume of claim data)')
  })

  it('are reached from the zones their labels name', () => {
    const volumes = new Map([['pv-1', { nodeTerms: undefined, topology: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1b', 'us-east-1c'] }] }]])
    expect(away({ labels: { 'topology.kubernetes.io/zone': 'us-east-1c' } }, { volumes }).verdict).toBe('evict')
    expect(away({}, { volumes }).verdict).toBe('block')
  })

  it('block when they are not known', () => {
    expect(away({}, {}).reason).toBe('no place: the volume pv-1 of its claim data is unknown')
    expect(away({}, { claims: new Map() }).reason).toBe('no place: its claim data is unknown')
    expect(away({}, { claims: new Map([['shop/data', { volume: undefined }]]) }).reason).toBe('no place: its claim data has no volume')
    expect(away({}, { claims: new Map([['other/data', { volume: 'pv-1' }]]), volumes: new Map([['pv-1', zoneA]]) }).verdict).toBe('block')
  })

  it('hold nothing when the whole cluster sleeps', () => {
    expect(judged(pod, { nodes: [nodeNamed('a')] }, { asleep: true }).verdict).toBe('evict')
  })
})

const why = (needs: Partial<Needs>, changes: Partial<Snapshot> = {}): string => judged(podOn('a', { needs }), changes).reason

describe('no place', () => {
  it('blocks, and says what was asked for', () => {
    expect(why({ nodeSelector: { gpu: 'yes' } })).toBe('no place: fits on no node that stays: labels, taints or volumes close each to it (asks for 500m CPU, 1024 MiB, node selector gpu=yes)')
    expect(why(where('In', '9'))).toContain('node affinity on size)')
  })

  it('is told apart: no other node, none it may run on, none with room, none the pods there leave to it', () => {
    const port80 = port('0.0.0.0', 80)
    const neighbour = [podOn('a', { needs: port80 }), other('x', port80)]
    expect(why({}, { nodes: [nodeNamed('a')] })).toBe('no place: no other node stays (asks for 500m CPU, 1024 MiB)')
    expect(why({}, { nodes: [nodeNamed('a'), stayingNode('b', tainted('NoSchedule'))] })).toContain('labels, taints or volumes close each to it')
    expect(why({ requests: roomOf(9000) })).toBe('no place: fits on no node that stays: none it may run on has the room, or a pod to spare (asks for 9000m CPU)')
    expect(why({ requests: roomOf(100, 0, { 'nvidia.com/gpu': 1 }) })).toContain('has the room, or a pod to spare (asks for 100m CPU, 1 nvidia.com/gpu)')
    expect(judged(podOn('a', { needs: port80 }), { pods: neighbour }).reason).toBe('no place: fits on no node that stays: pods there keep it away from each with room (asks for 500m CPU, 1024 MiB, host port 80)')
  })

  it('blocks nothing when the whole cluster sleeps', () => {
    expect(removed(explain({ nodes: [nodeNamed('a'), nodeNamed('b')], pods: [podOn('a'), podOn('b', { name: 'web-2' })] }, { asleep: true }))).toEqual(['a', 'b'])
  })
})
