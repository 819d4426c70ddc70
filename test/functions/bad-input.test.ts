import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '../../lib/domain/environment.ts'
import { instant, iso } from '../../lib/domain/time.ts'
import { differences, lostOriginals } from '../../lib/sandbox/checker.ts'
import { type BadInputWorld, badInputWorld } from './bad-input-world.ts'

// One run of one fleet over an evening: the functions read their environment once a process. The tests follow its hours.
let world: BadInputWorld

beforeAll(async () => {
  world = await badInputWorld()
})
afterAll(() => world.close())

const until = (text: string) => world.run.sandbox.timeline.runUntil(instant(text))
const environment = async (id: string): Promise<Environment> => (await world.run.operator?.registry.environments.get(id)) ?? expect.fail(`no ${id}`)
const history = async (subject: string) => (await world.run.operator?.registry.history(subject)) ?? []
const changedAt = async (id: string, phase: string) => iso((await history(id)).find(({ what, text }) => what === 'phase' && text.startsWith(phase))?.at ?? expect.fail(`${id} was never ${phase}`))
const dead = (queue: string) => world.run.sandbox.cloud.queue(`catnap-${queue}-dead`).depth().visible

describe('an evening of bad input', () => {
  it('begins with a missing right, a cluster that does not answer and poisoned messages: the others sleep on time', async () => {
    world.withhold('us-dev', 'statefulsets')
    world.unreachable.add('store')
    const { cloud } = world.run.sandbox
    cloud.queue('catnap-work').send('not json')
    cloud.queue('catnap-wake').send('{"kind":"nodes","cluster":"us-dev"}')
    cloud.queue('catnap-nodes').send('{"kind":"nodes"}')
    cloud.queue('catnap-usage').send('{"kind":"nodes","cluster":"us-dev"}')
    await until('2026-03-23T19:00:58Z')
    expect(await environment('us-dev/blog')).toMatchObject({ phase: 'asleep' })
    expect(await environment('us-dev/blog')).not.toHaveProperty('problem')
    expect(await changedAt('us-dev/blog', 'asleep') < '2026-03-23T19:01:00Z').toBe(true)
  })

  it('says where people look which right is missing', async () => {
    const text = expect.stringContaining('User "catnap" cannot patch resource "statefulsets" in API group "apps"')
    expect(await environment('us-dev/shop')).toMatchObject({ phase: 'falling-asleep', problem: { text } })
    expect(await history('us-dev/shop')).toContainEqual(expect.objectContaining({ what: 'problem', text }))
  })

  it('says where people look which cluster does not answer', async () => {
    const text = expect.stringContaining('in store: the cluster does not answer')
    expect(await environment('eu-dev/store')).toMatchObject({ phase: 'falling-asleep', problem: { text } })
    expect(await history('eu-dev/store')).toContainEqual(expect.objectContaining({ what: 'problem', text }))
  })

  it('loses nothing of what is half asleep', async () => {
    expect(await lostOriginals(world.run.sandbox, world.run.first)).toEqual([])
  })

  it('goes on by itself once the right is given and the cluster is back', async () => {
    world.withhold('us-dev', undefined)
    world.unreachable.clear()
    await until('2026-03-23T19:30:00Z')
    for (const id of ['us-dev/shop', 'eu-dev/store']) {
      expect(await environment(id)).toMatchObject({ phase: 'asleep' })
      expect(await environment(id)).not.toHaveProperty('problem')
    }
    expect(await lostOriginals(world.run.sandbox, world.run.first)).toEqual([])
  })

  it('puts poisoned messages aside, each in the dead-letter queue of its queue', async () => {
    await until('2026-03-23T20:00:00Z')
    expect(['wake', 'work', 'nodes', 'usage'].map(dead)).toEqual([1, 1, 1, 1])
  })

  it('wakes the others on time while the table throttles the writes to one', async () => {
    await until('2026-03-23T20:06:58Z')
    world.throttled.add('environment#shop')
    await until('2026-03-23T20:07:30Z')
    expect(world.throttledWrites()).toBeGreaterThan(0)
    expect((await environment('us-dev/shop')).phase).toBe('asleep')
    expect(await lostOriginals(world.run.sandbox, world.run.first)).toEqual([])
    world.throttled.clear()
    await until('2026-03-23T20:10:00Z')
    for (const id of ['us-dev/blog', 'eu-dev/store']) expect(await changedAt(id, 'awake') < '2026-03-23T20:10:00Z').toBe(true)
  })

  it('wakes that one too as soon as the table takes its writes', async () => {
    await until('2026-03-23T20:16:00Z')
    expect(await environment('us-dev/shop')).toMatchObject({ phase: 'awake' })
  })

  it('ends as it began: nothing is lost, nothing is left', async () => {
    await until('2026-03-23T20:40:00Z')
    expect(await differences(world.run.sandbox, world.run.first)).toEqual([])
  })
})
