import { Command, CommanderError } from 'commander'
import type { Desk } from '../../lib/cli/operator-command.ts'

/** What a command said and how it ended. */
export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

export type Register = (program: Command, desk: Desk) => void

/** Runs a command in this process. `answer`: what a person answers; without it there is nobody to ask. */
export const runOnDesk = async (register: Register, args: readonly string[], connect: Desk['connect'], answer?: string): Promise<Said> => {
  const said = { code: 0, out: '', err: '' }
  const terminal = {
    out: (line: string) => void (said.out += `${line}\n`),
    err: (line: string) => void (said.err += `${line}\n`),
    fail: (code = 1) => void (said.code = code),
    paint: (_: string, text: string) => text,
    width: undefined,
    ask: answer === undefined ? undefined : async (question: string) => {
      said.out += question
      return answer
    },
  }
  const program = new Command('catnap').exitOverride().configureOutput({ writeOut: (text) => (said.out += text), writeErr: (text) => (said.err += text) })
  register(program, { terminal, connect })
  try {
    await program.parseAsync(['node', 'catnap', ...args])
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // As main.ts says it: what commander finds wrong itself is wrong usage.
    said.code = error.code === 'commander.error' ? error.exitCode : 2
  }
  return said
}
