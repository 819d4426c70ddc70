import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listText, nodeObject, podObject, replicaSetObject } from '../adapters/kubernetes/snapshot/kubectl-objects.ts'
import { intentText } from '../domain/intent-file.ts'
import { runCatnap } from './run-catnap.ts'

const SMALL = listText(
  nodeObject('a'), nodeObject('b'), replicaSetObject,
  podObject('web-1'),
  podObject('by-hand', { metadata: { ownerReferences: [] }, spec: { nodeName: 'b' } }),
  podObject('billing', { metadata: { namespace: 'billing-prod' }, spec: { nodeName: 'b' } }),
)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catnap-'))
  await writeFile(join(folder, 'cluster.json'), SMALL)
  await writeFile(join(folder, 'catnap.yaml'), intentText())
})
afterAll(() => rm(folder, { recursive: true }))

const explain = (args: readonly string[], input = '') => runCatnap(['nodes', 'explain', ...args], { cwd: folder, input })

describe('catnap nodes explain', () => {
  it('answers from a snapshot, without a cluster', async () => {
    const { code, out } = await explain(['--snapshot', 'cluster.json', '--json', '--now', '2026-11-22T08:00:00Z'])

    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      nodes: [
        { name: 'a', verdict: 'remove', reasons: ['its one pod fits on nodes that stay'], pods: [{ namespace: 'shop', name: 'web-1', verdict: 'evict', reason: 'may leave: it fits on node b' }] },
        {
          name: 'b',
          verdict: 'keep',
          reasons: ['takes shop/web-1 from node a, which leaves', 'billing-prod/billing: no place: no other node stays (asks for 250m CPU, 64 MiB)', 'shop/by-hand: no controller: nobody would bring it back'],
          pods: [expect.objectContaining({ name: 'billing', verdict: 'block' }), expect.objectContaining({ name: 'by-hand', verdict: 'block' })],
        },
      ],
    })
  })

  it('reads standard input, the clock, the intent, and that the whole cluster sleeps', async () => {
    const [early, asleep] = await Promise.all([
      explain(['--snapshot', '-', '--json', '--now', '2026-11-20T08:09:59Z'], SMALL),
      explain(['--snapshot', '-', '--json', '--asleep', '--intent', 'catnap.yaml'], SMALL),
    ])

    expect(JSON.parse(early.out).nodes[0].reasons).toEqual(['younger than 10 minutes'])
    expect(JSON.parse(asleep.out).nodes.find(({ name }: { name: string }) => name === 'b').pods[0].reason).toBe('namespace billing-prod is protected by "*-prod"')
  })

  it('lets go with the cluster what the intent says sleeps with it, as the act does', async () => {
    await writeFile(join(folder, 'whole.yaml'), intentText([['whole: true', 'whole: true\n    system: [karpenter]']]))
    const own = listText(nodeObject('a'), replicaSetObject, podObject('karpenter-1', { metadata: { namespace: 'karpenter' }, spec: { volumes: [{ name: 'cache', emptyDir: {} }] } }))
    const reasonsOf = async (...args: readonly string[]) => JSON.parse((await explain(['--snapshot', '-', '--json', ...args], own)).out).nodes[0].pods
    const [asleep, awake, unnamed] = await Promise.all([reasonsOf('--asleep', '--intent', 'whole.yaml'), reasonsOf('--intent', 'whole.yaml'), reasonsOf('--asleep', '--intent', 'catnap.yaml')])

    expect(asleep).toEqual([expect.objectContaining({ verdict: 'evict', reason: 'the whole cluster sleeps, ReplicaSet web-abc with it' })])
    expect(awake).toEqual([expect.objectContaining({ verdict: 'block' })])
    expect(unnamed).toEqual([expect.objectContaining({ verdict: 'block' })])
  })

  it('shows people what each blocker costs an hour', async () => {
    const { out } = await explain(['--snapshot', 'cluster.json', '--now', '2026-11-22T08:00:00Z'])

    expect(out).toBe(`NODE  TYPE        USD/H  VERDICT  WHY
a     m5.large  $0.0960  remove   its one pod fits on nodes that stay
b     m5.large  $0.0960  keep     takes shop/web-1 from node a, which leaves and 2 more

HOLDS USD/H  NODE            BLOCKER
    $0.0960  b     one of 3  takes shop/web-1 from node a, which leaves
    $0.0960  b     one of 3  billing-prod/billing: no place: no other node stays (asks for 250m CPU, 64 MiB)
    $0.0960  b     one of 3  shop/by-hand: no controller: nobody would bring it back

1 of 2 nodes may leave: $0.0960/h; 1 stays: $0.0960/h (list price, on demand, us-east-1)
nothing was touched
`)
  })

  it('tells what is wrong with a snapshot, what was expected and how to make one, and ends with 1', async () => {
    const [people, programs, missing] = await Promise.all([
      explain(['--snapshot', '-'], '{"kind": "List", "items": [{}]}'),
      explain(['--snapshot', '-', '--json'], '{"kind": "List"'),
      explain(['--snapshot', 'nope.json']),
    ])

    expect(people).toMatchObject({ code: 1, out: '' })
    expect(people.err).toBe(
      'error: cannot read standard input; expected what this prints: kubectl get nodes,pods,pdb,deploy,rs,sts,ds,jobs,rc,ns,pv,pvc -A -o json\n' +
      'items[0] kind: found nothing, expected a text that is not empty\n',
    )
    expect(programs.code).toBe(1)
    expect(JSON.parse(programs.out).problems).toEqual([{ where: 'line 1, column 16', found: 'the end', expected: '"," or "}" (JSON)' }])
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('cannot read nope.json: there is no such file; make one with: kubectl get') })
  })

  it('ends with 2 on wrong usage', async () => {
    const [both, badNow] = await Promise.all([explain(['us-dev', '--snapshot', '-']), explain(['--snapshot', '-', '--now', 'noon'])])

    expect(both).toMatchObject({ code: 2, err: expect.stringContaining('found the cluster "us-dev" and --snapshot -, expected one of them') })
    expect(badNow.code).toBe(2)
  })
})
