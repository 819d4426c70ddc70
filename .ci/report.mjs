// What failed in runs of vitest, once more where a long output still shows it, and how many passed and failed in all.
import { existsSync, readFileSync } from 'node:fs'

const files = process.argv.slice(2)
const runs = files.filter((file) => existsSync(file)).map((file) => JSON.parse(readFileSync(file, 'utf8')))
const sum = (count) => runs.reduce((all, run) => all + run[count], 0)
const print = (line) => process.stdout.write(`${line}\n`)
const say = (...lines) => print(`failed: ${lines.join('\n  ').slice(0, 2000)}`)

for (const { name, message, assertionResults } of runs.flatMap(({ testResults }) => testResults)) {
  const failed = assertionResults.filter(({ status }) => status === 'failed')
  for (const { fullName, failureMessages } of failed) say(name, fullName, ...failureMessages)
  if (failed.length === 0 && message) say(name, message)
}
for (const file of files.filter((each) => !existsSync(each))) say(`no results in ${file}: the run was cut`)
print(`${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed`)
if (runs.length < files.length || runs.some((run) => run.numTotalTests === 0)) process.exitCode = 1
