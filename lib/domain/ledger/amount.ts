/**
 * Money for node-seconds, some of which may have no price. `microUsd` is what the priced ones come to; it is absent,
 * never 0, where there are only unpriced ones.
 */
export interface Amount {
  readonly pricedNodeSeconds: number
  readonly unpricedNodeSeconds: number
  /** Integer micro-dollars. */
  readonly microUsd?: number
}

/** Node-seconds at one price an hour; no price: not known. */
export interface PricedSeconds {
  readonly nodeSeconds: number
  readonly microUsdPerHour: number | undefined
}

/** An amount of these parts; the money is left out where it would be a 0 that nobody knows. */
export const amount = (pricedNodeSeconds: number, unpricedNodeSeconds: number, microUsd: number): Amount => ({
  pricedNodeSeconds,
  unpricedNodeSeconds,
  ...(unpricedNodeSeconds > 0 && pricedNodeSeconds === 0 && microUsd === 0 ? {} : { microUsd }),
})

/** Nothing: no node-seconds, 0 micro-dollars. */
export const NO_AMOUNT: Amount = amount(0, 0, 0)

/** Whether there is neither a node-second nor money in it. */
export const isNothing = (a: Amount): boolean => a.pricedNodeSeconds === 0 && a.unpricedNodeSeconds === 0 && a.microUsd === 0

/** The sum of two. */
export const addAmounts = (a: Amount, b: Amount): Amount => {
  if (isNothing(b)) return a
  return amount(a.pricedNodeSeconds + b.pricedNodeSeconds, a.unpricedNodeSeconds + b.unpricedNodeSeconds, (a.microUsd ?? 0) + (b.microUsd ?? 0))
}

/** Node-seconds times price, rounded once, half up, to the micro-dollar. EC2 bills Linux instances by the second. */
export const costOf = (parts: readonly PricedSeconds[]): Amount => {
  let priced = 0
  let unpriced = 0
  let microUsdSeconds = 0
  for (const { nodeSeconds, microUsdPerHour } of parts) {
    if (microUsdPerHour === undefined) {
      unpriced += nodeSeconds
      continue
    }
    priced += nodeSeconds
    microUsdSeconds += nodeSeconds * microUsdPerHour
  }
  if (priced + unpriced === 0) return NO_AMOUNT
  const halfUp = microUsdSeconds + 1800
  return amount(priced, unpriced, (halfUp - (halfUp % 3600)) / 3600)
}
