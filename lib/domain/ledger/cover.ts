import { commonSeconds } from './clock-hour.ts'
import type { Coverage } from './ledger-input.ts'
import type { StockLine } from './node-stock.ts'
import type { PoolHour } from './pool-hours.ts'
import { splitWhole } from './split-whole.ts'

/** Node-seconds of one line that a commitment pays for: of what ran, and of what was avoided. */
export interface Covered {
  readonly ran: ReadonlyMap<StockLine, number>
  readonly freed: ReadonlyMap<StockLine, number>
}

/** Node-seconds of one line that a commitment could pay for, in one tier of the order below. */
interface Claimant {
  readonly pool: string
  readonly line: StockLine
  readonly tier: 'firm' | 'loose' | 'avoided'
  readonly nodeSeconds: number
  covered: number
}

/**
 * What commitments pay for in one clock hour. A reservation pays for 3,600 seconds of usage in each clock hour, of
 * however many instances ("Usage billing" in AWS's "Amazon EC2 Reserved Instances and Other AWS Reservation Models":
 * four for 15 minutes each are one hour); Savings Plans are a commitment by the hour too. On-demand usage falls away
 * first (FIELD §5), so they pay in this order: what ran and is needed, what ran and could go, what was avoided; the last
 * is commitment set free. Within one of these in proportion. Spot is never covered.
 */
export const cover = (hours: readonly PoolHour[], coverage: readonly Coverage[]): Covered => {
  const bought = new Set(coverage.map(({ of }) => ('pool' in of ? of.pool : of.instanceType)))
  const claimants = bought.size === 0 ? [] : hours.flatMap(claimantsOf).filter(({ pool, line }) => bought.has(pool) || bought.has(line.instanceType))
  const byPool = Map.groupBy(claimants, ({ pool }) => pool)
  const byType = Map.groupBy(claimants, ({ line }) => line.instanceType)
  // What is bought for one pool goes before what all may use.
  const narrowFirst = coverage.toSorted((a, b) => Number('instanceType' in a.of) - Number('instanceType' in b.of))
  for (const { of, nodes, during } of narrowFirst) {
    const candidates = ('pool' in of ? byPool.get(of.pool) : byType.get(of.instanceType)) ?? []
    const [first] = hours
    if (first === undefined || candidates.length === 0) continue
    const seconds = commonSeconds(first.span, during ?? first.span)
    payFor(candidates, nodes * seconds)
  }
  return {
    ran: sumByLine(claimants.filter(({ tier }) => tier !== 'avoided')),
    freed: sumByLine(claimants.filter(({ tier }) => tier === 'avoided')),
  }
}

const claimantsOf = ({ pool, ran, avoided }: PoolHour): readonly Claimant[] => {
  const claim = (line: StockLine, tier: Claimant['tier'], nodeSeconds: number): readonly Claimant[] =>
    line.capacity === 'spot' || nodeSeconds === 0 ? [] : [{ pool, line, tier, nodeSeconds, covered: 0 }]
  return [
    ...ran.flatMap((line) => {
      const loose = looseSeconds(line)
      return [...claim(line, 'firm', line.use.all - loose), ...claim(line, 'loose', loose)]
    }),
    ...avoided.flatMap((line) => claim(line, 'avoided', line.use.all)),
  ]
}

/** What ran and could go: the potential holds what is stranded, save where an environment sleeps outside its hours. */
const looseSeconds = ({ use }: StockLine): number => Math.max(use.stranded, use.potential)

const payFor = (claimants: readonly Claimant[], nodeSeconds: number): void => {
  let left = nodeSeconds
  for (const tier of ['firm', 'loose', 'avoided'] as const) {
    const open = claimants.filter((each) => each.tier === tier && each.covered < each.nodeSeconds)
    const claims = open.map(({ nodeSeconds: claimed, covered }) => claimed - covered)
    const paid = Math.min(left, claims.reduce((sum, claim) => sum + claim, 0))
    if (paid === 0) continue
    const parts = paid === left ? splitWhole(paid, claims) : claims
    for (const [index, claimant] of open.entries()) claimant.covered += parts[index] ?? 0
    left -= paid
  }
}

const sumByLine = (claimants: readonly Claimant[]): ReadonlyMap<StockLine, number> => {
  const sums = new Map<StockLine, number>()
  for (const { line, covered } of claimants) if (covered > 0) sums.set(line, (sums.get(line) ?? 0) + covered)
  return sums
}
