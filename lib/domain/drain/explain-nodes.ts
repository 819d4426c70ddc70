import { RECLAIM_TAINT } from '../node.ts'
import type { ListPrice } from '../stranded.ts'
import type { Instant } from '../time.ts'
import { type Board, placeBoard } from './board.ts'
import { budgetCount } from './budget-count.ts'
import { byGain, type Candidate, candidateOf, firstLook, isMarked, standingOf } from './candidate.ts'
import { claimedVolumes } from './claimed-volumes.ts'
import type { PodContext, PodFinding, PodVerdict } from './pod-rule.ts'
import { budgetPod } from './pod-rules/budget-pod.ts'
import { sayNoPlace } from './say-no-place.ts'
import { type Seats, type Seeker, seatPods } from './seat-pods.ts'
import { podKey, type SeenNode, type SeenPod, type Snapshot } from './snapshot.ts'
import { seatWaiting, type WaitingPods } from './waiting-pods.ts'

/** What becomes of one pod, and why. */
export interface PodAnswer {
  readonly namespace: string
  readonly name: string
  readonly verdict: PodVerdict
  readonly reason: string
}

/** Whether a node may leave the bill, and why. */
export interface NodeAnswer {
  readonly name: string
  readonly verdict: 'remove' | 'keep'
  readonly reasons: readonly string[]
  readonly pods: readonly PodAnswer[]
  readonly instanceType: string | undefined
  readonly microUsdPerHour: number | undefined
}

/** How the question is put. */
export interface Question {
  readonly now: Instant
  /** The whole cluster sleeps: nothing has to find a place. */
  readonly asleep: boolean
  /** Namespaces beside `kube-system` whose workloads are scaled to zero with it; absent: none. */
  readonly sleepsWith?: (namespace: string) => boolean
  /** The entry of the intent that protects a namespace; undefined for one that is not protected. */
  readonly protectedBy: (namespace: string) => string | undefined
  readonly microUsdPerHour: ListPrice
  /** Whether pods are moved off a node that carries any, so that it can leave; absent: off every node. */
  readonly consolidates?: (node: SeenNode) => boolean
  /** Why the pods of a node are not moved, in words; absent: their pool is not consolidated. */
  readonly whyLeft?: (node: SeenNode) => string | undefined
  /** Nodes that are being emptied. They come first, and what time alone lifts does not hold them; absent: none. */
  readonly drains?: (node: SeenNode) => boolean
}

/** A plan under way. Nodes are numbered by the order in which they are preferred as places: the last to be judged first. */
interface Plan {
  readonly snapshot: Snapshot
  readonly context: PodContext
  readonly board: Board
  readonly waiting: WaitingPods
  readonly nodes: readonly SeenNode[]
  /** The pods that move to a node, by its number. */
  readonly guests: Map<number, SeenPod[]>
  readonly question: Required<Pick<Question, 'consolidates' | 'whyLeft' | 'drains'>>
}

/**
 * Which nodes may leave the bill, in the order in which they would: most money saved per pod moved first. Every pod that
 * moves is given a place, which it keeps in all that follows; no budget is spent twice. Each place is looked for as of its
 * turn: a pod is not asked again when one it wanted to be near moves later, since the scheduler does not ask either.
 * Pure and deterministic: the order of the snapshot's lists changes nothing.
 */
export const explainNodes = (snapshot: Snapshot, question: Question): readonly NodeAnswer[] => {
  const { now, asleep, sleepsWith = () => false, protectedBy, consolidates = () => true, whyLeft = () => undefined, drains = () => false } = question
  const budgets = budgetCount(snapshot.budgets, snapshot.pods)
  const context: PodContext = { now, asleep, sleepsWith, protectedBy: remembered(protectedBy), controllers: snapshot.controllers, budgets }
  // In the order of the list: pods of one template follow each other, and with them all that is looked at.
  const bound = Map.groupBy(snapshot.pods.map((pod) => firstLook(pod, context)), ({ pod }) => pod.node)
  const candidates = snapshot.nodes
    .map((node) => candidateOf(node, bound.get(node.name) ?? [], now, priceOf(node, question)))
    .toSorted((a, b) => Number(drains(b.node)) - Number(drains(a.node)) || byGain(a, b))
  const backwards = candidates.toReversed()
  const nodes = backwards.map(({ node }) => node)
  const board = placeBoard(snapshot, nodes, backwards.map((candidate) => standingOf(candidate, !asleep && !drains(candidate.node) && !consolidates(candidate.node))))
  const waiting = seatWaiting(board, { ...snapshot, nodes }, context)
  const plan: Plan = { snapshot, context, board, waiting, nodes, guests: new Map(), question: { consolidates, whyLeft, drains } }
  return candidates.map((candidate, order) => judge(plan, candidate, nodes.length - 1 - order))
}

