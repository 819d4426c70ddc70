import { describe, expect, it } from 'vitest'
import { clusterSupport } from '../../../lib/adapters/eks/cluster-support.ts'
import { instant } from '../../../lib/domain/time.ts'
import type { CloudFaults } from '../../../lib/sandbox/cloud/server.ts'
import { cloudWorld } from '../../sandbox/cloud/cloud-world.ts'

/** Counts what is asked; the first answer is a refusal where one is given. */
const watched = (refusal?: { status: number; code: string; message: string }) => {
  const asked: string[] = []
  const faults: CloudFaults = {
    intercept: async ({ action }) => {
      asked.push(action)
      return asked.length === 1 ? refusal : undefined
    },
  }
  return { asked, faults }
}

describe('the support of a cluster', () => {
  it('is its version with the ends EKS has for each, those past them too, asked once', async () => {
    const { asked, faults } = watched()
    const { eks } = await cloudWorld(faults)
    const support = clusterSupport(eks, '1.34')
    const { version, ends } = await support()
    expect(version).toBe('1.34')
    expect(ends).toContainEqual({ version: '1.34', standardSupportEnds: instant('2026-12-02T00:00:00Z'), extendedSupportEnds: instant('2027-12-02T00:00:00Z') })
    expect(ends.map((each) => each.version)).toContain('1.28')
    expect(await support()).toEqual({ version, ends })
    expect(asked).toEqual(['DescribeClusterVersions'])
  })

  it('is asked for again when no answer came', async () => {
    const { eks } = await cloudWorld(watched({ status: 403, code: 'AccessDeniedException', message: 'no right to eks:DescribeClusterVersions' }).faults)
    const support = clusterSupport(eks, '1.33')
    await expect(support()).rejects.toThrow('no right to eks:DescribeClusterVersions')
    expect((await support()).ends.length).toBeGreaterThan(3)
  })
})
