import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/** A client whose calls are answered with these, one after the other: what the simulation has no way to say. */
export const cannedClient = async (...answers: readonly object[]) => {
  const asked: unknown[] = []
  const server = createServer(async (request, response) => {
    asked.push(JSON.parse(await text(request)))
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answers[asked.length - 1] ?? {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const client = new CloudWatchClient({ region: 'us-east-1', endpoint, credentials: { accessKeyId: 'AKIACATNAP', secretAccessKey: 'sandbox' }, maxAttempts: 1 })
  onTestFinished(() => {
    client.destroy()
    server.close()
    server.closeAllConnections()
  })
  return { client, asked }
}
