import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { listenOnLoopback } from '../../lib/sandbox/listen-on-loopback.ts'
import { awsAt } from './aws-at.ts'

/** What AWS might answer and the simulated cloud never does: each request gets the next answer, the last one for ever. */
export const answerInTurn = async (answers: readonly object[]): Promise<{ readonly asked: readonly Readonly<Record<string, unknown>>[] }> => {
  const asked: Record<string, unknown>[] = []
  const server = createServer(async (incoming, outgoing) => {
    asked.push((await json(incoming)) as Record<string, unknown>)
    const answer = answers[Math.min(asked.length, answers.length) - 1]
    outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer))
  })
  const { url, close } = await listenOnLoopback(server)
  onTestFinished(close)
  awsAt(url)
  return { asked }
}
