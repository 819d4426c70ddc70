import type { Instant } from '../time.ts'
import { atSecond } from './clock-hour.ts'
import type { BaselineStep, EnvironmentState, NodeLifecycle, PriceOf } from './ledger-input.ts'
import { NodeStock, type StockLine } from './node-stock.ts'
import type { PoolEvent, PoolUser } from './pool-events.ts'

/** Node-seconds of a pool that passed while an environment slept, while its hours were shut, and that its wakes cost. */
export interface UserPassed {
  readonly environment: string
  readonly weight: number
  readonly avoided: number
  readonly stranded: number
  readonly potential: number
  readonly surplus: number
}

/** Nodes of a pool at one moment. */
interface NodeCounts {
  readonly baseline: number
  readonly ran: number
  readonly avoided: number
  readonly unproven: number
  readonly stranded: number
  readonly potential: number
  readonly surplus: number
}

/** What users share. The surplus is theirs who wake; what of it lingers when nobody does is everybody's. */
const SHARED = ['avoided', 'stranded', 'potential', 'waking', 'lingering'] as const
type Shared = (typeof SHARED)[number]
const NOTHING: Readonly<Record<Shared, number>> = { avoided: 0, stranded: 0, potential: 0, waking: 0, lingering: 0 }

/** One user as it stands: `from` is what had passed when it last got its part, `had` what it got this hour. */
interface Seat {
  readonly user: PoolUser
  state: EnvironmentState
  shut: number
  readonly from: Record<Shared, number>
  had: Record<Shared, number>
}

/**
 * A pool at one moment, kept up to date event by event. What each user gets of the node-seconds that pass is read off
 * running totals when its part in them changes, so that a second costs the same however many use the pool.
 */
export class PoolStanding {
  readonly #keep: number
  readonly #priceOf: PriceOf
  readonly #running = new NodeStock()
  readonly #gone = new NodeStock()
  readonly #seats: ReadonlyMap<string, Seat>
  readonly #inState: Record<EnvironmentState, number>
  readonly #passed: Record<Shared, number> = { ...NOTHING }
  /** How many have their hours shut and are not off. */
  #shut = 0
  #step: BaselineStep | undefined
  #hour: Instant = atSecond(0)

  constructor(keep: number, users: readonly PoolUser[], priceOf: PriceOf) {
    this.#keep = keep
    this.#priceOf = priceOf
    this.#seats = new Map(users.map((user) => [user.id, { user, state: 'awake', shut: 0, from: { ...NOTHING }, had: { ...NOTHING } }]))
    this.#inState = { awake: users.length, 'falling-asleep': 0, asleep: 0, waking: 0, off: 0 }
  }

  /** Nodes that run are priced anew each hour: spot prices change. */
  beginHour(hour: Instant): void {
    this.#hour = hour
    this.#running.reprice((node) => this.#priceOf(node, hour))
  }

  endHour(): { readonly ran: readonly StockLine[]; readonly avoided: readonly StockLine[]; readonly users: readonly UserPassed[] } {
    const users: UserPassed[] = []
    for (const seat of this.#seats.values()) {
      this.#collect(seat)
      const { avoided, stranded, potential } = seat.had
      const surplus = seat.had.waking + seat.had.lingering
      if (avoided + stranded + potential + surplus === 0) continue
      users.push({ environment: seat.user.id, weight: seat.user.weight, avoided, stranded, potential, surplus })
      seat.had = { ...NOTHING }
    }
    return { ran: this.#running.settle(), avoided: this.#gone.settle(), users }
  }

  take(event: PoolEvent): void {
    switch (event.what) {
      case 'baseline':
        this.#step = event.step
        if (event.step.heldNodes === undefined) this.#gone.clear()
        break
      case 'came':
        this.#running.add(event.node, this.#priceOf(event.node, Math.max(this.#hour, event.node.runningAt) as Instant))
        this.#gone.take(event.node)
        break
      case 'left':
        this.#leave(event.node)
        break
      case 'state':
        this.#change(event.user.id, (seat) => { seat.state = event.state })
        break
      case 'shut':
      case 'open':
        this.#change(event.user.id, (seat) => { seat.shut += event.what === 'shut' ? 1 : -1 })
        break
      default:
        event satisfies never
    }
  }

  /** Before the first word about the pool it is taken to be held already: whoever left, left under it. */
  #leave(node: NodeLifecycle): void {
    this.#running.take(node)
    const held = this.#step === undefined || this.#step.heldNodes !== undefined
    if (held && node.terminatedAt !== undefined) this.#gone.add(node, this.#priceOf(node, node.terminatedAt))
  }

  /** Lets seconds pass and answers how many nodes of each sort there were in them. */
  pass(seconds: number): NodeCounts {
    const nodes = this.#count()
    if (seconds === 0) return nodes
    this.#running.use('all', nodes.ran, seconds)
    this.#running.use('stranded', nodes.stranded, seconds)
    this.#running.use('potential', nodes.potential, seconds)
    this.#running.use('surplus', nodes.surplus, seconds, 'dearest')
    this.#gone.use('all', nodes.avoided, seconds)
    this.#passed.avoided += nodes.avoided * seconds
    this.#passed.stranded += nodes.stranded * seconds
    this.#passed.potential += nodes.potential * seconds
    this.#passed[this.#inState.waking > 0 ? 'waking' : 'lingering'] += nodes.surplus * seconds
    return nodes
  }

  #count(): NodeCounts {
    const { asleep, waking, off, 'falling-asleep': falling } = this.#inState
    const users = this.#seats.size
    const ran = this.#running.count
    const { heldNodes: held, wantedNodes: wanted = 0, surplusNodes = 0 } = this.#step ?? {}
    const lingering = off === users ? 0 : Math.min(ran, surplusNodes)
    const missing = held === undefined || asleep + falling === 0 ? 0 : Math.max(0, held - Math.max(ran, wanted))
    const avoided = Math.min(missing, this.#gone.count)
    const baseline = held === undefined || (off === users && users > 0) ? ran - lingering : held
    return {
      baseline,
      ran,
      avoided,
      unproven: missing - avoided,
      stranded: asleep > 0 && asleep + off === users ? Math.max(0, ran - this.#keep) : 0,
      potential: this.#shut > 0 && this.#shut + off === users ? Math.max(0, Math.min(ran, baseline) - this.#keep) : 0,
      surplus: Math.max(lingering, held === undefined || waking === 0 ? 0 : ran - held),
    }
  }

  #change(id: string, change: (seat: Seat) => void): void {
    const seat = this.#seats.get(id)
    if (seat === undefined) return
    this.#inState[seat.state] -= 1
    this.#shut -= isShut(seat) ? 1 : 0
    this.#collect(seat)
    change(seat)
    this.#inState[seat.state] += 1
    this.#shut += isShut(seat) ? 1 : 0
  }

  /** Gives a seat its part of what passed since the last time. */
  #collect(seat: Seat): void {
    for (const what of SHARED) {
      if (takesPart(seat, what)) seat.had[what] += this.#passed[what] - seat.from[what]
      seat.from[what] = this.#passed[what]
    }
  }
}

const isShut = ({ shut, state }: Seat): boolean => shut > 0 && state !== 'off'

/** What a user has a part in: who sleeps in what is avoided and stranded, who could in the potential, who wakes in what that takes. */
const takesPart = (seat: Seat, what: Shared): boolean => {
  if (what === 'potential') return isShut(seat)
  if (what === 'waking') return seat.state === 'waking'
  if (what === 'lingering') return seat.state !== 'off'
  return seat.state === 'asleep' || seat.state === 'falling-asleep'
}
