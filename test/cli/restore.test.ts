import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readIntentFile } from '../../lib/adapters/yaml/intent-file.ts'
import { restoreCommand } from '../../lib/cli/commands/restore.ts'
import { connect } from '../../lib/cli/connection.ts'
import { later } from '../../lib/domain/time.ts'
import { readFleetPlan } from '../../lib/sandbox/fleet-plan.ts'
import { sandboxOperator } from '../../lib/sandbox/operator.ts'
import { createSandbox, type Sandbox } from '../../lib/sandbox/sandbox.ts'
import { smallFleetFiles } from '../sandbox/small-fleet-files.ts'
import { runOnDesk } from './run-on-desk.ts'

let sandbox: Sandbox | undefined
let operator: ReturnType<typeof sandboxOperator> | undefined
let session: URL | undefined
let intentFile = ''

const ID = 'us-dev/shop'

beforeAll(async () => {
  const plan = readFleetPlan(smallFleetFiles())
  intentFile = plan.intent
  const read = readIntentFile(readFileSync(plan.intent, 'utf8'))
  if (!('intent' in read)) throw new Error(JSON.stringify(read.problems))
  sandbox = await createSandbox(plan, read.intent, 1)
  await sandbox.timeline.runUntil(later(sandbox.timeline.now(), 20 * 60))
  Object.assign(process.env, sandbox.environment)
  operator = sandboxOperator(sandbox)
  await operator.apply(read.intent)
  const file = join(mkdtempSync(join(tmpdir(), 'catnap-session-')), 'sandbox.json')
  writeFileSync(file, JSON.stringify({ pid: process.pid, environment: sandbox.environment, began: { wallMs: Date.now(), sandboxMs: sandbox.timeline.now() }, speed: 0 }))
  session = pathToFileURL(file)
})
afterAll(() => sandbox?.close())

const registry = () => (operator ?? expect.fail('the sandbox did not start')).registry

const restore = (...args: readonly string[]) => runOnDesk(restoreCommand, ['restore', ...args, '--by', 'ana'], async (target, say) => {
  delete process.env['CATNAP_TABLE']
  return connect(target, say, session)
})

/** The same where the table is no more. */
const withoutTable = async (...args: readonly string[]) => runOnDesk(restoreCommand, ['restore', ...args, '--by', 'ana'], async (target, say) => {
  delete process.env['CATNAP_TABLE']
  const { clock, clusters, close } = await connect({}, () => {}, session)
  close()
  return { ...(await connect({ ...target, table: 'long-gone' }, say)), clock, clusters }
})

const record = async () => (await registry().environments.get(ID)) ?? expect.fail('no record')

const web = () => sandbox?.clusters.get('us-dev')?.list('apps/v1', 'Deployment').find(({ metadata }) => metadata.name === 'web') ?? expect.fail('no Deployment')

/** As Catnap leaves it: the Deployment at zero with its mark on it, and its original in the table where that is said. */
const fallAsleep = async (inTable: boolean): Promise<void> => {
  const { metadata, spec, ...rest } = web()
  const marks = { 'catnap.dev/original-replicas': '3', 'catnap.dev/environment': ID }
  sandbox?.clusters.get('us-dev')?.apply([{ ...rest, metadata: { ...metadata, annotations: { ...metadata.annotations, ...marks } }, spec: { ...(spec as object), replicas: 0 } }])
  await registry().dropOriginals(ID)
  if (inTable) await registry().keepOriginals(ID, new Map([['Deployment/shop/web', { replicas: 3 }]]))
}

const SENTENCE = 'wake Deployment shop/web: 0 replicas → 3 replicas (restored by ana; undone by 3 replicas)\n'

