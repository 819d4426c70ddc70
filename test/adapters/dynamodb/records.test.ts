import { describe, expect, it } from 'vitest'
import type { Environment } from '../../../lib/domain/environment.ts'
import type { Pool } from '../../../lib/domain/pool.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import type { ClaimWish, Records, Registry } from '../../../lib/ports.ts'
import { poolWith } from '../../domain/build-cluster.ts'
import { environmentWith } from '../../domain/build-environment.ts'
import { testTable } from './start-table.ts'

const now = instant('2026-11-23T08:00:00Z')
const wish = (changes: Partial<ClaimWish> = {}): ClaimWish => ({ owner: 'one', epoch: 3, now, until: later(now, 100), ...changes })

/** What environments and pools have in common as records. */
interface Kind {
  readonly name: string
  readonly create: (registry: Registry) => Promise<Records<string, Environment | Pool>>
}

const KINDS: readonly Kind[] = [
  {
    name: 'an environment',
    create: async (registry) => {
      await registry.createEnvironment(environmentWith({ epoch: 3 }), 1)
      return registry.environments
    },
  },
  {
    name: 'a pool',
    create: async ({ createPool, pools }) => {
      await createPool(poolWith({ epoch: 3 }))
      const key = { cluster: 'us-dev', name: 'workers' }
      const keyed = (id: string) => (id === 'us-dev/shop' ? key : { cluster: 'us-dev', name: id })
      return { get: (id) => pools.get(keyed(id)), change: (id, change) => pools.change(keyed(id), change as Parameters<typeof pools.change>[1]), claim: (id, claim) => pools.claim(keyed(id), claim) }
    },
  },
]

const ID = 'us-dev/shop'

describe.each(KINDS)('the record of $name', ({ create }) => {
  const record = async () => create((await testTable()).registry)

  it('is changed and answered as it is afterwards', async () => {
    const records = await record()
    expect(await records.change(ID, { set: { epoch: 4 } })).toMatchObject({ epoch: 4 })
    expect(await records.get(ID)).toMatchObject({ epoch: 4 })
  })

  it('is not changed where a condition does not hold', async () => {
    const records = await record()
    expect(await records.change(ID, { set: { epoch: 9 }, when: { epoch: 2 } })).toBeUndefined()
    expect(await records.change(ID, { set: { epoch: 9 }, when: { epoch: 3, removed: true } })).toBeUndefined()
    expect(await records.get(ID)).toMatchObject({ epoch: 3 })
    expect(await records.change(ID, { set: { epoch: 4 }, when: { epoch: 3 } })).toMatchObject({ epoch: 4 })
  })

  it('takes undefined in a condition for "must not be there", and in a change for "drop it"', async () => {
    const records = await record()
    expect(await records.change(ID, { set: { removed: true }, when: { removed: undefined } })).toMatchObject({ removed: true })
    expect(await records.change(ID, { set: { removed: true }, when: { removed: undefined } })).toBeUndefined()
    expect(await records.change(ID, { set: { removed: undefined } })).not.toHaveProperty('removed')
  })

  it('is never made by a change: what is not there stays so', async () => {
    const records = await record()
    expect(await records.change('us-dev/other', { set: { epoch: 1 } })).toBeUndefined()
    expect(await records.claim('us-dev/other', wish())).toBeUndefined()
    expect(await records.get('us-dev/other')).toBeUndefined()
  })

  it('is changed with a claim only by who holds it', async () => {
    const records = await record()
    expect(await records.change(ID, { set: { epoch: 9 }, claimedBy: 'one' })).toBeUndefined()
    await records.claim(ID, wish())
    expect(await records.change(ID, { set: { epoch: 9 }, claimedBy: 'two' })).toBeUndefined()
    expect(await records.change(ID, { set: { claim: undefined }, claimedBy: 'one' })).not.toHaveProperty('claim')
  })

  it('is claimed when it is free, by whom, for which epoch and until when', async () => {
    expect(await (await record()).claim(ID, wish())).toMatchObject({ claim: { owner: 'one', epoch: 3, until: later(now, 100) } })
  })

  it('is claimed by one only, until the time is up', async () => {
    const records = await record()
    await records.claim(ID, wish())
    expect(await records.claim(ID, wish({ owner: 'two' }))).toBeUndefined()
    expect(await records.claim(ID, wish({ owner: 'two', now: later(now, 100) }))).toBeUndefined()
    expect(await records.claim(ID, wish({ owner: 'two', now: later(now, 101) }))).toMatchObject({ claim: { owner: 'two' } })
  })

  it('is claimed again by who has it, as a message that came twice does', async () => {
    const records = await record()
    await records.claim(ID, wish())
    expect(await records.claim(ID, wish({ until: later(now, 200) }))).toMatchObject({ claim: { until: later(now, 200) } })
  })

  it('is not claimed for an epoch that is over', async () => {
    expect(await (await record()).claim(ID, wish({ epoch: 2 }))).toBeUndefined()
  })

  it('is claimed by one of many who want it at once', async () => {
    const records = await record()
    const claims = await Promise.all(Array.from({ length: 10 }, (_, index) => records.claim(ID, wish({ owner: `w${index}` }))))
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1)
  })
})

const claimed = async () => {
  const { environments, createEnvironment } = (await testTable()).registry
  await createEnvironment(environmentWith({ epoch: 3 }), 1)
  await environments.claim(ID, wish())
  return environments
}

describe('a wake that claims', () => {
  it('takes over from a worker of an older epoch, and remembers until when that one may still write', async () => {
    const environments = await claimed()
    await environments.change(ID, { set: { epoch: 4, phase: 'waking' } })
    expect(await environments.claim(ID, wish({ owner: 'wake', epoch: 4, now: later(now, 10), until: later(now, 110), overOlderEpoch: true }))).toMatchObject({
      claim: { owner: 'wake', epoch: 4, until: later(now, 110) }, olderWriterUntil: later(now, 100),
    })
  })

  it('does not take over from a worker of its own epoch', async () => {
    const environments = await claimed()
    expect(await environments.claim(ID, wish({ owner: 'wake', overOlderEpoch: true }))).toBeUndefined()
  })

  it('takes nothing over when the epoch is not the one it saw', async () => {
    const environments = await claimed()
    await environments.change(ID, { set: { epoch: 5 } })
    expect(await environments.claim(ID, wish({ owner: 'wake', epoch: 4, overOlderEpoch: true }))).toBeUndefined()
  })

  it('remembers nobody where the older claim was over anyway', async () => {
    const environments = await claimed()
    await environments.change(ID, { set: { epoch: 4 } })
    expect(await environments.claim(ID, wish({ owner: 'wake', epoch: 4, now: later(now, 101), overOlderEpoch: true }))).not.toHaveProperty('olderWriterUntil')
  })
})
