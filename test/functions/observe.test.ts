import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '../../lib/domain/environment.ts'
import { instant, iso, later } from '../../lib/domain/time.ts'
import { requestWake } from '../../lib/use-cases/request-wake.ts'
import { type ObserveWorld, observeWorld } from './observe-world.ts'

// One run of one fleet over a morning: the functions read their environment once a process. The tests follow its hours.
let world: ObserveWorld

beforeAll(async () => {
  world = await observeWorld()
  world.blind.add('eu-west-1')
  // Blog is read all day, shop by nobody.
  for (let minute = 0; minute < 3 * 60; minute += 10) {
    world.run.sandbox.timeline.after(minute * 60, () => world.run.sandbox.cloud.targetGroups.request('us-dev', 'blog/web', 50, 600))
  }
})
afterAll(() => world.close())

const until = (text: string) => world.run.sandbox.timeline.runUntil(instant(`2026-03-23T${text}Z`))
const operator = () => world.run.operator ?? expect.fail('no operator')
const environment = async (id: string): Promise<Environment> => (await operator().registry.environments.get(id)) ?? expect.fail(`no ${id}`)
const cluster = (name: string) => operator().registry.cluster(name)
const history = (subject: string) => operator().registry.history(subject)
const asked = () => world.run.sandbox.cloud.charges().find(({ use }) => use === 'cloudwatch-metric')?.units ?? 0
const tell = (body: string) => world.run.sandbox.cloud.queue('catnap-usage').send(body)
const LOOK = '{"kind":"usage","cluster":"us-dev"}'
const unknown = (why: string) => ({ phase: 'awake', activity: { seen: 'unknown', why: expect.stringContaining(why) } })
const usageOf = async (id: string) => (await world.usage.of(id))[0]?.usage ?? expect.fail(`no usage of ${id}`)

