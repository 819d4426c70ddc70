import { build } from 'esbuild'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { bundling } from '../../infra/bundling.ts'

/** What is said of the real Lambda and was not measured. */
export const ASSUMED = {
  /** As infra/hub-stack.ts reserves it. */
  mostAtOnce: 50,
  /** From the request until the handler runs where no container is free: a process, its runtime, our import. */
  coldStartMs: 600,
  /** Of each request: the front, the invocation, the way back. */
  queueMs: 15,
} as const

/** What a front gets back. */
export interface WakeAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

type WakeHandler = (event: object, context: object) => Promise<WakeAnswer>

/** One execution environment of the function, as Lambda has them: one request at a time. */
interface Container {
  readonly handler: WakeHandler
  isWarm: boolean
}

/** The wake function as Lambda runs it: each container for itself, never more than `mostAtOnce`. */
export interface WakeContainers {
  /** Answers, or says `throttled` where all containers are busy. */
  invoke(event: object): Promise<WakeAnswer | 'throttled'>
  /** How many were started cold. */
  coldStarts(): number
}

/** Bundles the function as infra/ does, and loads it so many times. What it finds in its environment must be set. */
export const loadWake = async (copies: number): Promise<readonly WakeHandler[]> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'catnap-load-'))
  const file = path.join(folder, 'index.cjs')
  const root = path.join(import.meta.dirname, '../..')
  await build({
    ...bundling, mainFields: [...bundling.mainFields], external: [...bundling.external], sourcemap: false, logLevel: 'error',
    entryPoints: [path.join(root, 'functions/wake.ts')], outfile: file, absWorkingDir: root,
  })
  const require = createRequire(import.meta.url)
  const loaded = Array.from({ length: copies }, () => {
    delete require.cache[file]
    return (require(file) as { readonly handler: WakeHandler }).handler
  })
  await rm(folder, { recursive: true })
  return loaded
}

/** `slower`: what is assumed takes so many times as long. */
export const wakeContainers = async (slower: number): Promise<WakeContainers> => {
  const free = (await loadWake(ASSUMED.mostAtOnce)).map((handler): Container => ({ handler, isWarm: false }))
  let coldStarts = 0
  return {
    invoke: async (event) => {
      // The one that was used last: Lambda too starts another only where none is free.
      const container = free.pop()
      if (container === undefined) return 'throttled'
      try {
        if (!container.isWarm) {
          coldStarts += 1
          await wait(ASSUMED.coldStartMs * slower)
        }
        await wait(ASSUMED.queueMs * slower)
        return await container.handler(event, {})
      } finally {
        container.isWarm = true
        free.push(container)
      }
    },
    coldStarts: () => coldStarts,
  }
}
