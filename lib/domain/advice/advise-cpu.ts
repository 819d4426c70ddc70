import { type ContainerUsage, cpuPercentile } from '../usage/container-usage.ts'
import { boundsAround, confidenceIn } from './confidence.ts'
import { type Container, sayCpu } from './container.ts'
import { type Held, MARGIN, refusalOf, refuse, type ResourceAdvice } from './resource-advice.ts'

/**
 * The least that is advised, low and visible; VPA's 25m for a pod is more than many idle sidecars use (FIELD §4). It is
 * also the end of the first bucket, below which nothing finer is known, so there is no margin on it.
 */
const FLOOR_MILLI = 10

/** Source: KRR needs 100 points. A container that never lives through its first minutes has none. */
const LEAST_SAMPLES = 100

/**
 * KRR's 95th percentile rather than VPA's 90th: we see instants, not averages, and what lies between them is missed. A
 * request that is a little high costs little; there is no limit that would cut what goes beyond it.
 */
const SHARE = 0.95

/**
 * CPU for a container: the 95th percentile of its samples (KRR) and 15 % (VPA). Never a limit; one that stands is an
 * upper end, because Kubernetes refuses a request above it.
 */
export const adviseCpu = (container: Container): ResourceAdvice => {
  const { usage, limits } = container
  const refusal = refusalOf(container, 'cpu')
  if (usage === undefined || refusal !== undefined) return refuse('cpu', refusal ?? 'no data')
  if (usage.cpuSamples < LEAST_SAMPLES) {
    return refuse('cpu', `too little data: ${usage.cpuSamples} of ${LEAST_SAMPLES} CPU samples past its first minutes`)
  }
  const used = cpuPercentile(usage, SHARE)
  if (used === undefined) return refuse('cpu', 'no data: no sample of CPU is recent enough')
  const { value, reasons } = withinLimit(basis(usage, used), limits.cpuMilli)
  const median = (cpuPercentile(usage, 0.5) ?? used) * MARGIN
  return {
    value,
    bounds: boundsAround(value, Math.max(FLOOR_MILLI, median), used * MARGIN, confidenceIn(usage)),
    reasons,
  }
}

const basis = ({ cpuSamples }: ContainerUsage, used: number): Held => {
  const least = Math.floor(used) <= FLOOR_MILLI
  const from = `95th percentile of ${cpuSamples} samples is ${sayCpu(used)}`
  return {
    value: least ? FLOOR_MILLI : Math.ceil(used * MARGIN),
    reasons: [
      {
        about: 'cpu',
        kind: 'basis',
        text: least ? `${from} or less: the floor of ${sayCpu(FLOOR_MILLI)}` : `${from}, and 15 % on top`,
      },
      {
        about: 'cpu',
        kind: 'note',
        text: 'the 95th and not the 90th: metrics.k8s.io shows instants, short peaks between them are missed',
      },
    ],
  }
}

const withinLimit = (held: Held, limitMilli: number | undefined): Held =>
  limitMilli === undefined || held.value <= limitMilli
    ? held
    : {
        value: Math.max(1, Math.floor(limitMilli)),
        reasons: [
          ...held.reasons,
          {
            about: 'cpu',
            kind: 'held',
            text: `held at its CPU limit of ${sayCpu(limitMilli)}, which cuts its use: no request may be above it`,
          },
        ],
      }