const remembered = <Answer>(ask: (text: string) => Answer): ((text: string) => Answer) => {
  const answers = new Map<string, Answer>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined || answers.has(text)) return known as Answer
    const answer = ask(text)
    answers.set(text, answer)
    return answer
  }
}

const instanceTypeOf = ({ labels }: SeenNode): string | undefined =>
  labels['node.kubernetes.io/instance-type'] ?? labels['beta.kubernetes.io/instance-type']

const priceOf = (node: SeenNode, { microUsdPerHour }: Question): number | undefined => {
  const instanceType = instanceTypeOf(node)
  return instanceType === undefined ? undefined : microUsdPerHour(instanceType)
}

const judge = (plan: Plan, candidate: Candidate, index: number): NodeAnswer => {
  const { context, board, question } = plan
  const { node, holds, pods, microUsdPerHour } = candidate
  const isDrained = question.drains(node)
  const found = pods.map(({ pod, first, hasBudget }) => foundOf(pod, first ?? (hasBudget ? budgetPod(pod, context) : undefined), isDrained))
  const leaving = found.flatMap(({ pod, moves }) => (moves ? [pod] : []))
  const isHeld = found.some(({ finding }) => holdsNode(finding, isDrained))
  const isLeft = !context.asleep && leaving.length > 0 && !isDrained && !question.consolidates(node)
  const reasons = [...holds.map(({ reason }) => reason), ...sayGuests(plan, index), ...holdByMark(plan, node, index)]

  const start = board.mark()
  const outcome = context.asleep || isLeft ? NO_SEARCH : moveAway(plan, index, leaving, isHeld || reasons.length > 0)
  reasons.push(...outcome.stranded.map(sayWaiting), ...(isLeft ? [sayLeft(leaving, question.whyLeft(node))] : []))
  const placed = (pod: SeenPod): PodFinding => (isLeft ? LEFT : answerOf(plan, pod, outcome))
  const answers = found.map((each): PodAnswer => {
    const { pod: { namespace, name } } = each
    const finding = settledFinding(each, placed)
    if (holdsNode(finding, isDrained) && finding.reason !== LEFT.reason) reasons.push(`${podKey(each.pod)}: ${finding.reason}`)
    return { namespace, name, verdict: finding.verdict, reason: finding.reason }
  })
  const base = { name: node.name, pods: answers, instanceType: instanceTypeOf(node), microUsdPerHour }
  if (reasons.length > 0) {
    board.undo(start)
    if (board.standing(index) === 'open') board.stand(index, 'stays')
    return { ...base, verdict: 'keep', reasons }
  }
  settle(plan, index, leaving, outcome)
  return { ...base, verdict: 'remove', reasons: [isDrained ? 'is being emptied' : sayRemoval(answers, context.asleep)] }
}

/** A pod with what the table says of it, and whether a place has to be found for it. */
interface Found {
  readonly pod: SeenPod
  readonly finding: PodFinding | undefined
  readonly moves: boolean
}

/** A pod of a node that is being emptied moves as soon as its budget lets it: its place is looked for now. */
const foundOf = (pod: SeenPod, finding: PodFinding | undefined, isDrained: boolean): Found =>
  ({ pod, finding, moves: finding === undefined || (isDrained && finding.passes === true && finding.verdict === 'block') })

const holdsNode = (finding: PodFinding | undefined, isDrained: boolean): boolean =>
  (finding?.verdict === 'block' || finding?.verdict === 'wait') && !(isDrained && finding.passes === true)

/** No place goes before a budget that will let it go. */
const settledFinding = ({ pod, finding, moves }: Found, answer: (pod: SeenPod) => PodFinding): PodFinding => {
  if (finding !== undefined && !moves) return finding
  const found = answer(pod)
  return finding !== undefined && found.verdict === 'evict' ? finding : found
}

