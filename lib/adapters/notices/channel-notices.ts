import type { Notices } from '../../ports.ts'
import { postToChat } from './chat-webhook.ts'
import { snsTopics } from './sns-topic.ts'

/** Tells people by webhook and by SNS. `secret` reads the webhook's address from the parameter the intent names. */
export const channelNotices = (secret: (parameter: string) => Promise<string>): Notices => {
  const publish = snsTopics()
  return {
    tell: async ({ webhookParameter, topicArn }, notice) => {
      const ends = await Promise.allSettled([
        ...(webhookParameter === undefined ? [] : [secret(webhookParameter).then((address) => postToChat(address, notice))]),
        ...(topicArn === undefined ? [] : [publish(topicArn, notice)]),
      ])
      return ends.flatMap((end) => (end.status === 'fulfilled' ? [] : [end.reason instanceof Error ? end.reason.message : String(end.reason)]))
    },
  }
}
