import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration, sayDuration } from '../../domain/duration.ts'
import type { Environment } from '../../domain/environment.ts'
import { homeZone } from '../../domain/home-zone.ts'
import { environmentAddress, type LinkDeed, LONGEST_LINK_SECONDS } from '../../domain/link.ts'
import { iso, later } from '../../domain/time.ts'
import { makeLink } from '../../use-cases/make-link.ts'
import { withdrawLinks } from '../../use-cases/withdraw-links.ts'
import { sayTime } from '../../views/zoned-time.ts'
import { addTarget, addWord, callerOf, type Desk, noEnvironment, OPERATOR_HELP, type OperatorOptions, processDesk, tellTrouble, withConnection, type WordOptions } from '../operator-command.ts'

const HELP = `
Prints an address that anybody may use who has it: it shows a page, and the button of the page wakes the environment,
also where its intent says wake.by: signed. With --for it keeps it awake so long; with --sleep it sends it to sleep. It
is good for this environment and for this alone, until it expires, is withdrawn, or its key was rotated twice.

The key is read from Parameter Store with your credentials (CATNAP_LINK_KEY, else /catnap/link-key); make the first one
with: catnap link rotate

Examples:
  $ catnap link us-dev/checkout
  $ catnap link us-dev/checkout --for 2h --expires 1d
  $ catnap link us-dev/checkout --sleep --at https://abc.lambda-url.us-east-1.on.aws/
  $ catnap link revoke us-dev/checkout
${OPERATOR_HELP}`

const SEVEN_DAYS_SECONDS = 7 * 86_400

interface Options extends OperatorOptions {
  readonly for?: number
  readonly sleep?: true
  readonly expires: number
  readonly at?: string
}

/** `catnap link`: prints a signed link; `revoke` and `rotate` end what was printed. */
export const linkCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('link')
    .summary('print a signed link that wakes an environment')
    .description('Print a signed link that wakes an environment, keeps it awake, or sends it to sleep.')
    .argument('<environment>', 'the environment, cluster/name')
    .option('--for <duration>', 'keep it awake so long, up to 7d (default: wake.stayAwake of the intent)', secondsUpTo(SEVEN_DAYS_SECONDS))
    .option('--sleep', 'send it to sleep instead')
    .addOption(new Option('--expires <duration>', 'how long the link is good, up to 31d').argParser(secondsUpTo(LONGEST_LINK_SECONDS)).default(SEVEN_DAYS_SECONDS, '7d'))
    .option('--at <url>', 'where the wake function answers: the output WakeUrl of the stack catnap-hub (default: CATNAP_WAKE_URL)', urlArgument)
  addTarget(command)
    .addHelpText('after', HELP)
    .action((id: string, options: Options) => {
      if (options.sleep === true && options.for !== undefined) command.error('error: found --for and --sleep, expected one of them', { exitCode: 2 })
      return tellTrouble(desk, options, () => printLink(desk, id, options))
    })
  addRevoke(command, desk)
  addRotate(command, desk)
}

const printLink = (desk: Desk, id: string, options: Options): Promise<void> =>
  withConnection(desk, options, async (connection) => {
    const { clock, linkKeys, memory } = connection
    const environment = await memory.environments.get(id)
    if (environment === undefined) throw await noEnvironment(connection, id)
    if (environment.terms.wake.by === 'off') throw new Error(`no link wakes ${id}: its intent says wake.by: off; expected anyone, click or signed`)
    const now = clock.now()
    const deed: LinkDeed = options.sleep === true ? { do: 'sleep' } : options.for === undefined ? { do: 'wake' } : { do: 'stay', seconds: options.for }
    const until = later(now, options.expires)
    const address = addressOf(environment, deed, options.at ?? connection.wakeUrl)
    const url = await makeLink(linkKeys, address, { environment: id, deed, until, series: environment.links ?? 0 })
    if (options.json) return desk.terminal.out(JSON.stringify({ environment: id, does: deed, until: iso(until), url }))
    desk.terminal.out(url)
    const zone = homeZone(environment.terms)
    desk.terminal.err(`${sayDeed(deed)}; good until ${sayTime(until, zone, now)} (${zone}), or until: catnap link revoke ${id}`)
  })

/** A host leads to the application while it is awake, so what acts on the awake goes by the wake function's own address. */
const addressOf = ({ id, terms }: Environment, deed: LinkDeed, wakeUrl: string | undefined): string => {
  if (wakeUrl !== undefined) return environmentAddress(wakeUrl, id)
  const [host] = terms.wake.hosts
  if (host !== undefined && deed.do === 'wake') return `https://${host}/`
  throw new Error('no address for the link: found neither --at nor CATNAP_WAKE_URL, expected the output WakeUrl of the stack catnap-hub')
}

const sayDeed = (deed: LinkDeed): string => {
  switch (deed.do) {
    case 'wake':
      return 'wakes it by its button'
    case 'sleep':
      return 'sends it to sleep by its button'
    case 'stay':
      return `keeps it awake for ${sayDuration(deed.seconds)} by its button`
    default:
      return deed satisfies never
  }
}

const addRevoke = (link: Command, desk: Desk): void => {
  const command = link.command('revoke').description('Withdraw all links of an environment that were made so far, those in mails included.').argument('<environment>', 'the environment, cluster/name')
  addWord(command).action((id: string, _: object, self: Command) => {
    const options = self.optsWithGlobals<WordOptions>()
    return tellTrouble(desk, options, () => withConnection(desk, options, async (connection) => {
      const environment = await withdrawLinks(connection, id, callerOf(options))
      if (environment === undefined) throw await noEnvironment(connection, id)
      if (options.json) return desk.terminal.out(JSON.stringify({ environment: id, withdrawn: environment.links }))
      desk.terminal.out(`${id}: no link made before now is good any more; print a new one with: catnap link ${id}`)
    }))
  })
}

const addRotate = (link: Command, desk: Desk): void => {
  const command = link.command('rotate').description('Make a new key. Links of the key before stay good, older ones do not: once a month breaks none. Twice in a row ends them all.')
  addTarget(command).action((_: object, self: Command) => {
    const options = self.optsWithGlobals<OperatorOptions>()
    return tellTrouble(desk, options, () => withConnection(desk, options, async ({ linkKeys }) => {
      const key = await linkKeys.rotate()
      if (options.json) return desk.terminal.out(JSON.stringify({ key }))
      desk.terminal.out(key === 1 ? 'key 1 signs from now on' : `key ${key} signs from now on; links of key ${key - 1} stay good, older ones do not`)
    }))
  })
}

const secondsUpTo = (most: number) => (text: string): number => {
  const seconds = secondsOf(text)
  if (seconds > 0 && seconds <= most) return seconds
  throw new InvalidArgumentError(`found "${text}", expected more than 0 and at most ${sayDuration(most)}`)
}

const secondsOf = (text: string): number => {
  try {
    return parseDuration(text)
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}

const urlArgument = (text: string): string => {
  if (/^https?:\/\/[^/?#\s]+(?:\/[^?#\s]*)?$/.test(text)) return text
  throw new InvalidArgumentError(`found "${text}", expected an address such as https://abc.lambda-url.us-east-1.on.aws/`)
}
