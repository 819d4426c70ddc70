import { type Fact, factSubject } from '../../domain/journal/fact.ts'
import { later } from '../../domain/time.ts'
import { type Item, keys } from './item.ts'

/** Facts and lives are kept so long: a year and a month of slack, as the history is. */
export const JOURNAL_DAYS = 400

/** Where the facts of a moment begin in a cluster's journal. */
export const factsFrom = (at: number): string => `fact#${new Date(at).toISOString()}`

/** A fact as an item. What it is about is part of its key: noted twice, it is there once. */
export const factItem = (cluster: string, fact: Fact): Item => ({
  ...keys.journal(cluster, `${factsFrom(fact.at)}#${fact.kind}#${factSubject(fact)}`),
  fact,
  expiresAt: Math.floor(later(fact.at, JOURNAL_DAYS * 86_400) / 1000),
})
