import {
  type ContainerUsage,
  memoryPeak,
  memoryPercentile,
  type OutOfMemory,
  recentOutOfMemory,
} from '../usage/container-usage.ts'
import { boundsAround, confidenceIn } from './confidence.ts'
import { type Container, sayMemory } from './container.ts'
import { jvmFloor } from './jvm-floor.ts'
import { atLeast, type Held, MARGIN, refusalOf, refuse, type ResourceAdvice } from './resource-advice.ts'

/** The least that is advised, low and visible: VPA's 250 MiB for a pod is its users' first complaint (FIELD §1). */
const FLOOR_MIB = 32

/** After a kill for want of memory. Source: VPA, at least 100 MiB or a fifth more. */
const AFTER_KILL_MIB = 100
const AFTER_KILL_RATIO = 1.2

/**
 * Memory for a container: the highest peak of its last eight awake days and 15 % (KRR). The highest, not VPA's 90th
 * percentile of the days, because instants show less than the true peak. After a kill more than it had then, and never
 * less than it asks for now; for a JVM whose heap can be seen, what it needs when that is full.
 */
export const adviseMemory = (container: Container): ResourceAdvice => {
  const { usage, requestNow } = container
  const refusal = refusalOf(container, 'memory')
  if (usage === undefined || refusal !== undefined) return refuse('memory', refusal ?? 'no data')
  const peakMiB = memoryPeak(usage)
  if (peakMiB === undefined) return refuse('memory', 'no data: its memory was never measured')
  const killed = recentOutOfMemory(usage)
  const needed = withJvm(
    atLeast(basis(usage, peakMiB), FLOOR_MIB, 'memory', `raised to the floor of ${sayMemory(FLOOR_MIB)}`),
    container,
  )
  const { value, reasons } = killed === undefined ? needed : afterKill(needed, killed, requestNow.memoryMiB)
  const [p50, p95] = [0.5, 0.95].map((share) => (memoryPercentile(usage, share) ?? peakMiB) * MARGIN)
  return { value, bounds: boundsAround(value, Math.max(FLOOR_MIB, p50 ?? 0), p95 ?? 0, confidenceIn(usage)), reasons }
}

const basis = ({ memoryPeaks }: ContainerUsage, peakMiB: number): Held => ({
  value: Math.ceil(peakMiB * MARGIN),
  reasons: [
    {
      about: 'memory',
      kind: 'basis',
      text: `the highest of ${memoryPeaks.length} daily peaks is ${sayMemory(peakMiB)}, and 15 % on top`,
    },
    {
      about: 'memory',
      kind: 'note',
      text: 'the highest and not a percentile: metrics.k8s.io shows instants, short peaks between them are missed',
    },
  ],
})

const withJvm = (held: Held, { words, env, limits }: Container): Held => {
  const floor = jvmFloor({ words, env, limitMiB: limits.memoryMiB })
  if (floor === undefined) return held
  if (floor.memoryMiB === undefined) {
    return { ...held, reasons: [...held.reasons, { about: 'memory', kind: 'note', text: `a JVM: ${floor.from}` }] }
  }
  return atLeast(
    held,
    floor.memoryMiB,
    'memory',
    `a JVM: no less than ${sayMemory(floor.memoryMiB)}, for ${floor.from}`,
  )
}

const afterKill = (held: Held, { memoryMiB }: OutOfMemory, requestNowMiB: number): Held => {
  const hadMiB = memoryMiB > 0 ? memoryMiB : requestNowMiB
  const grownMiB = Math.ceil(Math.max(hadMiB + AFTER_KILL_MIB, hadMiB * AFTER_KILL_RATIO))
  const grown = atLeast(
    held,
    grownMiB,
    'memory',
    `killed for want of memory with ${sayMemory(hadMiB)}: with 100 MiB or a fifth more ${sayMemory(grownMiB)}`,
  )
  return atLeast(
    grown,
    Math.ceil(requestNowMiB),
    'memory',
    'not lowered: it was killed for want of memory in these days',
  )
}
