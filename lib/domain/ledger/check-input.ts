import { iso, type Instant } from '../time.ts'
import type { Span } from './clock-hour.ts'
import type { BaselineStep, Coverage, EnvironmentFacts, LedgerInput, NodeLifecycle, PoolFacts, Refusal } from './ledger-input.ts'

/** What of an input can be relied on, and what was refused. */
export interface CheckedInput extends LedgerInput {
  readonly refused: readonly Refusal[]
}

type Refuse = (subject: string, reason: string) => void

/** Leaves out what cannot be true, each with its reason. What is left out never adds to a saving, commitments excepted. */
export const checkInput = (input: LedgerInput): CheckedInput => {
  const refused: Refusal[] = []
  const refuse: Refuse = (subject, reason) => refused.push({ subject, reason })
  const spanStands = isSpan(input.span)
  if (!spanStands) refuse('span', `found ${sayAt(input.span.from)} to ${sayAt(input.span.to)}, expected an end after the beginning`)
  return {
    span: spanStands ? input.span : { from: 0 as Instant, to: 0 as Instant },
    nodes: checkNodes(input.nodes, refuse),
    pools: unique(input.pools, ({ pool }) => pool, refuse).map((pool) => checkPool(pool, refuse)),
    environments: unique(input.environments, ({ id }) => id, refuse).map((environment) => checkEnvironment(environment, refuse)),
    coverage: input.coverage.filter((coverage) => checkCoverage(coverage, refuse)),
    priceOf: checkPrices(input.priceOf, refuse),
    refused,
  }
}

const checkNodes = (nodes: readonly NodeLifecycle[], refuse: Refuse): readonly NodeLifecycle[] => {
  const possible = nodes.filter((node) => {
    const reason = impossible(node)
    if (reason !== undefined) refuse(node.instanceId, reason)
    return reason === undefined
  })
  return [...Map.groupBy(possible, ({ instanceId }) => instanceId).values()].flatMap((lives) => oneAtATime(lives, refuse))
}

const impossible = ({ instanceId, capacity, runningAt, terminatedAt }: NodeLifecycle): string | undefined => {
  if (instanceId === '') return 'found no instance id, expected one as in i-0123456789abcdef0'
  if (capacity !== 'on-demand' && capacity !== 'spot') return `found capacity "${String(capacity)}", expected on-demand or spot`
  if (!isInstant(runningAt)) return `found ${sayAt(runningAt)} as the time it ran from, expected an instant`
  if (terminatedAt === undefined) return undefined
  if (!isInstant(terminatedAt)) return `found ${sayAt(terminatedAt)} as the time it was terminated, expected an instant`
  return terminatedAt < runningAt ? `terminated at ${sayAt(terminatedAt)}, before it ran at ${sayAt(runningAt)}` : undefined
}

/** An instance runs once at a time. Of two records of one life, the one that knows the end stands, then the later end. */
const oneAtATime = (lives: readonly NodeLifecycle[], refuse: Refuse): readonly NodeLifecycle[] => {
  if (lives.length === 1) return lives
  const kept: NodeLifecycle[] = []
  for (const life of lives.toSorted((a, b) => a.runningAt - b.runningAt || (b.terminatedAt ?? 0) - (a.terminatedAt ?? 0))) {
    const last = kept.at(-1)
    if (last === undefined || (last.terminatedAt ?? Number.POSITIVE_INFINITY) <= life.runningAt) kept.push(life)
    else refuse(life.instanceId, `found twice at ${sayAt(life.runningAt)}, expected one life of an instance at a time`)
  }
  return kept
}

