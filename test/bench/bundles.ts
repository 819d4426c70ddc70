import { build, type BuildOptions, type Metafile } from 'esbuild'
import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { bundling, hasSourceMap } from '../../infra/bundling.ts'
import { type Bench, median } from './report.ts'

const run = promisify(execFile)

const ROOT = path.join(import.meta.dirname, '../..')
/** Inside the project, so that what is not bundled is found in its node_modules. */
const OUT = path.join(ROOT, '.catnap/bench')

const FUNCTIONS = ['tick', 'wake', 'reconcile', 'reclaim', 'observe', 'account', 'report'] as const

/** A way to bundle, in esbuild's words where they are not those of infra/. */
interface Variant {
  readonly name: string
  readonly options: BuildOptions
  readonly hasSourceMap: (name: string) => boolean
}

const AS_DEPLOYED = 'as deployed'

/** As infra/ does, and what it would be otherwise. */
const VARIANTS: readonly Variant[] = [
  { name: AS_DEPLOYED, options: {}, hasSourceMap },
  { name: 'source map otherwise', options: {}, hasSourceMap: (name) => !hasSourceMap(name) },
  { name: 'all ways to credentials', options: { alias: {} }, hasSourceMap },
  { name: 'SDK not bundled', options: { external: ['@aws-sdk/*', '@smithy/*'], alias: {} }, hasSourceMap },
]

/** Starts of each candidate; they take turns, so that a busy moment of the machine falls on all. */
const ROUNDS = 9

/** What a function was bundled to, and how it is started. */
interface Candidate {
  readonly file: string
  readonly nodeOptions: readonly string[]
  readonly built: Built
}

interface Built {
  readonly name: string
  readonly variant: string
  readonly bytes: number
  readonly gzipBytes: number
  readonly mapBytes: number
  readonly packages: readonly (readonly [name: string, bytes: number])[]
}

/** One start, in milliseconds: the import alone, the process from its start to the end of the import, and its CPU time. */
interface Start {
  readonly importMs: number
  readonly processMs: number
  readonly cpuMs: number
}

/** Bytes and import time of each function beside an empty handler. */
export const bundles: Bench = async () => {
  await rm(OUT, { recursive: true, force: true })
  const candidates = [await emptyHandler()]
  for (const variant of VARIANTS) for (const name of FUNCTIONS) candidates.push(await bundle(name, variant))
  const starts = new Map<Candidate, Start[]>(candidates.map((candidate) => [candidate, []]))
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const candidate of candidates) starts.get(candidate)?.push(await start(candidate))
  }
  await rm(OUT, { recursive: true, force: true })

  const timed = candidates.map((candidate) => {
    const own = starts.get(candidate) ?? []
    const middle = (name: keyof Start): number => median(own.map((one) => one[name]))
    return { ...candidate.built, importMs: middle('importMs'), processMs: middle('processMs'), cpuMs: middle('cpuMs') }
  })
  const [empty] = timed
  const figures = timed.map((row) => ({ ...row, processRatio: row.processMs / (empty?.processMs ?? Number.NaN), cpuRatio: row.cpuMs / (empty?.cpuMs ?? Number.NaN) }))
  const deployed = figures.filter(({ variant }) => variant === AS_DEPLOYED)
  return {
    name: 'bundles',
    says: `each function bundled as infra/ has it bundled, beside an empty handler; medians of ${ROUNDS} interleaved starts of a fresh process`,
    tables: [
      {
        title: 'bytes and start',
        columns: ['function', 'bundled', 'bytes', 'gzip', 'source map', 'import ms', 'process ms', '× empty', 'CPU ms', '× empty'],
        rows: figures.map((row) => [row.name, row.variant, row.bytes, row.gzipBytes, row.mapBytes, row.importMs, row.processMs, row.processRatio, row.cpuMs, row.cpuRatio]),
      },
      {
        title: 'what a deployed bundle is made of',
        columns: ['function', 'package', 'bytes', '% of bundle'],
        rows: deployed.flatMap(({ name, bytes, packages }) => packages.slice(0, 5).map(([from, size]) => [name, from, size, Math.round((100 * size) / bytes)])),
      },
    ],
    notes: [
      'process ms is from the start of the process to the end of the import; the ratio is of that, since a start on Lambda is both; CPU ms is what is left of it on a busy machine',
      '"SDK not bundled" finds it in node_modules; on Lambda it would be the runtime\'s own copy, which is laid out alike',
    ],
    figures: { rounds: ROUNDS, candidates: figures },
  }
}

const emptyHandler = async (): Promise<Candidate> => {
  const file = path.join(OUT, 'empty/index.mjs')
  const text = 'export const handler = async () => {}\n'
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, text)
  return { file, nodeOptions: [], built: { name: 'empty', variant: '-', bytes: text.length, gzipBytes: gzipSync(text).length, mapBytes: 0, packages: [] } }
}

const bundle = async (name: string, variant: Variant): Promise<Candidate> => {
  const sourcemap = variant.hasSourceMap(name)
  const { mainFields, external, ...rest } = bundling
  const options: BuildOptions = { ...rest, mainFields: [...mainFields], external: [...external], sourcemap, ...variant.options }
  // Named by what it is: a file .js would be an ES module here, as package.json says, and is none on Lambda.
  const file = path.join(OUT, variant.name.replaceAll(' ', '-'), name, 'index.cjs')
  const entryPoints = [path.join(ROOT, 'functions', `${name}.ts`)]
  const { metafile } = await build({ ...options, entryPoints, outfile: file, absWorkingDir: ROOT, metafile: true })
  const text = await readFile(file)
  const map = await stat(`${file}.map`).catch(() => undefined)
  const built = { name, variant: variant.name, bytes: text.length, gzipBytes: gzipSync(text).length, mapBytes: map?.size ?? 0, packages: bytesByPackage(metafile) }
  return { file, nodeOptions: sourcemap ? ['--enable-source-maps'] : [], built }
}

const bytesByPackage = ({ outputs }: Metafile): readonly (readonly [string, number])[] => {
  const bytes = new Map<string, number>()
  for (const [input, { bytesInOutput }] of Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs))) {
    const from = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? 'catnap'
    bytes.set(from, (bytes.get(from) ?? 0) + bytesInOutput)
  }
  return [...bytes].toSorted((a, b) => b[1] - a[1])
}

const PROBE = 'const before = performance.now(); await import(process.argv[1]); const after = performance.now(); const { user, system } = process.cpuUsage(); ' +
  'process.stdout.write(JSON.stringify({ importMs: after - before, processMs: after, cpuMs: (user + system) / 1000 })); process.exit()'

const start = async ({ file, nodeOptions }: Candidate): Promise<Start> => {
  const env = { PATH: process.env['PATH'], CATNAP_TABLE: 'catnap', CATNAP_MAIL_FROM: 'catnap@example.com', AWS_REGION: 'us-east-1' }
  const { stdout } = await run(process.execPath, [...nodeOptions, '--input-type=module', '--eval', PROBE, file], { env })
  return JSON.parse(stdout) as Start
}
