import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Answer } from './console/console-listener.ts'

/** The port of a live run. */
export interface Front {
  /** From now on this answers; before, whoever comes is asked to wait. */
  serve(answer: Answer): void
  /** Takes no more requests, and is done when those under way ask nothing more of the table. */
  close(): Promise<void>
}

const tooSoon: Answer = async (_, response) =>
  void response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '5' }).end('the clusters come up; try again in a moment\n')

/** Listens at once, so that a port that is taken is told before the clusters come up. Throws when it is. */
export const openFront = async (port: number): Promise<Front> => {
  let answer = tooSoon
  const underWay = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const done = answer(request, response)
      .catch((error: unknown) => void process.stderr.write(`front: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`))
      .finally(() => underWay.delete(done))
    underWay.add(done)
  })
  server.listen(port)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`port ${port} cannot be had: ${why}; end what listens there or name another with --port`, { cause })
  }
  return {
    serve: (given) => {
      answer = given
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await Promise.all(underWay)
    },
  }
}
