import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readIntentFile } from '../../../lib/adapters/yaml/intent-file.ts'
import { instant, later } from '../../../lib/domain/time.ts'
import { isForConsole } from '../../../lib/sandbox/console/console-listener.ts'
import { mailRoom } from '../../../lib/sandbox/console/mail-room.ts'
import { openConsole } from '../../../lib/sandbox/console/open-console.ts'
import { readFleetPlan } from '../../../lib/sandbox/fleet-plan.ts'
import { listenOnLoopback } from '../../../lib/sandbox/listen-on-loopback.ts'
import { readLogs } from '../../../lib/sandbox/log-lines.ts'
import { type Run, startRun } from '../../../lib/sandbox/run.ts'
import { pause, resume } from '../../../lib/use-cases/pause.ts'
import { CONSOLE_POLICY } from '../../../lib/views/console/console-page.ts'
import { descendants, parseHtml, textOf } from '../../views/parse-html.ts'
import { smallFleetFiles } from '../small-fleet-files.ts'

/** The small fleet of one environment, 75 minutes in: it has slept for a quarter of an hour. */
const startSleepingFleet = async () => {
  const plan = readFleetPlan(smallFleetFiles())
  const read = readIntentFile(readFileSync(plan.intent, 'utf8'))
  if (!('intent' in read)) throw new Error(JSON.stringify(read.problems))
  const room = mailRoom(['example.com'])
  const stopReading = readLogs(() => {})
  const run = await startRun({ plan, intent: read.intent, seed: 1, catnap: true, faults: { cloud: { mail: room.rules } } })
  await run.sandbox.timeline.runUntil(later(instant(plan.start), 75 * 60))
  const warnings: string[] = []
  const { sandbox, operator } = run
  if (operator === undefined) throw new Error('the run has no operator')
  const listener = openConsole({ sandbox, operator, mailRoom: room, since: instant(plan.start), speed: 60, port: 4780, warn: (text) => warnings.push(text) })
  const server = await listenOnLoopback(createServer((request, response) => void listener(request, response)))
  const { url: origin } = server
  const close = async () => {
    stopReading()
    await Promise.all([server.close(), run.close(), room.close()])
  }
  return { run, operator, origin, warnings, close }
}

let fleet: Awaited<ReturnType<typeof startSleepingFleet>>

beforeAll(async () => {
  fleet = await startSleepingFleet()
})
afterAll(() => fleet.close())

const shop = async () => fleet.operator.registry.environments.get('us-dev/shop')

const look = async (path = '/') => {
  const reply = await fetch(`${fleet.origin}${path}`, { redirect: 'manual' })
  return { status: reply.status, headers: reply.headers, body: await reply.text() }
}

const click = async (verb: string, headers: Record<string, string> = { origin: fleet.origin }, id = 'us-dev/shop') => {
  const reply = await fetch(`${fleet.origin}/console/environments/${id}/${verb}`, { method: 'POST', body: new URLSearchParams(), headers, redirect: 'manual' })
  return { status: reply.status, location: reply.headers.get('location'), body: await reply.text() }
}

const passes = async ({ sandbox: { timeline } }: Run, seconds: number) => timeline.runUntil(later(timeline.now(), seconds))

