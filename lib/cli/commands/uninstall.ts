import type { Command } from 'commander'
import { type Delivered, sayDeliveryStep } from '../../domain/delivery.ts'
import { sayDuration } from '../../domain/duration.ts'
import type { Environment } from '../../domain/environment.ts'
import { removalGuide } from '../../domain/removal-guide.ts'
import { secondsBetween } from '../../domain/time.ts'
import { isFreeToGo, takeAllOut, type UninstallObstacles, uninstallObstacles, wakeObstacles } from '../../domain/uninstall-obstacles.ts'
import { isWhole } from '../../domain/whole/whole-record.ts'
import { deliverIntent, readDelivered } from '../../use-cases/deliver-intent.ts'
import type { Connection } from '../connection.ts'
import { addWord, callerOf, type Desk, OPERATOR_HELP, processDesk, tellTrouble, withConnection, type WordOptions } from '../operator-command.ts'
import { LINK_KEY, TABLE } from '../own-names.ts'
import type { Terminal } from '../terminal.ts'

const HELP = `
It looks whether anything sleeps, or could fall asleep while you remove it, and refuses if so; else it says which commands
remove the rest, and runs none of them. --wake-all takes every environment and pool out of the intent, after asking: what
sleeps is woken, every pool gets its sizes back, all are forgotten. It follows that to the end.

Examples:
  $ catnap uninstall
  $ catnap uninstall --wake-all
  $ catnap uninstall --json | jq -r '.removal[].commands[]'
${OPERATOR_HELP}`

interface Options extends WordOptions {
  readonly wakeAll?: true
  readonly yes?: true
}

/** How often it is looked whether all are awake. */
const LOOK_SECONDS = 15

/** A wake is given up after 15 minutes, and nodes given back take some more. */
const PATIENCE_SECONDS = 30 * 60

/** `catnap uninstall`: refuses while anything sleeps, then says what removes the rest. */
export const uninstallCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('uninstall')
    .summary('say how to remove Catnap, and refuse while anything sleeps')
    .description('Say which commands remove Catnap; refuse while anything sleeps.')
    .option('--wake-all', 'first take everything out of the intent, so that it is woken and forgotten')
    .option('--yes', 'with --wake-all: do so without asking')
  addWord(command)
    .addHelpText('after', HELP)
    .action((options: Options) =>
      tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
        const { terminal } = desk
        const before = await readDelivered(connection)
        if (options.wakeAll && !(await wakeAll(connection, before, options, terminal))) return terminal.out('nothing was written')
        const obstacles = uninstallObstacles(await readDelivered(connection))
        const removal = removalGuide(before.clusters, ...namesOf(options))
        if (options.json) terminal.out(JSON.stringify(documentOf(obstacles, removal)))
        else for (const line of isFreeToGo(obstacles) ? sayRemoval(removal) : sayObstacles(obstacles)) terminal.out(line)
        if (!isFreeToGo(obstacles)) terminal.fail()
      })))
}

/** The table, which may be named by its ARN, and the parameter. */
const namesOf = ({ table }: Options): readonly [table: string, linkKey: string] => {
  const { CATNAP_TABLE, CATNAP_LINK_KEY } = process.env
  const named = table ?? (CATNAP_TABLE || TABLE)
  return [named.split('/').at(-1) ?? named, CATNAP_LINK_KEY || LINK_KEY]
}

/** Delivers an empty intent and follows it to its end. Answers false where a person said no. */
const wakeAll = async (connection: Connection, delivered: Delivered, options: Options, terminal: Terminal): Promise<boolean> => {
  const inTheWay = wakeObstacles(delivered)
  if (inTheWay.length > 0) throw new Error(`nothing was written: ${inTheWay.join('; ')}`)
  const steps = takeAllOut(delivered)
  if (steps.length > 0) {
    if (options.json !== true) for (const step of steps) terminal.out(sayDeliveryStep(step))
    if (!(await isWanted(options, terminal))) return false
    await deliverIntent(connection, delivered, steps, callerOf(options))
  }
  await follow(connection, (line) => terminal.err(line))
  return true
}

/** Throws where nobody can be asked and nothing was said. */
const isWanted = async ({ yes, json }: Options, { ask }: Terminal): Promise<boolean> => {
  if (yes === true) return true
  if (ask === undefined || json === true) throw new Error('nothing was written: found nobody to ask, expected --yes to take everything out of the intent')
  return /^y(?:es)?$/i.test((await ask('\ntake all of this out of the intent, so that it is woken and never sleeps again? [y/N] ')).trim())
}

/** Follows until nothing is left that could sleep. Throws when that takes longer than half an hour. */
const follow = async (connection: Connection, say: (line: string) => void): Promise<void> => {
  const { clock, wait } = connection
  const began = clock.now()
  let said = ''
  for (;;) {
    const obstacles = uninstallObstacles(await readDelivered(connection))
    if (isFreeToGo(obstacles)) return
    const names = namesIn(obstacles)
    const line = `waiting for ${names.length}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ' and others' : ''}`
    if (line !== said) say(line)
    said = line
    const took = secondsBetween(began, clock.now())
    if (took >= PATIENCE_SECONDS) throw new Error(`not all is woken and given back after ${sayDuration(took)}: ${names.join(', ')}; see catnap status, and run it again`)
    await wait(LOOK_SECONDS)
  }
}

const namesIn = ({ asleep, pools }: UninstallObstacles): readonly string[] => [
  ...asleep.map((record) => `${sayRecord(record)} (${record.phase})`),
  ...pools.map(({ cluster, name }) => `pool ${cluster}/${name} (not given back)`),
]

const sayRecord = (record: Environment): string => (isWhole(record) ? `cluster ${record.id} as a whole` : `environment ${record.id}`)

const sayObstacles = (obstacles: UninstallObstacles): readonly string[] => {
  const { free } = obstacles
  const names = namesIn(obstacles)
  const held = names.length === 0 ? ['or only hold them as they are: catnap pause'] : []
  return [
    ...(names.length === 0 ? [] : ['not yet: without Catnap nobody would wake or give back', ...names.map((name) => `  ${name}`)]),
    ...(free.length === 0 ? [] : ['not yet: awake now, these may fall asleep any minute', ...free.map((record) => `  ${sayRecord(record)}`)]),
    '', 'wake everything and take it out of the intent: catnap uninstall --wake-all', ...held,
  ]
}

const sayRemoval = (removal: ReturnType<typeof removalGuide>): readonly string[] => [
  'nothing sleeps, and nothing can fall asleep. What removes the rest, in this order:',
  ...removal.flatMap(({ what, commands }, index) => ['', `${index + 1}. ${what}`, ...commands.map((command) => `   ${command}`)]),
]

const documentOf = (obstacles: UninstallObstacles, removal: ReturnType<typeof removalGuide>): object => {
  const { asleep, pools, free } = obstacles
  return {
    ready: isFreeToGo(obstacles),
    asleep: asleep.map(({ id, phase }) => ({ id, phase })),
    pools: pools.map(({ cluster, name, original }) => ({ pool: `${cluster}/${name}`, original })),
    free: free.map(({ id }) => id),
    removal: isFreeToGo(obstacles) ? removal : [],
  }
}
