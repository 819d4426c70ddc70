import type { Room } from '../../../domain/drain/snapshot.ts'
import type { Field } from './field.ts'

/** Amounts of resources in their base units, CPU in cores. */
type Amounts = ReadonlyMap<string, number>

const NOTHING: Amounts = new Map()

const merge = (a: Amounts, b: Amounts, join: (x: number, y: number) => number): Amounts => {
  if (b.size === 0) return a
  const merged = new Map(a)
  for (const [name, amount] of b) merged.set(name, join(a.get(name) ?? 0, amount))
  return merged
}

const add = (a: Amounts, b: Amounts): Amounts => merge(a, b, (x, y) => x + y)
const larger = (a: Amounts, b: Amounts): Amounts => merge(a, b, Math.max)

/** What a container asks for; the API server takes the limit for what is not said. */
const requestsOf = (container: Field): Amounts => {
  const resources = container.get('resources')
  return new Map([...resources.get('limits').quantities(), ...resources.get('requests').quantities()])
}

/** What may be asked for a pod as a whole, in place of the sum of its containers. */
const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')

/**
 * What a pod asks of a node: the larger of its containers with their sidecars, and of each init container with the
 * sidecars started before it; what is asked for the pod as a whole instead, where it is; plus overhead. Rule: KEP-753
 * and KEP-2837, `PodRequests` of component-helpers.
 */
export const toRequests = (spec: Field): Room => {
  let sidecars = NOTHING
  let starting = NOTHING
  for (const container of spec.get('initContainers').items()) {
    const asked = requestsOf(container)
    const isSidecar = container.get('restartPolicy').text() === 'Always'
    if (isSidecar) sidecars = add(sidecars, asked)
    starting = larger(starting, isSidecar ? sidecars : add(sidecars, asked))
  }
  const running = spec.get('containers').items().reduce((sum, container) => add(sum, requestsOf(container)), sidecars)
  const whole = [...spec.get('resources').get('requests').quantities()].filter(([name]) => isPodLevel(name))
  return toRoom(add(new Map([...larger(running, starting), ...whole]), spec.get('overhead').quantities()))
}

/** Whole numbers, rounded up, with room for what a sum of binary fractions is off by. */
const roundUp = (amount: number): number => Math.max(0, Math.ceil(amount - 1e-6))

/** Amounts as the domain has them. */
const toRoom = (amounts: Amounts): Room => ({
  cpuMilli: roundUp((amounts.get('cpu') ?? 0) * 1000),
  memoryBytes: roundUp(amounts.get('memory') ?? 0),
  others: Object.fromEntries([...amounts].filter(([name]) => !BASIC.has(name)).map(([name, amount]) => [name, roundUp(amount)])),
})

const BASIC = new Set(['cpu', 'memory', 'pods'])

/** What a node has to give; the number of pods is apart, by default Kubernetes' own. Without allocatable it is the capacity. */
export const toAllocatable = (status: Field): { readonly allocatable: Room; readonly allocatablePods: number } => {
  const said = status.get('allocatable')
  const amounts = (said.object() === undefined ? status.get('capacity') : said).quantities()
  return { allocatable: toRoom(amounts), allocatablePods: amounts.get('pods') ?? 110 }
}
