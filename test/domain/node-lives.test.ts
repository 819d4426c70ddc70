import { describe, expect, it } from 'vitest'
import type { NodeLifecycle } from '../../lib/domain/ledger/ledger-input.ts'
import { livesToKeep, type RememberedLives, type SeenNode } from '../../lib/domain/node-lives.ts'
import { instant, type Instant, later } from '../../lib/domain/time.ts'

const now = instant('2026-11-23T20:00:00Z')
const life: NodeLifecycle = { instanceId: 'i-1', pool: 'us-dev/workers', instanceType: 'm5.large', capacity: 'on-demand', zone: 'us-east-1a', runningAt: later(now, -3600) }
const seen = (changes: Partial<SeenNode> = {}): SeenNode => ({ ...life, ended: false, ...changes })
const remembered = ({ running = [], endedAt = [] }: { running?: readonly NodeLifecycle[]; endedAt?: readonly (readonly [string, Instant])[] } = {}): RememberedLives =>
  ({ running: new Map(running.map((each) => [each.instanceId, each])), endedAt: new Map(endedAt) })

describe('the lives of nodes', () => {
  it('begin when a node is first seen, with its launch', () => {
    expect(livesToKeep([seen()], remembered(), now)).toEqual([life])
  })

  it('are not written again while nothing changes', () => {
    expect(livesToKeep([seen()], remembered({ running: [life] }), now)).toEqual([])
  })

  it('end at the look that sees the end', () => {
    expect(livesToKeep([seen({ ended: true })], remembered({ running: [life] }), now)).toEqual([{ ...life, terminatedAt: now }])
  })

  it('end when whoever took the node saw it, not when a later look does', () => {
    const endedAt = [['i-1', later(now, -300)]] as const
    expect(livesToKeep([seen({ ended: true })], remembered({ running: [life], endedAt }), now)).toEqual([{ ...life, terminatedAt: later(now, -300) }])
  })

  it('end once: an end that is noted is never moved, however long EC2 tells of the instance', () => {
    expect(livesToKeep([seen({ ended: true })], remembered({ endedAt: [['i-1', later(now, -300)]] }), now)).toEqual([])
  })

  it('are noted whole of a node that came and went between two looks', () => {
    expect(livesToKeep([seen({ ended: true })], remembered(), now)).toEqual([{ ...life, terminatedAt: now }])
  })
})
