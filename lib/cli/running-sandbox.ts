import { readFile } from 'node:fs/promises'
import type { SandboxSession } from '../sandbox/session.ts'
import type { Instant } from '../domain/time.ts'

/** The sandbox that runs in this folder; undefined when none does. What a crashed one left behind does not count. */
export const runningSandbox = async (sessionFile: URL): Promise<SandboxSession | undefined> => {
  const session = await readSession(sessionFile)
  return session !== undefined && isAlive(session.pid) ? session : undefined
}

/** What time it is in a sandbox. */
export const sandboxNow = ({ began, speed }: SandboxSession, wallMs: number): Instant =>
  Math.round(began.sandboxMs + (wallMs - began.wallMs) * speed) as Instant

const readSession = async (file: URL): Promise<SandboxSession | undefined> => {
  try {
    // Written by our own sandbox, whole or not at all but for a crash in between.
    return JSON.parse(await readFile(file, 'utf8')) as SandboxSession
  } catch {
    return undefined
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
