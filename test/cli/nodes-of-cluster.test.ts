import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readIntentFile } from '../../lib/adapters/yaml/intent-file.ts'
import { nodesCommand } from '../../lib/cli/commands/nodes.ts'
import { connect } from '../../lib/cli/connection.ts'
import { later } from '../../lib/domain/time.ts'
import { wholeIn } from '../../lib/domain/whole/whole-in.ts'
import { wholeRecord } from '../../lib/domain/whole/whole-record.ts'
import { readFleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { sandboxOperator } from '../../lib/sandbox/operator.ts'
import { createSandbox, type Sandbox } from '../../lib/sandbox/sandbox.ts'
import { smallFleetFiles } from '../sandbox/small-fleet-files.ts'

/** The requests the cluster got, but for those of its own nodes. */
const seen: string[] = []
let refused: string | undefined
let sandbox: Sandbox | undefined
let session: URL | undefined

beforeAll(async () => {
  const plan = readFleetPlan(smallFleetFiles())
  const read = readIntentFile(readFileSync(plan.intent, 'utf8'))
  if (!('intent' in read)) throw new Error(JSON.stringify(read.problems))
  sandbox = await createSandbox(plan, read.intent, 1, {
    cluster: {
      intercept: async ({ method, path }) => {
        seen.push(`${method} ${path.split('?')[0]}`)
        return refused !== undefined && path.includes(refused)
          ? { status: 403, body: { kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403, message: `${refused} is forbidden: User "ana" cannot list resource "${refused}"` } }
          : undefined
      },
    },
  })
  await sandbox.timeline.runUntil(later(sandbox.timeline.now(), 20 * 60))
  Object.assign(process.env, sandbox.environment)
  await sandboxOperator(sandbox).apply(read.intent)
  const file = join(mkdtempSync(join(tmpdir(), 'catnap-session-')), 'sandbox.json')
  writeFileSync(file, JSON.stringify({ pid: process.pid, environment: sandbox.environment, began: { wallMs: Date.now(), sandboxMs: sandbox.timeline.now() }, speed: 0 }))
  session = pathToFileURL(file)
})
afterAll(() => sandbox?.close())

const explain = async (...args: readonly string[]) => {
  const said = { code: 0, out: '', err: '' }
  const terminal = {
    out: (line: string) => void (said.out += `${line}\n`), err: (line: string) => void (said.err += `${line}\n`), fail: (code = 1) => void (said.code = code),
    paint: (_: string, text: string) => text, width: undefined, ask: undefined,
  }
  const program = new Command('catnap').exitOverride()
  nodesCommand(program, {
    terminal,
    connect: (target, say) => {
      delete process.env['CATNAP_TABLE']
      return connect(target, say, session)
    },
  })
  seen.length = 0
  await program.parseAsync(['node', 'catnap', 'nodes', 'explain', ...args])
  return said
}

/** How many pods of `web` are said to sleep with the cluster. */
const withCluster = async (...args: readonly string[]) => (await explain('us-dev', '--json', '--asleep', ...args)).out.split('the whole cluster sleeps, ReplicaSet web').length - 1

describe('catnap nodes explain, asking a cluster', () => {
  it('answers as for a snapshot, with what the table protects, and writes nothing', async () => {
    const { code, out } = await explain('us-dev', '--json')
    const { nodes } = JSON.parse(out) as { readonly nodes: readonly { readonly name: string; readonly verdict: string; readonly reasons: readonly string[]; readonly pods: readonly object[] }[] }

    expect(code).toBe(0)
    expect(nodes).toHaveLength(3)
    expect(Object.keys(nodes[0] ?? {})).toEqual(['name', 'verdict', 'reasons', 'pods'])
    expect(nodes.filter(({ verdict }) => verdict === 'remove').length).toBeGreaterThan(0)
    expect(seen.toSorted()).toEqual(['GET /api/v1/nodes', 'GET /api/v1/pods', 'GET /apis/apps/v1/replicasets', 'GET /apis/policy/v1/poddisruptionbudgets'])
  })

  it('means the one cluster of a fleet that has one, and shows people what each blocker costs an hour', async () => {
    const { code, out, err } = await explain()

    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^acting on the sandbox at 2026-03-23T16:20/) })
    expect(out).toMatch(/^NODE +TYPE +USD\/H +VERDICT +WHY\n/)
    expect(out).toContain('HOLDS USD/H')
    expect(out).toMatch(/3 nodes may leave: \$0\.\d{4}\/h; \d stays?: \$0\.\d{4}\/h \(list price, on demand, us-east-1\)\nnothing was touched\n$/)
  })

  it('says which right is missing, and which cluster there is not', async () => {
    refused = 'poddisruptionbudgets'
    const [people, programs] = [await explain('us-dev'), await explain('us-dev', '--json')]
    refused = undefined
    const unknown = await explain('us-devv')

    expect(people).toMatchObject({ code: 1, out: '', err: expect.stringContaining('error: list poddisruptionbudgets: 403 poddisruptionbudgets is forbidden: User "ana" cannot list resource "poddisruptionbudgets"') })
    expect(JSON.parse(programs.out).error).toContain('list poddisruptionbudgets: 403')
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('there is no cluster "us-devv": did you mean "us-dev"?') })
  })

  it('lets go with the cluster what the table says sleeps with it, or an intent file in its place', async () => {
    if (sandbox === undefined) throw new Error('expected a sandbox')
    const fleet = smallFleetFiles()
    const file = fleet.replace('fleet.yaml', 'catnap.yaml')
    const text = readFileSync(file, 'utf8').replace('pools: { workers: { keep: 1 } }', 'whole: true\n    system: [shop]\n    pools: { workers: { keep: 0 } }').replace('namespaces: [shop]', 'namespaces: [basket]')
    writeFileSync(file, text)
    const read = readIntentFile(text)
    const whole = 'intent' in read ? wholeIn(read.intent, 'us-dev') : undefined
    if (whole === undefined) throw new Error('expected a cluster that may sleep whole')

    expect(await withCluster()).toBe(0)
    expect(await withCluster('--intent', file)).toBe(3)
    await sandboxOperator(sandbox).registry.createEnvironment(wholeRecord(whole, sandbox.timeline.now()), 1)
    expect(await withCluster()).toBe(3)
  })
})
