import { userInfo } from 'node:os'
import { type Command, CommanderError } from 'commander'
import { nearest } from '../domain/nearest.ts'
import { readDelivered } from '../use-cases/deliver-intent.ts'
import { explainTrouble } from './aws-trouble.ts'
import type { Connection, Target } from './connection.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/** What an operator's command stands on: what it says things to, and how it reaches the table. */
export interface Desk {
  readonly terminal: Terminal
  readonly connect: (target: Target, say: (line: string) => void) => Promise<Connection>
}

/** The desk of this process. The AWS clients are loaded only when something is to be reached. */
export const processDesk = (): Desk => ({
  terminal: processTerminal(),
  connect: async (target, say) => (await import('./connection.ts')).connect(target, say),
})

/** Options every operator's command has. */
export interface OperatorOptions extends Target {
  readonly json?: true
}

/** Options of commands that are somebody's word. */
export interface WordOptions extends OperatorOptions {
  readonly by?: string
}

/** The end of the help of every operator's command. */
export const OPERATOR_HELP = `
It acts on the sandbox that runs in this folder, or else on AWS with your credentials: what you may do, IAM says
(docs/permissions.md). The table is "catnap", --table or CATNAP_TABLE.

Exit codes: 0 done, 1 refused or not possible, 2 wrong usage.`

/** Adds the options that say where a command acts. */
export const addTarget = (command: Command): Command =>
  command
    .option('--json', 'print one JSON document')
    .option('--table <name>', 'the table on AWS, by name or ARN (default: CATNAP_TABLE, else catnap)')
    .option('--region <region>', 'the region of the table')
    .option('--aws', 'act on AWS also where a sandbox runs in this folder')

/** Adds `--by` to the options that say where a command acts. */
export const addWord = (command: Command): Command => addTarget(command).option('--by <name>', 'whose word it is, for the history (default: you)')

/** Whose word it is. */
export const callerOf = ({ by }: WordOptions): string => by ?? (process.env['USER'] || userInfo().username)

/** Does a command's work and tells what went wrong in words: with --json on standard output, as a document. */
export const tellTrouble = async ({ terminal }: Desk, { json = false }: { readonly json?: boolean }, work: () => Promise<void>, code?: number): Promise<void> => {
  try {
    await work()
  } catch (error) {
    if (error instanceof CommanderError) throw error
    const { message } = explainTrouble(error)
    if (json) terminal.out(JSON.stringify({ error: message }))
    else terminal.err(`error: ${message}`)
    terminal.fail(code)
  }
}

/** Does work over a connection, and closes it whatever becomes of the work. */
export const withConnection = async ({ terminal, connect }: Desk, target: Target, work: (connection: Connection) => Promise<void>): Promise<void> => {
  const connection = await connect(target, (line) => terminal.err(line))
  try {
    await work(connection)
  } finally {
    connection.close()
  }
}

/** The error for an environment that is not there, with the one that was probably meant. */
export const noEnvironment = async (connection: Connection, id: string): Promise<Error> => {
  const { environments } = await readDelivered(connection)
  const ids = environments.map((environment) => environment.id)
  if (ids.length === 0) return new Error(`there is no environment "${id}", nor any other yet; begin with: catnap apply catnap.yaml`)
  const short = ids.find((known) => known.endsWith(`/${id}`))
  return new Error(`there is no environment "${id}"${hint(short ?? nearest(id, ids))}; see them all with: catnap status`)
}

/** The error for a cluster that is not there, with the one that was probably meant. */
export const noCluster = async ({ registry }: Connection, name: string): Promise<Error> => {
  const fleet = await registry.fleet()
  if (fleet === undefined) return new Error(`there is no cluster "${name}", nor any other yet; begin with: catnap apply catnap.yaml`)
  return new Error(`there is no cluster "${name}"${hint(nearest(name, fleet.clusters))}; there are: ${fleet.clusters.join(', ') || 'none'}`)
}

const hint = (near: string | undefined): string => (near === undefined ? '' : `: did you mean "${near}"?`)
