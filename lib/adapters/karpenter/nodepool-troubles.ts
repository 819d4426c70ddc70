import type { Trouble } from '../../domain/missing-nodes.ts'
import type { Warning } from '../../domain/symptoms.ts'
import { type Instant, iso } from '../../domain/time.ts'
import { type Fields, fieldsIn, listIn, textIn } from '../kubernetes/json-fields.ts'

/** What Karpenter brings a NodeClaim to, in order; the first that is not met is where it stands. karpenter.sh/v1, NodeClaim status. */
const STEPS = ['Launched', 'Registered', 'Initialized']

/** The reason of a condition that nobody has looked at yet: it tells nothing. */
const UNTOLD = 'AwaitingReconciliation'

/** Where events of objects that are in no namespace go. */
export const EVENTS_OF_NO_NAMESPACE = 'default'

/**
 * What keeps a NodePool from getting nodes. A NodeClaim that EC2 has no capacity for is deleted at once, so that only its
 * event is left to tell; its name is the NodePool's and five characters.
 *
 * @param claims of this NodePool, as the API answers them
 * @param warnings in the namespace of events of no namespace
 */
export const nodePoolTroubles = (pool: Fields, claims: readonly Fields[], warnings: readonly Warning[], since: Instant): readonly Trouble[] => [
  ...poolConditions(pool),
  ...claims.flatMap(claimCondition),
  ...warnings.filter(({ about, at }) => about.kind === 'NodeClaim' && isOf(about.name, nameOf(pool)) && at >= since)
    .toSorted((a, b) => b.at - a.at)
    .map(({ at, reason, message }) => ({ at, text: `${reason}: ${message}` })),
]

const nameOf = ({ metadata }: Fields): string => textIn(fieldsIn(metadata)['name']) ?? ''

const isOf = (claim: string, pool: string): boolean => claim.startsWith(`${pool}-`) && /^[a-z0-9]{5}$/.test(claim.slice(pool.length + 1))

const conditionsOf = ({ status }: Fields): readonly Fields[] => listIn(fieldsIn(status)['conditions']).map(fieldsIn)

/** `Ready` sums the others up: it is told only where none of them tells more. */
const poolConditions = (pool: Fields): readonly Trouble[] => {
  const unmet = conditionsOf(pool).filter(({ status }) => status === 'False')
  const told = unmet.filter(({ type }) => type !== 'Ready')
  return (told.length > 0 ? told : unmet).map((condition) => ({ text: `NodePool ${nameOf(pool)} is not ${sayCondition(condition)}` }))
}

const claimCondition = (claim: Fields): readonly Trouble[] => {
  if (fieldsIn(claim['metadata'])['deletionTimestamp'] !== undefined) return []
  const conditions = conditionsOf(claim)
  const step = STEPS.find((each) => !conditions.some(({ type, status }) => type === each && status === 'True'))
  const condition = conditions.find(({ type }) => type === step)
  if (condition === undefined || textIn(condition['reason']) === undefined || condition['reason'] === UNTOLD) return []
  return [{ text: `NodeClaim ${nameOf(claim)} is not ${sayCondition(condition)}` }]
}

const sayCondition = ({ type, reason, message, lastTransitionTime }: Fields): string => {
  const since = textIn(lastTransitionTime)
  const said = [textIn(reason), textIn(message)].filter((text) => text !== undefined && text !== '').join(': ')
  return `${textIn(type) ?? ''}${since === undefined ? '' : ` since ${iso(Date.parse(since) as Instant)}`}${said === '' ? '' : `: ${said}`}`
}
