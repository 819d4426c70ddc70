import { type Command, Option } from 'commander'
import pMap from 'p-map'
import { stringify } from 'yaml'
import { advicePatch } from '../../domain/advice/advice-patch.ts'
import type { AdviceRecord } from '../../domain/advice/advice-record.ts'
import { adviceMicroUsdPerMonth, rankAdvice } from '../../domain/report/rank-advice.ts'
import { iso } from '../../domain/time.ts'
import { objectKey } from '../../domain/workload.ts'
import { readDelivered } from '../../use-cases/deliver-intent.ts'
import { adviceTable } from '../../views/advice-table.ts'
import { csv } from '../../views/mail/csv.ts'
import { adviceLinesCsv } from '../../views/mail/report-csv.ts'
import { sayUsd } from '../../views/mail/say-amount.ts'
import { sayTime } from '../../views/zoned-time.ts'
import type { Connection } from '../connection.ts'
import { addTarget, type Desk, noEnvironment, OPERATOR_HELP, type OperatorOptions, processDesk, tellTrouble, withConnection } from '../operator-command.ts'
import type { Terminal } from '../terminal.ts'

const HELP = `
Advice is made once a day from what containers used while their environment was awake: sleep counts for nothing. It needs
24 awake hours and a whole week; until then, and where an HPA or a VPA steers a request already, it says why there is
none. What it is worth is potential: it is saved only once it is followed and a node less is needed.

With --patch it prints one strategic-merge patch for each workload, to be merged into its manifest or given to kubectl.
Catnap changes no request itself.

Examples:
  $ catnap advice
  $ catnap advice us-dev/checkout
  $ catnap advice us-dev/checkout --patch > patches.yaml
  $ catnap advice --json | jq 'map(select(.advice.microUsdPerMonth > 1000000))'
${OPERATOR_HELP}`

interface Options extends OperatorOptions {
  readonly patch?: true
  readonly csv?: true
}

/** Environments read at once. */
const AT_ONCE = 16

/** `catnap advice`: what containers should ask for. */
export const adviceCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('advice')
    .summary('say what containers should ask for, how sure that is and what it is worth')
    .description('Say what containers should ask for, how sure that is and what it is worth.')
    .argument('[environment]', 'one environment cluster/name; without it, all')
    .addOption(new Option('--patch', 'print strategic-merge patches, one YAML document for each workload').conflicts(['json', 'csv']))
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
  addTarget(command)
    .addHelpText('after', HELP)
    .action((environment: string | undefined, options: Options) =>
      tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const records = await recordsOf(connection, environment)
        const { terminal } = desk
        if (options.json) return terminal.out(JSON.stringify(records.map((record) => ({ ...record, at: iso(record.at) }))))
        if (options.csv) return terminal.out(csv(adviceLinesCsv(records)).trimEnd())
        if (options.patch) return printPatches(records, terminal)
        await show(records, terminal, connection)
      })))
}

const recordsOf = async (connection: Connection, environment: string | undefined): Promise<readonly AdviceRecord[]> => {
  if (environment !== undefined && (await connection.registry.environments.get(environment)) === undefined) throw await noEnvironment(connection, environment)
  const ids = environment === undefined ? (await readDelivered(connection)).environments.map(({ id }) => id).toSorted() : [environment]
  return (await pMap(ids, (id) => connection.ledgers.advice(id), { concurrency: AT_ONCE })).flat()
}

const NONE_YET = 'no advice yet: it is made once a day, from what containers use while their environment is awake'

const show = async (records: readonly AdviceRecord[], { out, paint, width }: Terminal, { registry, clock }: Connection): Promise<void> => {
  const [first] = records.toSorted((a, b) => b.at - a.at)
  if (first === undefined) return out(NONE_YET)
  const zone = (await registry.fleet())?.timezone ?? 'UTC'
  out(paint('dim', `as of ${sayTime(first.at, zone, clock.now())} (${zone}), at list prices on demand`))
  out(adviceTable(records, { paint, width }))
  const { saving } = rankAdvice(records)
  if (saving.length > 0) out(`potential: ${sayUsd(adviceMicroUsdPerMonth(saving))} a month; the patches are in: catnap advice --patch`)
}

/** What saves most first; the comment says where it belongs and what it is worth. */
const printPatches = (records: readonly AdviceRecord[], { out, err }: Terminal): void => {
  const ranked = Object.values(rankAdvice(records)).flat()
  const workloads = [...Map.groupBy(ranked, ({ environment, advice }) => `${environment} ${objectKey(advice.workload)}`).values()]
  const documents = workloads.flatMap((lines) => {
    const [first] = lines
    const patch = first && advicePatch(first.advice.workload, lines.map(({ advice }) => advice))
    return first === undefined || patch === undefined ? [] : [`---\n# ${first.environment}: ${sayWorth(adviceMicroUsdPerMonth(lines))}\n${stringify(patch).trimEnd()}`]
  })
  if (documents.length === 0) return err(records.length === 0 ? NONE_YET : 'no advice changes a request: see why with: catnap advice')
  for (const document of documents) out(document)
}

const sayWorth = (microUsd: number): string => (microUsd < 0 ? `costs ${sayUsd(-microUsd)} more a month` : `worth ${sayUsd(microUsd)} a month`)
