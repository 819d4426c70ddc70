import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Flags of every worker. V8 refuses a code cache made under others; the young heap is large, so that a start collects nothing. */
export const WORKER_FLAGS = ['--max-semi-space-size=64', '--min-semi-space-size=64']

/** Runs the bundle from V8's code cache, which makes a start three times faster; the first run writes that cache. */
const LOADER = `
const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const { Script } = require('node:vm')
const [file, cache] = [__dirname + '/worker.cjs', __dirname + '/worker.cache']
const cachedData = existsSync(cache) ? readFileSync(cache) : undefined
const source = '(function (exports, require, module) {' + readFileSync(file, 'latin1') + '\\n})'
const script = new Script(source, { filename: file, cachedData })
script.runInThisContext()({}, require, module)
if (cachedData === undefined) writeFileSync(cache, script.createCachedData())
`

/** Bundles worker.ts into a folder of its own. Answers the file to start. */
export const bundleWorker = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'catnap-crash-'))
  await build({
    entryPoints: [fileURLToPath(new URL('worker.ts', import.meta.url))],
    outfile: join(folder, 'worker.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    // The SDK's ES modules lose what no call needs: 750 commands of EC2 but one.
    mainFields: ['module', 'main'],
    // Nothing is imported later, which the loader could not do.
    supported: { 'dynamic-import': false },
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
  })
  const loader = join(folder, 'start.cjs')
  writeFileSync(loader, LOADER)
  execFileSync(process.execPath, [...WORKER_FLAGS, loader], { env: { ...process.env, CATNAP_TABLE: 'none', AWS_REGION: 'us-east-1' } })
  return loader
}
