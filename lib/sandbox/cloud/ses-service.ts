import type { Instant } from '../../domain/time.ts'
import type { Timeline } from '../timeline.ts'
import { AwsError } from './aws-error.ts'
import { JsonInput } from './json-input.ts'
import type { Meter } from './meter.ts'
import type { Service } from './service.ts'
import { uuid } from './uuid.ts'
import { restJsonAnswer, restJsonRefusal } from './wire.ts'

/** What SES was told about the account's addresses. A domain stands for every address in it. */
export interface MailRules {
  /** Addresses and domains mail may come from. */
  readonly verified: readonly string[]
  /** Addresses on the account's suppression list: SES takes their mail and does not send it. */
  readonly suppressed?: readonly string[]
  /** Whether AWS has let the account out of SES's own sandbox; in it recipients must be verified too. */
  readonly isInProduction?: boolean
  /** Called with the request of each mail a moment after SES took it. */
  readonly deliver?: (sendEmailRequest: string) => Promise<void>
}

/** A file that came with a mail. */
interface Attachment {
  readonly fileName: string
  readonly contentType: string
  readonly content: Buffer
  readonly contentId?: string
}

/** A mail SES took. */
export interface TakenMail {
  readonly messageId: string
  readonly at: Instant
  readonly from: string
  readonly to: readonly string[]
  readonly cc: readonly string[]
  readonly bcc: readonly string[]
  readonly replyTo: readonly string[]
  readonly subject: string
  readonly html?: string
  readonly text?: string
  readonly headers: Readonly<Record<string, string>>
  readonly attachments: readonly Attachment[]
  /** Recipients it was not sent to, being suppressed. */
  readonly suppressed: readonly string[]
}

/** What the mail service works with. */
export interface MailWorld {
  readonly timeline: Timeline
  readonly meter: Meter
  readonly rules: MailRules
  /** Where taken mails are kept. */
  readonly mails: TakenMail[]
}

const mostRecipients = 50
const mostBytes = 40 * 2 ** 20
/** Kinds of file SES refuses to carry, the common ones of its list. */
const refusedFiles = /\.(?:ade|bat|chm|cmd|com|cpl|dll|exe|hta|jar|jse?|lnk|msi|ps1|scr|sys|vbs?|wsf)$/i

/** Amazon SES v2 (restJson1, 2019-09-27): SendEmail with simple content and attachments. */
export const sesService = (world: MailWorld): Service => ({
  action: ({ method, path }) => (method === 'POST' && path === '/v2/email/outbound-emails' ? 'SendEmail' : undefined),
  handle: (_, { body, region, requestId }) => restJsonAnswer({ MessageId: sendEmail(world, body, region) }, requestId),
  refuse: restJsonRefusal,
})

const bad = (message: string): AwsError => new AwsError(400, 'BadRequestException', message)

const sendEmail = ({ timeline, meter, rules, mails }: MailWorld, body: string, region: string): string => {
  if (Buffer.byteLength(body) > mostBytes) throw bad(`Message length is more than ${mostBytes} bytes long`)
  const input = JsonInput.parse(body)
  const destination = input.object('Destination')
  const [to, cc, bcc] = ['ToAddresses', 'CcAddresses', 'BccAddresses'].map((name) => destination?.texts(name) ?? [])
  const recipients = [...(to ?? []), ...(cc ?? []), ...(bcc ?? [])]
  const from = input.text('FromEmailAddress') ?? ''
  refuseAddresses(rules, from, recipients, region)
  const mail: TakenMail = {
    messageId: `0100${uuid(`mail\0${mails.length}\0${timeline.now()}`)}-000000`,
    at: timeline.now(),
    from, to: to ?? [], cc: cc ?? [], bcc: bcc ?? [],
    replyTo: input.texts('ReplyToAddresses'),
    ...contentOf(input.object('Content')?.object('Simple')),
    suppressed: recipients.filter((recipient) => isAmong(rules.suppressed ?? [], recipient)),
  }
  mails.push(mail)
  meter.count('mail', recipients.length)
  if (mail.suppressed.length < recipients.length) timeline.after(1, () => rules.deliver?.(body))
  return mail.messageId
}

/** `finops@example.com` of `FinOps <finops@example.com>`, in lower case. */
const bare = (address: string): string => (/<([^<>]*)>\s*$/.exec(address)?.[1] ?? address).trim().toLowerCase()

const isAmong = (identities: readonly string[], address: string): boolean => {
  const [own, domain] = [bare(address), bare(address).split('@').at(-1)]
  return identities.some((identity) => identity.toLowerCase() === own || identity.toLowerCase() === domain)
}

const refuseAddresses = (rules: MailRules, from: string, recipients: readonly string[], region: string): void => {
  if (from === '') throw bad('FromEmailAddress is required')
  if (recipients.length === 0) throw bad('At least one recipient is required')
  if (recipients.length > mostRecipients) throw bad(`Recipient count exceeds ${mostRecipients}.`)
  for (const address of [from, ...recipients]) {
    const [, local = '', domain = ''] = /^([^@]*)@([^@]*)$/.exec(bare(address)) ?? []
    if (domain === '') throw bad(`Missing final '@domain': ${address}`)
    if (!/^[^\s]+$/.test(local)) throw bad(`Local address contains control or whitespace: ${address}`)
    if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(domain)) {
      throw bad(`Domain contains illegal character or has no dot: ${address}`)
    }
  }
  const needed = rules.isInProduction === false ? [from, ...recipients] : [from]
  const unverified = needed.filter((address) => !isAmong(rules.verified, address))
  if (unverified.length === 0) return
  const failed = `The following identities failed the check in region ${region.toUpperCase()}: ${unverified.map(bare).join(', ')}`
  throw new AwsError(400, 'MessageRejected', `Email address is not verified. ${failed}`)
}

type MailContent = Pick<TakenMail, 'subject' | 'html' | 'text' | 'headers' | 'attachments'>

const contentOf = (simple: JsonInput | undefined): MailContent => {
  if (simple === undefined) throw bad('the simulated SES takes Content.Simple only')
  const body = simple.object('Body')
  const [html, text] = [body?.object('Html')?.text('Data'), body?.object('Text')?.text('Data')]
  const subject = simple.object('Subject')?.text('Data') ?? ''
  if (subject === '') throw bad('Content.Simple.Subject is required')
  if (html === undefined && text === undefined) throw bad('Content.Simple.Body needs Html or Text')
  return {
    subject,
    ...(html === undefined ? {} : { html }),
    ...(text === undefined ? {} : { text }),
    headers: Object.fromEntries(
      simple.objects('Headers').map((header) => [header.text('Name') ?? '', header.text('Value') ?? '']),
    ),
    attachments: simple.objects('Attachments').map((attachment) => attached(attachment)),
  }
}

const attached = (attachment: JsonInput): Attachment => {
  const fileName = attachment.text('FileName') ?? ''
  if (fileName === '') throw bad('Attachments: FileName is required')
  if (refusedFiles.test(fileName)) throw bad(`Attachments: files like ${fileName} are not allowed`)
  const contentId = attachment.text('ContentId')
  return {
    fileName,
    contentType: attachment.text('ContentType') ?? 'application/octet-stream',
    content: Buffer.from(attachment.text('RawContent') ?? '', 'base64'),
    ...(contentId === undefined ? {} : { contentId }),
  }
}
