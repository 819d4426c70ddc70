import { once } from 'node:events'
import { createRequire } from 'node:module'
import type * as mailServer from 'aws-ses-v2-local'

const require = createRequire(import.meta.url)

/** A mailbox with a page to read it: aws-ses-v2-local. */
export interface MailViewer {
  /** Where a browser reads the mails; `/store` has them as JSON. */
  readonly url: string
  /** Hands it a mail, as the body of an SES v2 SendEmail request. Throws when it takes none. */
  deliver(sendEmailRequest: string): Promise<void>
  close(): Promise<void>
}

/**
 * Starts aws-ses-v2-local in this process, on a free port unless told which. It takes whatever it is sent, knows no
 * verified addresses, dates mails by the wall clock and keeps one store a process: what SES refuses and what was sent
 * when, the simulated SES knows. It is loaded only when it is wanted: that takes most of a second.
 */
export const startMailViewer = async (port = 0): Promise<MailViewer> => {
  const { default: startMailServer } = require('aws-ses-v2-local') as typeof mailServer.default
  const server = await startMailServer({ host: '127.0.0.1', port })
  if (!server.listening) await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  await fetch(`${url}/clear-store`, { method: 'POST' })
  return {
    url,
    deliver: async (sendEmailRequest) => {
      const headers = { 'content-type': 'application/json', authorization: 'AWS4-HMAC-SHA256 sandbox' }
      const answer = await fetch(`${url}/v2/email/outbound-emails`, { method: 'POST', headers, body: sendEmailRequest })
      if (answer.ok) return
      throw new Error(`aws-ses-v2-local refused a mail: found status ${answer.status} and ${await answer.text()}`)
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
