import { eksClusters } from '../../lib/adapters/eks/eks-clusters.ts'
import { shippedPrice } from '../../lib/adapters/prices/shipped-prices.ts'
import type { World } from '../../lib/use-cases/world.ts'
import { fronting } from './fronting.ts'
import { outside } from './outside.ts'
import { openTable } from './table.ts'

/** The world of the workers, clusters included. Apart from `outside`, so that `tick` and `wake` do not carry the Kubernetes client. */
export const world = (opened = openTable()): World => ({ ...outside(opened), clusters: eksClusters(fronting()), listPrice: (instanceType) => shippedPrice(instanceType)?.microUsdPerHour })
