#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import catnap from '../../package.json' with { type: 'json' }

/** By name, in the order of the help. Each is loaded when it is asked for: all of them together take a second to load. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  validate: async () => (await import('./commands/validate.ts')).validateCommand,
  plan: async () => (await import('./commands/plan.ts')).planCommand,
  apply: async () => (await import('./commands/apply.ts')).applyCommand,
  status: async () => (await import('./commands/status.ts')).statusCommand,
  history: async () => (await import('./commands/history.ts')).historyCommand,
  savings: async () => (await import('./commands/savings.ts')).savingsCommand,
  advice: async () => (await import('./commands/advice.ts')).adviceCommand,
  report: async () => (await import('./commands/report.ts')).reportCommand,
  sleep: async () => (await import('./commands/sleep.ts')).sleepCommand,
  wake: async () => (await import('./commands/wake.ts')).wakeCommand,
  restore: async () => (await import('./commands/restore.ts')).restoreCommand,
  'stay-awake': async () => (await import('./commands/stay-awake.ts')).stayAwakeCommand,
  link: async () => (await import('./commands/link.ts')).linkCommand,
  pause: async () => (await import('./commands/pause.ts')).pauseCommand,
  resume: async () => (await import('./commands/resume.ts')).resumeCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  nodes: async () => (await import('./commands/nodes.ts')).nodesCommand,
  rbac: async () => (await import('./commands/rbac.ts')).rbacCommand,
  uninstall: async () => (await import('./commands/uninstall.ts')).uninstallCommand,
  hours: async () => (await import('./commands/hours.ts')).hoursCommand,
  schema: async () => (await import('./commands/schema.ts')).schemaCommand,
}

const MEANING = `
Exit codes: 0 fine, 1 the input or the answer is bad, 2 wrong usage. Colours only on a terminal (or with FORCE_COLOR) and never with NO_COLOR.
\`catnap <command> --help\` shows examples.`

const USAGE = 2

/** Wrong usage is 2, so that scripts can tell it from an answer that is bad. */
const exitCodeOf = ({ code, exitCode }: CommanderError): number => {
  if (exitCode === 0) return 0
  return code === 'commander.error' ? exitCode : USAGE
}

// With both set Node colours and says on standard error that it does. Who asks for none gets none (no-color.org).
if ((process.env['NO_COLOR'] ?? '') !== '') delete process.env['FORCE_COLOR']

// A reader that has seen enough, as in `catnap schema | head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const program = new Command('catnap')
  .description('Puts idle Kubernetes environments to sleep, takes their nodes off the bill, and wakes them on request.')
  .version(catnap.version, '--version', 'print the version of Catnap')
  .addHelpText('after', MEANING)
  .showHelpAfterError('Run it with --help to see what is expected.')
  .exitOverride()

const [, , asked = ''] = process.argv
const wanted = Object.hasOwn(COMMANDS, asked) ? [COMMANDS[asked]] : Object.values(COMMANDS)
for (const load of wanted) (await load?.())?.(program)

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
