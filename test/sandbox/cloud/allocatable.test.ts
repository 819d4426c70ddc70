import { describe, expect, it } from 'vitest'
import { shippedPrice } from '../../../lib/adapters/prices/shipped-prices.ts'
import { allocatable } from '../../../lib/sandbox/cloud/allocatable.ts'

describe('what a node has for pods', () => {
  // Pods from AWS's table of addresses per type; kube-reserved from the formulas of the EKS images.
  it.each([
    ['t3.medium', { cpuMilli: 1930, memoryMiB: 4096 - (255 + 11 * 17) - 100, pods: 17 }],
    ['m5.large', { cpuMilli: 1930, memoryMiB: 8192 - (255 + 11 * 29) - 100, pods: 29 }],
    ['m5.xlarge', { cpuMilli: 3920, memoryMiB: 16384 - (255 + 11 * 58) - 100, pods: 58 }],
    ['c5.2xlarge', { cpuMilli: 7910, memoryMiB: 16384 - (255 + 11 * 58) - 100, pods: 58 }],
    ['m5.4xlarge', { cpuMilli: 15890, memoryMiB: 65536 - (255 + 11 * 234) - 100, pods: 110 }],
    ['m5.24xlarge', { cpuMilli: 95690, memoryMiB: 393216 - (255 + 11 * 737) - 100, pods: 250 }],
  ])('%s', (type, expected) => {
    const { vcpu = 0, memoryMiB = 0 } = shippedPrice(type) ?? {}
    expect(allocatable(type, { vcpu, memoryMiB })).toEqual(expected)
  })
})
