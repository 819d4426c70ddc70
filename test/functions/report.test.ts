import { describe, expect, it } from 'vitest'
import { ssmLinkKeys } from '../../lib/adapters/ssm/ssm-link-keys.ts'
import type { Fleet } from '../../lib/domain/fleet.ts'
import { parseCadence } from '../../lib/domain/report/cadence.ts'
import { duePeriod, periodBefore, periodDays } from '../../lib/domain/report/period.ts'
import type { ReportTerms } from '../../lib/domain/report/sending.ts'
import { type Instant, instant, later } from '../../lib/domain/time.ts'
import type { CloudOptions } from '../../lib/sandbox/cloud/cloud.ts'
import { LINK_KEY } from '../../lib/sandbox/environment-variables.ts'
import { checkLink } from '../../lib/use-cases/check-link.ts'
import { clusterDay } from '../domain/build-cluster-day.ts'
import { adviceFor } from '../domain/report-builders.ts'
import { type MailRoom, mailRoom } from './report-world.ts'

/** Monday, 08:40 in Paris: forty minutes after the report was due. */
const MONDAY = instant('2026-11-23T07:40:00Z')
const FINOPS: ReportTerms = { name: 'finops', to: ['finops@example.com', 'lead@example.org'], every: 'Mon 08:00' }
const KEY = 'finops/weekly/2026-11-16'

/** One day of the week before: the fleet was there. */
const accountBefore = async ({ ledgers }: MailRoom): Promise<void> => {
  const [day] = periodDays(periodBefore(duePeriod(parseCadence('Mon 08:00'), 'Europe/Paris', MONDAY)))
  if (day !== undefined) await ledgers.keepDay(clusterDay(day))
}

const hoursLater = (hours: number): Instant => later(MONDAY, hours * 3600)

/** The ledger of both clusters for the period due at an instant. */
const account = async ({ ledgers }: MailRoom, every = 'Mon 08:00', now = MONDAY): Promise<void> => {
  const days = periodDays(duePeriod(parseCadence(every), 'Europe/Paris', now))
  await Promise.all(['us-dev', 'eu-dev'].flatMap((cluster) => days.map((day) => ledgers.keepDay(clusterDay(day, { cluster })))))
}

/** A mail room on Monday with a ledger that is closed. */
const room = async (reports: readonly ReportTerms[] = [FINOPS], faults: Partial<CloudOptions> = {}, fleet: Partial<Fleet> = {}): Promise<MailRoom> => {
  const made = await mailRoom(MONDAY, reports, faults, fleet)
  await account(made)
  return made
}