/** Of pods that nothing else holds, on a node that is left as it is. */
const LEFT: PodFinding = { verdict: 'block', reason: 'the pods of its pool are not moved' }

const sayLeft = ([first, ...more]: readonly SeenPod[], why: string | undefined): string =>
  `${why === undefined ? '' : `${why}: `}carries ${first === undefined ? 'pods' : podKey(first)}${more.length === 0 ? '' : ` and ${more.length} more`}`

/** What came of the search for places: those found, the pods that wait and found none, and why others have none. */
interface Outcome {
  readonly places: ReadonlyMap<SeenPod, number>
  readonly stranded: readonly SeenPod[]
  readonly unknown: ReadonlyMap<SeenPod, string>
}

const NO_SEARCH: Outcome = { places: new Map(), stranded: [], unknown: new Map() }

/** Moves all that would leave a node, the room kept on it for pods that wait included, and looks for places. */
const moveAway = ({ snapshot, board, waiting }: Plan, index: number, leaving: readonly SeenPod[], firm: boolean): Outcome => {
  board.stand(index, 'leaves')
  const unknown = new Map<SeenPod, string>()
  const seekers: Seeker[] = [...waiting.on(index)]
  for (const pod of leaving) {
    const claimed = claimedVolumes(snapshot, pod)
    const why = claimed.unknown ?? claimed.unbound
    if (why === undefined) seekers.push({ pod, volumes: claimed.volumes, waits: false })
    else unknown.set(pod, why)
  }
  for (const { pod } of seekers) board.lift(pod, index)
  const { places, homeless }: Seats = seatPods(board, seekers, firm || unknown.size > 0)
  return { places, stranded: homeless.flatMap(({ pod, waits }) => (waits ? [pod] : [])), unknown }
}

/** Rows 17 and 18. */
const answerOf = ({ snapshot, context, board, nodes }: Plan, pod: SeenPod, { places, unknown }: Outcome): PodFinding => {
  if (context.asleep) return { verdict: 'evict', reason: 'may leave: the whole cluster sleeps' }
  const index = places.get(pod)
  const place = index === undefined ? undefined : nodes[index]
  if (place !== undefined) return { verdict: 'evict', reason: `may leave: it fits on node ${place.name}` }
  const why = unknown.get(pod)
  if (why !== undefined) return { verdict: 'block', reason: `no place: ${why}` }
  return { verdict: 'block', reason: sayNoPlace(pod, board.obstacle(pod, claimedVolumes(snapshot, pod).volumes)) }
}

/** Notes what a node that leaves brings with it: its pods where they go, and what they take off their budgets. */
const settle = ({ context, waiting, guests }: Plan, index: number, leaving: readonly SeenPod[], { places }: Outcome): void => {
  context.budgets.spend(leaving)
  waiting.moved(places)
  for (const pod of leaving) {
    const to = places.get(pod)
    if (to === undefined || to === index) continue
    const others = guests.get(to)
    if (others === undefined) guests.set(to, [pod])
    else others.push(pod)
  }
}

const sayGuests = ({ guests }: Plan, index: number): readonly string[] => {
  const [first, ...more] = guests.get(index) ?? []
  if (first === undefined) return []
  return [`takes ${podKey(first)}${more.length === 0 ? '' : ` and ${more.length} more`} from node ${first.node}, which leaves`]
}

/** A pod that waits and finds no place but on a node of ours: the mark is taken off rather than another node bought. */
const holdByMark = ({ waiting }: Plan, node: SeenNode, index: number): readonly string[] => {
  if (!isMarked(node)) return []
  const ours = new Set([RECLAIM_TAINT, 'node.kubernetes.io/unschedulable'])
  const wanting = waiting.wants(index, { ...node, taints: node.taints.filter(({ key }) => !ours.has(key)) })
  return wanting === undefined ? [] : [sayWaiting(wanting)]
}

const sayWaiting = (pod: SeenPod): string => `${podKey(pod)} waits for a node and fits on no other that stays`

const sayRemoval = (pods: readonly PodAnswer[], asleep: boolean): string => {
  const count = pods.filter(({ verdict }) => verdict === 'evict').length
  if (count === 0) return 'nothing on it has to move'
  const what = count === 1 ? 'its one pod' : `its ${count} pods`
  return asleep ? `${what} may leave: the whole cluster sleeps` : `${what} ${count === 1 ? 'fits' : 'fit'} on nodes that stay`
}
