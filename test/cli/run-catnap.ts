import { spawn } from 'node:child_process'

/** What a run of the command line left behind. */
export interface Run {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const MAIN = new URL('../../lib/cli/main.ts', import.meta.url).pathname

/** Runs `catnap` as people do, in a process of its own. `takes` ends its output early, as `head` does. */
export const runCatnap = (args: readonly string[], { input = '', takes = Infinity, cwd = process.cwd(), env = {} } = {}): Promise<Run> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], NO_COLOR: '1', ...env } })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      if (out.length >= takes) child.stdout.destroy()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    child.stdin.on('error', () => child.stdin.destroy())
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
    child.stdin.end(input)
  })
