import { iso, type Instant } from '../time.ts'
import type { Amount } from './amount.ts'
import { nodeHours } from './ledger-record.ts'
import type { Entry } from './roll-up.ts'
import { NO_SAVINGS } from './savings.ts'

/** What an entry is about, as far as it is known: what is not stays empty. */
export interface FocusSubject {
  /** `cluster/pool`, or an environment's id */
  readonly name: string
  readonly type: 'Node pool' | 'Environment' | 'Cluster'
  /** The ARN. */
  readonly resourceId?: string
  readonly regionId?: string
  /** The account it runs in. */
  readonly accountId?: string
  /** The account that is billed. */
  readonly billingAccountId?: string
}

/** What a row is made of. Catnap's own cost is not known of every entry, and without it no net. */
interface FocusEntry extends Entry {
  readonly ownMicroUsd?: number
  readonly netMicroUsd?: number | undefined
}

/** One row under the column names of FOCUS 1.2; columns of our own begin with `x_`. Null: not known, never 0. */
export interface FocusRow {
  readonly BilledCost: number | null
  readonly BillingAccountId: string | null
  readonly BillingCurrency: 'USD'
  readonly BillingPeriodEnd: string
  readonly BillingPeriodStart: string
  readonly ChargeCategory: 'Usage'
  readonly ChargeDescription: string
  readonly ChargeFrequency: 'Usage-Based'
  readonly ChargePeriodEnd: string
  readonly ChargePeriodStart: string
  readonly ConsumedQuantity: number | null
  readonly ConsumedUnit: 'Hours' | null
  readonly EffectiveCost: number | null
  readonly ListCost: number | null
  readonly ProviderName: 'AWS'
  readonly PublisherName: 'AWS'
  readonly RegionId: string | null
  readonly ResourceId: string | null
  readonly ResourceName: string
  readonly ResourceType: FocusSubject['type']
  readonly ServiceCategory: 'Compute'
  readonly ServiceName: 'Amazon Elastic Compute Cloud'
  readonly SubAccountId: string | null
  readonly x_AvoidedNodeHours: number
  readonly x_BaselineNodeHours: number | null
  readonly x_FreedCommitment: number | null
  readonly x_NetSaving: number | null
  readonly x_OwnCost: number | null
  readonly x_PotentialSaving: number | null
  readonly x_RealizedSaving: number | null
  readonly x_StrandedCost: number | null
  readonly x_UnpricedNodeHours: number
  readonly x_WakeCost: number | null
}

/**
 * Rows, shares or sums of the ledger as FOCUS 1.2 (FinOps Open Cost and Usage Specification). The charge is what ran, by
 * our own reckoning: billed = what no commitment pays for, list = all of it; effective is known only where nothing is
 * covered, since what a commitment costs is not in the ledger. FOCUS lets costs never be null; an unknown one is all the same.
 */
export const toFocus = <T extends FocusEntry>(entries: readonly T[], subjectOf: (entry: T) => FocusSubject): readonly FocusRow[] =>
  entries.map((entry) => focusRow(entry, subjectOf(entry)))

const focusRow = ({ from, to, running, savings, ownMicroUsd, netMicroUsd }: FocusEntry, subject: FocusSubject): FocusRow => ({
  BilledCost: usd(running?.billed.microUsd),
  BillingAccountId: subject.billingAccountId ?? null,
  BillingCurrency: 'USD',
  BillingPeriodEnd: iso(monthStart(from, 1)),
  BillingPeriodStart: iso(monthStart(from, 0)),
  ChargeCategory: 'Usage',
  ChargeDescription: `Nodes of ${subject.name}, as counted by Catnap`,
  ChargeFrequency: 'Usage-Based',
  ChargePeriodEnd: iso(to),
  ChargePeriodStart: iso(from),
  ConsumedQuantity: running === undefined ? null : nodeHours(running.ranNodeSeconds),
  ConsumedUnit: running === undefined ? null : 'Hours',
  EffectiveCost: running === undefined || isCovered(running) ? null : usd(running.billed.microUsd),
  ListCost: usd(running?.listed.microUsd),
  ProviderName: 'AWS',
  PublisherName: 'AWS',
  RegionId: subject.regionId ?? null,
  ResourceId: subject.resourceId ?? null,
  ResourceName: subject.name,
  ResourceType: subject.type,
  ServiceCategory: 'Compute',
  ServiceName: 'Amazon Elastic Compute Cloud',
  SubAccountId: subject.accountId ?? null,
  x_AvoidedNodeHours: nodeHours(savings.avoidedNodeSeconds),
  x_BaselineNodeHours: running === undefined ? null : nodeHours(running.baselineNodeSeconds),
  x_FreedCommitment: usd(savings.freedCommitment.microUsd),
  x_NetSaving: usd(netMicroUsd),
  x_OwnCost: usd(ownMicroUsd),
  x_PotentialSaving: usd(savings.potential.microUsd),
  x_RealizedSaving: usd(savings.realized.microUsd),
  x_StrandedCost: usd(savings.stranded.microUsd),
  x_UnpricedNodeHours: nodeHours(savings.realized.unpricedNodeSeconds + savings.freedCommitment.unpricedNodeSeconds + (running?.billed.unpricedNodeSeconds ?? 0)),
  x_WakeCost: usd(savings.wake.microUsd),
})


/** Dollars, exact to the micro-dollar. */
const usd = (microUsd: number | undefined): number | null => (microUsd === undefined ? null : microUsd / 1_000_000)

const isCovered = ({ listed, billed }: { readonly listed: Amount; readonly billed: Amount }): boolean =>
  listed.pricedNodeSeconds + listed.unpricedNodeSeconds !== billed.pricedNodeSeconds + billed.unpricedNodeSeconds

/** AWS bills by the calendar month, UTC. */
const monthStart = (at: Instant, monthsLater: number): Instant => {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater) as Instant
}

/** The columns of a row, in order: a table without rows has them too. */
export const FOCUS_COLUMNS: readonly string[] = Object.keys(focusRow({ from: 0 as Instant, to: 0 as Instant, savings: NO_SAVINGS }, { name: '', type: 'Cluster' }))
