import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { planDelivery } from '../../lib/domain/delivery.ts'
import { readIntentFile } from '../../lib/adapters/yaml/intent-file.ts'
import { type Instant, instant, later } from '../../lib/domain/time.ts'
import { type Connection, connect } from '../../lib/cli/connection.ts'
import { createCloud, type SimulatedCloud } from '../../lib/sandbox/cloud/cloud.ts'
import { dice } from '../../lib/sandbox/dice.ts'
import { environmentVariables } from '../../lib/sandbox/environment-variables.ts'
import { type SandboxTable, startTable } from '../../lib/sandbox/table.ts'
import { Timeline } from '../../lib/sandbox/timeline.ts'
import { deliverIntent, readDelivered } from '../../lib/use-cases/deliver-intent.ts'
import { type Register, runOnDesk, type Said } from './run-on-desk.ts'

/** A Monday, 09:00 in Paris. */
export const NOW = instant('2026-11-23T08:00:00Z')

export const INTENT = `mode: act
timezone: Europe/Paris
clusters:
  us-dev:
    arn: arn:aws:eks:us-east-1:111122223333:cluster/us-dev
    pools:
      workers: { keep: 1 }
environments:
  us-dev/shop:
    namespaces: [shop]
    hours: Mon-Fri 08:00-20:00
    wake: { hosts: [shop.example.com], by: click, stayAwake: 2h }
  us-dev/demo:
    namespaces: [demo]
    hours: never
`

/** How a command is run. */
export interface Sitting {
  readonly at?: Instant
  /** What a person answers; without it there is nobody to ask. */
  readonly answer?: string
  /** What happens while a command waits. */
  readonly meanwhile?: (connection: Connection) => Promise<void>
}

const NOT_ALLOWED = { status: 403, code: 'AccessDenied', message: 'User: ana is not authorized to perform: sqs:SendMessage' }

/** A table and queues for the tests of one file, empty before each, and a way to run commands on them in this process. */
export const operatorDesk = () => {
  let table: SandboxTable | undefined
  let cloud: SimulatedCloud | undefined
  let folder = ''
  let connection: Connection | undefined
  let refusing = false

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'catnap-'))
  })
  beforeEach(async () => {
    await Promise.all([table?.close(), cloud?.close()])
    const timeline = new Timeline(NOW)
    table = await startTable()
    cloud = await createCloud({ timeline, dice: dice(1), clusters: [], prices: () => undefined, intercept: async ({ service }) => (refusing && service === 'sqs' ? NOT_ALLOWED : undefined) })
    refusing = false
    for (const name of ['wake', 'work', 'nodes', 'usage']) cloud.queue(`catnap-${name}`)
    Object.assign(process.env, environmentVariables(cloud.url, table.url))
    connection = { ...(await connect({}, () => {})), clock: { now: () => NOW } }
  })
  afterAll(async () => {
    await Promise.all([table?.close(), cloud?.close(), rm(folder, { recursive: true })])
  })

  return {
    /** Runs one command. */
    run: (register: Register, args: readonly string[], { at = NOW, answer, meanwhile }: Sitting = {}): Promise<Said> => {
      let now = at
      return runOnDesk(register, args, async (target, say) => {
        const connected = await connect(target, say)
        const wait = async (seconds: number) => {
          now = later(now, seconds)
          await meanwhile?.(connected)
        }
        return { ...connected, clock: { now: () => now }, wait }
      }, answer)
    },
    /** Writes a file of its own and answers its path. */
    file: async (name: string, text: string): Promise<string> => {
      const path = join(folder, name)
      await writeFile(path, text)
      return path
    },
    /** Delivers an intent, as somebody did before. */
    deliver: async (text: string = INTENT): Promise<void> => {
      const read = readIntentFile(text)
      if (!('intent' in read)) throw new Error(JSON.stringify(read.problems))
      const operator = present(connection)
      const now = await readDelivered(operator, Object.keys(read.intent.clusters))
      await deliverIntent(operator, now, planDelivery(read.intent, now, NOW), 'tester')
    },
    connection: () => present(connection),
    /** From now on the caller may not send messages. */
    refuseMessages: () => {
      refusing = true
    },
    /** Bodies of the messages sent to a queue so far. */
    messages: (queue: string): readonly unknown[] => present(cloud).queue(`catnap-${queue}`).receive(10).map(({ body }) => JSON.parse(body)),
    /** What a process of its own finds in its environment to act on this table. */
    variables: () => environmentVariables(present(cloud).url, present(table).url),
  }
}

const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the desk stands only while a test runs')
  return value
}
