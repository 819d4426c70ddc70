import { expect, it } from 'vitest'
import type { Environment } from '../../lib/domain/environment.ts'
import { later } from '../../lib/domain/time.ts'
import type { Pod } from '../../lib/sandbox/cluster/resources.ts'
import type { Run } from '../../lib/sandbox/run.ts'
import { startZonalFleet } from './zonal-fleet.ts'

const ID = 'us-dev/shop'

const zonesOf = ({ sandbox }: Run): readonly string[] => sandbox.cloud.instances().filter(({ state }) => state === 'running').map(({ zone }) => zone).toSorted()

const podsRunning = ({ sandbox }: Run): readonly string[] =>
  ((sandbox.clusters.get('us-dev')?.list('v1', 'Pod') ?? []) as readonly Pod[]).filter(({ status }) => status?.phase === 'Running').map(({ metadata }) => metadata.labels?.['app'] ?? '').toSorted()

it('wakes with a node in each zone that a volume needs, says why one does not come, and gets it once there is capacity', async () => {
  const run = await startZonalFleet()
  const { sandbox: { timeline, cloud }, operator } = run
  const pass = (minutes: number): Promise<void> => timeline.runUntil(later(timeline.now(), minutes * 60))
  const shop = async (): Promise<Environment | undefined> => operator?.registry.environments.get(ID)
  const problems = async (): Promise<readonly string[]> => ((await operator?.registry.history(ID)) ?? []).toReversed().flatMap(({ what, text }) => (what === 'problem' ? [text] : []))
  expect(zonesOf(run)).toEqual(['us-east-1a', 'us-east-1a', 'us-east-1b', 'us-east-1b'])
  await pass(18)
  expect(zonesOf(run)).toHaveLength(1)

  // The zone that was left has capacity, the other has none: what can run there does, and the volume in the other waits.
  const other = zonesOf(run)[0] === 'us-east-1a' ? 'us-east-1b' : 'us-east-1a'
  const grant = cloud.refuseLaunches({ code: 'InsufficientInstanceCapacity', zone: other })
  await operator?.registry.environments.change(ID, { set: { hold: { as: 'awake', until: later(timeline.now(), 3600), by: 'the test' }, dueAt: timeline.now() } })
  await pass(5)
  expect(zonesOf(run)).not.toContain(other)
  expect(podsRunning(run).filter((app) => app === 'web')).toHaveLength(2)
  expect(await problems()).toEqual([
    `waking: no node came for 120 s: pool workers starts no node in ${other}: We currently do not have sufficient m5.large capacity in the Availability Zone you requested (${other}). ` +
      `Our system will be working on provisioning additional capacity. Launching EC2 instance failed.; one pod waits for a node in ${other}, to which it is tied`,
  ])
  expect((await shop())?.progress?.waitingFor).toContain(`We currently do not have sufficient m5.large capacity in the Availability Zone you requested (${other})`)
  grant()
  await pass(6)
  expect(await shop()).toMatchObject({ phase: 'awake' })
  expect((await shop())?.problem).toBeUndefined()
  expect(zonesOf(run)).toContain(other)
  expect(podsRunning(run)).toEqual(['db', 'db', 'web', 'web'])
  expect(await problems()).toHaveLength(1)
})