describe('a report that is due', () => {
  it('is one mail with both parts and its tables attached, however often it is called', async () => {
    const { cloud, ledgers, runAt, sendings, history } = await room()
    await ledgers.keepAdvice('us-dev/shop', [{ ...adviceFor('us-dev/shop'), at: MONDAY }])
    const sent = []
    for (let call = 0; call < 5; call += 1) sent.push(await runAt(hoursLater(call)))

    expect(sent).toEqual([1, 0, 0, 0, 0])
    const [mail, ...others] = cloud.mails()
    expect(others).toEqual([])
    // 28 environment-days at $2.304, less 14 cluster-days at $0.001001.
    expect(mail).toMatchObject({ from: 'Catnap <catnap@example.com>', to: FINOPS.to, subject: 'Catnap saved $64.50 last week (4 environments)' })
    expect(mail?.html).toContain('us-dev/shop')
    expect(mail?.text).toContain('https://shop.us-dev.example.com/')
    expect(mail?.attachments.map(({ fileName }) => fileName)).toEqual(['environments', 'advice', 'ledger'].map((what) => `catnap-weekly-2026-11-16-${what}.csv`))
    expect(await sendings.get(KEY)).toEqual({ key: KEY, recipient: 'finops', state: 'sent', at: MONDAY, times: 1, messageId: mail?.messageId })
    expect((await history('finops')).map(({ text }) => text)).toEqual(['sent to 2 addresses, what was saved from 2026-11-16 to 2026-11-22: Catnap saved $64.50 last week (4 environments)'])
  })

  it('is one mail when two workers are called at once', async () => {
    const { cloud, runAt } = await room()
    const sent = await Promise.all([runAt(MONDAY), runAt(MONDAY)])
    expect(sent.toSorted()).toEqual([0, 1])
    expect(cloud.mails()).toHaveLength(1)
  })

  it('is sent though the fleet is paused: a mail changes nothing in a cluster', async () => {
    const { cloud, runAt } = await room([FINOPS], {}, { pause: { by: 'ana', at: MONDAY } })
    await runAt(MONDAY)
    expect(cloud.mails()).toHaveLength(1)
  })

  it('holds for each recipient only their environments', async () => {
    const team: ReportTerms = { name: 'team', to: ['team@example.com'], every: 'Mon 08:00', environments: ['us-dev/shop', 'eu-*/pay'] }
    const { cloud, runAt } = await room([FINOPS, team])
    expect(await runAt(MONDAY)).toBe(2)
    const mail = cloud.mails().find(({ to }) => to[0] === 'team@example.com')
    const all = [mail?.html, mail?.text, ...(mail?.attachments.map(({ content }) => content.toString()) ?? [])].join('\n')
    expect(all).toContain('us-dev/shop')
    expect(all).toContain('eu-dev/pay')
    expect(all).not.toMatch(/us-dev\/pay|eu-dev\/shop|workers/)
  })

  it.each([
    ['daily 08:00', '2026-11-23T07:40:00Z', 'daily/2026-11-22', 'Catnap saved $9.21 on Sun 22 Nov (4 environments)'],
    ['Fri 08:00', '2026-11-23T07:40:00Z', 'weekly/2026-11-13', 'Catnap saved $64.50 in the week to Thu 19 Nov (4 environments)'],
    ['monthly 08:00', '2026-12-01T07:40:00Z', 'monthly/2026-11-01', 'Catnap saved $276 in November 2026 (4 environments)'],
    // October 2026 has a day of 25 hours in Paris; the report of the day after the change is due at 08:00 all the same.
    ['daily 08:00', '2026-10-26T07:00:00Z', 'daily/2026-10-25', 'Catnap saved $9.21 on Sun 25 Oct (4 environments)'],
    ['daily 08:00', '2026-10-26T06:59:59Z', 'daily/2026-10-24', 'Catnap saved $9.21 on Sat 24 Oct (4 environments)'],
  ])('tells of its own period: %s at %s is %s', async (every, time, period, subject) => {
    const now = instant(time)
    const made = await mailRoom(now, [{ ...FINOPS, every }])
    await account(made, every, now)
    await made.runAt(now)
    expect(made.cloud.mails().map((mail) => mail.subject)).toEqual([subject])
    expect(await made.sendings.get(`finops/${period}`)).toMatchObject({ state: 'sent' })
  })
})

const linksIn = (text = ''): readonly string[] => text.match(/https:\/\/\S+\/e\/\S+\?catnap-link=[\w.-]+/g) ?? []

