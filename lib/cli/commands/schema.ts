import type { Command } from 'commander'
import { intentJsonSchema } from '../../domain/intent/schema.ts'

const EXAMPLES = `
Example, and the first line that makes an editor check and complete the file:
  $ catnap schema > catnap.schema.json
  # yaml-language-server: $schema=./catnap.schema.json

Exit codes: 0 printed, 2 wrong usage.`

/** `catnap schema`: the JSON Schema of the intent file. */
export const schemaCommand = (program: Command): void => {
  program
    .command('schema')
    .summary('print the JSON Schema of catnap.yaml')
    .description('Print the JSON Schema (draft 2020-12) of catnap.yaml, for editors and other tools.')
    .addHelpText('after', EXAMPLES)
    .action(() => {
      process.stdout.write(`${JSON.stringify(intentJsonSchema(), null, 2)}\n`)
    })
}
