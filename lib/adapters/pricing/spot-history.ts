import { type _InstanceType, EC2Client, paginateDescribeSpotPriceHistory, type SpotPrice } from '@aws-sdk/client-ec2'
import type { Price } from '../../domain/ledger/ledger-input.ts'
import { iso, type Instant } from '../../domain/time.ts'
import { sayRefusal } from '../aws/say-refusal.ts'

/** Spot prices of a region; undefined where none held at that instant. */
export interface SpotHistory {
  readonly priceAt: (instanceType: string, zone: string, at: Instant) => Price | undefined
  readonly problems: readonly string[]
}

interface Change extends Price {
  readonly since: Instant
}

const LINUX = ['Linux/UNIX', 'Linux/UNIX (Amazon VPC)']

/** EC2 keeps spot prices for so long. */
const KEPT_DAYS = 90

/**
 * Asks EC2 for the spot prices of instance types between two instants. EC2 answers the changes in between and the one
 * before, which held at the beginning. The question is free and the past does not change, so nothing is kept.
 *
 * Zones go by the names of the account that asks: where an older account calls another zone `us-east-1a` than the hub
 * does, the price is that of the hub's.
 */
export const spotHistory = (): ((region: string, instanceTypes: readonly string[], from: Instant, to: Instant) => Promise<SpotHistory>) => {
  const clients = new Map<string, EC2Client>()
  return async (region, instanceTypes, from, to) => {
    const types = [...new Set(instanceTypes)].toSorted()
    if (types.length === 0) return { priceAt: () => undefined, problems: [] }
    const client = clients.get(region) ?? new EC2Client({ region })
    clients.set(region, client)
    const read = await readHistory(client, types, from, to)
    const missing = types.filter((type) => !read.entries.some(({ InstanceType }) => InstanceType === type))
    const changes = read.entries.map((entry) => readChange(entry))
    const unusable = [...new Set(changes.filter((change) => typeof change === 'string'))]
    return {
      priceAt: lookUp(changes.filter((change) => typeof change !== 'string')),
      problems: [
        ...(read.failed === undefined ? [] : [`spot prices in ${region}: EC2 did not answer (${read.failed}); nodes on spot have no price`]),
        ...(read.failed === undefined && missing.length > 0 ? [`spot prices in ${region}: EC2 has none of ${missing.join(', ')} from ${iso(from)} to ${iso(to)}; it keeps ${KEPT_DAYS} days`] : []),
        ...unusable.map((why) => `spot prices in ${region}: ${why}`),
      ],
    }
  }
}

interface Read {
  readonly entries: readonly SpotPrice[]
  readonly failed?: string
}

/** All pages or none: with a page missing, an older price would be taken for the one that held. */
const readHistory = async (client: EC2Client, types: readonly string[], from: Instant, to: Instant): Promise<Read> => {
  const pages = paginateDescribeSpotPriceHistory({ client, stopOnSameToken: true }, {
    // The names come from EC2 itself, newer ones than the SDK knows among them.
    InstanceTypes: types as _InstanceType[],
    ProductDescriptions: LINUX,
    StartTime: new Date(from),
    EndTime: new Date(to),
  })
  try {
    const entries: SpotPrice[] = []
    for await (const { SpotPriceHistory = [] } of pages) entries.push(...SpotPriceHistory)
    return { entries }
  } catch (error) {
    return { entries: [], failed: sayRefusal(error, 'ec2:DescribeSpotPriceHistory') }
  }
}

/** A change with what it is of, or why it cannot be used. */
const readChange = ({ InstanceType: type, AvailabilityZone: zone = '', Timestamp, SpotPrice: usd = '' }: SpotPrice): readonly [key: string, Change] | string => {
  const microUsdPerHour = Math.round(Number(usd) * 1e6)
  const since = Timestamp?.getTime() ?? Number.NaN
  if (!Number.isSafeInteger(microUsdPerHour) || microUsdPerHour <= 0) return `found a price of "${usd}" USD for ${type ?? 'no type'} in ${zone}, expected a number above 0; left out`
  if (type === undefined || zone === '' || !Number.isFinite(since)) return 'found a price without type, zone or time, expected all three; left out'
  const day = new Date(since).toISOString().slice(0, 10)
  return [keyOf(type, zone), { since: since as Instant, microUsdPerHour, name: `${type} spot, ${zone}, price history of ${day}` }]
}

const keyOf = (instanceType: string, zone: string): string => `${instanceType} ${zone}`

/** The newest change at or before an instant. */
const lookUp = (changes: readonly (readonly [key: string, Change])[]): SpotHistory['priceAt'] => {
  const newestFirst = new Map([...Map.groupBy(changes, ([key]) => key)].map(([key, own]) =>
    [key, own.map(([, change]) => change).toSorted((a, b) => b.since - a.since)] as const))
  return (instanceType, zone, at) => {
    const held = newestFirst.get(keyOf(instanceType, zone))?.find(({ since }) => since <= at)
    return held && { microUsdPerHour: held.microUsdPerHour, name: held.name }
  }
}
