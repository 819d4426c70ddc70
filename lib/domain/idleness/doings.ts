import type { Instant } from '../time.ts'

/** CPU that running containers use together, in thousandths of a core, as it was measured at the latest `measuredAt` before now, or why it is not known. */
export type CpuUse = { readonly milli: number; readonly measuredAt?: Instant } | { readonly problem: string }

/** What goes on in a namespace, as one look at the cluster shows it. */
export interface Doings {
  readonly cpu: CpuUse
  /** Names of the Jobs that have neither ended nor are suspended. */
  readonly runningJobs: readonly string[]
  /** A digest of what its workloads run: another one means that somebody deployed. */
  readonly revision: string
  /** Since when each of its running pods runs; those on the network of their node aside, whose traffic is not theirs alone. */
  readonly podsSince: readonly Instant[]
}

/** The doings of the namespaces of an environment, by name, or why they are not known. */
export type SeenDoings = ReadonlyMap<string, Doings> | { readonly problem: string }
