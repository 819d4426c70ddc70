import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { listenOnLoopback } from '../../../lib/sandbox/listen-on-loopback.ts'

/** A client whose calls are answered with these, one after the other: what the simulation has no way to say. */
export const cannedClient = async (...answers: readonly object[]) => {
  const asked: unknown[] = []
  const server = createServer(async (request, response) => {
    asked.push(JSON.parse(await text(request)))
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answers[asked.length - 1] ?? {}))
  })
  const { url: endpoint, close } = await listenOnLoopback(server)
  const client = new CloudWatchClient({ region: 'us-east-1', endpoint, credentials: { accessKeyId: 'AKIACATNAP', secretAccessKey: 'sandbox' }, maxAttempts: 1 })
  onTestFinished(async () => {
    client.destroy()
    await close()
  })
  return { client, asked }
}
