import { type Instant, later } from '../domain/time.ts'

/** Something the simulated world will do at an instant of its own time. */
interface Happening {
  readonly at: Instant
  readonly order: number
  readonly run: () => void | Promise<void>
}

/** Takes a happening back; does nothing once it ran. */
export type Cancel = () => void

/**
 * The sandbox's one clock: a discrete-event queue in which time stands still while something happens and then jumps to
 * the next happening. Happenings of one instant run in the order they were asked for, one after the other, so that a
 * run depends on its seed alone and not on how fast the machine is.
 */
export class Timeline {
  #now: Instant
  #order = 0
  readonly #heap: Happening[] = []
  readonly #cancelled = new Set<Happening>()

  constructor(start: Instant) {
    this.#now = start
  }

  now(): Instant {
    return this.#now
  }

  /** Runs `run` at `when`, or now where `when` is past. */
  at(when: Instant, run: Happening['run']): Cancel {
    const happening = { at: when < this.#now ? this.#now : when, order: this.#order++, run }
    this.#push(happening)
    return () => this.#cancelled.add(happening)
  }

  /** Runs `run` after `seconds` of the timeline's own time. */
  after(seconds: number, run: Happening['run']): Cancel {
    return this.at(later(this.#now, seconds), run)
  }

  /** When the next happening is due; undefined when nothing is planned. */
  next(): Instant | undefined {
    while (this.#heap[0] !== undefined && this.#cancelled.delete(this.#heap[0])) this.#pop()
    return this.#heap[0]?.at
  }

  /** Runs the next happening and moves the time to it. Answers whether there was one. */
  async step(): Promise<boolean> {
    if (this.next() === undefined) return false
    const happening = this.#pop()
    if (happening === undefined) return false
    this.#now = happening.at
    await happening.run()
    return true
  }

  /** Runs everything due up to and including `end`, then sets the time to `end`. */
  async runUntil(end: Instant): Promise<void> {
    for (let next = this.next(); next !== undefined && next <= end; next = this.next()) await this.step()
    if (end > this.#now) this.#now = end
  }

  #push(happening: Happening): void {
    const heap = this.#heap
    let child = heap.push(happening) - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      const above = heap[parent]
      if (above === undefined || before(above, happening)) break
      heap[child] = above
      child = parent
    }
    heap[child] = happening
  }

  #pop(): Happening | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let parent = 0
    for (;;) {
      let child = parent * 2 + 1
      const left = heap[child]
      const right = heap[child + 1]
      if (left === undefined) break
      const smaller = right !== undefined && before(right, left) ? right : left
      if (smaller === right) child += 1
      if (before(last, smaller)) break
      heap[parent] = smaller
      parent = child
    }
    heap[parent] = last
    return first
  }
}

const before = (a: Happening, b: Happening): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
