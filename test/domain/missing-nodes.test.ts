import { describe, expect, it } from 'vitest'
import { type LackingPool, lateNodesNotice, sayMissingNodes, sayTiedPods } from '../../lib/domain/missing-nodes.ts'

const lacking = (changes: Partial<LackingPool> = {}): LackingPool => ({ pool: 'workers', nodes: 1, unready: [], barren: [], isFull: false, ...changes })

const REFUSAL = 'We currently do not have sufficient m5.large capacity in the Availability Zone you requested (us-east-1b). Launching EC2 instance failed.'

describe('nodes that do not come', () => {
  it('are told with what their provisioner says, each thing once', () => {
    const troubles = [{ text: `AsgInstanceLaunchFailures: Could not launch On-Demand Instances. InsufficientInstanceCapacity - ${REFUSAL}` }, { text: REFUSAL }, { text: REFUSAL }]
    expect(sayMissingNodes({ pools: [lacking({ nodes: 2 })], tied: {} }, () => troubles)).toBe(`2 nodes of pool workers do not come: ${troubles[0]?.text}`)
  })

  it('are told where nobody says why, and two reasons at most where many do', () => {
    expect(sayMissingNodes({ pools: [lacking()], tied: {} }, () => [])).toBe('one node of pool workers does not come: its provisioner does not say why')
    expect(sayMissingNodes({ pools: [lacking()], tied: {} }, () => ['one', 'two', 'three'].map((text) => ({ text })))).toBe('one node of pool workers does not come: one; two')
  })

  it('are told by name once they have joined, and by zone where none is started', () => {
    const pools = [lacking({ nodes: 0, unready: ['ip-10-0-0-1'] }), lacking({ pool: 'batch', nodes: 0, barren: ['us-east-1b'] })]
    expect(sayMissingNodes({ pools, tied: { 'us-east-1b': 1 } }, (pool) => (pool === 'batch' ? [{ text: REFUSAL, zone: 'us-east-1b' }] : []))).toBe(
      `ip-10-0-0-1 of pool workers has joined and is not Ready: its provisioner does not say why; pool batch starts no node in us-east-1b: ${REFUSAL}; one pod waits for a node in us-east-1b, to which it is tied`,
    )
  })

  it('are told to be more than a pool may have, whatever its provisioner says', () => {
    expect(sayMissingNodes({ pools: [lacking({ isFull: true })], tied: {} }, () => [{ text: REFUSAL }])).toBe('one node of pool workers does not come: it is at its maximum')
  })

  it('are told on one line, its end left out where it is long', () => {
    const text = sayMissingNodes({ pools: [lacking()], tied: {} }, () => [{ text: `${'long '.repeat(200)}\nand on` }])
    expect(text).not.toContain('\n')
    expect(text.length).toBeLessThan(360)
  })

  it('tell the zones that pods wait for', () => {
    expect(sayTiedPods({ 'us-east-1a': 2, 'us-east-1b or us-east-1c': 1 })).toEqual([
      '2 pods wait for nodes in us-east-1a, to which they are tied', 'one pod waits for a node in us-east-1b or us-east-1c, to which it is tied',
    ])
  })

  it('make a notice that names the environment and the reason', () => {
    expect(lateNodesNotice('us-dev/shop', 'why')).toEqual({
      subject: 'us-dev/shop does not wake: nodes do not come',
      text: 'us-dev/shop has been waking for 15 minutes, and nodes it needs do not come: why. `catnap status` says how it stands.',
    })
  })
})
