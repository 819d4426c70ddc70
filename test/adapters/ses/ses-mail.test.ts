import { describe, expect, it } from 'vitest'
import { sesMail, type SesMailOptions } from '../../../lib/adapters/ses/ses-mail.ts'
import type { MailMessage } from '../../../lib/domain/report/mail-message.ts'
import type { CloudOptions } from '../../../lib/sandbox/cloud/cloud.ts'
import { cloudWorld } from '../../sandbox/cloud/cloud-world.ts'
import { answerInTurn } from '../answer-in-turn.ts'
import { awsAt } from '../aws-at.ts'

const CSV = new TextEncoder().encode('environment,saved\r\nus-dev/shop,"1 234,50 €"\r\n')

const MESSAGE: MailMessage = {
  subject: 'Catnap saved $1,234 – week 47',
  html: '<h1>Saved: 1 234 €</h1>',
  text: 'Saved: 1 234 €',
  attachments: [{ fileName: 'savings.csv', contentType: 'text/csv', description: 'savings by environment', content: CSV }],
}

const mailWorld = async (changes: Partial<CloudOptions> = {}, options: Partial<SesMailOptions> = {}) => {
  const world = await cloudWorld(changes)
  awsAt(world.cloud.url, 3)
  const mail = sesMail({ from: 'Catnap <catnap@example.com>', ...options })
  return { ...world, send: (...to: string[]) => mail.send(to.length > 0 ? to : ['finops@example.org'], MESSAGE) }
}

const refusing = (status: number, code: string, message = `${code} says the cloud`): Partial<CloudOptions> => ({
  intercept: async ({ action }) => (action === 'SendEmail' ? { status, code, message } : undefined),
})

describe('a mail', () => {
  it('arrives with both parts, letters beyond ASCII and the attached file as they were', async () => {
    const { send, cloud } = await mailWorld()
    const answer = await send('finops@example.org', 'lead@example.org')
    const [mail, ...others] = cloud.mails()
    expect(others).toEqual([])
    expect(answer).toEqual({ sent: true, messageId: mail?.messageId })
    expect(mail).toMatchObject({
      from: 'Catnap <catnap@example.com>', to: ['finops@example.org', 'lead@example.org'], subject: MESSAGE.subject, html: MESSAGE.html, text: MESSAGE.text,
      attachments: [{ fileName: 'savings.csv', contentType: 'text/csv', content: Buffer.from(CSV) }],
    })
  })

  it('asks SES for a file to be saved, with its description, under the configuration set', async () => {
    const { asked } = await answerInTurn([{ MessageId: '0100' }])
    const mail = sesMail({ from: 'catnap@example.com', configurationSet: 'catnap' })
    expect(await mail.send(['finops@example.org'], MESSAGE)).toEqual({ sent: true, messageId: '0100' })
    expect(asked).toMatchObject([{
      ConfigurationSetName: 'catnap',
      Content: { Simple: { Attachments: [{
        FileName: 'savings.csv', ContentType: 'text/csv', ContentDescription: 'savings by environment', ContentDisposition: 'ATTACHMENT',
        ContentTransferEncoding: 'BASE64', RawContent: Buffer.from(CSV).toString('base64'),
      }] } },
    }])
  })

  it('from an address nobody verified is refused, and the words name the domain alone', async () => {
    const { send, cloud } = await mailWorld({}, { from: 'reports@elsewhere.example' })
    const answer = await send()
    expect(answer).toEqual({
      sent: false, because: 'refused',
      text: 'MessageRejected: Email address is not verified. The following identities failed the check in region US-EAST-1: …@elsewhere.example',
    })
    expect(cloud.mails()).toEqual([])
  })

  it.each([
    ['fin ops@example.org', 'BadRequestException: Local address contains control or whitespace: fin …@example.org'],
    ['finops', "BadRequestException: Missing final '@domain': finops"],
  ])('to %s is refused in words', async (to, text) => {
    const { send } = await mailWorld()
    expect(await send(to)).toEqual({ sent: false, because: 'refused', text })
  })

  it.each([
    [400, 'MailFromDomainNotVerifiedException'], [400, 'AccountSuspendedException'], [400, 'SendingPausedException'], [404, 'NotFoundException'],
  ])('is refused when SES answers %i %s', async (status, code) => {
    const { send } = await mailWorld(refusing(status, code))
    expect(await send()).toEqual({ sent: false, because: 'refused', text: `${code}: ${code} says the cloud` })
  })

  it.each([
    ['User is not authorized', 'ses:SendEmail'],
    ["User `arn:aws:sts::111122223333:assumed-role/catnap' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:us-east-1:111122223333:identity/example.com'", 'ses:SendRawEmail'],
  ])('is refused when SES answers AccessDeniedException: %s, and the right %s is named', async (message, right) => {
    const { send } = await mailWorld(refusing(403, 'AccessDeniedException', message))
    expect(await send()).toMatchObject({ because: 'refused', text: expect.stringContaining(`the role needs the right ${right}, as`) })
  })

  it.each([
    [429, 'TooManyRequestsException'], [400, 'LimitExceededException'], [400, 'ThrottlingException'], [500, 'InternalServiceErrorException'], [503, 'ServiceUnavailable'],
  ])('may go later when SES answers %i %s, and was tried once', async (status, code) => {
    let tries = 0
    const { send, cloud } = await mailWorld({ intercept: async () => ((tries += 1), { status, code, message: 'busy' }) })
    expect(await send()).toMatchObject({ sent: false, because: 'later', text: `${code}: busy` })
    expect(tries).toBe(1)
    expect(cloud.mails()).toEqual([])
  })

  it('may go later when nobody listens', async () => {
    const { cloud } = await cloudWorld()
    awsAt('http://127.0.0.1:1')
    expect(await sesMail({ from: 'catnap@example.com' }).send(['finops@example.org'], MESSAGE)).toMatchObject({ sent: false, because: 'later' })
    expect(cloud.mails()).toEqual([])
  })

  it('of which the answer is lost is not tried again: SES may have taken it, and here it has', async () => {
    const { send, cloud } = await mailWorld({ committed: async ({ action }) => (action === 'SendEmail' ? 'drop' : undefined) })
    expect(await send()).toMatchObject({ sent: false, because: 'unknown' })
    expect(cloud.mails()).toHaveLength(1)
  })
})
