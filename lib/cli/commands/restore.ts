import type { Command } from 'commander'
import { planDelivery } from '../../domain/delivery.ts'
import { sayDuration } from '../../domain/duration.ts'
import type { Environment } from '../../domain/environment.ts'
import type { Cluster } from '../../domain/fleet.ts'
import type { Intent } from '../../domain/intent/schema.ts'
import { nearest } from '../../domain/nearest.ts'
import type { OpenCluster } from '../../ports.ts'
import { countMarks, findMarks, type MarkedPlace } from '../../use-cases/find-marks.ts'
import { requestWake } from '../../use-cases/request-wake.ts'
import { restoreFromMarks, sayRestore } from '../../use-cases/restore-from-marks.ts'
import { plural } from '../../views/mail/say-amount.ts'
import { awakeDocument, refuseStill, tellAwake } from '../ask-awake.ts'
import type { Connection } from '../connection.ts'
import { followWake } from '../follow-wake.ts'
import { readIntentArgument } from '../intent-argument.ts'
import { addWord, callerOf, type Desk, noEnvironment, OPERATOR_HELP, processDesk, tellTrouble, withConnection, type WordOptions } from '../operator-command.ts'
import type { Terminal } from '../terminal.ts'

const HELP = `
What an object was is in two places: on the object itself and in the table. Either is enough.

Where the table has the environment, its workers put everything back, whatever they took it for: also one that is taken to
be awake and whose objects still carry marks. Where it has not, or is lost, name the intent: then this command opens the
cluster with your identity, which must be allowed to patch, and takes the steps itself, from the marks alone. What somebody
changed meanwhile stays. Nodes come by themselves where something grows them, else after: catnap apply.

Examples:
  $ catnap restore us-dev/checkout --dry-run
  $ catnap restore us-dev/checkout --wait
  $ catnap restore us-dev/checkout --intent catnap.yaml
  $ catnap restore us-dev --intent catnap.yaml
${OPERATOR_HELP} With --wait 1 also when it is not awake after 20 minutes.`

interface Options extends WordOptions {
  readonly intent?: string
  readonly dryRun?: true
  readonly wait?: true
}

/** `catnap restore`: puts an environment back as it was, from whichever place knows what it was. */
export const restoreCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('restore')
    .summary('put an environment back, also where the table or the marks are lost')
    .description('Put everything of an environment back as it was, from the table or from the marks on its objects, whichever is left.')
    .argument('<environment>', 'the environment, cluster/name, or a cluster that sleeps as a whole')
    .option('--intent <file>', 'the intent file, where the table is lost or does not have the environment')
    .option('--dry-run', 'say what would be put back, write nothing')
    .option('--wait', 'follow it until it is awake')
  addWord(command)
    .addHelpText('after', HELP)
    .action((id: string, options: Options) =>
      tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const { terminal } = desk
        const environment = await inTable(connection, id, options)
        if (environment !== undefined) return byWorkers(connection, environment, options, terminal)
        if (options.intent === undefined) throw new Error(`${(await noEnvironment(connection, id)).message}; where the table lost it: catnap restore ${id} --intent catnap.yaml`)
        const intent = await readIntentArgument(options.intent, terminal, options.json === true)
        if (intent !== undefined) await byHand(connection, lostEnvironment(connection, intent, id), options, terminal)
      })))
}