describe('a morning of looking', () => {
  it('learns at the first look what containers ask for, what asks which pool, and how long EKS supports a version', async () => {
    await until('08:02:00')
    const [record] = await world.usage.of('us-dev/shop')
    expect(record).toEqual({
      environment: 'us-dev/shop', workload: { kind: 'Deployment', namespace: 'shop', name: 'web' }, name: 'main', replicas: 2, instanceType: 'm5.large',
      requestNow: { cpuMilli: 500, memoryMiB: 256 }, limits: { memoryMiB: 512 }, steering: [], heapFlags: [],
    })
    expect((await environment('us-dev/shop')).uses).toEqual({ workers: { cpuMilli: 1000, memoryMiB: 512 } })
    expect((await cluster('eu-dev'))?.support).toMatchObject({ version: '1.31', ends: [{ version: '1.31' }] })
  })

  it('knows all nodes since they run', async () => {
    const lives = await world.journal.lives('us-dev', instant('2026-03-23T08:00:00Z'))
    expect(lives).toHaveLength(3)
    expect(lives[0]).toMatchObject({ pool: 'us-dev/workers', instanceType: 'm5.large', capacity: 'on-demand', zone: 'us-east-1a' })
    for (const { runningAt, terminatedAt } of lives) expect([iso(runningAt) <= '2026-03-23T07:50:00Z', terminatedAt]).toEqual([true, undefined])
  })

  it('asks no balancer before anything can be idle', async () => {
    await until('08:14:00')
    expect(asked()).toBe(0)
    expect((await environment('us-dev/shop')).decision?.reason).toBe('within Mon 08:00-19:00 UTC; not idle for want of data: not awake for 15m yet')
  })

  it('sends to sleep what nobody asked anything for the whole time, and says so', async () => {
    await until('08:25:00')
    const shop = await environment('us-dev/shop')
    expect(shop).toMatchObject({ phase: 'asleep', decision: { rule: 'idle', reason: 'idle since 2026-03-23T08:00:00Z: at most 0 requests a minute, below 1; no Job runs; nothing deployed since 2026-03-23T08:00:00Z' } })
    expect(await history('us-dev/shop')).toContainEqual(expect.objectContaining({ what: 'phase', text: `asleep: ${shop.decision?.reason}` }))
  })

  it('keeps awake what is used', async () => {
    expect(await environment('us-dev/blog')).toMatchObject({ phase: 'awake', activity: { seen: 'active', why: expect.stringMatching(/^\d requests a minute from /) } })
  })

  it('keeps awake what nothing counts, and what could not be asked about, and says which and why', async () => {
    expect(await environment('us-dev/docs')).toMatchObject(unknown('no target group leads into it'))
    expect(await environment('eu-dev/store')).toMatchObject(unknown('cloudwatch:'))
  })

  it('sends that to sleep once the balancer can be asked', async () => {
    world.blind.clear()
    await until('08:35:00')
    expect(await environment('eu-dev/store')).toMatchObject({ phase: 'asleep', decision: { rule: 'idle' } })
  })

  it('leaves asleep what is idle while its hours are open, although nothing more is seen of it', async () => {
    await until('08:58:00')
    expect(await environment('us-dev/shop')).toMatchObject({ phase: 'asleep', decision: { rule: 'idle' } })
  })

  it('counts time on the awake clock only', async () => {
    const [shop, blog] = [await usageOf('us-dev/shop'), await usageOf('us-dev/blog')]
    expect(shop.awakeSeconds).toBeLessThanOrEqual(20 * 60)
    expect(shop.lastAt).toBeLessThan(instant('2026-03-23T08:22:00Z'))
    expect(blog.awakeSeconds).toBeGreaterThanOrEqual(45 * 60)
    expect(blog.cpuSamples).toBeGreaterThanOrEqual(2 * 7)
    expect(blog).toMatchObject({ unseenSeconds: 0, refused: 0 })
  })

  it('follows nodes to their end', async () => {
    const lives = await world.journal.lives('us-dev', instant('2026-03-23T08:00:00Z'))
    const billed = world.run.sandbox.cloud.instances().filter((one) => one.cluster === 'us-dev')
    expect(lives.length).toBe(billed.length)
    for (const { instanceId, terminatedAt } of lives) {
      const ended = billed.find(({ id }) => id === instanceId)?.terminatedAt
      expect([instanceId, terminatedAt === undefined]).toEqual([instanceId, ended === undefined])
      if (terminatedAt === undefined || ended === undefined) continue
      expect(terminatedAt).toBeGreaterThanOrEqual(ended)
      expect(terminatedAt).toBeLessThan(later(ended, 120))
    }
  })

  it('lets a lease go before idleness, and acts on idleness when the lease ends', async () => {
    const { registry: memory, mailbox } = operator()
    const clock = world.run.sandbox.timeline
    await requestWake({ clock, memory, mailbox, log: { info: () => {}, warn: () => {} } }, 'us-dev/shop', { by: 'ann', staySeconds: 1800 })
    await until('09:26:00')
    expect(await environment('us-dev/shop')).toMatchObject({ phase: 'awake', decision: { rule: 'lease' }, activity: { seen: 'idle' } })
    await until('09:31:00')
    expect(await environment('us-dev/shop')).toMatchObject({ phase: 'asleep', decision: { rule: 'idle' } })
  })

  it('does nothing more for a message that comes twice', async () => {
    const before = [asked(), await usageOf('us-dev/blog')]
    for (let copy = 0; copy < 3; copy += 1) tell(LOOK)
    await world.run.sandbox.timeline.runUntil(later(world.run.sandbox.timeline.now(), 20))
    expect([asked(), await usageOf('us-dev/blog')]).toEqual(before)
  })

  it('says what it cannot see where people look, and sees all the rest', async () => {
    world.metricsGone = true
    await until('09:38:00')
    expect((await cluster('us-dev'))?.unseen).toMatchObject({ text: expect.stringMatching(/^usage of containers: .*metrics/) })
    expect((await history('us-dev')).filter(({ what }) => what === 'problem')).toEqual([expect.objectContaining({ text: expect.stringMatching(/^look: usage of containers: /) })])
    expect((await environment('us-dev/blog')).activity?.at).toBeGreaterThan(instant('2026-03-23T09:30:00Z'))
    world.metricsGone = false
    await until('09:45:00')
    expect(await cluster('us-dev')).not.toHaveProperty('unseen')
  })

  it('stands still while the fleet is paused, whatever is asked of it', async () => {
    await operator().registry.changeFleet({ set: { pause: { by: 'ann', at: world.run.sandbox.timeline.now() } } })
    const before = [asked(), await usageOf('us-dev/blog'), await environment('us-dev/blog')]
    await until('10:15:00')
    tell(LOOK)
    await until('10:25:00')
    expect([asked(), await usageOf('us-dev/blog'), await environment('us-dev/blog')]).toEqual(before)
    await operator().registry.changeFleet({ set: { pause: undefined } })
  })

  it('goes on after it, and takes what was longer than half an hour for not watched', async () => {
    await until('10:28:00')
    expect((await usageOf('us-dev/blog')).unseenSeconds).toBeGreaterThan(10 * 60)
  })
})
