import type { Counts } from './call-counter.ts'
import type { FunctionName } from '../../lib/sandbox/functions.ts'
import type { FleetDay, FunctionDay } from './fleet-day.ts'

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
      // There are as many ticks, looks and reports however large the cluster is.
      tick: { ...large.functions.tick, counts: extended('tick').counts },
      observe: { ...extended('observe'), invocations: large.functions.observe.invocations },
      account: { ...extended('account'), invocations: large.functions.account.invocations },
      report: { ...extended('report'), invocations: large.functions.report.invocations },
    },
  }
}
