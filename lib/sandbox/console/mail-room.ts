import type { MailRules } from '../cloud/ses-service.ts'
import { type MailViewer, startMailViewer } from '../mail-viewer.ts'

/** Keeps what SES took, and opens the viewer when somebody wants to read. */
export interface MailRoom {
  /** What the simulated SES goes by: every mail it takes comes here. */
  readonly rules: MailRules
  /** Where the mails are read. Starts the viewer when it does not run yet. */
  open(): Promise<string>
  close(): Promise<void>
}

/** A mail room. `verified`: addresses and domains mail may come from. */
export const mailRoom = (verified: readonly string[]): MailRoom => {
  const taken: string[] = []
  let viewer: Promise<MailViewer> | undefined
  const start = async (): Promise<MailViewer> => {
    const started = await startMailViewer()
    for (const mail of taken.splice(0)) await started.deliver(mail)
    return started
  }
  return {
    rules: {
      verified,
      deliver: async (mail) => {
        if (viewer === undefined) taken.push(mail)
        else await (await viewer).deliver(mail)
      },
    },
    open: async () => {
      viewer ??= start()
      return (await viewer).url
    },
    close: async () => void (await (await viewer)?.close()),
  }
}
