import { createReadStream } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { readSnapshot } from '../../adapters/kubernetes/snapshot/read-snapshot.ts'
import { SnapshotError } from '../../adapters/kubernetes/snapshot/snapshot-reader.ts'
import { shippedPrice } from '../../adapters/prices/shipped-prices.ts'
import { explainNodes, type NodeAnswer } from '../../domain/drain/explain-nodes.ts'
import type { Snapshot } from '../../domain/drain/snapshot.ts'
import { protectedBy } from '../../domain/fleet.ts'
import type { Intent } from '../../domain/intent/schema.ts'
import type { Instant } from '../../domain/time.ts'
import { wholeIn } from '../../domain/whole/whole-in.ts'
import { blockerTable, nodeTable, sayNodes } from '../../views/node-answers.ts'
import type { Connection } from '../connection.ts'
import { instantArgument } from '../instant-argument.ts'
import { readIntentArgument } from '../intent-argument.ts'
import { addTarget, type Desk, noCluster, type OperatorOptions, processDesk, tellTrouble, withConnection } from '../operator-command.ts'
import type { Terminal } from '../terminal.ts'

/** How a snapshot is made. */
const KUBECTL = 'kubectl get nodes,pods,pdb,deploy,rs,sts,ds,jobs,rc,ns,pv,pvc -A -o json'

const HELP = `
Without --snapshot it asks the cluster, with your identity: run it as somebody who may list nodes, pods, their
controllers, disruption budgets, claims and volumes. Of a fleet of one cluster that one is meant. It touches nothing.

With --snapshot it needs no cluster: it reads what this prints, and answers for that moment:
  ${KUBECTL}

It applies no limits on how many nodes leave at once, and answers as if each pool were consolidated. What is protected
says the table, or --intent; a snapshot knows it only with --intent. With --asleep the same says which namespaces beside
kube-system sleep with the cluster, its \`system\`: of a snapshot those of the one cluster in --intent that may sleep whole.
With --json it prints
{"nodes": [{"name", "verdict", "reasons", "pods": [{"namespace", "name", "verdict", "reason"}]}]}.

Examples:
  $ catnap nodes explain us-dev
  $ catnap nodes explain us-dev --asleep --intent catnap.yaml
  $ ${KUBECTL} > cluster.json
  $ catnap nodes explain --snapshot cluster.json
  $ kubectl get … -o json | catnap nodes explain --snapshot - --json | jq '.nodes[] | select(.verdict == "remove")'

It acts on the sandbox that runs in this folder, or else on AWS with your credentials. The table is "catnap", --table or
CATNAP_TABLE.

Exit codes: 0 answered, 1 the cluster, the snapshot or the intent cannot be read, 2 wrong usage.`

interface Options extends OperatorOptions {
  readonly snapshot?: string
  readonly now?: Instant
  readonly asleep?: boolean
  readonly intent?: string
}

/** `catnap nodes explain`: which nodes may leave the bill, and what holds the others. */
export const nodesCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('nodes')
    .summary('explain which nodes may leave, and what holds the others')
    .description('Look at the nodes of a cluster.')
    .command('explain')
    .summary('say of every node and pod whether it may leave, and why')
    .description('Say of every node and pod of a cluster, or of a snapshot, whether it may leave, and why.')
    .argument('[cluster]', 'the cluster to ask')
  addTarget(command)
    .option('--snapshot <file>', 'what kubectl printed instead of a cluster; - reads standard input')
    .option('--now <instant>', 'the instant of the snapshot, as in 2026-11-22T08:00:00Z (default: now)', nowArgument)
    .option('--asleep', 'the whole cluster sleeps: nothing has to find a place')
    .option('--intent <file>', 'an intent file, for what it protects and, with --asleep, what sleeps with the cluster')
    .addHelpText('after', HELP)
    .action(async (cluster: string | undefined, options: Options) => {
      const { snapshot: file } = options
      if (file === undefined) return tellTrouble(desk, options, () => withConnection(desk, options, (connection) => explainCluster(connection, cluster, options, desk.terminal)))
      if (cluster !== undefined) command.error(`error: found the cluster "${cluster}" and --snapshot ${file}, expected one of them`, { exitCode: 2, code: 'catnap.usage' })
      try {
        await explainFile(file, options, desk.terminal)
      } catch (error) {
        tell(error, file, options, desk.terminal)
      }
    })
}

