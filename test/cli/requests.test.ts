import { describe, expect, it } from 'vitest'
import { sleepCommand } from '../../lib/cli/commands/sleep.ts'
import { stayAwakeCommand } from '../../lib/cli/commands/stay-awake.ts'
import { wakeCommand } from '../../lib/cli/commands/wake.ts'
import { iso, later } from '../../lib/domain/time.ts'
import type { Connection } from '../../lib/cli/connection.ts'
import { INTENT, NOW, operatorDesk } from './operator-desk.ts'

const desk = operatorDesk()
const SHOP = 'us-dev/shop'
const environments = () => desk.connection().registry.environments
const asleep = async (): Promise<void> => {
  await desk.deliver()
  await environments().change(SHOP, { set: { phase: 'asleep', wakeSeconds: [60, 90, 240] } })
}

describe('catnap sleep', () => {
  it('holds an environment asleep until it must wake to be ready when its hours open next', async () => {
    await desk.deliver()

    const { code, out } = await desk.run(sleepCommand, ['sleep', SHOP, '--by', 'ana'])

    expect(code).toBe(0)
    expect(out).toBe(`us-dev/shop goes to sleep, held until Tue 07:57 (Europe/Paris); then its hours decide: Mon-Fri 08:00-20:00
sooner with: catnap wake us-dev/shop, or a visit to shop.example.com
`)
    expect(await environments().get(SHOP)).toMatchObject({ hold: { as: 'asleep', by: 'ana' }, dueAt: NOW })
    expect(desk.messages('work')).toEqual([{ kind: 'environment', id: SHOP }])
    expect(await desk.connection().registry.history(SHOP, 1)).toMatchObject([{ what: 'request', text: 'held asleep until 2026-11-24T06:57:00Z by ana' }])
  })

  it('holds for 12 hours what has no hours that open', async () => {
    await desk.deliver()

    const { out } = await desk.run(sleepCommand, ['sleep', 'us-dev/demo', '--json'])

    expect(JSON.parse(out)).toEqual({ environment: 'us-dev/demo', phase: 'awake', until: iso(later(NOW, 12 * 3600)) })
  })

  it.each([
    [['--for', '8h'], '2026-11-23T16:00:00Z'],
    [['--until', '22:00'], '2026-11-23T21:00:00Z'],
    [['--until', '08:30'], '2026-11-24T07:30:00Z'],
    [['--until', '2026-11-25T00:00:00+01:00'], '2026-11-24T23:00:00Z'],
  ])('takes %j by the clock of its zone', async (args, until) => {
    await desk.deliver()

    const { out } = await desk.run(sleepCommand, ['sleep', SHOP, ...args, '--json'])

    expect(JSON.parse(out)).toMatchObject({ until })
  })

  it('ends a lease', async () => {
    await desk.deliver()
    await environments().change(SHOP, { set: { lease: { until: later(NOW, 3600), by: 'bob' } } })

    await desk.run(sleepCommand, ['sleep', SHOP])

    expect((await environments().get(SHOP))?.lease).toBeUndefined()
  })

  it('refuses an end that is past', async () => {
    await desk.deliver()

    const { code, err } = await desk.run(sleepCommand, ['sleep', SHOP, '--until', '2026-11-23T07:00:00Z'])

    expect(code).toBe(1)
    expect(err).toBe('error: 2026-11-23T07:00:00Z is past: it is 2026-11-23T08:00:00Z; expected an instant to come\n')
  })

  it.each([[['--for', '8h', '--until', '22:00']], [['--for', 'long']], [['--for', '0m']], [['--until', 'tomorrow']], [['--until', '25:00']]])('ends with 2 when used wrongly: %j', async (args) => {
    const { code, err } = await desk.run(sleepCommand, ['sleep', SHOP, ...args])

    expect(code).toBe(2)
    expect(err).toMatch(/^error: /)
  })

  it('refuses where nothing would come of it: in observe mode, or while paused', async () => {
    await desk.deliver(INTENT.replace('mode: act', 'mode: observe'))
    const observed = await desk.run(sleepCommand, ['sleep', SHOP])
    await desk.deliver()
    await desk.connection().registry.changeCluster('us-dev', { set: { pause: { by: 'bob', at: NOW } } })
    const paused = await desk.run(sleepCommand, ['sleep', SHOP])

    expect([observed.code, paused.code]).toEqual([1, 1])
    expect(observed.err).toContain('cluster us-dev is in observe mode')
    expect(paused.err).toContain('nothing is put to sleep while Catnap is paused, by bob; first run: catnap resume')
    expect((await environments().get(SHOP))?.hold).toBeUndefined()
  })

  it('does not fail when only its message is not sent: the next tick finds the hold', async () => {
    await desk.deliver()
    desk.refuseMessages()

    const { code, err } = await desk.run(sleepCommand, ['sleep', SHOP])

    expect(code).toBe(0)
    expect(err).toMatch(/^warning: the sleep waits for the next tick: its message was not sent \(.*User: ana is not authorized to perform: sqs:SendMessage/)
    expect((await environments().get(SHOP))?.hold?.as).toBe('asleep')
  })
})

describe('catnap wake', () => {
  it('turns it round at once, sends one message, and says how long it takes and until when it lasts', async () => {
    await asleep()

    const { code, out } = await desk.run(wakeCommand, ['wake', SHOP, '--for', '13h', '--by', 'ana'])

    expect(code).toBe(0)
    expect(out).toBe(`us-dev/shop is on its way up; it stays awake until Mon 22:00 (Europe/Paris), for ana
a wake takes: usually 2m, nine in ten within 4m (the last 3 wakes)
then its hours put it to sleep (Mon-Fri 08:00-20:00); sooner with: catnap sleep us-dev/shop
`)
    expect(await environments().get(SHOP)).toMatchObject({
      phase: 'waking', epoch: 1, lease: { until: later(NOW, 13 * 3600), by: 'ana' },
      decision: { desired: 'awake', rule: 'lease', reason: 'kept awake by ana until 2026-11-23T21:00:00Z' },
    })
    expect(desk.messages('wake')).toEqual([{ kind: 'environment', id: SHOP }])
  })

  it('takes a hold away, and is one wake however often it is asked for', async () => {
    await asleep()
    await environments().change(SHOP, { set: { hold: { as: 'asleep', until: later(NOW, 3600), by: 'bob' } } })

    const first = await desk.run(wakeCommand, ['wake', SHOP, '--json'])
    const second = await desk.run(wakeCommand, ['wake', SHOP, '--json'])

    expect(JSON.parse(first.out)).toEqual({ environment: SHOP, phase: 'waking', first: true, until: '2026-11-23T10:00:00Z' })
    expect(JSON.parse(second.out)).toMatchObject({ first: false })
    expect(await environments().get(SHOP)).toMatchObject({ epoch: 1 })
    expect((await environments().get(SHOP))?.hold).toBeUndefined()
    expect(desk.messages('wake')).toHaveLength(1)
  })

  it('never shortens what somebody else was promised', async () => {
    await desk.deliver()
    const until = later(NOW, 6 * 3600)
    await environments().change(SHOP, { set: { hold: { as: 'awake', until, by: 'bob' } } })

    const { out } = await desk.run(wakeCommand, ['wake', SHOP, '--for', '1h'])

    expect(out).toContain('us-dev/shop is awake; it stays awake until Mon 15:00 (Europe/Paris)\n')
    expect((await environments().get(SHOP))?.hold).toEqual({ as: 'awake', until, by: 'bob' })
  })

  it('follows the wake with --wait until it is awake', async () => {
    await asleep()
    const steps = [
      { progress: { workloads: { done: 1, total: 3 }, nodes: { done: 0, total: 2 }, waitingFor: '2 nodes' } },
      { progress: { workloads: { done: 2, total: 3 }, nodes: { done: 2, total: 2 } } },
      { phase: 'awake', progress: undefined },
    ] as const
    let step = 0
    const meanwhile = async ({ registry }: Connection) => {
      await registry.environments.change(SHOP, { set: steps[step] ?? {} })
      step += 1
    }

    const { code, out, err } = await desk.run(wakeCommand, ['wake', SHOP, '--wait'], { meanwhile })

    expect(code).toBe(0)
    expect(err).toBe(`Mon 09:00:00  waiting for a worker
Mon 09:00:05  nodes 0 of 2, workloads 1 of 3, waiting for 2 nodes
Mon 09:00:10  nodes 2 of 2, workloads 2 of 3
`)
    expect(out).toMatch(/us-dev\/shop is awake, after 15s\n$/)
  })

  it('gives up waiting after 20 minutes with what is waited for, and ends with 1', async () => {
    await asleep()

    const { code, err } = await desk.run(wakeCommand, ['wake', SHOP, '--wait'], { meanwhile: async () => {} })

    expect(code).toBe(1)
    expect(err).toContain('error: us-dev/shop is not awake after 20m: waiting for a worker; see catnap status us-dev/shop and catnap history us-dev/shop')
  })

  it('says so when somebody sends it back to sleep while it is followed', async () => {
    await asleep()
    const meanwhile = async ({ registry }: Connection) => {
      await registry.environments.change(SHOP, { set: { phase: 'falling-asleep', decision: { desired: 'asleep', rule: 'hold', reason: 'held asleep by bob' } } })
    }

    const { code, err } = await desk.run(wakeCommand, ['wake', SHOP, '--wait'], { meanwhile })

    expect(code).toBe(1)
    expect(err).toContain('us-dev/shop turned round and is falling-asleep: held asleep by bob')
  })
})

describe('catnap stay-awake', () => {
  it('keeps awake what is awake until a time of its own zone, and sends nothing', async () => {
    await desk.deliver()

    const { out } = await desk.run(stayAwakeCommand, ['stay-awake', SHOP, '--until', '22:00', '--by', 'ana'])

    expect(out).toBe(`us-dev/shop is awake; it stays awake until Mon 22:00 (Europe/Paris), for ana
then its hours put it to sleep (Mon-Fri 08:00-20:00); sooner with: catnap sleep us-dev/shop
`)
    expect((await environments().get(SHOP))?.lease).toEqual({ until: later(NOW, 13 * 3600), by: 'ana' })
    expect(desk.messages('wake')).toEqual([])
  })

  it('names the close of the hours where they go on after it', async () => {
    await desk.deliver()

    const { out } = await desk.run(stayAwakeCommand, ['stay-awake', SHOP, '--for', '3h', '--by', 'ana'])

    expect(out).toContain('it stays awake until Mon 12:00 (Europe/Paris), for ana\nits hours put it to sleep Mon 20:00 (')
  })

  it('lengthens by minutes too: a person means what he says', async () => {
    await desk.deliver()
    await environments().change(SHOP, { set: { lease: { until: later(NOW, 3600), by: 'a visitor' } } })

    await desk.run(stayAwakeCommand, ['stay-awake', SHOP, '--for', '1h2m', '--by', 'ana'])

    expect((await environments().get(SHOP))?.lease).toEqual({ until: later(NOW, 3720), by: 'ana' })
  })

  it.each([[[]], [['--for', '1h', '--until', '22:00']]])('needs one end: %j', async (args) => {
    expect(await desk.run(stayAwakeCommand, ['stay-awake', SHOP, ...args])).toMatchObject({ code: 2, out: '' })
  })
})

describe('a name that is not there', () => {
  it.each([
    ['us-dev/shpo', 'there is no environment "us-dev/shpo": did you mean "us-dev/shop"?; see them all with: catnap status'],
    ['shop', 'there is no environment "shop": did you mean "us-dev/shop"?'],
    ['somewhere/else', 'there is no environment "somewhere/else"; see them all with: catnap status'],
  ])('is told with the nearest: %s', async (name, message) => {
    await desk.deliver()

    for (const [register, command] of [[wakeCommand, 'wake'], [sleepCommand, 'sleep']] as const) {
      const { code, out, err } = await desk.run(register, [command, name])
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toContain(message)
    }
  })

  it('is told with how to begin where nothing is delivered', async () => {
    const { err } = await desk.run(wakeCommand, ['wake', SHOP])

    expect(err).toBe('error: there is no environment "us-dev/shop", nor any other yet; begin with: catnap apply catnap.yaml\n')
  })

  it('is told to programs as a document', async () => {
    const { code, out, err } = await desk.run(wakeCommand, ['wake', SHOP, '--json'])

    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(JSON.parse(out)).toEqual({ error: expect.stringContaining('there is no environment') })
  })
})
