import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { constants, homedir, setPriority } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The programs of a control plane, and kwok, which plays its kubelets. */
export type PlanePart = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kwok'

/** How each part is started: the program and its first arguments. */
export type PlanePrograms = Readonly<Record<PlanePart, readonly string[]>>

const PARTS: readonly PlanePart[] = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok']

const SOURCES = join(import.meta.dirname, 'binary')

/** Where Go is looked for besides the PATH. */
const GO = ['/usr/local/go/bin/go', '/usr/lib/go/bin/go', '/opt/homebrew/bin/go']

/** A line is printed after so many compiled packages, of about 1,400. */
const PACKAGES_PER_LINE = 200

/**
 * The programs of a real control plane. What the environment names is taken (`KUBEBUILDER_ASSETS`, `TEST_ASSET_ETCD` and
 * so on: the envtest convention); for what is missing one binary of all parts is built with Go into a cache outside the
 * repository, once for each set of versions. Throws an Error that says how to get them where there is no Go.
 */
export const planePrograms = async (say: (line: string) => void): Promise<PlanePrograms> => {
  const given = PARTS.map((part) => givenProgram(part))
  const built = given.every((program) => program !== undefined) ? '' : await builtBinary(say)
  return Object.fromEntries(PARTS.map((part, index) => [part, given[index] ?? [built, part]])) as unknown as PlanePrograms
}

const givenProgram = (part: PlanePart): readonly string[] | undefined => {
  const named = process.env[`TEST_ASSET_${part.toUpperCase().replaceAll('-', '_')}`]
  if (named !== undefined) return [named]
  const folder = process.env['KUBEBUILDER_ASSETS']
  return folder !== undefined && existsSync(join(folder, part)) ? [join(folder, part)] : undefined
}

const builtBinary = async (say: (line: string) => void): Promise<string> => {
  const folder = join(cacheFolder(), await sourcesHash())
  const binary = join(folder, 'plane')
  if (existsSync(binary)) return binary
  const go = await findGo()
  await mkdir(folder, { recursive: true })
  say(`building ${await versions()} with ${go}, once, into ${folder}; this takes 25 minutes of one core, less with more`)
  const unfinished = join(folder, `plane.${process.pid}`)
  try {
    await compile(go, unfinished, say)
    await rename(unfinished, binary)
  } finally {
    await rm(unfinished, { force: true })
  }
  say(`built ${binary}, ${Math.round((await stat(binary)).size / 2 ** 20)} MiB`)
  return binary
}

const cacheFolder = (): string =>
  process.env['CATNAP_PLANE_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'catnap', 'plane')

/** Another version, another patch of ours, another machine: another binary. */
const sourcesHash = async (): Promise<string> => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(await readFile(join(SOURCES, file)))
  return hash.digest('hex').slice(0, 12)
}

const versions = async (): Promise<string> => {
  const required = await readFile(join(SOURCES, 'go.mod'), 'utf8')
  const version = (module: string): string => new RegExp(`${module} (v[0-9.]+)`).exec(required)?.[1] ?? ''
  return `Kubernetes ${version('k8s.io/kubernetes')}, etcd ${version('go.etcd.io/etcd/server/v3')} and kwok ${version('sigs.k8s.io/kwok')}`
}

const findGo = async (): Promise<string> => {
  const folders = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'go'))
  const go = [...folders, ...GO].find((program) => existsSync(program))
  if (go !== undefined) return go
  throw new Error(
    'no control plane to test on: found neither Go nor KUBEBUILDER_ASSETS; install Go 1.26 or later and it is built, or '
    + `set TEST_ASSET_${PARTS.map((part) => part.toUpperCase().replaceAll('-', '_')).join(', TEST_ASSET_')} to the programs`,
  )
}

const compile = async (go: string, output: string, say: (line: string) => void): Promise<void> => {
  const child = spawn(go, ['build', '-v', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', output, '.'], {
    cwd: SOURCES,
    env: { ...process.env, GOFLAGS: '', GOWORK: 'off' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  // It is long, and others may be at work on the machine.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  let compiled = 0
  let downloading = false
  const last: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    last.push(line)
    if (last.length > 30) last.shift()
    if (line.startsWith('go: downloading')) {
      if (!downloading) say('downloading modules')
      downloading = true
    } else if (!line.includes(' ')) {
      compiled += 1
      if (compiled % PACKAGES_PER_LINE === 0) say(`compiled ${compiled} packages`)
    }
  }
  const code = await ended
  if (code !== 0) throw new Error(`the control plane could not be built: go build ended with ${code}\n${last.join('\n')}`)
}
