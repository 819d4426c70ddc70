#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { hoursCommand } from './commands/hours.ts'
import { schemaCommand } from './commands/schema.ts'
import { validateCommand } from './commands/validate.ts'

const COMMANDS = [validateCommand, schemaCommand, hoursCommand]

const MEANING = `
Exit codes: 0 fine, 1 the input or the answer is bad, 2 wrong usage. Colours only on a terminal and without NO_COLOR.
\`catnap <command> --help\` shows examples.`

const USAGE = 2

/** Wrong usage is 2, so that scripts can tell it from an answer that is bad. */
const exitCodeOf = ({ code, exitCode }: CommanderError): number => {
  if (exitCode === 0) return 0
  return code === 'commander.error' ? exitCode : USAGE
}

// A reader that has seen enough, as in `catnap schema | head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const program = new Command('catnap')
  .description('Puts idle Kubernetes environments to sleep, takes their nodes off the bill, and wakes them on request.')
  .addHelpText('after', MEANING)
  .showHelpAfterError('Run it with --help to see what is expected.')
  .exitOverride()

for (const register of COMMANDS) register(program)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = exitCodeOf(error)
  } else {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
