import { setTimeout as wait } from 'node:timers/promises'
import type { Notice } from '../../domain/notice.ts'
import { type OutboundAnswer, sendOut } from '../outbound/send-out.ts'

/** A chat that is busy is asked again so often, and only then: after any other answer the message may be there. */
const TRIES = 3

/** Longer than this a worker does not wait for a chat. */
const LONGEST_WAIT_SECONDS = 5

/**
 * Posts a notice to an incoming webhook, as Slack and those like it take it. The address is a secret: it is in no error, and
 * of its host no more than the name. Throws an Error that says what was answered.
 */
export const postToChat = async (address: string, notice: Notice): Promise<void> => {
  const url = webhookUrl(address)
  const body = JSON.stringify({ text: textOf(notice) })
  for (let tried = 1; ; tried += 1) {
    const answer = await sendOut({ url, method: 'POST', headers: { 'content-type': 'application/json; charset=utf-8' }, body, endpoint: process.env['CATNAP_ENDPOINT_URL_WEBHOOK'] })
    if (answer.status >= 200 && answer.status < 300) return
    if (answer.status !== 429 || tried === TRIES) throw new Error(`${url.hostname} answered ${answer.status}, expected 200${hintAt(answer.status)}`)
    await wait(waitSeconds(answer, tried) * 1000)
  }
}

const webhookUrl = (address: string): URL => {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol === 'https:') return url
  throw new Error(`not the address of a webhook: found ${url === undefined ? 'no URL' : `one with ${url.protocol}//`}, expected https://…`)
}

const hintAt = (status: number): string => {
  if (status >= 300 && status < 400) return '; redirects are not followed'
  return status === 404 || status === 410 || status === 403 ? '; was the webhook withdrawn?' : ''
}

const waitSeconds = ({ retryAfter }: OutboundAnswer, tried: number): number => {
  const asked = Number(retryAfter)
  return Math.min(LONGEST_WAIT_SECONDS, Number.isFinite(asked) && asked >= 0 ? asked : 2 ** tried)
}

/** Slack's `mrkdwn`: three characters are its own, and a link is `<url|text>`. */
const textOf = ({ text, link }: Notice): string => (link === undefined ? escaped(text) : `${escaped(text)}\n<${link.url}|${escaped(link.says)}>`)

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
