import type { Environment } from '../../domain/environment.ts'
import { type Instant, later } from '../../domain/time.ts'
import type { Clock, Memory } from '../../ports.ts'

/** What was read is good for so long: a page is looked at by eyes. */
const GOOD_FOR_SECONDS = 1

/** A function keeps so many answers of each kind: 2 MB of environments, and no stranger can make it more. */
const MOST_KEPT = 1000

/** A read whose answer is kept for a moment, and which is made once however many ask in that moment. */
class BriefRead<T> {
  readonly #kept = new Map<string, { readonly until: Instant; readonly answer: Promise<T> }>()
  readonly #clock: Clock
  readonly #read: (key: string) => Promise<T>

  constructor(clock: Clock, read: (key: string) => Promise<T>) {
    this.#clock = clock
    this.#read = read
  }

  get(key: string): Promise<T> {
    const kept = this.#kept.get(key)
    if (kept !== undefined && kept.until > this.#clock.now()) return kept.answer
    const answer = this.#read(key)
    this.keep(key, answer)
    // A failed read is nobody's answer but of those who wait for it already.
    answer.catch(() => this.#kept.get(key)?.answer === answer && this.#kept.delete(key))
    return answer
  }

  keep(key: string, answer: Promise<T>): void {
    this.#kept.delete(key)
    this.#kept.set(key, { until: later(this.#clock.now(), GOOD_FOR_SECONDS), answer })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest)
  }

  drop(key: string): void {
    this.#kept.delete(key)
  }
}

/**
 * The table as the wake address sees it: what 10,000 visits in a second ask for is read once a second and container.
 * What this container itself reads consistently or writes is known at once.
 */
export const briefMemory = (memory: Memory, clock: Clock): Memory => {
  const fleet = new BriefRead(clock, () => memory.fleet())
  const clusters = new BriefRead(clock, (name) => memory.cluster(name))
  const hosts = new BriefRead(clock, (host) => memory.environmentOfHost(host))
  const environments = new BriefRead(clock, (id) => memory.glance(id))
  const seen = (id: string, environment: Environment | undefined): Environment | undefined => {
    if (environment === undefined) environments.drop(id)
    else environments.keep(id, Promise.resolve(environment))
    return environment
  }
  return {
    ...memory,
    fleet: () => fleet.get(''),
    cluster: (name) => clusters.get(name),
    environmentOfHost: (host) => hosts.get(host),
    glance: (id) => environments.get(id),
    environments: {
      ...memory.environments,
      get: async (id) => seen(id, await memory.environments.get(id)),
      change: async (id, change) => seen(id, await memory.environments.change(id, change)),
    },
  }
}
