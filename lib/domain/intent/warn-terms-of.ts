import { parseDuration } from '../duration.ts'
import type { Terms } from '../environment.ts'
import { parameterOf } from './idle-terms-of.ts'
import type { Intent } from './schema.ts'

/** Whom an environment's `warn` tells: its own channels, else those at the top. */
export const warnTermsOf = ({ warn, notify }: Pick<Intent['environments'][string], 'warn' | 'notify'>, top: Intent['notify']): Pick<Terms, 'warn'> => {
  const { slack, topic } = notify ?? top ?? {}
  if (warn === undefined || (slack === undefined && topic === undefined)) return {}
  const webhookParameter = slack && parameterOf(slack.webhook)
  return {
    warn: {
      aheadSeconds: parseDuration(warn),
      ...(webhookParameter === undefined ? {} : { webhookParameter }),
      ...(topic === undefined ? {} : { topicArn: topic }),
    },
  }
}
