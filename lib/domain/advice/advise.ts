import type { Requests } from '../requests.ts'
import { type ContainerUsage, WINDOW_DAYS } from '../usage/container-usage.ts'
import type { ObjectRef } from '../workload.ts'
import { adviseCpu } from './advise-cpu.ts'
import { adviseMemory } from './advise-memory.ts'
import { type Bounds, type Confidence, confidenceIn } from './confidence.ts'
import { type Container, sayMemory } from './container.ts'
import type { Reason } from './resource-advice.ts'
import type { UnitPrice } from './unit-price.ts'

/** What a container should ask for. A resource that is not named is not advised on. */
export interface Advised extends Partial<Requests> {
  /** Only where the limit that stands is below the memory advised. There is never a limit on CPU. */
  readonly memoryLimitMiB?: number
}

/** A right-sizing recommendation for one container of one workload. */
export interface Advice {
  readonly workload: ObjectRef
  readonly container: string
  readonly sidecar?: boolean
  readonly requestNow: Requests
  readonly advised: Advised
  /** Between what the true need lies. */
  readonly bounds: { readonly cpuMilli?: Bounds; readonly memoryMiB?: Bounds }
  /** Undefined: nothing is known of it. */
  readonly confidence?: Confidence
  /** Awake hours the advice rests on, at most those of the window of eight days. */
  readonly windowAwakeHours: number
  readonly reasons: readonly Reason[]
  /** What the change is worth a month; negative: it costs more. Potential, not realised. Undefined: not known. */
  readonly microUsdPerMonth?: number
  /** What it was reckoned with; names the split. */
  readonly price?: UnitPrice
}

/** What turns a request into money. */
export interface Running {
  /** Pods it has while awake. */
  readonly replicas: number
  readonly awakeHoursPerMonth: number
  /** Of the nodes it runs on; undefined: no price is known. */
  readonly price: UnitPrice | undefined
}

/** Advice for one container: what to ask for, how sure, why, and what it is worth. Missing data is no advice. */
export const advise = (container: Container, running: Running): Advice => {
  const { workload, name, sidecar, requestNow, usage } = container
  const cpu = adviseCpu(container)
  const memory = adviseMemory(container)
  const limit = raisedLimit(container, memory.value)
  const advised = {
    ...(cpu.value === undefined ? {} : { cpuMilli: cpu.value }),
    ...(memory.value === undefined ? {} : { memoryMiB: memory.value }),
    ...(limit === undefined ? {} : { memoryLimitMiB: limit }),
  }
  return {
    workload,
    container: name,
    ...(sidecar === true ? { sidecar } : {}),
    requestNow,
    advised,
    bounds: {
      ...(cpu.bounds === undefined ? {} : { cpuMilli: cpu.bounds }),
      ...(memory.bounds === undefined ? {} : { memoryMiB: memory.bounds }),
    },
    ...(usage === undefined ? {} : { confidence: confidenceIn(usage) }),
    windowAwakeHours: Math.min((usage?.awakeSeconds ?? 0) / 3600, WINDOW_DAYS * 24),
    reasons: [
      ...merge(cpu.reasons, memory.reasons),
      ...limitReasons(limit),
      ...confidenceReasons(advised, container),
      ...dataReasons(container),
      ...priceReasons(advised, running),
    ],
    ...worth(requestNow, advised, running),
  }
}

/** The limit is raised where it stands below what is advised: a request above its limit is refused by Kubernetes. */
const raisedLimit = ({ limits }: Container, memoryMiB: number | undefined): number | undefined =>
  limits.memoryMiB === undefined || memoryMiB === undefined || memoryMiB <= limits.memoryMiB ? undefined : memoryMiB

/** What stands against both in the same words is said once. */
const merge = (cpu: readonly Reason[], memory: readonly Reason[]): readonly Reason[] => {
  const [first] = cpu
  const same = memory.find(({ kind, text }) => kind === first?.kind && text === first.text)
  return first === undefined || same === undefined
    ? [...cpu, ...memory]
    : [{ ...first, about: 'both' }, ...cpu.slice(1), ...memory.filter((reason) => reason !== same)]
}

const limitReasons = (limitMiB: number | undefined): readonly Reason[] =>
  limitMiB === undefined
    ? []
    : [{ about: 'memory', kind: 'note', text: `its memory limit is raised with it to ${sayMemory(limitMiB)}` }]

const confidenceReasons = (advised: Advised, { usage }: Container): readonly Reason[] =>
  usage === undefined || !isAny(advised)
    ? []
    : [note(`${sayDays(usage)} awake, each counted half for confidence: metrics.k8s.io shows instants only`)]

const sayDays = ({ awakeSeconds }: ContainerUsage): string => `${(awakeSeconds / 86_400).toFixed(1)} days`

const dataReasons = ({ usage }: Container): readonly Reason[] => {
  if (usage === undefined) return []
  const unseenHours = Math.floor(usage.unseenSeconds / 3600)
  return [
    ...(usage.refused === 0
      ? []
      : [note(`${usage.refused} of ${usage.refused + usage.taken} samples were refused and do not count`)]),
    ...(unseenHours === 0 ? [] : [note(`${unseenHours} awake hours went by without a sample and do not count`)]),
  ]
}

const note = (text: string): Reason => ({ about: 'both', kind: 'note', text })

const priceReasons = (advised: Advised, { price }: Running): readonly Reason[] =>
  price !== undefined || !isAny(advised)
    ? []
    : [note('no price is known for its nodes: what it is worth cannot be said')]

const isAny = ({ cpuMilli, memoryMiB }: Advised): boolean => cpuMilli !== undefined || memoryMiB !== undefined

const worth = (
  now: Requests,
  advised: Advised,
  { price, replicas, awakeHoursPerMonth }: Running,
): Pick<Advice, 'microUsdPerMonth' | 'price'> => {
  if (price === undefined || !isAny(advised)) return {}
  const cores = (now.cpuMilli - (advised.cpuMilli ?? now.cpuMilli)) / 1000
  const gib = (now.memoryMiB - (advised.memoryMiB ?? now.memoryMiB)) / 1024
  const microUsdPerHour = cores * price.microUsdPerCoreHour + gib * price.microUsdPerGiBHour
  return { microUsdPerMonth: Math.round(microUsdPerHour * replicas * awakeHoursPerMonth) + 0, price }
}
