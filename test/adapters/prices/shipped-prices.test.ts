import { describe, expect, it } from 'vitest'
import table from '../../../lib/adapters/prices/ec2-us-east-1.json' with { type: 'json' }
import { shippedPrice } from '../../../lib/adapters/prices/shipped-prices.ts'

describe('shipped prices', () => {
  it('name size and price of an instance type in micro-dollars', () => {
    expect(shippedPrice('m5.xlarge')).toEqual({ vcpu: 4, memoryMiB: 16384, microUsdPerHour: 192_000 })
  })

  it('know nothing of other types', () => {
    expect(shippedPrice('m5.tiny')).toBeUndefined()
    expect(shippedPrice('constructor')).toBeUndefined()
  })

  it('are whole micro-dollars above zero for every type, with a size', () => {
    const types = Object.keys(table.instanceTypes)
    expect(types.length).toBeGreaterThan(1000)
    const odd = types.filter((type) => {
      const { vcpu = 0, memoryMiB = 0, microUsdPerHour = 0 } = shippedPrice(type) ?? {}
      return !(Number.isInteger(microUsdPerHour) && microUsdPerHour > 0 && vcpu > 0 && memoryMiB > 0)
    })
    expect(odd).toEqual([])
  })
})
