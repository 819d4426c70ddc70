import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** One call to the table; `what` as in `UpdateItem CLUSTER#us-dev/environment#shop`. */
interface TableCall {
  readonly what: string
}

/** What may happen at a call: `drop` cuts the connection, a status with DynamoDB's error type refuses it. */
interface TableFaults {
  readonly intercept: (call: TableCall) => Promise<'drop' | { readonly status: number; readonly type: string } | undefined>
  readonly committed: (call: TableCall) => Promise<'drop' | undefined>
}

/** Stands before the embedded DynamoDB with a fault point on either side of each call. */
interface TableProxy {
  readonly url: string
  close(): Promise<void>
}

export const startTableProxy = async (target: string, { intercept, committed }: TableFaults): Promise<TableProxy> => {
  const { hostname, port } = new URL(target)
  const agent = new Agent({ keepAlive: true })
  const forward = async (incoming: IncomingMessage, body: Buffer) => {
    const sent = request({ agent, hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers })
    sent.end(body)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    return { status: answer.statusCode ?? 500, headers: answer.headers, body: await buffer(answer) }
  }
  const server: Server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming)
    const call = callOf(String(incoming.headers['x-amz-target']), body)
    const fault = await intercept(call)
    if (fault === 'drop') return void incoming.socket.destroy()
    if (fault !== undefined) {
      const text = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${fault.type}`, message: 'thrown by the test' })
      return void outgoing.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.0' }).end(text)
    }
    const answer = await forward(incoming, body)
    if ((await committed(call)) === 'drop') return void incoming.socket.destroy()
    outgoing.writeHead(answer.status, answer.headers).end(answer.body)
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const callOf = (target: string, body: Buffer): TableCall => {
  const input: { Key?: { pk?: { S?: string }; sk?: { S?: string } } } = JSON.parse(body.toString())
  const key = input.Key === undefined ? '' : ` ${input.Key.pk?.S ?? ''}/${input.Key.sk?.S ?? ''}`
  return { what: `${target.split('.').at(-1)}${key}` }
}