describe('the console of a sandbox', () => {
  it('shows the fleet as the table and the simulated bill have it', async () => {
    const { status, body } = await look()
    expect(status).toBe(200)
    const page = parseHtml(body)
    const text = (id: string) => descendants(page).filter(({ attributes }) => attributes['id'] === id).map(textOf).join()
    expect(text('us-dev/shop')).toMatch(/^shop asleep since Mon 17:00/)
    expect(text('pool:us-dev/workers')).toBe('workers us-dev 1 of 3')
    expect(text('figure-now')).toBe('Nodes cost now $0.10/h of $0.29/h always on')
    expect(text('decisions-list')).toMatch(/us-dev workers phase m5\.large i-[0-9a-f]+ is off the bill/)
  })

  it('answers everything under a policy that lets nothing foreign in', async () => {
    for (const path of ['/', '/console/console.css', '/console/console.js', '/console/icon.svg', '/console/nothing']) {
      const { status, headers } = await look(path)
      expect([path, status]).toEqual([path, path === '/console/nothing' ? 404 : 200])
      expect(headers.get('content-security-policy')).toBe(CONSOLE_POLICY)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect(CONSOLE_POLICY).not.toMatch(/unsafe|https?:|\*/)
  })

  it('does nothing for a click that another page made, or that nobody vouches for', async () => {
    const before = await shop()
    for (const headers of [{ origin: 'http://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site', origin: 'http://shop.localhost:4780' }, {}]) {
      expect((await click('wake', headers)).status).toBe(403)
    }
    expect(await shop()).toEqual(before)
  })

  it('does not change anything for a GET', async () => {
    const before = await shop()
    expect((await look('/console/environments/us-dev/shop/wake')).status).toBe(404)
    expect(await shop()).toEqual(before)
  })

  it('says why nothing comes of a click, and does nothing', async () => {
    expect(await click('wake', undefined, 'us-dev/nowhere')).toMatchObject({ status: 404, body: expect.stringContaining('There is no environment us-dev/nowhere') as string })
    expect((await click('explode')).status).toBe(404)
    const operator = { clock: { now: () => fleet.run.sandbox.timeline.now() }, registry: fleet.operator.registry }
    await pause(operator, undefined, 'ada')
    expect(await click('wake')).toMatchObject({ status: 409, body: expect.stringContaining('paused, by ada') as string })
    expect((await click('sleep')).status).toBe(409)
    await resume(operator, undefined, 'ada')
    expect((await shop())?.phase).toBe('asleep')
  })

  it('wakes, keeps awake for two hours, and puts to sleep', async () => {
    expect(await click('wake')).toMatchObject({ status: 303, location: '/#us-dev/shop' })
    expect(await shop()).toMatchObject({ phase: 'waking', lease: { by: 'console' } })
    await passes(fleet.run, 400)
    expect((await shop())?.phase).toBe('awake')

    const asked = fleet.run.sandbox.timeline.now()
    expect((await click('stay-awake', { 'sec-fetch-site': 'same-origin' })).status).toBe(303)
    expect((await shop())?.lease?.until).toBe(later(asked, 7200))

    expect((await click('sleep')).status).toBe(303)
    expect(await shop()).toMatchObject({ hold: { as: 'asleep', by: 'console' } })
    await passes(fleet.run, 400)
    expect((await shop())?.phase).toBe('asleep')
    expect((await fleet.operator.registry.history('us-dev/shop')).filter(({ what }) => what === 'request').map(({ text }) => text.replace(/until \S+/, 'until T')).toSorted())
      .toEqual(['held asleep until T by console', 'stays awake on request of console', 'wakes on request of console'])
  })

  it('starts the mail viewer when somebody wants to read, with the mails that were taken before and after', async () => {
    const client = new SESv2Client({})
    const send = async (subject: string) => {
      await client.send(new SendEmailCommand({
        FromEmailAddress: 'catnap@example.com', Destination: { ToAddresses: ['finops@example.com'] }, Content: { Simple: { Subject: { Data: subject }, Body: { Text: { Data: subject } } } },
      }))
      await passes(fleet.run, 5)
    }
    await send('before')
    const { status, headers } = await look('/console/mailbox')
    expect(status).toBe(303)
    await send('after')
    const { emails } = (await (await fetch(`${headers.get('location')}/store`)).json()) as { emails: { subject: string }[] }
    expect(emails.map(({ subject }) => subject)).toEqual(['before', 'after'])
    expect((await look('/console/mailbox')).headers.get('location')).toBe(headers.get('location'))
  })

  it('has failed at nothing', () => {
    expect(fleet.warnings).toEqual([])
  })
})

describe('the front of a sandbox', () => {
  it('gives the console its own names and paths, and the environments everything else', () => {
    expect(['localhost', '127.0.0.1', '[::1]'].map((host) => isForConsole(host, '/'))).toEqual([true, true, true])
    expect(['/', '/?reload', '/console/mailbox'].map((url) => isForConsole('localhost', url))).toEqual([true, true, true])
    expect([['shop.localhost', '/'], ['shop.localhost', '/console/console.js'], ['localhost', '/e/us-dev/shop'], ['localhost', '/consoles'], ['evil.example', '/']].map(([host = '', url = '']) => isForConsole(host, url)))
      .toEqual([false, false, false, false, false])
  })
})
