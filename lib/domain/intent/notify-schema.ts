import { z } from 'zod'
import { duration, lasting, matching } from './field.ts'
import { SECRET_PARAMETER_PATTERN, TOPIC_PATTERN } from './patterns.ts'

const slack = z.strictObject(
  {
    webhook: matching(SECRET_PARAMETER_PATTERN, 'an SSM parameter such as ssm:/catnap/slack').meta({
      description:
        'The SSM parameter that holds the address of the webhook, which is a secret: a SecureString in the account and region of the ' +
        'cluster, its name beginning with `/catnap/`. Slack, Mattermost and others take what is sent: `{"text": "…"}`.',
      examples: ['ssm:/catnap/slack'],
    }),
  },
  { error: 'a webhook such as { webhook: ssm:/catnap/slack }' },
)

/** Where people are told, at the top and of one environment. */
export const notifySchema = z
  .strictObject(
    {
      slack: slack.optional().meta({ description: 'A channel of a chat.' }),
      topic: matching(TOPIC_PATTERN, 'the ARN of an SNS topic whose name begins with catnap-').optional().meta({
        description: 'An SNS topic in the account of the cluster; its name begins with `catnap-`, which is what the role may publish to.',
        examples: ['arn:aws:sns:us-east-1:111122223333:catnap-warnings'],
      }),
    },
    { error: 'channels such as { slack: { webhook: ssm:/catnap/slack } }' },
  )
  .refine(({ slack: chat, topic }) => chat !== undefined || topic !== undefined, { error: 'at least one of slack and topic' })

const ONE_DAY = 86_400

/** `warn` of an environment. */
export const warnSchema = duration()
  .refine(lasting(60, ONE_DAY), { error: 'at least 1m and at most 1d' })
  .meta({
    description:
      'How long ahead people are told that it is about to sleep, once for each sleep, where `notify` says. What turns idle sleeps so much later.',
    examples: ['15m'],
  })
