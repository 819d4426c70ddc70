/** What can be seen of how a container is started. */
export interface StartedWith {
  /** `command` and `args`, in that order. */
  readonly words: readonly string[]
  /** The variables whose value stands in the pod; one from a Secret or ConfigMap is not visible. */
  readonly env: Readonly<Record<string, string>>
  /** Its memory limit, of which a JVM takes its percentage. */
  readonly limitMiB?: number | undefined
}

/** The least memory a JVM may be given, and where that is from. */
export interface JvmFloor {
  /** Undefined: the heap is a share of memory that is not limited. */
  readonly memoryMiB?: number
  /** In words. */
  readonly from: string
}

/** The heap is to be three quarters of the container: metaspace, code cache, threads and buffers need the rest. */
const HEAP_SHARE = 0.75

const MIB_PER: Readonly<Record<string, number>> = { '': 2 ** -20, k: 2 ** -10, m: 1, g: 2 ** 10, t: 2 ** 20 }

/**
 * What a JVM needs when its heap is full, where `-Xmx`, `-XX:MaxHeapSize` or `-XX:MaxRAMPercentage` can be seen: a heap
 * that has not grown yet is not memory to spare. Undefined where none can be seen. Of several the largest counts; a
 * fixed size goes before a percentage, as in HotSpot. Never more than the limit, above which it could not go anyway.
 */
export const jvmFloor = ({ words, env, limitMiB }: StartedWith): JvmFloor | undefined => {
  const seen = [...words, ...Object.values(env)].map((text) => expand(text, env)).join('\n')
  const sizes = [...seen.matchAll(/-(?:Xmx|XX:MaxHeapSize=)(\d+)([kmgt]?)(?![\w.])/gi)].map(
    ([, count, unit = '']) => Number(count) * (MIB_PER[unit.toLowerCase()] ?? 0),
  )
  const shares = [...seen.matchAll(/-XX:MaxRAMPercentage=(\d+(?:\.\d+)?)/g)]
    .map(([, share]) => Number(share))
    .filter((share) => share > 0 && share <= 100)
  if (sizes.some((size) => size > 0)) return floorOf(Math.max(...sizes), 'its largest heap', limitMiB)
  if (shares.length === 0) return undefined
  const share = Math.max(...shares)
  if (limitMiB === undefined) {
    return { from: `MaxRAMPercentage ${share} without a memory limit: how large its heap may grow is not known` }
  }
  return floorOf((limitMiB * share) / 100, `its largest heap, ${share} % of its limit,`, limitMiB)
}

const floorOf = (heapMiB: number, what: string, limitMiB: number | undefined): JvmFloor => ({
  memoryMiB: Math.ceil(Math.min(heapMiB / HEAP_SHARE, limitMiB ?? Infinity)),
  from: `${what} of ${Math.ceil(heapMiB)} MiB and what the JVM needs beside it`,
})

/** Kubernetes' own `$(NAME)` in command, args and values. */
const expand = (text: string, env: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$\(([\w.-]+)\)/g, (whole, name: string) =>
    Object.hasOwn(env, name) ? (env[name] ?? whole) : whole,
  )
