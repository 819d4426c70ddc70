/** A file that goes with a mail. */
export interface MailAttachment {
  readonly fileName: string
  readonly contentType: 'text/csv'
  readonly description: string
  readonly content: Uint8Array
}

/** A mail as data: what SES v2 `SendEmail` takes as `Content.Simple`, less the addresses. */
export interface MailMessage {
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly attachments: readonly MailAttachment[]
}
