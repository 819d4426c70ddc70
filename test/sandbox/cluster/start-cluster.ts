import { onTestFinished } from 'vitest'
import { instant, later } from '../../../lib/domain/time.ts'
import {
  type ClusterOptions,
  type SimulatedCluster,
  createCluster,
} from '../../../lib/sandbox/cluster/create-cluster.ts'
import { dice } from '../../../lib/sandbox/dice.ts'
import { Timeline } from '../../../lib/sandbox/timeline.ts'

/** Monday, Nov 23rd 2026, 08:00 UTC: where every test's timeline starts. */
const startOfTest = instant('2026-11-23T08:00:00Z')

export interface TestCluster {
  readonly cluster: SimulatedCluster
  readonly timeline: Timeline
  /** Lets time pass. */
  run(seconds: number): Promise<void>
}

/** A cluster that goes with the test. The token `admin` may all; any other token is a user of that name in `dev`. */
export const startCluster = async (options: Partial<ClusterOptions> = {}): Promise<TestCluster> => {
  const timeline = new Timeline(startOfTest)
  const cluster = await createCluster({
    name: 'test',
    timeline,
    dice: dice(7),
    authenticate: (token) => {
      if (token === 'stranger') return undefined
      return token === 'admin' ? { user: 'admin', groups: ['system:masters'] } : { user: token, groups: ['dev'] }
    },
    ...options,
  })
  onTestFinished(() => cluster.close())
  return {
    cluster,
    timeline,
    run: (seconds) => timeline.runUntil(later(timeline.now(), seconds)),
  }
}
