import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

const MAIN = new URL('../../lib/sandbox/main.ts', import.meta.url).pathname

/** A sandbox with its console, started as its user does. */
export interface RunningConsole {
  readonly url: string
  stop(): Promise<void>
}

/** Starts `npm start` with these words on a port of its own and waits until it serves. Throws when it ends before. */
export const startConsole = async (...words: readonly string[]): Promise<RunningConsole> => {
  const port = await freePort()
  const sandbox = spawn(process.execPath, [MAIN, '--port', `${port}`, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(sandbox, 'exit')
  await new Promise<void>((resolve, reject) => {
    sandbox.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('the console: ')) resolve()
    })
    void ended.then(([code]) => reject(new Error(`the sandbox ended with ${code} before it served anything; run it by itself: node lib/sandbox/main.ts ${words.join(' ')}`)))
  })
  return {
    url: `http://localhost:${port}/`,
    stop: async () => {
      sandbox.kill('SIGINT')
      await ended
    },
  }
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0)
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