describe('the links of a report', () => {
  const parameters = { [LINK_KEY]: 'k'.repeat(43) }

  it('are signed where there is a key, good for a month and for their environment alone', async () => {
    const { cloud, registry, runAt } = await room([FINOPS], { parameters })
    await registry.environments.change('us-dev/pay', { set: { links: 3 } })
    await runAt(MONDAY)
    const [mail] = cloud.mails()
    const links = linksIn(mail?.text)
    expect(links).toHaveLength(8)
    const checked = await Promise.all(links.map(async (link) => {
      const { pathname, search, host } = new URL(link)
      const environment = await registry.environments.get(pathname.slice(3))
      if (environment === undefined || host !== 'wake.example.com') throw new Error(`a link to nowhere: ${link}`)
      return checkLink(ssmLinkKeys(LINK_KEY, { now: () => MONDAY }), { method: 'GET', path: pathname, query: search.slice(1), headers: {} }, environment, MONDAY)
    }))
    const said = checked.map((check) => (check.is === 'link' ? `${check.link.environment} ${check.link.deed.do} ${check.link.series} ${(check.link.until - MONDAY) / 86_400_000}` : check.is))
    expect(said.toSorted()).toEqual(['eu-dev/pay', 'eu-dev/shop', 'us-dev/pay', 'us-dev/shop'].flatMap((id) => ['stay', 'wake'].map((deed) => `${id} ${deed} ${id === 'us-dev/pay' ? 3 : 0} 31`)))
    expect(mail?.html).toContain('catnap-link=')
  })

  it('are those without a signature where no link may wake', async () => {
    const { cloud, registry, runAt } = await room([FINOPS], { parameters })
    const record = await registry.environments.get('us-dev/pay')
    if (record === undefined) throw new Error('expected an environment')
    await registry.environments.change('us-dev/pay', { set: { terms: { ...record.terms, wake: { ...record.terms.wake, by: 'off' } } } })
    await runAt(MONDAY)
    expect(linksIn(cloud.mails()[0]?.text)).toHaveLength(6)
    expect(cloud.mails()[0]?.text).toContain('https://pay.us-dev.example.com/')
  })

  it('keep no mail waiting for a key that cannot be read: it goes without signatures, and the log says so once', async () => {
    const { cloud, runAt, warnings } = await room([FINOPS], { parameters: {} })
    expect(await runAt(MONDAY)).toBe(1)
    expect(linksIn(cloud.mails()[0]?.text)).toEqual([])
    expect(warnings).toEqual([expect.stringContaining('the links of a mail are not signed: the key cannot be read: Error: no key to sign links with: found no SSM parameter /catnap/link-key')])
  })
})

describe('a report whose ledger is not closed', () => {
  it('waits, says once why, and goes when it is', async () => {
    const made = await mailRoom(MONDAY, [FINOPS])
    await accountBefore(made)
    expect(await made.runAt(MONDAY)).toBe(0)
    await made.runAt(hoursLater(1))
    expect(await made.sendings.get(KEY)).toMatchObject({ state: 'waiting', at: MONDAY, problem: 'nothing from 2026-11-16 to 2026-11-22 is in the ledger' })
    await account(made)
    expect(await made.runAt(hoursLater(2))).toBe(1)
    expect((await made.history('finops')).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^sent to 2 addresses/), 'waits: nothing from 2026-11-16 to 2026-11-22 is in the ledger',
    ])
  })

  it('waits for the last day to be over', async () => {
    const made = await room()
    const last = periodDays(duePeriod(parseCadence('Mon 08:00'), 'Europe/Paris', MONDAY)).at(-1)
    if (last === undefined) throw new Error('expected a week')
    await made.ledgers.keepDay(clusterDay(last, { upTo: later(last.to, -3600) }))
    expect(await made.runAt(MONDAY)).toBe(0)
    expect((await made.sendings.get(KEY))?.problem).toBe('the ledger of us-dev does not reach the end of 2026-11-22')
    // A day late it tells of what there is, and says what is missing.
    expect(await made.runAt(hoursLater(24))).toBe(1)
    expect(made.cloud.mails()[0]?.text).toContain('days of us-dev that are not in the ledger: once')
  })

  it('is given up a day late, and seen', async () => {
    const made = await mailRoom(MONDAY, [FINOPS])
    await accountBefore(made)
    await made.runAt(MONDAY)
    await made.runAt(hoursLater(24))
    expect(await made.sendings.get(KEY)).toMatchObject({ state: 'failed', times: 0 })
    expect(made.warnings).toEqual(['a report was not sent: a day after it was due, nothing from 2026-11-16 to 2026-11-22 is in the ledger'])
    await account(made)
    expect(await made.runAt(hoursLater(30))).toBe(0)
  })

  it('is no matter where the fleet is younger than the period', async () => {
    const made = await mailRoom(MONDAY, [FINOPS])
    for (const hours of [0, 1, 50]) expect(await made.runAt(hoursLater(hours))).toBe(0)
    expect(await made.sendings.latest('finops', 9)).toEqual([])
    expect(await made.history('finops')).toEqual([])
  })
})

