import { SendEmailCommand, type SendEmailCommandInput, SESv2Client } from '@aws-sdk/client-sesv2'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { MailRules } from '../../../lib/sandbox/cloud/ses-service.ts'
import { startMailViewer } from '../../../lib/sandbox/mail-viewer.ts'
import { cloudWorld, start } from './cloud-world.ts'

const mailWorld = async (mail?: MailRules) => {
  const world = await cloudWorld(mail === undefined ? {} : { mail })
  const client = new SESv2Client(world.config)
  return { ...world, send: (changes: Partial<SendEmailCommandInput> = {}) => client.send(new SendEmailCommand({ ...report, ...changes })) }
}

const report: SendEmailCommandInput = {
  FromEmailAddress: 'Catnap <catnap@example.com>',
  Destination: { ToAddresses: ['finops@example.org'], CcAddresses: ['lead@example.org'] },
  Content: {
    Simple: {
      Subject: { Data: 'Catnap saved $1,234 last week' },
      Body: { Html: { Data: '<h1>Saved: 1 234 €</h1>', Charset: 'UTF-8' }, Text: { Data: 'Saved' } },
      Headers: [{ Name: 'List-Unsubscribe', Value: '<https://example.com/off>' }],
      Attachments: [{ FileName: 'savings.csv', ContentType: 'text/csv', RawContent: Buffer.from('a,b\r\n1,"€"\r\n') }],
    },
  },
}

describe('a mail', () => {
  it('is taken with both parts, headers and the attached file, and its price counted', async () => {
    const { send, cloud } = await mailWorld()
    const { MessageId } = await send()
    expect(cloud.mails()).toEqual([{
      messageId: MessageId, at: start, from: 'Catnap <catnap@example.com>', to: ['finops@example.org'], cc: ['lead@example.org'], bcc: [], replyTo: [],
      subject: 'Catnap saved $1,234 last week', html: '<h1>Saved: 1 234 €</h1>', text: 'Saved', headers: { 'List-Unsubscribe': '<https://example.com/off>' },
      attachments: [{ fileName: 'savings.csv', contentType: 'text/csv', content: Buffer.from('a,b\r\n1,"€"\r\n') }], suppressed: [],
    }])
    expect(cloud.charges()).toEqual([{ use: 'mail', units: 2, usd: 0.0002 }])
  })

  it('from an address nobody verified is refused', async () => {
    const { send, cloud } = await mailWorld({ verified: ['catnap@example.com'] })
    await expect(send({ FromEmailAddress: 'other@example.com' })).rejects.toMatchObject({
      name: 'MessageRejected',
      message: 'Email address is not verified. The following identities failed the check in region US-EAST-1: other@example.com',
    })
    expect(cloud.mails()).toEqual([])
  })

  it("to an address nobody verified is refused while the account is in SES's own sandbox", async () => {
    const { send } = await mailWorld({ verified: ['example.com', 'lead@example.org'], isInProduction: false })
    await expect(send()).rejects.toMatchObject({ name: 'MessageRejected', message: expect.stringMatching(/: finops@example\.org$/) })
  })

  it('to a suppressed address is taken, as SES does, and never delivered', async () => {
    const delivered: string[] = []
    const { send, cloud, pass } = await mailWorld({
      verified: ['example.com'], suppressed: ['FinOps@example.org', 'lead@example.org'], deliver: async (mail) => void delivered.push(mail),
    })
    await send()
    await send({ Destination: { ToAddresses: ['finops@example.org', 'new@example.org'] } })
    await pass(5)
    expect(cloud.mails().map(({ suppressed }) => suppressed)).toEqual([['finops@example.org', 'lead@example.org'], ['finops@example.org']])
    expect(delivered).toHaveLength(1)
  })

  it.each([
    [{ Destination: { ToAddresses: [] } }, 'At least one recipient'],
    [{ Destination: { ToAddresses: ['finops'] } }, "Missing final '@domain'"],
    [{ Destination: { ToAddresses: ['fin ops@example.org'] } }, 'whitespace'],
    [{ Destination: { ToAddresses: ['finops@localhost'] } }, 'has no dot'],
    [{ Destination: { ToAddresses: Array.from({ length: 51 }, (_, index) => `a${index}@example.org`) } }, 'Recipient count exceeds 50'],
    [{ Content: { Simple: { Subject: { Data: '' }, Body: { Text: { Data: 'x' } } } } }, 'Subject is required'],
    [{ Content: { Simple: { Subject: { Data: 'x' }, Body: {} } } }, 'needs Html or Text'],
    [{ Content: { Raw: { Data: Buffer.from('x') } } }, 'Content.Simple only'],
    [{ Content: { Simple: { Subject: { Data: 'x' }, Body: { Text: { Data: 'x' } }, Attachments: [{ FileName: 'a.exe', RawContent: Buffer.from('x') }] } } }, 'not allowed'],
  ] as const)('%j is refused', async (changes, message) => {
    const { send } = await mailWorld()
    await expect(send(changes as unknown as SendEmailCommandInput)).rejects.toMatchObject({ name: 'BadRequestException', message: expect.stringContaining(message) })
  })
})

describe('the mail viewer', () => {
  it('shows what SES delivered, attachment and all', async () => {
    const viewer = await startMailViewer()
    onTestFinished(() => viewer.close())
    const { send, pass } = await mailWorld({ verified: ['example.com'], deliver: (mail) => viewer.deliver(mail) })
    await send()
    await pass(5)
    const store = (await (await fetch(`${viewer.url}/store`)).json()) as { emails: unknown[] }
    expect(store.emails).toMatchObject([{ subject: 'Catnap saved $1,234 last week', attachments: [{ filename: 'savings.csv' }] }])
    expect(await (await fetch(viewer.url)).text()).toContain('<html')
  })
})
