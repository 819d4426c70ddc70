import { type Attachment, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import type { MailAttachment } from '../../domain/report/mail-message.ts'
import type { Mail } from '../../ports.ts'
import { sayRefusal } from '../aws/say-refusal.ts'

/** Whom mails come from. */
export interface SesMailOptions {
  /** `Catnap <catnap@example.com>`: an address or a domain SES has verified. */
  readonly from: string
  /** Where SES tells of bounces and complaints. */
  readonly configurationSet?: string
}

/** Sends through SES v2, in the function's own region. */
export const sesMail = ({ from, configurationSet }: SesMailOptions): Mail => {
  // The SDK must not try again by itself: what SES took before the connection broke would be sent twice.
  const client = new SESv2Client({ maxAttempts: 1 })
  return {
    send: async (to, { subject, html, text, attachments }) => {
      const command = new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [...to] },
        Content: { Simple: { Subject: utf8(subject), Body: { Html: utf8(html), Text: utf8(text) }, Attachments: attachments.map((file) => toAttachment(file)) } },
        ...(configurationSet === undefined ? {} : { ConfigurationSetName: configurationSet }),
      })
      try {
        const { MessageId = '' } = await client.send(command)
        return { sent: true, messageId: MessageId }
      } catch (error) {
        return { sent: false, because: becauseOf(error), text: withoutAddresses(sayRefusal(error, 'ses:SendEmail')) }
      }
    },
  }
}

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' })

const toAttachment = ({ fileName, contentType, description, content }: MailAttachment): Attachment => ({
  FileName: fileName,
  ContentType: contentType,
  ContentDescription: description,
  ContentDisposition: 'ATTACHMENT',
  ContentTransferEncoding: 'BASE64',
  RawContent: content,
})

/** SES is busy, or this account has sent what it may for now. */
const BUSY = /^(?:TooManyRequests|LimitExceeded|Throttl)/

/** Nothing was sent: no connection came about, or there was nothing to sign with. */
const NEVER_SENT = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CredentialsProviderError|TokenProviderError)$/

/** What an error means for the mail. Without an answer of SES nobody knows whether it took the mail. */
const becauseOf = (error: unknown): 'refused' | 'later' | 'unknown' => {
  const names = [nameOf(error, 'name'), nameOf(error, 'code')]
  const status = Number(Object(Object(error).$metadata).httpStatusCode ?? 0)
  if (names.some((name) => NEVER_SENT.test(name))) return 'later'
  if (status < 400) return 'unknown'
  return status >= 500 || status === 429 || names.some((name) => BUSY.test(name)) ? 'later' : 'refused'
}

const nameOf = (error: unknown, field: 'name' | 'code'): string => String(Object(error)[field] ?? '')

/** SES names the addresses it refuses; who reads a log needs no more than their domain. */
const withoutAddresses = (said: string): string => said.replaceAll(/[^\s<>@,;:"'()]+@([\w-]+(?:\.[\w-]+)*)/g, '…@$1')