describe('a mail that SES refuses', () => {
  const outside: ReportTerms = { name: 'outside', to: ['new@elsewhere.example.net'], every: 'Mon 08:00' }
  const verified = ['example.com', 'lead@example.org']

  it('is tried again at growing pauses, seen, and keeps no other from its own', async () => {
    const { cloud, runAt, sendings, history, warnings } = await room([outside, FINOPS], { mail: { verified, isInProduction: false } })
    const sent = []
    for (const hour of [0, 0.5, 1, 2, 3, 6, 7, 14, 15, 16, 29]) sent.push(await runAt(hoursLater(hour)))
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(1)
    expect(cloud.mails().map(({ to }) => to)).toEqual([FINOPS.to])
    const failed = await sendings.get('outside/weekly/2026-11-16')
    expect(failed).toMatchObject({ state: 'failed', times: 5, at: hoursLater(15) })
    expect(failed?.againAt).toBeUndefined()
    expect(failed?.problem).toMatch(/^MessageRejected: Email address is not verified.*…@elsewhere\.example\.net/)
    expect(warnings).toHaveLength(5)
    expect((await history('outside')).map(({ what, text }) => `${what} ${text.replace(/:.*(?=;)/, ' …')}`)).toEqual([
      'problem not sent in 5 tries …; not tried again',
      'problem not sent in 4 tries …; tried again from 2026-11-23T22:30:00Z',
      'problem not sent in 3 tries …; tried again from 2026-11-23T14:30:00Z',
      'problem not sent in 2 tries …; tried again from 2026-11-23T10:30:00Z',
      'problem not sent in 1 try …; tried again from 2026-11-23T08:30:00Z',
    ])
  })

  it('goes once somebody verified the address', async () => {
    const identities = [...verified]
    const { cloud, runAt, sendings } = await room([outside], { mail: { verified: identities, isInProduction: false } })
    await runAt(MONDAY)
    identities.push('new@elsewhere.example.net')
    expect(await runAt(hoursLater(1))).toBe(1)
    expect(cloud.mails()).toHaveLength(1)
    expect(await sendings.get('outside/weekly/2026-11-16')).toMatchObject({ state: 'sent', times: 2 })
  })
})

describe('a mail that may have gone', () => {
  it('is not sent again after its worker was killed before the answer, and that is said', async () => {
    const made = await room()
    // The worker dies: SES took the mail, and nothing more is written.
    made.meddle((action, request) => (action === 'PutItem' && JSON.stringify(request).includes('"sent"') ? { status: 400, body: { __type: 'ValidationException', message: 'the worker is dead' } } : undefined))
    await expect(made.runAt(MONDAY)).rejects.toThrow('the worker is dead')
    made.meddle(undefined)
    expect(await made.runAt(later(MONDAY, 600))).toBe(0)
    expect(await made.sendings.get(KEY)).toMatchObject({ state: 'sending' })
    expect(await made.runAt(hoursLater(1))).toBe(0)
    expect(await made.runAt(hoursLater(2))).toBe(0)
    expect(made.cloud.mails()).toHaveLength(1)
    expect(await made.sendings.get(KEY)).toMatchObject({ state: 'unknown', at: hoursLater(1) })
    expect(made.warnings).toEqual([expect.stringContaining('it may have gone, so it is not sent again')])
    expect(await made.history('finops')).toMatchObject([{ what: 'problem', text: expect.stringContaining('interrupted before the answer') }])
  })

  it('is not sent again where the connection broke after SES took it', async () => {
    const { cloud, runAt, sendings } = await room([FINOPS], { committed: async () => 'drop' })
    expect(await runAt(MONDAY)).toBe(0)
    expect(await runAt(hoursLater(1))).toBe(0)
    expect(cloud.mails()).toHaveLength(1)
    expect(await sendings.get(KEY)).toMatchObject({ state: 'unknown', problem: expect.stringContaining('its answer did not come') })
  })

  it('is told of also when the next period is due already', async () => {
    const made = await room()
    await made.sendings.put({ key: KEY, recipient: 'finops', state: 'sending', at: MONDAY, times: 1 }, undefined)
    await made.runAt(hoursLater(7 * 24))
    expect(await made.sendings.get(KEY)).toMatchObject({ state: 'unknown' })
  })
})

it('goes to all others when the records of one report cannot be read', async () => {
  const made = await room([FINOPS, { ...FINOPS, name: 'broken', every: 'someday' }])
  await expect(made.runAt(MONDAY)).rejects.toThrow('not a time to send a report: found "someday"')
  expect(made.cloud.mails()).toHaveLength(1)
})
