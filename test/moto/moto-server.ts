import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { homedir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Where `python3 -m venv` and `pip install 'moto[server]'` put it, unless CATNAP_MOTO says another place. */
const PROGRAM = process.env['CATNAP_MOTO'] ?? path.join(homedir(), '.cache/catnap/moto/bin/moto_server')

const PATIENCE_MS = 60_000

/** moto's server on a free port of this machine. It ends with `close`, or with this process. */
export const startMoto = async (): Promise<{ readonly url: string; close(): Promise<void> }> => {
  if (!existsSync(PROGRAM)) {
    throw new Error(`moto is not installed: found no ${PROGRAM}; python3 -m venv ~/.cache/catnap/moto && ~/.cache/catnap/moto/bin/pip install 'moto[server]'`)
  }
  const port = await freePort()
  const server = spawn(PROGRAM, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const end = (): void => void server.kill()
  process.once('exit', end)
  const url = `http://127.0.0.1:${port}`
  await answers(url, server)
  return {
    url,
    close: async () => {
      process.off('exit', end)
      server.kill()
      await once(server, 'exit')
    },
  }
}

const answers = async (url: string, server: ChildProcess): Promise<void> => {
  const deadline = Date.now() + PATIENCE_MS
  while (server.exitCode === null && Date.now() < deadline) {
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => undefined)
    if (answer?.ok === true) return
    await wait(200)
  }
  server.kill()
  throw new Error(`moto does not answer at ${url}: found exit code ${server.exitCode}, expected an answer within ${PATIENCE_MS / 1000} s`)
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no free port was found')
  return address.port
}
