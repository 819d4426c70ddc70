/** What a pod asks of a node, or what a node has to give. CPU in thousandths of a core, memory in MiB. */
export interface Requests {
  readonly cpuMilli: number
  readonly memoryMiB: number
}

/** Nothing. */
export const NO_REQUESTS: Requests = { cpuMilli: 0, memoryMiB: 0 }

/** The sum of two. */
export const addRequests = (a: Requests, b: Requests): Requests => ({
  cpuMilli: a.cpuMilli + b.cpuMilli,
  memoryMiB: a.memoryMiB + b.memoryMiB,
})

/** What is left of `a` once `b` is taken. */
export const subtractRequests = (a: Requests, b: Requests): Requests => ({
  cpuMilli: a.cpuMilli - b.cpuMilli,
  memoryMiB: a.memoryMiB - b.memoryMiB,
})

/** The larger of each. */
export const largerRequests = (a: Requests, b: Requests): Requests => ({
  cpuMilli: Math.max(a.cpuMilli, b.cpuMilli),
  memoryMiB: Math.max(a.memoryMiB, b.memoryMiB),
})

/** Whether `asked` fits into `room`. */
export const fits = (asked: Requests, room: Requests): boolean =>
  asked.cpuMilli <= room.cpuMilli && asked.memoryMiB <= room.memoryMiB

const MEMORY_UNITS: Readonly<Record<string, number>> = {
  '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
}

/**
 * Reads a Kubernetes quantity (`250m`, `1.5Gi`, `1e3`) into its base unit: cores, bytes, a count.
 * Throws a RangeError when it is not one. Rule: apimachinery `resource.Quantity`.
 */
export const quantity = (text: string | number): number => {
  const [, number, unit = ''] = /^([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)((?:[eE][+-]?\d+)|[numkMGTPE]|[KMGTPE]i)?$/.exec(`${text}`) ?? []
  if (number === undefined) throw new RangeError(`not a Kubernetes quantity: found "${text}", expected one like 250m, 2 or 1.5Gi`)
  if (/^[eE][+-]?\d/.test(unit)) return Number(`${number}${unit}`)
  const sub = { n: 1e-9, u: 1e-6, m: 1e-3 }[unit]
  return Number(number) * (sub ?? MEMORY_UNITS[unit] ?? 1)
}

/** `resources.requests` of a container as numbers; what is not asked for is 0. CPU is rounded up to a milli-core. */
export const requestsOf = (requests: Readonly<Record<string, string>> | undefined): Requests => ({
  cpuMilli: Math.max(0, Math.ceil(quantity(requests?.['cpu'] ?? 0) * 1000 - 1e-9)),
  memoryMiB: quantity(requests?.['memory'] ?? 0) / 2 ** 20,
})
