import type { Report } from '../../domain/report/report.ts'
import { type BillSum, sumBill } from '../../domain/report/sum-bill.ts'
import type { Totals } from '../../domain/report/totals.ts'
import { listOf, paragraph, type Section, shorten } from './mail-content.ts'
import { sayAll } from './mail-words.ts'
import { plural, sayCount, sayShare, sayUsd } from './say-amount.ts'

const MOST_LETTERS = 240

/** What Catnap may cost of what it saves (DESIGN §7). */
const MOST_SHARE = 0.05

/** What Catnap itself cost, and what share of the saving that is. */
export const ownCostSection = ({ ownCosts, scope }: Report, totals: Totals): Section => ({
  heading: "Catnap's own cost",
  blocks: [
    paragraph(sayOwnCost(scope, totals)),
    ...listOf(ownCosts.map(({ name, microUsd }) => `${name}: ${sayUsd(microUsd)}`)),
  ],
})

const sayOwnCost = (scope: Report['scope'], { ownMicroUsd, savings: { realized } }: Totals): string => {
  const share = realized.microUsd === undefined || realized.microUsd <= 0 ? undefined : ownMicroUsd / realized.microUsd
  const whose = scope === 'some' ? ', the share of these environments' : ''
  const part = share === undefined ? '' : `, which is ${sayShare(share)} of what was realised`
  const tooMuch = share !== undefined && share > MOST_SHARE ? ` That is more than the ${sayShare(MOST_SHARE)} it is built for.` : ''
  return `${sayUsd(ownMicroUsd)}${whose}${part}. It is taken off the saving.${tooMuch}`
}

/** What the bill says beside what Catnap counted. */
export const billSection = ({ bill }: Report): Section => ({
  heading: 'Against the bill',
  blocks: [paragraph(bill.kind === 'withheld' ? WITHHELD : sayBill(sumBill(bill.days)))],
})

const WITHHELD = 'Cost Explorer tells of whole clusters; that comparison goes to whoever gets the report of the fleet.'

const sayBill = (sum: BillSum): string => [
  sum.compared === 0 ? 'Cost Explorer gave no data that could be compared. Nothing is taken for zero.' : sayDrift(sum),
  ...(sum.withoutData === 0
    ? []
    : [`Without a bill and not compared: ${sayCount(sum.withoutData)} (${shorten(sayAll(sum.reasons), MOST_LETTERS)}).`]),
  ...(sum.withoutEstimate === 0 ? [] : [`Without a price and not compared: ${sayCount(sum.withoutEstimate)}.`]),
].join(' ')

const sayDrift = ({ compared, estimateMicroUsd, unblendedMicroUsd, amortizedMicroUsd }: BillSum): string => {
  const drift = unblendedMicroUsd - estimateMicroUsd
  const share = unblendedMicroUsd > 0 ? `, ${sayShare(Math.abs(drift) / unblendedMicroUsd)} of the invoiced amount` : ''
  return [
    `Nodes that ran: ${sayUsd(estimateMicroUsd)} by Catnap's ledger, ${sayUsd(unblendedMicroUsd)} by Cost Explorer as`,
    `invoiced (unblended) and ${sayUsd(amortizedMicroUsd)} with Savings Plans and reservations spread (amortized).`,
    `Drift of the bill from the ledger: ${sayUsd(drift)}${share},`,
    `over ${plural(compared, 'day of a cluster or pool', 'days of clusters or pools')}.`,
  ].join(' ')
}
