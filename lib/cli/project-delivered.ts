import { shippedPrice } from '../adapters/prices/shipped-prices.ts'
import type { Delivered } from '../domain/delivery.ts'
import { project, type Projection } from '../domain/projection.ts'
import { type Instant, iso } from '../domain/time.ts'
import { PRICES, potentialOf } from '../views/potential-table.ts'

/** What the coming days bring of what is delivered, at the shipped list prices. What leaves the intent does not count. */
export const projectDelivered = ({ fleet, environments, pools }: Delivered, from: Instant, days: number): Projection =>
  project(
    environments.filter(({ removed }) => removed !== true).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    pools.filter(({ removed }) => removed !== true),
    fleet?.holidays ?? [],
    from,
    days,
    (instanceType) => shippedPrice(instanceType)?.microUsdPerHour,
  )

/** The total of a projection for programs. */
export const potentialDocument = (projection: Projection): object => {
  const { asleepHours, nodeHours, microUsd, unknownSizes, unpriced } = potentialOf(projection)
  return { asleepHours: rounded(asleepHours), potentialNodeHours: rounded(nodeHours), potentialUsd: microUsd / 1e6, prices: PRICES, unknownSizes, unpriced }
}

/** A projection for programs: instants as ISO 8601, money in USD. */
export const projectionDocument = (projection: Projection): object => {
  const { from, to, changes, environments, pools } = projection
  const hours = (to - from) / 3_600_000
  return {
    from: iso(from),
    to: iso(to),
    changes: changes.map((change) => ({ ...change, at: iso(change.at) })),
    environments: environments.map(({ id, asleepHours }) => ({ id, asleepHours: rounded(asleepHours), asleepShare: rounded(asleepHours / hours) })),
    pools: pools.map(({ asleepHours, nodeHours, microUsd, ...pool }) => ({
      ...pool,
      asleepHours: rounded(asleepHours),
      ...(nodeHours === undefined ? {} : { potentialNodeHours: rounded(nodeHours) }),
      ...(microUsd === undefined ? {} : { potentialUsd: microUsd / 1e6 }),
    })),
    total: potentialDocument(projection),
  }
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4
