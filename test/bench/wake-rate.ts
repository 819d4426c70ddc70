import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbRegistry } from '../../lib/adapters/dynamodb/dynamodb-registry.ts'
import { environmentVariables, TABLE } from '../../lib/sandbox/environment-variables.ts'
import { startTable } from '../../lib/sandbox/table.ts'
import { environmentWith, termsWith } from '../domain/build-environment.ts'
import { loadWake } from '../load/wake-containers.ts'
import { visit } from '../load/visitors.ts'

const SECONDS = 4
const HOST = 'shop.example.com'
/** Of ten visitors (test/load/visitors.ts) those who only look, people and programs. */
const LOOKS = [0, 1, 2, 3, 7, 8, 9] as const

// In a process of its own, so that its CPU is that of one core and nothing else's. The table is in it too, and read once a second.
const table = await startTable()
Object.assign(process.env, environmentVariables('http://127.0.0.1:9', table.url))
const registry = dynamodbRegistry(DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } }), TABLE)
const { id, cluster, clusterArn } = environmentWith()
await registry.putFleet({ mode: 'act', timezone: 'UTC', holidays: [], protect: [], clusters: [cluster], dueShards: 1, reports: [] })
await registry.putCluster({ name: cluster, arn: clusterArn, whole: false }, 1)
await registry.createEnvironment(environmentWith({ phase: 'asleep', terms: termsWith({ wake: { hosts: [HOST], by: 'click', stayAwakeSeconds: 7200 } }) }), 1)
await registry.setHosts(id, [], [HOST])

const [wake] = await loadWake(1)
if (wake === undefined) throw new Error('the wake function was not loaded')
const visits = LOOKS.map((number) => visit(number, HOST))
const events = visits.map(({ event }) => JSON.stringify(event))

/** Each event as it comes over the wire: as text. */
const round = async (answer: (event: object) => Promise<object>): Promise<void> => {
  for (const event of events) JSON.stringify(await answer(JSON.parse(event) as object))
}
const empty = async () => ({ statusCode: 503, headers: {}, body: '' })

/** Requests for each second of CPU, the two taking turns. */
const spent = { wake: { cpuMs: 0, requests: 0 }, empty: { cpuMs: 0, requests: 0 } }
const time = async (of: { cpuMs: number; requests: number }, answer: (event: object) => Promise<object>, times: number): Promise<void> => {
  const before = process.cpuUsage()
  for (let turn = 0; turn < times; turn += 1) await round(answer)
  const { user, system } = process.cpuUsage(before)
  of.cpuMs += (user + system) / 1000
  of.requests += times * events.length
}
for (const [index, { fault }] of visits.entries()) {
  const wrong = fault(await wake(JSON.parse(events[index] ?? '{}') as object, {}))
  if (wrong !== undefined) throw new Error(`visit ${index} was not answered right: ${wrong}`)
}
for (const until = performance.now() + SECONDS * 1000; performance.now() < until;) {
  await time(spent.wake, (event) => wake(event, {}), 20)
  await time(spent.empty, empty, 200)
}
const perSecond = ({ cpuMs, requests }: { cpuMs: number; requests: number }): number => (requests * 1000) / cpuMs
console.log(JSON.stringify({ perSecond: perSecond(spent.wake), emptyPerSecond: perSecond(spent.empty), requests: spent.wake.requests }))
process.exit()
