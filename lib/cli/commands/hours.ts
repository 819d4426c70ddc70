import { once } from 'node:events'
import { type Command, InvalidArgumentError } from 'commander'
import { HoursError } from '../../domain/hours/hours-error.ts'
import { zoneNamed } from '../../domain/hours/zone.ts'
import type { Instant } from '../../domain/time.ts'
import { type HoursAnswer, HoursAnswers, type HoursDefaults, holidayOf, QuestionError } from '../hours-answer.ts'
import { instantArgument } from '../instant-argument.ts'
import { textLines } from '../text-lines.ts'

interface Options {
  readonly at?: Instant
  readonly holidays: readonly string[]
  readonly timezone: string
  readonly json?: true
  readonly batch?: true
}

/** Commander's own mistakes end with 1; wrong usage is 2. */
const USAGE = { exitCode: 2 }

const EXAMPLES = `
Hours are \`day[-day] start-end [zone]\`, several with commas, or \`always\`, or \`never\`.
A window that ends before it starts runs overnight and belongs to the day it starts on.
Hours go by what the clock on the wall reads: where it is put back, what it reads twice is open twice.

Examples:
  $ catnap hours "Mon-Fri 08:00-19:00" --timezone Europe/Paris
  $ catnap hours "Mon-Thu 08:00-19:00, Fri 08:00-16:00" --at 2026-12-25T10:00:00Z --holidays 2026-12-25
  $ catnap hours "Mon-Sun 20:00-06:00 America/New_York" --json
  $ echo '{"id": 1, "hours": "Sat-Sun 10:00-16:00", "at": "2026-11-22T08:00:00Z"}' | catnap hours --batch

With --batch each line in gets one line out, {"id", "awake", "reason", "since", "next"} or {"id", "error"}, and the
options stand for what a line leaves out.

Exit codes: 0 answered (in a batch: every line, errors included), 1 hours that cannot be read, 2 wrong usage.`

/** `catnap hours`: what hours say at an instant. */
export const hoursCommand = (program: Command): void => {
  program
    .command('hours')
    .summary('say whether hours are open at an instant, why, and until when')
    .description('Say whether hours are open at an instant, why, since when and until when.')
    .argument('[expression]', 'hours, as in "Mon-Fri 08:00-19:00"; left out with --batch')
    .option('--at <instant>', 'the instant, as in 2026-11-22T08:00:00Z (default: now)', usage(instantArgument))
    .option('--holidays <dates>', 'dates on which no window starts, with commas', usage(holidaysArgument), [])
    .option('--timezone <zone>', 'the zone of windows that name none', usage(zoneArgument), 'UTC')
    .option('--json', 'print one JSON object')
    .option('--batch', 'read JSON lines {"id", "hours", "at"} from standard input, answer each with a line')
    .addHelpText('after', EXAMPLES)
    .action(async (expression: string | undefined, options: Options, command: Command) => {
      const { holidays, timezone, at = Date.now() as Instant } = options
      if (options.batch === true) {
        if (expression !== undefined) {
          command.error(`error: found "${expression}" beside --batch, expected hours on standard input only`, USAGE)
        }
        await answerBatch({ at, holidays, timezone })
        return
      }
      if (expression === undefined) {
        return command.error('error: missing argument, expected hours as in "Mon-Fri 08:00-19:00", or --batch', USAGE)
      }
      answerOne(expression, { at, holidays, timezone }, options.json === true)
    })
}

const answerOne = (hours: string, defaults: HoursDefaults, json: boolean): void => {
  try {
    const answer = new HoursAnswers().answer({ ...defaults, hours })
    process.stdout.write(`${json ? JSON.stringify(answer) : sentence(answer)}\n`)
  } catch (error) {
    if (!(error instanceof HoursError)) throw error
    if (json) process.stdout.write(`${JSON.stringify({ error: error.message })}\n`)
    else process.stderr.write(`error: hours "${hours}": ${error.message}\n`)
    process.exitCode = 1
  }
}

const answerBatch = async (defaults: HoursDefaults): Promise<void> => {
  const answers = new HoursAnswers()
  process.stdin.setEncoding('utf8')
  for await (const lines of textLines(process.stdin)) {
    const text = lines.map((line) => `${answers.answerLine(line, defaults)}\n`).join('')
    if (!process.stdout.write(text)) await once(process.stdout, 'drain')
  }
}

const state = (awake: boolean): string => (awake ? 'awake' : 'asleep')

const sentence = ({ awake, reason, since, next }: HoursAnswer): string => {
  const from = since === null ? `always ${state(awake)} so far` : `${state(awake)} since ${since}`
  if (next === null) return since === null ? `always ${state(awake)} (${reason})` : `${from}, for good (${reason})`
  return `${from} (${reason}); ${state(next.awake)} from ${next.at}`
}

const holidaysArgument = (text: string): readonly string[] => text.split(',').map((date) => holidayOf(date.trim()))

const zoneArgument = (text: string): string => zoneNamed(text.trim()).name

/** Makes what an argument's reader throws a matter of wrong usage. */
const usage =
  <Value>(read: (text: string) => Value) =>
  (text: string): Value => {
    try {
      return read(text)
    } catch (error) {
      const told = error instanceof RangeError || error instanceof HoursError || error instanceof QuestionError
      throw told ? new InvalidArgumentError(error.message) : error
    }
  }
