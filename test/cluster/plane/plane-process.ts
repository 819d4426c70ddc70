import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { once } from 'node:events'

/** One running part of a control plane. */
export interface PlaneProcess {
  readonly name: string
  /** The end of its log, for an error message. */
  logEnd(): string
  hasEnded(): boolean
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>
}

const running = new Set<ChildProcess>()

// Whatever ends us (Ctrl-C, an exception, the end of a test run) ends them too.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Lines of a log an error message shows. */
const SHOWN_LINES = 15

/**
 * Starts a part with its log in a file. Its standard input is a pipe that nobody writes to: our binary ends when that is
 * closed, which happens even if we are killed.
 */
export const startProcess = (name: string, command: readonly string[], logFile: string): PlaneProcess => {
  const [program = '', ...parameters] = command
  const log = openSync(logFile, 'a')
  const child = spawn(program, parameters, { stdio: ['pipe', log, log], env: { ...process.env, PLANE_ENDS_WITH_STDIN: '1' } })
  closeSync(log)
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.once('error', () => running.delete(child))
  return {
    name,
    logEnd: () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-SHOWN_LINES).join('\n'),
    hasEnded: () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null,
    stop: async () => {
      if (!running.has(child)) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
