import type { Command } from 'commander'
import { type Delivered, type DeliveryStep, planDelivery, sayDeliveryStep } from '../../domain/delivery.ts'
import { afterDelivery, deliveryObstacles } from '../../domain/delivery-effect.ts'
import type { Instant } from '../../domain/time.ts'
import { deliverIntent, readDelivered } from '../../use-cases/deliver-intent.ts'
import type { Paint, Style } from '../../views/paint.ts'
import { potentialOf, sayHours, sayPotential } from '../../views/potential-table.ts'
import { deliveryNotices } from '../delivery-notices.ts'
import { readIntentArgument } from '../intent-argument.ts'
import { addWord, callerOf, type Desk, OPERATOR_HELP, processDesk, tellTrouble, withConnection, type WordOptions } from '../operator-command.ts'
import { potentialDocument, projectDelivered } from '../project-delivered.ts'
import type { Terminal } from '../terminal.ts'

const HELP = `
It checks the file as catnap validate does, shows what changes and what that could save in the next seven days, and asks
before it writes; where nobody can be asked it needs --yes. Applied twice it changes nothing. An environment that left
the file while asleep is woken first.

Examples:
  $ catnap apply
  $ catnap apply staging.yaml --dry-run
  $ catnap apply staging.yaml --yes --by "deploy pipeline"
  $ catnap apply --dry-run --json | jq -r '.steps[].text'
${OPERATOR_HELP}`

interface Options extends WordOptions {
  readonly yes?: true
  readonly dryRun?: true
}

/** How far the effect of a change is shown. */
const DAYS = 7

/** A change and what it leads to. */
interface Change {
  readonly before: Delivered
  readonly after: Delivered
  readonly steps: readonly DeliveryStep[]
  readonly notices: readonly string[]
}

/** `catnap apply`: delivers an intent. */
export const applyCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('apply')
    .summary('deliver catnap.yaml: show what changes, ask, write')
    .description('Deliver an intent file: show what changes and what it could save, ask, write.')
    .argument('[file]', 'the intent file', 'catnap.yaml')
    .option('--yes', 'write without asking')
    .option('--dry-run', 'show everything, write nothing')
  addWord(command)
    .addHelpText('after', HELP)
    .action((file: string, options: Options) =>
      tellTrouble(desk, options, async () => {
        const { terminal } = desk
        const json = options.json === true
        const intent = await readIntentArgument(file, terminal, json)
        if (intent === undefined) return
        await withConnection(desk, options, async (connection) => {
          const now = connection.clock.now()
          const before = await readDelivered(connection, Object.keys(intent.clusters))
          const steps = planDelivery(intent, before, now)
          const after = afterDelivery(before, steps)
          const change = { before, after, steps, notices: deliveryNotices(before, after, now) }
          if (!json) show(change, file, now, terminal)
          refuseWhatIsInTheWay(change)
          const written = steps.length > 0 && (await isWanted(options, steps.length, terminal))
          if (written) await deliverIntent(connection, before, steps, callerOf(options))
          if (json) terminal.out(JSON.stringify(documentOf(change, written, now)))
          else if (steps.length > 0) sayEnd(written, options, change, terminal)
        })
      }))
}

const show = ({ before, after, steps }: Change, file: string, now: Instant, { out, paint }: Terminal): void => {
  if (steps.length === 0) return out(`nothing to change: what is delivered is what ${file} says`)
  for (const step of steps) out(coloured(sayDeliveryStep(step), paint))
  out('')
  const projection = projectDelivered(after, now, DAYS)
  const potential = potentialOf(projection)
  const earlier = before.fleet === undefined ? '' : ` (as delivered now: ${sayHours(potentialOf(projectDelivered(before, now, DAYS)).asleepHours)})`
  out(`the next ${DAYS} days by these hours: ${sayHours(potential.asleepHours)} asleep over ${projection.environments.length} environments${earlier}`)
  for (const line of sayPotential(potential, projection.pools.length)) out(line)
}

const STYLES: Readonly<Record<string, Style>> = { '+': 'green', '~': 'yellow', '-': 'red' }

const coloured = (sentence: string, paint: Paint): string => {
  const style = STYLES[sentence.charAt(0)]
  return style === undefined ? sentence : `${paint(style, sentence.charAt(0))}${sentence.slice(1)}`
}

const refuseWhatIsInTheWay = ({ before, steps }: Change): void => {
  const obstacles = deliveryObstacles(before, steps)
  if (obstacles.length > 0) throw new Error(`nothing was written: ${obstacles.join('; ')}`)
}

/** Whether to write: not in a dry run, else by --yes or a person's word. Throws where there is neither. */
const isWanted = async ({ yes, dryRun, json }: Options, count: number, { ask }: Terminal): Promise<boolean> => {
  if (dryRun === true) return false
  if (yes === true) return true
  if (ask === undefined || json === true) throw new Error('nothing was written: found nobody to ask, expected --yes to write or --dry-run to look only')
  return /^y(?:es)?$/i.test((await ask(`\nwrite ${count === 1 ? 'this change' : `these ${count} changes`}? [y/N] `)).trim())
}

const sayEnd = (written: boolean, { dryRun }: Options, { steps, notices }: Change, { out, err }: Terminal): void => {
  if (!written) {
    for (const notice of notices) err(`note: ${notice}`)
    return out(dryRun === true ? 'dry run: nothing was written' : 'nothing was written')
  }
  out(`written: ${steps.length === 1 ? '1 change' : `${steps.length} changes`}`)
  for (const notice of notices) out(notice)
  out('the next tick, within a minute, looks at what changed; follow it with: catnap status')
}

const documentOf = ({ before, after, steps, notices }: Change, written: boolean, now: Instant): object => ({
  written,
  steps: steps.map((step) => ({ do: step.do, text: sayDeliveryStep(step) })),
  days: DAYS,
  before: potentialDocument(projectDelivered(before, now, DAYS)),
  after: potentialDocument(projectDelivered(after, now, DAYS)),
  notices,
})
