import { readFile } from 'node:fs/promises'
import { text as allOf } from 'node:stream/consumers'
import { type Command, InvalidArgumentError } from 'commander'
import { readSnapshot, SnapshotError } from '../../adapters/kubernetes/snapshot/read-snapshot.ts'
import { shippedPrice } from '../../adapters/prices/shipped-prices.ts'
import { explainNodes, type NodeAnswer } from '../../domain/drain/explain-nodes.ts'
import { protectedBy } from '../../domain/fleet.ts'
import type { Instant } from '../../domain/time.ts'
import { blockerTable, nodeTable, sayNodes } from '../../views/node-answers.ts'
import { instantArgument } from '../instant-argument.ts'
import { readIntentArgument } from '../intent-argument.ts'
import { processTerminal, type Terminal } from '../terminal.ts'

/** How a snapshot is made. */
const KUBECTL = 'kubectl get nodes,pods,pdb,deploy,rs,sts,ds,jobs,rc,ns,pv,pvc -A -o json'

const HELP = `
It touches nothing and needs no cluster: it reads what this prints, and answers for that moment:
  ${KUBECTL}
It applies no limits on how many nodes leave at once, and knows what is protected only with --intent. With --json it
prints {"nodes": [{"name", "verdict", "reasons", "pods": [{"namespace", "name", "verdict", "reason"}]}]}.

Examples:
  $ ${KUBECTL} > cluster.json
  $ catnap nodes explain --snapshot cluster.json
  $ catnap nodes explain --snapshot cluster.json --asleep --intent catnap.yaml
  $ kubectl get … -o json | catnap nodes explain --snapshot - --json | jq '.nodes[] | select(.verdict == "remove")'

Exit codes: 0 answered, 1 the snapshot or the intent cannot be read, 2 wrong usage.`

interface Options {
  readonly snapshot: string
  readonly json?: boolean
  readonly now?: Instant
  readonly asleep?: boolean
  readonly intent?: string
}

/** `catnap nodes explain`: which nodes may leave the bill, and what holds the others. */
export const nodesCommand = (program: Command, terminal: Terminal = processTerminal()): void => {
  program
    .command('nodes')
    .summary('explain which nodes may leave, and what holds the others')
    .description('Look at the nodes of a cluster.')
    .command('explain')
    .summary('say of every node and pod whether it may leave, and why')
    .description('Say of every node and pod of a snapshot whether it may leave, and why.')
    .requiredOption('--snapshot <file>', 'what kubectl printed; - reads standard input')
    .option('--json', 'print one JSON document')
    .option('--now <instant>', 'the instant of the snapshot, as in 2026-11-22T08:00:00Z (default: now)', nowArgument)
    .option('--asleep', 'the whole cluster sleeps: nothing has to find a place')
    .option('--intent <file>', 'the intent file, for what it protects')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      try {
        await explain(options, terminal)
      } catch (error) {
        tell(error, options, terminal)
      }
    })
}

const explain = async (options: Options, terminal: Terminal): Promise<void> => {
  const { snapshot: file, json = false, now = Date.now() as Instant, asleep = false, intent: intentFile } = options
  const intent = intentFile === undefined ? undefined : await readIntentArgument(intentFile, terminal, json)
  if (intentFile !== undefined && intent === undefined) return
  const snapshot = readSnapshot(await textOf(file))
  const nodes = explainNodes(snapshot, {
    now,
    asleep,
    protectedBy: (namespace) => (intent === undefined ? undefined : protectedBy(namespace, intent.protect)),
    microUsdPerHour: (instanceType) => shippedPrice(instanceType)?.microUsdPerHour,
  })
  if (json) terminal.out(JSON.stringify(documentOf(nodes)))
  else printNodes(nodes, terminal)
}

const documentOf = (nodes: readonly NodeAnswer[]) => ({
  nodes: nodes.map(({ name, verdict, reasons, pods }) => ({ name, verdict, reasons, pods })),
})

const printNodes = (nodes: readonly NodeAnswer[], terminal: Terminal): void => {
  const { out } = terminal
  if (nodes.length === 0) {
    out('no node in the snapshot')
    return
  }
  out(nodeTable(nodes, terminal))
  out('')
  if (nodes.some(({ verdict }) => verdict === 'keep')) {
    out(blockerTable(nodes, terminal))
    out('')
  }
  for (const line of sayNodes(nodes)) out(line)
  out('nothing was touched')
}

const FAILURES: Readonly<Record<string, string>> = {
  ENOENT: `there is no such file; make one with: ${KUBECTL} > FILE`,
  EISDIR: 'it is a directory; name the file in it',
  EACCES: 'it may not be read by this user',
  ERR_STRING_TOO_LONG: 'it is longer than 512 MiB; leave out what is not asked for, as managed fields',
}

const textOf = async (file: string): Promise<string> => {
  try {
    return file === '-' ? await allOf(process.stdin) : await readFile(file, 'utf8')
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const why = ('code' in error && FAILURES[String(error.code)]) || error.message
    throw new Error(`cannot read ${file}: ${why}`, { cause: error })
  }
}

const tell = (error: unknown, { snapshot: file, json }: Options, terminal: Terminal): void => {
  if (!(error instanceof Error)) throw error
  const problems = error instanceof SnapshotError ? error.problems : []
  const next = `expected what this prints: ${KUBECTL}`
  const message = problems.length === 0 ? error.message : `cannot read ${file === '-' ? 'standard input' : file}; ${next}`
  if (json === true) terminal.out(JSON.stringify({ error: message, problems }))
  else terminal.err(`error: ${message}${problems.length === 0 ? '' : `\n${error.message}`}`)
  terminal.fail()
}

const nowArgument = (text: string): Instant => {
  try {
    return instantArgument(text)
  } catch (error) {
    throw error instanceof RangeError ? new InvalidArgumentError(error.message) : error
  }
}
