import type { Counts } from './call-counter.ts'
import type { FleetDay, FunctionDay, FunctionName } from './fleet-day.ts'

/**
 * The day of a larger cluster, from the counted days of two smaller ones: what an environment takes grows with its
 * cluster on the line through both, since each look reads what the cluster holds. The ticks stay as counted.
 */
export const extrapolateDay = (small: FleetDay, large: FleetDay, environments: number): FleetDay => {
  const share = (environments - small.environments) / (large.environments - small.environments)
  const extend = (a: number, b: number): number => {
    const each = a / small.environments + (b / large.environments - a / small.environments) * share
    return Math.max(0, each * environments)
  }
  const counts = (a: Counts, b: Counts): Counts =>
    Object.fromEntries(Object.keys({ ...a, ...b }).map((name) => [name, extend(a[name] ?? 0, b[name] ?? 0)]))
  const day = (a: FunctionDay, b: FunctionDay): FunctionDay =>
    ({ invocations: extend(a.invocations, b.invocations), cpuMs: extend(a.cpuMs, b.cpuMs), counts: counts(a.counts, b.counts) })
  const extended = (name: FunctionName): FunctionDay => day(small.functions[name], large.functions[name])
  return {
    ...large,
    environments,
    sleeps: extend(small.sleeps, large.sleeps),
    wakes: extend(small.wakes, large.wakes),
    functions: {
      wake: extended('wake'),
      reconcile: extended('reconcile'),
      reclaim: extended('reclaim'),
      // There are as many ticks however large the fleet is.
      tick: { ...large.functions.tick, counts: extended('tick').counts },
    },
  }
}
