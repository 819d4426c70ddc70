import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { listenOnLoopback } from './listen-on-loopback.ts'

/** A message that came over a webhook. */
interface ChatMessage {
  /** Path of the webhook's address. */
  readonly path: string
  readonly text: string
}

/** A chat with incoming webhooks, as Slack's are. */
export interface Chat {
  /** Where it listens, for CATNAP_ENDPOINT_URL_WEBHOOK. */
  readonly url: string
  /** What came, oldest first. */
  readonly messages: readonly ChatMessage[]
  close(): Promise<void>
}

/** What a chat answers instead of taking a message; undefined: it takes it. */
export type ChatFault = () => { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | undefined

/** Opens a chat on a free port of this machine. It takes JSON with a text, and refuses what Slack refuses. */
export const openChat = async (fault: ChatFault = () => undefined): Promise<Chat> => {
  const messages: ChatMessage[] = []
  const server = createServer(async (incoming, outgoing) => {
    const body = textIn(await text(incoming))
    const refused = fault() ?? (incoming.method !== 'POST' || body === undefined ? { status: 400 } : undefined)
    if (refused === undefined) messages.push({ path: incoming.url ?? '', text: body ?? '' })
    outgoing.writeHead(refused?.status ?? 200, { 'content-type': 'text/html', ...refused?.headers }).end(refused === undefined ? 'ok' : 'invalid_payload')
  })
  server.keepAliveTimeout = 0
  return { ...(await listenOnLoopback(server)), messages }
}

const textIn = (body: string): string | undefined => {
  try {
    const { text: said } = JSON.parse(body) as { readonly text?: unknown }
    return typeof said === 'string' && said !== '' ? said : undefined
  } catch {
    return undefined
  }
}
