import type { PoolProjection, Projection } from '../domain/projection.ts'
import { type Canvas, type Cell, terminalTable } from './terminal-table.ts'

/** What a projection comes to: potential, never to be added to what was realised. */
export interface Potential {
  readonly asleepHours: number
  readonly nodeHours: number
  readonly microUsd: number
  /** Pools whose size is not known yet. */
  readonly unknownSizes: readonly string[]
  /** Instance types without a price in the shipped table. */
  readonly unpriced: readonly string[]
}

/** Adds a projection up. */
export const potentialOf = ({ environments, pools }: Projection): Potential => ({
  asleepHours: sum(environments.map(({ asleepHours }) => asleepHours)),
  nodeHours: sum(pools.map(({ nodeHours = 0 }) => nodeHours)),
  microUsd: sum(pools.map(({ microUsd = 0 }) => microUsd)),
  unknownSizes: pools.filter(({ nodes }) => nodes === undefined).map(({ pool }) => pool),
  unpriced: [...new Set(pools.flatMap(({ instanceType, microUsd }) => (instanceType === undefined || microUsd !== undefined ? [] : [instanceType])))],
})

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

/** Where the money comes from; said wherever a potential in USD is. */
export const PRICES = 'list price, on demand, us-east-1'

/** Per pool: how long everything that uses it sleeps, and the node-hours and USD that could save. */
export const potentialTable = (pools: readonly PoolProjection[], canvas: Canvas): string =>
  terminalTable(
    [{ title: 'pool' }, { title: 'type' }, { title: 'nodes', align: 'right' }, { title: 'keep', align: 'right' }, { title: 'all asleep', align: 'right' }, { title: 'potential node-hours', align: 'right' }, { title: 'potential usd', align: 'right' }],
    pools.map(({ pool, instanceType, nodes, keep, asleepHours, nodeHours, microUsd }): Cell[] => [
      pool, instanceType ?? '?', nodes === undefined ? '?' : `${nodes}`, `${keep}`, sayHours(asleepHours),
      nodeHours === undefined ? '?' : nodeHours.toFixed(1), microUsd === undefined ? '?' : sayUsd(microUsd),
    ]),
    canvas,
  )

/** Per environment: how long it sleeps, in hours and as a share. */
export const asleepTable = ({ environments, from, to }: Projection, canvas: Canvas): string =>
  terminalTable(
    [{ title: 'environment' }, { title: 'asleep', align: 'right' }, { title: 'share', align: 'right' }],
    environments.map(({ id, asleepHours }): Cell[] => [id, sayHours(asleepHours), sayShare(asleepHours / ((to - from) / 3_600_000))]),
    canvas,
  )

/** The total in one sentence, and what it leaves out. */
export const sayPotential = ({ nodeHours, microUsd, unknownSizes, unpriced }: Potential, pools: number): readonly string[] => [
  ...(pools > unknownSizes.length ? [`potential: ${nodeHours.toFixed(1)} node-hours, ${sayUsd(microUsd)} (${PRICES})`] : []),
  ...(unknownSizes.length === 0 ? [] : [`sizes are not known yet of ${unknownSizes.join(', ')}: Catnap notes them when it first looks at the nodes`]),
  ...(unpriced.length === 0 ? [] : [`no price is known of ${unpriced.join(', ')}: not counted in USD`]),
]

/** `$12.34`, from millionths. */
const sayUsd = (microUsd: number): string => `$${(microUsd / 1e6).toFixed(2)}`

/** `108.0 h`. */
export const sayHours = (hours: number): string => `${hours.toFixed(1)} h`

const sayShare = (share: number): string => `${(share * 100).toFixed(1)} %`
