import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '../../lib/domain/environment.ts'
import { instant, later } from '../../lib/domain/time.ts'
import { requestWake } from '../../lib/use-cases/request-wake.ts'
import { QUERY, type SignalsWorld, signalsWorld, TOPIC } from './signals-world.ts'

let world: SignalsWorld
beforeAll(async () => {
  world = await signalsWorld()
})
afterAll(() => world.close())

const timeline = () => world.run.sandbox.timeline
const until = (text: string) => timeline().runUntil(instant(`2026-03-23T${text}Z`))
const operator = () => world.run.operator ?? expect.fail('no operator')
const environment = async (id: string): Promise<Environment> => (await operator().registry.environments.get(id)) ?? expect.fail(`no ${id}`)
const leaseEnd = async (id: string) => (await environment(id)).lease?.until ?? expect.fail('no lease')
const history = (subject: string) => operator().registry.history(subject)
const chat = (id: string) => world.run.sandbox.chat.messages.filter(({ text }) => text.startsWith(id)).map(({ text }) => text)

describe('a morning without a request', () => {
  it('is known at the first look for what CPU and workloads tell, and nothing sleeps yet', async () => {
    await until('08:12:00')
    expect(await environment('us-dev/quiet')).toMatchObject({
      phase: 'awake', traces: { quietCpu: { since: expect.any(Number), mostMilli: expect.any(Number) }, revision: { since: expect.any(Number), replaced: false } },
    })
    expect((await environment('us-dev/shop'))).not.toHaveProperty('traces')
    expect(world.run.sandbox.chat.messages).toEqual([])
  })

  it('tells the people of what is idle, and only then lets it sleep', async () => {
    await until('08:25:00')
    const quiet = await environment('us-dev/quiet')
    expect(quiet).toMatchObject({ phase: 'awake', activity: { seen: 'idle', why: expect.stringMatching(/^at most [\d.]+m of CPU since .*; no Job runs; nothing deployed since /) }, warned: { cause: 'idle' } })
    const { at = 0, sleepAt = instant('2026-03-23T00:00:00Z') } = quiet.warned ?? {}
    expect(sleepAt - at).toBe(10 * 60_000)
    expect(chat('us-dev/quiet')).toEqual([expect.stringMatching(/^us-dev\/quiet goes to sleep Mon 08:\d\d \(UTC\), in 10m: within Mon 08:00-19:00 UTC; sleeps once its people were told: .*\n<http:\/\/localhost:4780\/e\/us-dev\/quiet\?catnap-link=[\w.-]+\|Keep it awake for 2h>$/)])
    await timeline().runUntil(later(sleepAt, -1))
    expect((await environment('us-dev/quiet')).phase).toBe('awake')
    await timeline().runUntil(later(sleepAt, 180))
    expect(await environment('us-dev/quiet')).toMatchObject({ phase: 'asleep', decision: { rule: 'idle' } })
    expect(chat('us-dev/quiet')).toHaveLength(1)
  })

  it('keeps awake what uses CPU, where a Job runs, and what a query cannot answer for, and says why', async () => {
    expect(await environment('us-dev/busy')).toMatchObject({ phase: 'awake', activity: { seen: 'active', why: expect.stringMatching(/^[\d.]+m of CPU in use$/) } })
    expect(await environment('us-dev/work')).toMatchObject({ phase: 'awake', activity: { seen: 'active', why: 'Job work/import runs' } })
    expect(await environment('us-dev/asked')).toMatchObject({ phase: 'awake', activity: { seen: 'unknown', why: expect.stringContaining('Prometheus: the query found no series') } })
  })

  it('sends these to sleep once the Job has ended and the query has an answer', async () => {
    world.run.sandbox.cloud.prometheus.know(QUERY, () => 0)
    await until('09:10:00')
    expect(await environment('us-dev/work')).toMatchObject({ phase: 'asleep', decision: { rule: 'idle' } })
    expect(await environment('us-dev/asked')).toMatchObject({ phase: 'asleep', decision: { reason: expect.stringMatching(/^the query was at most 0 since /) } })
    expect((await environment('us-dev/busy')).phase).toBe('awake')
  })

  it('tells of a sleep by the hours by webhook and topic, once, however many workers look at once', async () => {
    await until('09:14:30')
    expect([chat('us-dev/shop'), world.run.sandbox.cloud.published()]).toEqual([[], []])
    await until('09:15:00')
    for (let copy = 0; copy < 4; copy += 1) world.run.sandbox.cloud.queue('catnap-work').send('{"kind":"environment","id":"us-dev/shop"}')
    await until('09:29:00')
    expect(chat('us-dev/shop')).toEqual([expect.stringContaining('us-dev/shop goes to sleep Mon 09:30 (UTC), in 1')])
    expect(world.run.sandbox.cloud.published()).toEqual([expect.objectContaining({ topicArn: TOPIC, subject: 'us-dev/shop sleeps Mon 09:30', message: expect.stringContaining('Keep it awake for 2h: http://localhost:4780/e/us-dev/shop?catnap-link=') })])
    expect(await history('us-dev/shop')).toContainEqual(expect.objectContaining({ what: 'notice', text: 'its people were told that it sleeps at 2026-03-23T09:30:00Z' }))
  })

  it('does not tell again of what is then kept awake, but of the end of that', async () => {
    const { registry: memory, mailbox } = operator()
    await requestWake({ clock: timeline(), memory, mailbox, log: { info: () => {}, warn: () => {} } }, 'us-dev/shop', { by: 'ann', staySeconds: 1500 })
    const end = await leaseEnd('us-dev/shop')
    await timeline().runUntil(later(end, -16 * 60))
    expect((await environment('us-dev/shop')).phase).toBe('awake')
    expect(chat('us-dev/shop')).toHaveLength(1)
    await timeline().runUntil(later(end, 300))
    expect(chat('us-dev/shop')).toHaveLength(2)
    expect(await environment('us-dev/shop')).toMatchObject({ phase: 'asleep', warned: { cause: 'time', sleepAt: end } })
  })

  it('writes the secret of the webhook nowhere', async () => {
    expect(world.run.sandbox.chat.messages[0]?.path).toContain('/services/')
    const records = await Promise.all(['us-dev/shop', 'us-dev/quiet'].map(async (id) => JSON.stringify([await environment(id), await history(id)])))
    for (const text of [...world.log, ...records]) expect(text).not.toMatch(/hooks\.chat|\/services\//)
  })
})
