import type { Timeline } from '../timeline.ts'

/**
 * Keys that want work. However often a key is added before its turn, it is worked on once; the keys of one turn are
 * taken in their own order, so that a run does not depend on the order in which requests arrived.
 */
export class WorkQueue {
  readonly #timeline: Timeline
  readonly #delaySeconds: number
  readonly #work: (key: string) => void
  #keys = new Set<string>()
  #closed = false

  constructor(timeline: Timeline, delaySeconds: number, work: (key: string) => void) {
    this.#timeline = timeline
    this.#delaySeconds = delaySeconds
    this.#work = work
  }

  add(key: string): void {
    if (this.#closed) return
    if (this.#keys.size === 0) this.#timeline.after(this.#delaySeconds, () => this.#turn())
    this.#keys.add(key)
  }

  /** Forgets what is queued and takes nothing more. */
  close(): void {
    this.#closed = true
    this.#keys.clear()
  }

  #turn(): void {
    const keys = [...this.#keys].sort()
    this.#keys = new Set()
    for (const key of keys) this.#work(key)
  }
}
