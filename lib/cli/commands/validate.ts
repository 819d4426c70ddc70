import { readFile } from 'node:fs/promises'
import { styleText } from 'node:util'
import type { Command } from 'commander'
import { readIntentFile } from '../../adapters/yaml/intent-file.ts'
import type { Intent } from '../../domain/intent/schema.ts'
import { type Paint, problemReport } from '../problem-report.ts'

const EXAMPLES = `
Every mistake is told at once, with its line, its column, what was found and what was expected.

Examples:
  $ catnap validate
  $ catnap validate staging.yaml
  $ catnap validate --json | jq '.problems[]'

Exit codes: 0 the file is fine, 1 it has mistakes or cannot be read, 2 wrong usage.`

/** `catnap validate`: every mistake of an intent file. */
export const validateCommand = (program: Command): void => {
  program
    .command('validate')
    .summary('check catnap.yaml and tell every mistake')
    .description('Check an intent file and tell every mistake.')
    .argument('[file]', 'the intent file', 'catnap.yaml')
    .option('--json', 'print one JSON object: {"ok", "clusters", "environments", …} or {"ok", "problems"}')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, { json = false }: { readonly json?: boolean }) => {
      const text = await textOf(file)
      if ('failure' in text) {
        process.exitCode = 1
        if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: text.failure, problems: [] })}\n`)
        else process.stderr.write(`error: ${text.failure}\n`)
        return
      }
      const read = readIntentFile(text.content)
      if ('intent' in read) {
        const counts = countsOf(read.intent)
        process.stdout.write(json ? `${JSON.stringify({ ok: true, ...counts })}\n` : `${summary(counts)}\n`)
        return
      }
      process.exitCode = 1
      const report = json
        ? JSON.stringify({ ok: false, problems: read.problems })
        : problemReport(file, text.content, read.problems, paint)
      process.stdout.write(`${report}\n`)
    })
}

const FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; name one, as in: catnap validate catnap.yaml',
  EISDIR: 'it is a directory; name the file in it',
  EACCES: 'it may not be read by this user',
}

const textOf = async (file: string): Promise<{ readonly content: string } | { readonly failure: string }> => {
  try {
    return { content: await readFile(file, 'utf8') }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const why = ('code' in error && FAILURES[String(error.code)]) || error.message
    return { failure: `cannot read ${file}: ${why}` }
  }
}

const paint: Paint = (style, text) => styleText(style, text, { stream: process.stdout })

const countsOf = ({ mode, clusters, environments, holidays, protect }: Intent) => ({
  mode,
  clusters: Object.keys(clusters).length,
  acting: Object.values(clusters).filter((cluster) => (cluster.mode ?? mode) === 'act').length,
  environments: Object.keys(environments).length,
  pools: Object.values(clusters).reduce((sum, { pools }) => sum + Object.keys(pools).length, 0),
  holidays: holidays.length,
  protect: protect.length,
})

const summary = ({ clusters, acting, environments, pools, holidays }: ReturnType<typeof countsOf>): string => {
  const parts = [
    counted(clusters, 'cluster'),
    counted(environments, 'environment'),
    counted(pools, 'pool'),
    counted(holidays, 'holiday'),
  ]
  const modes = acting === 0 ? 'all observed only' : `${acting} acted on, ${clusters - acting} observed only`
  return `ok: ${parts.join(', ')}; clusters: ${modes}`
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