/** A bad size counts as no original held, a bad `keep` as everything: neither can then become money. */
const checkPool = (facts: PoolFacts, refuse: Refuse): PoolFacts => {
  const { pool, keep } = facts
  if (!isCount(keep)) refuse(pool, `found keep ${keep}, expected a whole number from 0 on`)
  const baseline = facts.baseline.flatMap((step): readonly BaselineStep[] => {
    const { at, heldNodes, wantedNodes, surplusNodes } = step
    if (!isInstant(at)) {
      refuse(pool, `found ${sayAt(at)} as the time of a baseline, expected an instant`)
      return []
    }
    const bad = [heldNodes, wantedNodes, surplusNodes].filter((nodes) => nodes !== undefined && !isCount(nodes))
    if (bad.length === 0) return [step]
    refuse(pool, `found a baseline of ${bad.join(', ')} nodes at ${sayAt(at)}, expected a whole number from 0 on`)
    return [{ at }]
  })
  return { ...facts, keep: isCount(keep) ? keep : Number.POSITIVE_INFINITY, baseline }
}

/** Bad requests weigh nothing; a state without a time is left out. */
const checkEnvironment = (facts: EnvironmentFacts, refuse: Refuse): EnvironmentFacts => {
  const { id } = facts
  const uses = Object.entries(facts.uses).map(([pool, requests]) => {
    if (isQuantity(requests.cpuMilli) && isQuantity(requests.memoryMiB)) return [pool, requests] as const
    refuse(id, `found requests of ${requests.cpuMilli}m and ${requests.memoryMiB} MiB on ${pool}, expected numbers from 0 on`)
    return [pool, { cpuMilli: 0, memoryMiB: 0 }] as const
  })
  const states = facts.states.filter(({ at }) => {
    if (!isInstant(at)) refuse(id, `found ${sayAt(at)} as the time of a state, expected an instant`)
    return isInstant(at)
  })
  const shut = facts.shut.filter((span) => {
    if (!isSpan(span)) refuse(id, `found hours shut from ${sayAt(span.from)} to ${sayAt(span.to)}, expected an end after the beginning`)
    return isSpan(span)
  })
  return { id, uses: Object.fromEntries(uses), states, shut }
}

const checkCoverage = ({ of, nodes, during }: Coverage, refuse: Refuse): boolean => {
  const subject = 'pool' in of ? of.pool : of.instanceType
  if (!isCount(nodes)) refuse(subject, `found a commitment for ${nodes} nodes, expected a whole number from 0 on`)
  else if (during !== undefined && !isSpan(during)) refuse(subject, `found a commitment from ${sayAt(during.from)} to ${sayAt(during.to)}, expected an end after the beginning`)
  else return true
  return false
}

/** A price of 0 is a product that is billed elsewhere, never an instance: the Price List API is full of them. */
const checkPrices = (priceOf: LedgerInput['priceOf'], refuse: Refuse): LedgerInput['priceOf'] => {
  const said = new Set<string>()
  return (node, at) => {
    const price = priceOf(node, at)
    if (price === undefined || (Number.isSafeInteger(price.microUsdPerHour) && price.microUsdPerHour > 0)) return price
    const reason = `found a price of ${price.microUsdPerHour} micro-dollars an hour (${price.name}), expected a whole number above 0`
    if (!said.has(reason)) refuse(node.instanceType, reason)
    said.add(reason)
    return undefined
  }
}

const unique = <T>(all: readonly T[], nameOf: (each: T) => string, refuse: Refuse): readonly T[] => {
  const seen = new Set<string>()
  return all.filter((each) => {
    const name = nameOf(each)
    const isFirst = !seen.has(name)
    if (!isFirst) refuse(name, 'found twice, expected once')
    seen.add(name)
    return isFirst
  })
}

const isInstant = (at: Instant): boolean => Number.isFinite(at)
const isSpan = ({ from, to }: Span): boolean => isInstant(from) && isInstant(to) && from < to
const isCount = (nodes: number): boolean => Number.isSafeInteger(nodes) && nodes >= 0
const isQuantity = (value: number): boolean => Number.isFinite(value) && value >= 0
const sayAt = (at: Instant): string => (Math.abs(at) <= 8.64e15 ? iso(at) : String(at))
