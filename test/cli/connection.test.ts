import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { explainTrouble } from '../../lib/cli/aws-trouble.ts'
import { connect } from '../../lib/cli/connection.ts'
import { runningSandbox, sandboxNow } from '../../lib/cli/running-sandbox.ts'
import { iso } from '../../lib/domain/time.ts'
import { listenOnLoopback } from '../../lib/sandbox/listen-on-loopback.ts'
import { INTENT, NOW, operatorDesk } from './operator-desk.ts'
import { runCatnap } from './run-catnap.ts'

const desk = operatorDesk()
const NOBODY = { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' }

/** An endpoint that answers every call with this error. */
const refusing = async (status: number, name: string, message: string): Promise<{ url: string; close(): Promise<void> }> => {
  const server = createServer((_, response) => response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message })))
  return listenOnLoopback(server)
}

describe('the whole command line', () => {
  it('delivers, shows and wakes with the credentials it finds', async () => {
    const file = await desk.file('catnap.yaml', INTENT)
    const env = { ...desk.variables(), USER: 'ana' }

    const applied = await runCatnap(['apply', file, '--yes'], { env })
    await desk.connection().registry.environments.change('us-dev/demo', { set: { phase: 'asleep' } })
    const woken = await runCatnap(['wake', 'us-dev/demo'], { env })

    expect(applied).toMatchObject({ code: 0, err: '' })
    expect(applied.out).toContain('written: 5 changes')
    expect(woken).toMatchObject({ code: 0, err: '' })
    expect(woken.out).toMatch(/^us-dev\/demo is on its way up; it stays awake until .* for ana\n/)
    expect(desk.messages('wake')).toEqual([{ kind: 'environment', id: 'us-dev/demo' }])
  })

  it('tells both ways where there are neither credentials nor a sandbox, and plans a file all the same', async () => {
    const file = await desk.file('catnap.yaml', INTENT)

    const [status, plan] = await Promise.all([
      runCatnap(['status', '--aws'], { env: NOBODY }),
      runCatnap(['plan', file, '--aws', '--json'], { env: NOBODY }),
    ])

    expect({ code: status.code, out: status.out }).toEqual({ code: 1, out: '' })
    expect(status.err).toContain('error: no AWS credentials and no running sandbox were found')
    expect(status.err).toContain('expected one of the two: start a sandbox in this folder (npm start), or sign in to AWS')
    expect(plan.code).toBe(0)
    expect(plan.err).toContain('without the table, so the sizes of pools are left out: no AWS credentials')
    expect(JSON.parse(plan.out)).toMatchObject({ environments: [{ id: 'us-dev/demo', asleepShare: 1 }, { id: 'us-dev/shop', asleepShare: 0.6429 }], pools: [{ pool: 'us-dev/workers', keep: 1 }] })
  })
})

describe('a running sandbox', () => {
  let folder = ''
  let saved: NodeJS.ProcessEnv = {}
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'catnap-'))
    saved = { ...process.env }
  })
  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name]
    Object.assign(process.env, saved)
    await rm(folder, { recursive: true })
  })
  const session = async (changes: object = {}): Promise<URL> => {
    const began = { wallMs: Date.now() - 1000, sandboxMs: NOW }
    const file = join(folder, 'sandbox.json')
    await writeFile(file, JSON.stringify({ pid: process.pid, environment: desk.variables(), began, speed: 60, ...changes }))
    return pathToFileURL(file)
  }

  it('is acted on, at its own time, whatever AWS profile the caller has', async () => {
    const file = await session()
    delete process.env['CATNAP_TABLE']
    process.env['AWS_PROFILE'] = 'production'
    const said: string[] = []

    const connection = await connect({}, (line) => said.push(line), file)

    expect(said).toEqual([expect.stringMatching(/^acting on the sandbox at 2026-11-23T08:01:0\dZ$/)])
    expect(process.env['AWS_PROFILE']).toBeUndefined()
    expect(await connection.registry.fleet()).toBeUndefined()
    expect(connection.clock.now()).toBeGreaterThanOrEqual(NOW + 60_000)
    connection.close()
  })

  it('is passed by where CATNAP_TABLE, --table or --aws say so', async () => {
    const file = await session()
    const said: string[] = []
    const say = (line: string) => void said.push(line)

    const byVariable = await connect({}, say, file)
    delete process.env['CATNAP_TABLE']
    const byOption = await Promise.all([connect({ aws: true }, say, file), connect({ table: 'catnap' }, say, file)])

    expect(said).toEqual([])
    for (const connection of [byVariable, ...byOption]) connection.close()
  })

  it('does not count when its process is gone or its file cannot be read', async () => {
    expect(await runningSandbox(await session({ pid: 2 ** 22 - 1 }))).toBeUndefined()
    expect(await runningSandbox(pathToFileURL(join(folder, 'none.json')))).toBeUndefined()
    expect(await runningSandbox(await session())).toMatchObject({ speed: 60 })
  })

  it('has a clock that runs faster than the wall', () => {
    const began = { wallMs: 1000, sandboxMs: NOW }

    expect(iso(sandboxNow({ pid: 1, environment: {}, began, speed: 60 }, 61_000))).toBe('2026-11-23T09:00:00Z')
  })
})

describe('what AWS refuses', () => {
  it.each([
    [400, 'AccessDeniedException', 'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:111122223333:table/catnap because no identity-based policy allows it',
      'AWS refused: arn:aws:iam::111122223333:user/ana may not dynamodb:GetItem on arn:aws:dynamodb:us-east-1:111122223333:table/catnap; expected the rights of an operator, which docs/permissions.md lists'],
    [400, 'ResourceNotFoundException', 'Requested resource not found', 'there is no such table here (Requested resource not found); name it with --table'],
    [400, 'ExpiredTokenException', 'The security token included in the request is expired', 'the AWS credentials have expired; sign in again'],
    [400, 'UnrecognizedClientException', 'The security token included in the request is invalid.', 'AWS does not accept these credentials'],
  ])('%i %s is told with the next step', async (status, name, message, told) => {
    const endpoint = await refusing(status, name, message)

    const { code, err } = await desk.run((program, { terminal }) => {
      program.command('look').action(async () => {
        try {
          const { DynamoDBClient, ListTablesCommand } = await import('@aws-sdk/client-dynamodb')
          await new DynamoDBClient({ endpoint: endpoint.url, maxAttempts: 1 }).send(new ListTablesCommand())
        } catch (error) {
          terminal.err(explainTrouble(error).message)
          terminal.fail()
        }
      })
    }, ['look'])
    endpoint.close()

    expect(code).toBe(1)
    expect(err).toContain(told)
  })

  it.each([
    ['ProvisionedThroughputExceededException', 'AWS throttles the table'],
    ['TimeoutError', "the table's address does not answer"],
    ['CredentialsProviderError', 'no AWS credentials and no running sandbox were found'],
  ])('%s is told with the next step', (name, told) => {
    const error = Object.assign(new Error('so it is'), { name })

    expect(explainTrouble(error)).toMatchObject({ message: expect.stringContaining(told), cause: error })
  })

  it('tells a missing region, a closed port, and leaves alone what is not from AWS', () => {
    const refused = Object.assign(new AggregateError([], 'connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })
    const own = new Error('no such pool')

    expect(explainTrouble(new Error('Region is missing')).message).toContain('expected AWS_REGION, --region')
    expect(explainTrouble(refused).message).toContain('is the network up, the region right, the sandbox still running?')
    expect(explainTrouble(own)).toBe(own)
  })
})
