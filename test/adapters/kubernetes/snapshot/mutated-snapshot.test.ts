import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { nodesCommand } from '../../../../lib/cli/commands/nodes.ts'
import { SnapshotError } from '../../../../lib/adapters/kubernetes/snapshot/snapshot-reader.ts'
import { explainNodes, type NodeAnswer } from '../../../../lib/domain/drain/explain-nodes.ts'
import { instant } from '../../../../lib/domain/time.ts'
import { listText, nodeObject, podObject, readText, replicaSetObject } from './kubectl-objects.ts'

const now = instant('2026-11-22T08:00:00Z')

/** Pods that the table blocks whatever else is in the cluster, one on each node. */
const BLOCKED = [
  podObject('held', { metadata: { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } }, spec: { nodeName: 'n0' } }),
  podObject('unsafe', { metadata: { annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' } }, spec: { nodeName: 'n1' } }),
  podObject('by-hand', { metadata: { ownerReferences: [] }, spec: { nodeName: 'n2' } }),
  podObject('on-disk', { spec: { nodeName: 'n3', volumes: [{ name: 'scratch', emptyDir: {} }] } }),
  podObject('agent', { metadata: { namespace: 'kube-system' }, spec: { nodeName: 'n4' } }),
] as const
const NAMES = new Set(BLOCKED.map(({ metadata }) => (metadata as { readonly name: string }).name))
const HELD = new Set(BLOCKED.map(({ spec }) => (spec as { readonly nodeName: string }).nodeName))

/** Objects of all other kinds that are read. */
const OTHERS: readonly unknown[] = [
  ...['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6'].map((name) => nodeObject(name)),
  replicaSetObject,
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'a' } } },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { namespace: 'shop', name: 'web', generation: 1 }, spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } }, status: { observedGeneration: 1, disruptionsAllowed: 2, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 } },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace: 'shop', name: 'data' }, spec: { volumeName: 'pv-1' } },
  { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv-1', labels: {} }, spec: {} },
  podObject('web-1', { spec: { nodeName: 'n5' } }),
  podObject('web-2', { spec: { nodeName: 'n6', volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }], affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } }] } } } }),
]

/** The same value with its `at`-th part gone or another. */
const mutated = (value: unknown, at: number, to: unknown): unknown => {
  const text = JSON.stringify(value)
  let parts = 0
  JSON.parse(text, (_, part: unknown) => {
    parts += 1
    return part
  })
  let seen = 0
  // What a reviver makes undefined is left out.
  return JSON.parse(text, (_, part: unknown) => {
    seen += 1
    return seen === (at % parts) + 1 ? to : part
  })
}

const oneChange = fc.oneof(
  fc.record({ do: fc.constant('drop-part' as const), item: fc.nat(), at: fc.nat() }),
  fc.record({ do: fc.constant('set-part' as const), item: fc.nat(), at: fc.nat(), to: fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 1e300, '', '-5', [], {}, null, [null], 'n0', '__proto__', true)) }),
  fc.record({ do: fc.constant('twice' as const), item: fc.nat() }),
  fc.record({ do: fc.constant('drop' as const), item: fc.nat() }),
  fc.record({ do: fc.constant('unknown' as const), item: fc.nat(), value: fc.constantFrom<unknown>({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: {} }, { kind: 'List', items: [] }, { apiVersion: 'v2', kind: 'Pod' }, null, 3, []) }),
  fc.record({ do: fc.constant('nest' as const), item: fc.nat(), kind: fc.constantFrom('List', 'PodList', 'Listing') }),
)

/** Everything above, with up to four changes to what is not blocked. */
const snapshots = fc.array(oneChange, { maxLength: 4 }).map((changes) => {
  const items = [...OTHERS]
  for (const change of changes) {
    if (items.length === 0) break
    const at = change.item % items.length
    if (change.do === 'drop-part') items[at] = mutated(items[at], change.at, undefined) ?? null
    else if (change.do === 'set-part') items[at] = mutated(items[at], change.at, change.to)
    else if (change.do === 'twice') items.push(items[at])
    else if (change.do === 'drop') items.splice(at, 1)
    else if (change.do === 'unknown') items.splice(at, 0, change.value)
    else items.splice(at, items.length, { apiVersion: 'v1', kind: change.kind, items: items.slice(at) })
  }
  return listText(...BLOCKED, ...items)
})

/** Undefined: it is refused, in words. */
const answersTo = (text: string, asleep: boolean): readonly NodeAnswer[] | undefined => {
  try {
    return explainNodes(readText(text, 1000), { now, asleep, protectedBy: () => undefined, microUsdPerHour: () => undefined })
  } catch (error) {
    if (error instanceof SnapshotError && /found .*, expected /.test(error.message)) return undefined
    throw error
  }
}

it('lets no node go under a pod that the table blocks, however the rest is mutilated; what it cannot read it refuses in words', () => {
  let answered = 0
  fc.assert(fc.property(snapshots, fc.boolean(), (text, asleep) => {
    const nodes = answersTo(text, asleep)
    if (nodes !== undefined) answered += 1
    // In a cluster that sleeps as a whole what is in kube-system goes with it.
    const held = nodes?.filter(({ name, pods }) => HELD.has(name) && pods.some((pod) => NAMES.has(pod.name) && !(asleep && pod.namespace === 'kube-system')))
    expect(held?.filter(({ verdict }) => verdict === 'remove') ?? []).toEqual([])
    expect(JSON.stringify(nodes ?? [])).not.toMatch(/NaN|undefined/)
  }), { numRuns: 800 })
  expect(answered).toBeGreaterThan(250)
})

const expectedOf = (isAnswered: boolean, json: boolean): RegExp => {
  if (isAnswered) return json ? /^\{"nodes":\[.*\]\}\n$/ : /nothing was touched\n$|^there is no node\n$/
  return json ? /^\{"error":"cannot read .*","problems":\[\{"where":.*\]\}\n$/ : /^error: cannot read .*cluster\.json; expected what this prints/
}

const folder = mkdtempSync(join(tmpdir(), 'catnap-mutated-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('is answered by the command with a table, or refused with the places that are wrong, never with a stack', async () => {
  const file = join(folder, 'cluster.json')
  await fc.assert(fc.asyncProperty(fc.oneof(snapshots, snapshots.map((text) => text.slice(0, text.length / 2)), fc.constantFrom(listText(), '', '[]', 'null')), fc.boolean(), async (text, json) => {
    writeFileSync(file, text)
    const said = { code: 0, out: '', err: '' }
    const terminal = {
      out: (line: string) => void (said.out += `${line}\n`), err: (line: string) => void (said.err += `${line}\n`), fail: (code = 1) => void (said.code = code),
      paint: (_: string, words: string) => words, width: undefined, ask: undefined,
    }
    const program = new Command('catnap').exitOverride()
    nodesCommand(program, { terminal, connect: () => Promise.reject(new Error('no cluster is asked')) })
    await program.parseAsync(['node', 'catnap', 'nodes', 'explain', '--snapshot', file, ...(json ? ['--json'] : [])])
    expect(`${said.out}${said.err}`).not.toMatch(/\n {4}at /)
    expect(said.code === 0 || json ? said.out : said.err).toMatch(expectedOf(said.code === 0, json))
  }), { numRuns: 60 })
})