const explainCluster = async (connection: Connection, name: string | undefined, options: Options, terminal: Terminal): Promise<void> => {
  const intent = await intentOf(options, terminal)
  if (intent === undefined) return
  const fleet = await connection.registry.fleet()
  if (fleet === undefined) throw new Error('nothing is delivered yet, so there is no cluster to ask; begin with: catnap apply catnap.yaml, or answer from --snapshot')
  const [only, ...more] = fleet.clusters
  const wanted = name ?? (more.length === 0 ? only : undefined)
  if (wanted === undefined) throw new Error(`say which cluster is meant: ${fleet.clusters.join(', ') || 'there is none'}`)
  const cluster = await connection.registry.cluster(wanted)
  if (cluster === undefined || !fleet.clusters.includes(wanted)) throw await noCluster(connection, wanted)
  const system = intent === null ? (await connection.registry.environments.get(wanted))?.terms : wholeIn(intent, wanted)
  const known = { protect: intent?.protect ?? fleet.protect, sleepsWith: system?.namespaces ?? [] }
  answer(await connection.surveys.of(cluster), known, { now: connection.clock.now(), ...options }, terminal)
}

const explainFile = async (file: string, options: Options, terminal: Terminal): Promise<void> => {
  const intent = await intentOf(options, terminal)
  if (intent === undefined) return
  const known = intent === null ? { sleepsWith: [] } : { protect: intent.protect, sleepsWith: soleSystem(intent) }
  answer(await snapshotIn(file), known, { now: Date.now() as Instant, ...options }, terminal)
}

/** The intent of a file; null where none is named, undefined where it has mistakes, which are told. */
const intentOf = async ({ intent: file, json }: Options, terminal: Terminal): Promise<Intent | null | undefined> =>
  file === undefined ? null : readIntentArgument(file, terminal, json === true)

/** A snapshot does not say of which cluster it is: of several that may sleep whole none is guessed. */
const soleSystem = (intent: Intent): readonly string[] => {
  const [only, ...more] = Object.keys(intent.clusters).flatMap((name) => wholeIn(intent, name) ?? [])
  return only === undefined || more.length > 0 ? [] : only.namespaces
}

/** What the intent, or the table, says of a cluster. */
interface Known {
  /** Absent: that is not known. */
  readonly protect?: readonly string[]
  /** Namespaces whose workloads go to zero with the cluster as a whole. */
  readonly sleepsWith: readonly string[]
}

const answer = (snapshot: Snapshot, { protect, sleepsWith }: Known, { now, asleep = false, json }: Options & { readonly now: Instant }, terminal: Terminal): void => {
  const nodes = explainNodes(snapshot, {
    now,
    asleep,
    protectedBy: (namespace) => (protect === undefined ? undefined : protectedBy(namespace, protect)),
    sleepsWith: (namespace) => sleepsWith.includes(namespace),
    microUsdPerHour: (instanceType) => shippedPrice(instanceType)?.microUsdPerHour,
  })
  if (json === true) terminal.out(JSON.stringify(documentOf(nodes)))
  else printNodes(nodes, terminal)
}

const documentOf = (nodes: readonly NodeAnswer[]) => ({
  nodes: nodes.map(({ name, verdict, reasons, pods }) => ({ name, verdict, reasons, pods })),
})

const printNodes = (nodes: readonly NodeAnswer[], terminal: Terminal): void => {
  const { out } = terminal
  if (nodes.length === 0) {
    out('there is no node')
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
}

/** What is read of a file at once. */
const CHUNK_BYTES = 2 ** 20

const snapshotIn = async (file: string): Promise<Snapshot> => {
  const snapshot = readSnapshot()
  try {
    for await (const bytes of file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES })) snapshot.push(bytes as Uint8Array)
    return snapshot.done()
  } catch (error) {
    if (!(error instanceof Error) || error instanceof SnapshotError) throw error
    const why = ('code' in error && FAILURES[String(error.code)]) || error.message
    throw new Error(`cannot read ${file}: ${why}`, { cause: error })
  }
}

const tell = (error: unknown, file: string, { json }: Options, terminal: Terminal): void => {
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
