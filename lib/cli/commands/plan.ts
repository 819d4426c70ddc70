import { type Command, InvalidArgumentError } from 'commander'
import { type Delivered, planDelivery } from '../../domain/delivery.ts'
import { afterDelivery } from '../../domain/delivery-effect.ts'
import type { Intent } from '../../domain/intent/schema.ts'
import type { Projection } from '../../domain/projection.ts'
import type { Instant } from '../../domain/time.ts'
import { readDelivered } from '../../use-cases/deliver-intent.ts'
import { comingDays } from '../../views/coming-days.ts'
import { asleepTable, potentialOf, potentialTable, sayPotential } from '../../views/potential-table.ts'
import { sayDay } from '../../views/zoned-time.ts'
import { explainTrouble } from '../aws-trouble.ts'
import { readIntentArgument } from '../intent-argument.ts'
import { addTarget, type Desk, OPERATOR_HELP, type OperatorOptions, processDesk, tellTrouble, withConnection } from '../operator-command.ts'
import { projectDelivered, projectionDocument } from '../project-delivered.ts'
import type { Terminal } from '../terminal.ts'

const HELP = `
It touches nothing. With a file it shows what that intent would bring, and works without any table: then only the hours.
Without one it shows what is delivered. It goes by the hours alone, as if nobody asked for anything. Savings are
potential: nodes that could go while everything that uses their pool sleeps, all but those it keeps.

Examples:
  $ catnap plan catnap.yaml
  $ catnap plan --days 14
  $ catnap plan --json | jq '.total.potentialUsd'
${OPERATOR_HELP}`

interface Options extends OperatorOptions {
  readonly days: number
}

/** What a plan is made from. */
interface Ground {
  readonly delivered: Delivered
  readonly now: Instant
}

/** `catnap plan`: the coming days and what they could save. */
export const planCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('plan')
    .summary('show the coming days and what they could save, touching nothing')
    .description('Show the coming days and what they could save, touching nothing.')
    .argument('[file]', 'an intent file; without it, what is delivered')
    .option('--days <count>', 'how far to look', daysArgument, 7)
  addTarget(command)
    .addHelpText('after', HELP)
    .action((file: string | undefined, options: Options) =>
      tellTrouble(desk, options, async () => {
        const { terminal } = desk
        const ground = file === undefined ? await deliveredNow(desk, options) : await intended(desk, options, file)
        if (ground === undefined) return
        const { delivered, now } = ground
        const projection = projectDelivered(delivered, now, options.days)
        if (options.json) terminal.out(JSON.stringify(projectionDocument(projection)))
        else printPlan(projection, delivered.fleet?.timezone ?? 'UTC', terminal)
      }))
}

const deliveredNow = async (desk: Desk, options: Options): Promise<Ground> => {
  let ground: Ground | undefined
  await withConnection(desk, options, async (connection) => {
    ground = { delivered: await readDelivered(connection), now: connection.clock.now() }
  })
  if (ground?.delivered.fleet === undefined) throw new Error('nothing is delivered yet; name an intent file, as in: catnap plan catnap.yaml')
  return ground
}

/** The intent of a file laid over what is delivered, where that can be read. */
const intended = async (desk: Desk, options: Options, file: string): Promise<Ground | undefined> => {
  const { terminal } = desk
  const intent = await readIntentArgument(file, terminal, options.json === true)
  if (intent === undefined) return undefined
  let ground: Ground = { delivered: { clusters: [], environments: [], pools: [] }, now: Date.now() as Instant }
  try {
    await withConnection(desk, options, async (connection) => {
      ground = { delivered: await readDelivered(connection, Object.keys(intent.clusters)), now: connection.clock.now() }
    })
  } catch (error) {
    terminal.err(`without the table, so the sizes of pools are left out: ${explainTrouble(error).message}`)
  }
  return { ...ground, delivered: laidOver(intent, ground) }
}

const laidOver = (intent: Intent, { delivered, now }: Ground): Delivered => afterDelivery(delivered, planDelivery(intent, delivered, now))

const printPlan = (projection: Projection, zone: string, terminal: Terminal): void => {
  const { from, to, pools } = projection
  const { out, paint } = terminal
  out(paint('dim', `from ${sayDay(from, zone)} to ${sayDay(to, zone)}, by the hours alone; times in ${zone}`))
  out('')
  for (const line of comingDays(projection, zone, paint)) out(line)
  if (projection.changes.length === 0) out('no change by the hours')
  out('')
  out(asleepTable(projection, terminal))
  out('')
  if (pools.length > 0) {
    out(potentialTable(pools, terminal))
    out('')
  }
  for (const line of sayPotential(potentialOf(projection), pools.length)) out(line)
  out('nothing was touched')
}

const daysArgument = (text: string): number => {
  const days = Number(text)
  if (!Number.isInteger(days) || days < 1 || days > 366) throw new InvalidArgumentError(`found "${text}", expected a whole number of days from 1 to 366`)
  return days
}
