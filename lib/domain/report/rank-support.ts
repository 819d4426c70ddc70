import type { ExtendedSupport } from '../ledger/extended-support.ts'
import { type Instant, later } from '../time.ts'

/** A cluster whose version has known dates. */
export type KnownSupport = Extract<ExtendedSupport, { kind: 'known' }>

/** Clusters by what extended support means to them. */
export interface RankedSupport {
  /** It was charged in the period; the dearest first. */
  readonly paying: readonly KnownSupport[]
  /** It will be, within 120 days; the nearest first. */
  readonly soon: readonly KnownSupport[]
  /** EKS told no dates of their version. */
  readonly unknown: readonly ExtendedSupport[]
}

/** An upgrade that must pass several environments is planned a quarter ahead. */
const SOON_DAYS = 120

/** Ranks clusters by what extended support costs them in a period that ends at `to`, and by when it will. */
export const rankSupport = (support: readonly ExtendedSupport[], to: Instant): RankedSupport => {
  const known = support.filter((each) => each.kind === 'known')
  return {
    paying: known.filter(({ seconds }) => seconds > 0)
      .toSorted((a, b) => b.microUsd - a.microUsd || compareText(a.cluster, b.cluster)),
    soon: known.filter(({ from }) => from >= to && from < later(to, SOON_DAYS * 86_400))
      .toSorted((a, b) => a.from - b.from || compareText(a.cluster, b.cluster)),
    unknown: support.filter(({ kind }) => kind === 'unknown-version').toSorted((a, b) => compareText(a.cluster, b.cluster)),
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
