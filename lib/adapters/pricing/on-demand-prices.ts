import { PricingClient } from '@aws-sdk/client-pricing'
import pMap from 'p-map'
import type { Price } from '../../domain/ledger/ledger-input.ts'
import type { Instant } from '../../domain/time.ts'
import { sayRefusal } from '../aws/say-refusal.ts'
import { shippedList, shippedPrice } from '../prices/shipped-prices.ts'
import type { KeptPrice, KeptPrices } from './kept-prices.ts'
import { askListPrice, type ListAnswer } from './list-price.ts'

/** AWS serves the Price List of all regions from here. */
const HOME = 'us-east-1'

/** A price is asked for again after a week, one that was not there after a day. */
const FRESH_DAYS = 7
const ABSENT_DAYS = 1

const AT_ONCE = 4

/** On-demand prices, and what stood in the way of them in words. */
export interface OnDemandPrices {
  readonly prices: ReadonlyMap<string, Price>
  readonly problems: readonly string[]
}

/** Reads on-demand prices of a region: kept ones, else the Price List, else older ones or the shipped table by name. */
export const onDemandPrices = (kept: KeptPrices): ((region: string, instanceTypes: readonly string[]) => Promise<OnDemandPrices>) => {
  const client = new PricingClient({ region: HOME })
  return async (region, instanceTypes) => {
    const types = [...new Set(instanceTypes)].toSorted()
    if (types.length === 0) return { prices: new Map(), problems: [] }
    const now = Date.now() as Instant
    const known = new Map((await kept.of(region)).map((one) => [one.instanceType, one]))
    const asked = await ask(client, region, types.filter((type) => !isFresh(known.get(type), now)))
    await kept.keep(region, worthKeeping(asked, known, now))

    const prices = new Map<string, Price>()
    const lacking = new Map<string, string[]>()
    for (const type of types) {
      const answer = asked.get(type) ?? keptAnswer(known.get(type))
      if ('price' in answer) {
        prices.set(type, answer.price)
        continue
      }
      const standIn = known.get(type)?.price ?? shipped(region, type)
      if (standIn !== undefined) prices.set(type, standIn)
      const why = sayLack(answer)
      lacking.set(why, [...(lacking.get(why) ?? []), `${type} (${standIn === undefined ? 'no price' : standIn.name})`])
    }
    return { prices, problems: [...lacking].map(([why, of]) => `on-demand prices in ${region}: ${why}; instead: ${of.join('; ')}`) }
  }
}

/** What became of one question; `failed`: it was refused, or not asked because another was. */
type Asked = ListAnswer | { readonly failed: string }

const ask = async (client: PricingClient, region: string, types: readonly string[]): Promise<ReadonlyMap<string, Asked>> => {
  // What refuses one type refuses all: a right that is missing, a service that is down.
  let failed: string | undefined
  const answers = await pMap(types, async (type): Promise<readonly [string, Asked]> => {
    if (failed !== undefined) return [type, { failed }]
    try {
      return [type, await askListPrice(client, region, type)]
    } catch (error) {
      failed ??= sayRefusal(error, 'pricing:GetProducts')
      return [type, { failed }]
    }
  }, { concurrency: AT_ONCE })
  return new Map(answers)
}

const isFresh = (kept: KeptPrice | undefined, now: Instant): boolean =>
  kept !== undefined && now - kept.readAt < (kept.price === undefined ? ABSENT_DAYS : FRESH_DAYS) * 86_400_000

/** That there was none is kept too, but never over a price: an empty answer may be a bad moment of the service. */
const worthKeeping = (asked: ReadonlyMap<string, Asked>, known: ReadonlyMap<string, KeptPrice>, readAt: Instant): readonly KeptPrice[] =>
  [...asked].flatMap(([instanceType, answer]): readonly KeptPrice[] => {
    if ('price' in answer) return [{ instanceType, price: answer.price, readAt }]
    return 'none' in answer && known.get(instanceType)?.price === undefined ? [{ instanceType, readAt }] : []
  })

const keptAnswer = (kept: KeptPrice | undefined): Asked => (kept?.price === undefined ? { none: true } : { price: kept.price })

const sayLack = (answer: Exclude<Asked, { readonly price: Price }>): string => {
  if ('failed' in answer) return `the Price List did not answer (${answer.failed})`
  return 'none' in answer ? 'the Price List has none for Linux and shared tenancy' : `the Price List ${answer.unusable}`
}

/** The shipped table is the list of one region: elsewhere it is not the price, and none is better than a wrong one. */
const shipped = (region: string, instanceType: string): Price | undefined => {
  const price = region === shippedList.region ? shippedPrice(instanceType) : undefined
  return price && { microUsdPerHour: price.microUsdPerHour, name: `${instanceType} on-demand, ${region}, shipped list of ${shippedList.asOf}` }
}
