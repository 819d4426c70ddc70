import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { channelNotices } from '../../../lib/adapters/notices/channel-notices.ts'
import { secretParameters } from '../../../lib/adapters/ssm/secret-parameter.ts'
import type { Notice } from '../../../lib/domain/notice.ts'
import { instant } from '../../../lib/domain/time.ts'
import { type ChatFault, openChat } from '../../../lib/sandbox/chat.ts'
import { type CloudOptions, createCloud } from '../../../lib/sandbox/cloud/cloud.ts'
import { dice } from '../../../lib/sandbox/dice.ts'
import { Timeline } from '../../../lib/sandbox/timeline.ts'
import { awsAt } from '../aws-at.ts'

const NOW = instant('2026-11-23T18:45:00Z')
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:catnap-warnings'
const SECRET = 'https://hooks.example.com/services/T1/B1/s3cr3t'
const NOTICE: Notice = { subject: 'us-dev/shop sleeps Mon 19:00', text: 'us-dev/shop goes to sleep: a < b & c', link: { says: 'Keep it awake for 2h', url: 'https://wake.example.com/e/us-dev/shop?catnap-link=1.a&b' } }

afterEach(() => vi.unstubAllEnvs())

const world = async (fault?: ChatFault, options: Partial<CloudOptions> = {}) => {
  const chat = await openChat(fault)
  const timeline = new Timeline(NOW)
  const cloud = await createCloud({ timeline, dice: dice(1), clusters: [], prices: () => undefined, topics: [TOPIC], parameters: { '/catnap/slack': SECRET, '/catnap/plain': 'http://hooks.example.com/x', '/catnap/odd': 'not a url s3cr3t' }, ...options })
  awsAt(cloud.url)
  vi.stubEnv('CATNAP_ENDPOINT_URL_WEBHOOK', chat.url)
  onTestFinished(async () => void (await Promise.all([chat.close(), cloud.close()])))
  return { chat, cloud, notices: channelNotices(secretParameters(timeline)) }
}

describe('a warning', () => {
  it('goes to the webhook and to the topic, each in its own words', async () => {
    const { chat, cloud, notices } = await world()
    expect(await notices.tell({ webhookParameter: '/catnap/slack', topicArn: TOPIC }, NOTICE)).toEqual([])
    expect(chat.messages).toEqual([{
      path: '/services/T1/B1/s3cr3t',
      text: 'us-dev/shop goes to sleep: a &lt; b &amp; c\n<https://wake.example.com/e/us-dev/shop?catnap-link=1.a&b|Keep it awake for 2h>',
    }])
    expect(cloud.published()).toEqual([{
      at: NOW, topicArn: TOPIC, subject: NOTICE.subject,
      message: 'us-dev/shop goes to sleep: a < b & c\n\nKeep it awake for 2h: https://wake.example.com/e/us-dev/shop?catnap-link=1.a&b',
    }])
  })

  it('goes to one though the other refuses, and says which did, without the secret', async () => {
    const { chat, notices } = await world(undefined, { topics: [] })
    expect(await notices.tell({ webhookParameter: '/catnap/slack', topicArn: TOPIC }, NOTICE)).toEqual(['topic catnap-warnings: SNS answered 404 NotFound: Topic does not exist, expected 200'])
    expect(chat.messages).toHaveLength(1)
  })

  it('is sent again where the chat is busy, and nowhere else: it might come twice', async () => {
    let tries = 0
    const busy = await world(() => (++tries < 3 ? { status: 429, headers: { 'retry-after': '0' } } : undefined))
    expect(await busy.notices.tell({ webhookParameter: '/catnap/slack' }, NOTICE)).toEqual([])
    expect(busy.chat.messages).toHaveLength(1)
    tries = 0
    const broken = await world(() => ((tries += 1), { status: 500 }))
    expect(await broken.notices.tell({ webhookParameter: '/catnap/slack' }, NOTICE)).toEqual(['hooks.example.com answered 500, expected 200'])
    expect(tries).toBe(1)
  })

  it.each<readonly [ReturnType<ChatFault>, string]>([
    [{ status: 429, headers: { 'retry-after': '0' } }, 'hooks.example.com answered 429, expected 200'],
    [{ status: 302, headers: { location: 'http://127.0.0.1/' } }, 'hooks.example.com answered 302, expected 200; redirects are not followed'],
    [{ status: 404 }, 'hooks.example.com answered 404, expected 200; was the webhook withdrawn?'],
  ])('that is not taken is told with what was answered: %#', async (fault, problem) => {
    const { notices } = await world(() => fault)
    expect(await notices.tell({ webhookParameter: '/catnap/slack' }, NOTICE)).toEqual([problem])
  })

  it.each([
    ['/catnap/none', 'the SSM parameter /catnap/none cannot be read: ParameterNotFound: '],
    ['/catnap/plain', 'not the address of a webhook: found one with http://, expected https://…'],
    ['/catnap/odd', 'not the address of a webhook: found no URL, expected https://…'],
  ])('to %s goes nowhere', async (webhookParameter, problem) => {
    const { chat, notices } = await world()
    const problems = await notices.tell({ webhookParameter }, NOTICE)
    expect(problems).toEqual([expect.stringContaining(problem)])
    expect(problems.join()).not.toContain('s3cr3t')
    expect(chat.messages).toEqual([])
  })

  it('has a subject that SNS takes, whatever it is about', async () => {
    const { cloud, notices } = await world()
    expect(await notices.tell({ topicArn: TOPIC }, { subject: `é${'x'.repeat(200)}`, text: 'text' })).toEqual([])
    expect(cloud.published()[0]?.subject).toBe(`?${'x'.repeat(99)}`)
  })
})