/** What the table has of it. One that is not there at all is lost, where an intent was named. */
const inTable = async ({ memory }: Connection, id: string, { intent }: Options): Promise<Environment | undefined> => {
  try {
    return await memory.environments.get(id)
  } catch (error) {
    if (intent !== undefined && error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
    throw error
  }
}

const byWorkers = async (connection: Connection, environment: Environment, options: Options, terminal: Terminal): Promise<void> => {
  const { id } = environment
  const [originals, cluster, fleet] = await Promise.all([connection.memory.originals(id), connection.memory.cluster(environment.cluster), connection.memory.fleet()])
  if (cluster === undefined || fleet === undefined) throw new Error(`the records of cluster ${environment.cluster} are not all there; deliver the intent again: catnap apply catnap.yaml`)
  const others = (await Promise.all(othersOf(environment).map((name) => connection.memory.cluster(name)))).flatMap((other) => other ?? [])
  const looked = await inClusters(connection, { environment, protect: fleet.protect, cluster, others }, async (place) => {
    const found = await findMarks(place)
    return { marks: countMarks(found), sentences: sayRestore(place, found, originals, whyOf(options)) }
  }).catch((error: unknown) => ({ unseen: error instanceof Error ? error.message : String(error) }))
  const marks = 'unseen' in looked ? `${environment.cluster} could not be looked at from here (${looked.unseen}), its workers look themselves` : sayMarks(looked.marks)
  const said = `found ${id} ${environment.phase}: ${plural(originals.size, 'original')} in the table; ${marks}`
  const document = { environment: id, phase: environment.phase, originals: originals.size, ...('unseen' in looked ? looked : { marks: looked.marks, steps: looked.sentences }) }
  if (options.json !== true) terminal.out(said)
  if (options.dryRun === true) {
    if (options.json === true) return terminal.out(JSON.stringify({ ...document, written: false }))
    return sayDryRun('unseen' in looked ? [] : looked.sentences, terminal)
  }
  const answer = await requestWake(connection, id, { by: callerOf(options), isAnew: true })
  if (answer.is === 'unknown') throw await noEnvironment(connection, id)
  if (answer.is === 'paused' || answer.is === 'observed') throw refuseStill(answer)
  if (options.json !== true) await tellAwake(connection, answer, terminal)
  const took = options.wait === true ? await followWake(connection, id, (line) => terminal.err(line)) : undefined
  if (options.json === true) return terminal.out(JSON.stringify({ ...document, written: true, ...awakeDocument(answer), ...(took === undefined ? {} : { phase: 'awake', waitedSeconds: Math.round(took) }) }))
  if (took !== undefined) terminal.out(`${id} is awake, after ${sayDuration(took)}`)
}

const byHand = async (connection: Connection, lost: Lost, options: Options, terminal: Terminal): Promise<void> => {
  const { environment: { id } } = lost
  const why = whyOf(options)
  const say = (line: string): void => (options.json === true ? undefined : terminal.out(line))
  const { marks, sentences, written } = await inClusters(connection, lost, async (place) => {
    const found = await findMarks(place)
    say(`the table does not have ${id}; ${sayMarks(countMarks(found))}`)
    const planned = sayRestore(place, found, new Map(), why)
    if (options.dryRun === true) return { marks: countMarks(found), sentences: planned, written: false }
    const { clock, wait } = connection
    const taken: string[] = []
    const { refused } = await restoreFromMarks({ clock, wait, why, say: (line) => void (taken.push(line), say(line)) }, place)
    if (refused.length > 0) throw new Error(`${refused.length} of ${planned.length} could not be put back: ${refused.join('; ')}`)
    return { marks: countMarks(found), sentences: taken, written: true }
  })
  if (options.json === true) return terminal.out(JSON.stringify({ environment: id, marks, steps: sentences, written }))
  if (!written) return sayDryRun(sentences, terminal)
  terminal.out(`${sentences.length === 0 ? 'nothing of it carries a mark' : `put back: ${plural(sentences.length, 'step')}`}`)
  terminal.out('nodes come by themselves where something grows them; pools Catnap shrank, and hosts behind its own balancer, after: catnap apply catnap.yaml (docs/safety.md)')
}

const whyOf = (options: Options): string => `restored by ${callerOf(options)}`

const sayMarks = (marks: number): string => `${marks === 0 ? 'no object carries' : marks === 1 ? '1 object carries' : `${marks} objects carry`} a mark of it`

const sayDryRun = (sentences: readonly string[], { out }: Terminal): void => {
  for (const sentence of sentences) out(sentence)
  out('dry run: nothing was written')
}

/** Opens the cluster of an environment, and others for its owners, and closes them whatever becomes of the work. */
const inClusters = async <T>(connection: Connection, { environment, protect, cluster, others }: Lost, work: (place: MarkedPlace) => Promise<T>): Promise<T> => {
  const own = await connection.clusters.open(cluster)
  const opened: OpenCluster[] = [own]
  try {
    for (const other of others) opened.push(await connection.clusters.open(other))
    return await work({ environment, protect, own, others: opened.slice(1) })
  } finally {
    await Promise.all(opened.map((each) => each.close()))
  }
}

/** An environment and where things of it are. */
interface Lost {
  readonly environment: Environment
  readonly protect: readonly string[]
  readonly cluster: Cluster
  /** Those its GitOps owners live in. */
  readonly others: readonly Cluster[]
}

/** Throws an Error where the intent does not have it. */
const lostEnvironment = ({ clock }: Connection, intent: Intent, id: string): Lost => {
  const steps = planDelivery(intent, { clusters: [], environments: [], pools: [] }, clock.now())
  const environments = steps.flatMap((step) => (step.do === 'add-environment' ? [step.environment] : step.do === 'put-system' ? [step.system] : []))
  const environment = environments.find((each) => each.id === id)
  if (environment === undefined) {
    const near = nearest(id, environments.map((each) => each.id))
    throw new Error(`neither the table nor the intent has an environment "${id}"${near === undefined ? '' : `: did you mean "${near}"?`}`)
  }
  const known = new Map(steps.flatMap((step) => (step.do === 'put-cluster' ? [[step.cluster.name, step.cluster] as const] : [])))
  const cluster = known.get(environment.cluster)
  if (cluster === undefined) throw new Error(`the intent has no cluster ${environment.cluster}`)
  return { environment, protect: intent.protect, cluster, others: othersOf(environment).flatMap((name) => known.get(name) ?? []) }
}

const othersOf = ({ cluster: own, terms }: Environment): readonly string[] =>
  [...new Set((terms.managedBy ?? []).flatMap(({ cluster }) => cluster ?? []))].filter((name) => name !== own)