describe('catnap restore', () => {
  it('says what it finds and what it would do, and writes nothing', async () => {
    await fallAsleep(true)
    await registry().environments.change(ID, { set: { phase: 'asleep' } })

    const { code, out } = await restore(ID, '--dry-run')

    expect({ code, out }).toEqual({ code: 0, out: `found us-dev/shop asleep: 1 original in the table; 1 object carries a mark of it\n${SENTENCE}dry run: nothing was written\n` })
    expect([(await registry().environments.get(ID))?.phase, web().spec]).toMatchObject(['asleep', { replicas: 0 }])
  })

  it('has its workers put it back, also where the table takes it for awake', async () => {
    await fallAsleep(false)
    await registry().environments.change(ID, { set: { phase: 'awake' } })
    const { epoch } = await record()

    const { code, out } = await restore(ID)

    expect(code).toBe(0)
    expect(out).toMatch(/^found us-dev\/shop awake: 0 originals in the table; 1 object carries a mark of it\nus-dev\/shop is on its way up; it stays awake until .*, for ana\n/)
    expect(await registry().environments.get(ID)).toMatchObject({ phase: 'waking', epoch: epoch + 1, lease: { by: 'ana' } })
    expect((await registry().history(ID))[0]).toMatchObject({ text: 'is restored on request of ana' })
  })

  it('is refused where no worker would act', async () => {
    await registry().changeCluster('us-dev', { set: { mode: 'observe' } })
    const { code, err } = await restore(ID)
    await registry().changeCluster('us-dev', { set: { mode: 'act' } })

    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('cluster us-dev is in observe mode') })
  })

  it('puts back with its own hands what the table does not have, as the intent says', async () => {
    await fallAsleep(false)
    await registry().environments.change(ID, { set: { phase: 'awake', removed: true } })
    await registry().forget(await record())

    const unsaid = await restore(ID)
    const dry = await restore(ID, '--intent', intentFile, '--dry-run')
    const { code, out } = await restore(ID, '--intent', intentFile)

    expect(unsaid).toMatchObject({ code: 1, err: expect.stringContaining('where the table lost it: catnap restore us-dev/shop --intent catnap.yaml') })
    expect(dry.out).toBe(`the table does not have us-dev/shop; 1 object carries a mark of it\n${SENTENCE}dry run: nothing was written\n`)
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^the table does not have us-dev\/shop; 1 object carries a mark of it\n.*\nput back: 1 step\nnodes come by themselves/) })
    expect([web().spec, Object.keys(web().metadata.annotations ?? {}).filter((name) => name.startsWith('catnap'))]).toMatchObject([{ replicas: 3 }, []])
  })

  it('does so too where the whole table is lost', async () => {
    await fallAsleep(false)
    const unsaid = await withoutTable(ID)
    const { code, out } = await withoutTable(ID, '--intent', intentFile)

    expect(unsaid).toMatchObject({ code: 1, err: expect.stringContaining('there is no such table here') })
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(SENTENCE) })
    expect(web().spec).toMatchObject({ replicas: 3 })
  })

  it('puts back the own workloads of a cluster that slept as a whole', async () => {
    const coredns = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'coredns', namespace: 'kube-system', annotations: { 'catnap.dev/original-replicas': '2', 'catnap.dev/environment': 'us-dev' } } }
    const template = { metadata: { labels: { app: 'coredns' } }, spec: { containers: [{ name: 'coredns', image: 'coredns' }] } }
    sandbox?.clusters.get('us-dev')?.apply([{ ...coredns, spec: { replicas: 0, selector: { matchLabels: { app: 'coredns' } }, template } }])
    const file = join(mkdtempSync(join(tmpdir(), 'catnap-whole-')), 'catnap.yaml')
    writeFileSync(file, readFileSync(intentFile, 'utf8').replace('pools: { workers: { keep: 1 } }', 'whole: true\n    pools: { workers: { keep: 0 } }'))

    const { code, out } = await restore('us-dev', '--intent', file)

    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('wake Deployment kube-system/coredns: 0 replicas → 2 replicas (restored by ana; undone by 2 replicas)\n') })
    const found = sandbox?.clusters.get('us-dev')?.list('apps/v1', 'Deployment').find(({ metadata }) => metadata.name === 'coredns')
    expect([found?.spec, found?.metadata.annotations]).toMatchObject([{ replicas: 2 }, {}])
  })

  it('says where neither has it', async () => {
    const { code, err } = await restore('us-dev/shpo', '--intent', intentFile)
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('neither the table nor the intent has an environment "us-dev/shpo": did you mean "us-dev/shop"?') })
  })
})
