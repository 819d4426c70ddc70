import { createInterface } from 'node:readline/promises'
import { styleText } from 'node:util'
import type { Paint } from '../views/paint.ts'

/** What a command says things to, and asks. */
export interface Terminal {
  /** A line of the answer. */
  out(line: string): void
  /** A line beside the answer: warnings, errors, where it acts. */
  err(line: string): void
  /** The command will end with 1, or another code that is not 0. */
  fail(code?: number): void
  readonly paint: Paint
  /** Columns; undefined where nobody looks. */
  readonly width: number | undefined
  /** Asks a person; undefined where there is none to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined
}

/** The terminal of this process. Coloured only where somebody looks, or with FORCE_COLOR, and never with NO_COLOR. */
export const processTerminal = (): Terminal => ({
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  fail: (code = 1) => {
    process.exitCode = code
  },
  paint: (style, text) => styleText(style, text, { stream: process.stdout }),
  width: process.stdout.isTTY ? process.stdout.columns : undefined,
  ask: process.stdin.isTTY && process.stdout.isTTY ? askPerson : undefined,
})

const askPerson = async (question: string): Promise<string> => {
  const reader = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await reader.question(question)
  } finally {
    reader.close()
  }
}
