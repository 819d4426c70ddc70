import type { Requests } from '../requests.ts'
import type { ContainerUsage } from '../usage/container-usage.ts'
import type { ObjectRef } from '../workload.ts'
import type { Steering } from './steering.ts'

/** One container of a workload: what its spec says, and what it was seen to use. */
export interface Container {
  readonly workload: ObjectRef
  readonly name: string
  /** It is a sidecar, which stands among the `initContainers`. */
  readonly sidecar?: boolean
  /** What it asks for; where it asks for nothing its limit, as Kubernetes fills in, else 0. */
  readonly requestNow: Requests
  /** Its limits, where it has any. */
  readonly limits: Partial<Requests>
  /** `command` and `args`, in that order. */
  readonly words: readonly string[]
  /** The variables whose value stands in the spec. */
  readonly env: Readonly<Record<string, string>>
  /** What scales or sizes it already. */
  readonly steering: readonly Steering[]
  /** Undefined: it was never sampled while awake. */
  readonly usage: ContainerUsage | undefined
}

/** CPU as people write it, rounded up: `250m`. */
export const sayCpu = (cpuMilli: number): string => `${Math.ceil(cpuMilli - 1e-9)}m`

/** Memory as people write it, rounded up: `512Mi`. */
export const sayMemory = (memoryMiB: number): string => `${Math.ceil(memoryMiB - 1e-9)}Mi`
