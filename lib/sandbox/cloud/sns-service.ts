import type { Instant } from '../../domain/time.ts'
import type { Timeline } from '../timeline.ts'
import { AwsError } from './aws-error.ts'
import { Form } from './form.ts'
import type { Service } from './service.ts'
import { uuid } from './uuid.ts'
import { queryAnswer, queryRefusal } from './wire.ts'

const namespace = 'http://sns.amazonaws.com/doc/2010-03-31/'
const mostBytes = 262_144

/** A message that a topic took. */
export interface PublishedMessage {
  readonly at: Instant
  readonly topicArn: string
  readonly subject: string
  readonly message: string
}

/** What SNS knows. */
export interface SnsWorld {
  readonly timeline: Timeline
  /** ARNs of the topics there are. */
  readonly topics: ReadonlySet<string>
  /** What was published, oldest first. */
  readonly published: PublishedMessage[]
}

/** Amazon SNS (awsQuery, 2010-03-31): Publish to a topic. */
export const snsService = (world: SnsWorld): Service => ({
  action: ({ body }) => (Form.parse(body).text('Action') === 'Publish' ? 'Publish' : undefined),
  handle: (action, { body, region, requestId }) => {
    const form = Form.parse(body)
    const [topicArn, subject, message] = [form.text('TopicArn') ?? '', form.text('Subject') ?? '', form.text('Message') ?? '']
    if (topicArn.split(':')[3] !== region) throw invalid('TopicArn')
    if (!world.topics.has(topicArn)) throw new AwsError(404, 'NotFound', 'Topic does not exist')
    // Printable ASCII that begins with a letter, a digit or punctuation; at most 100 characters.
    if (!/^[!-~][ -~]{0,99}$/.test(subject)) throw invalid('Subject')
    if (message === '' || Buffer.byteLength(message) > mostBytes) throw invalid('Message')
    world.published.push({ at: world.timeline.now(), topicArn, subject, message })
    return queryAnswer(namespace, action, { MessageId: uuid(`message\0${world.published.length}`) }, requestId)
  },
  refuse: (error, requestId) => queryRefusal(namespace, error, requestId),
})

const invalid = (parameter: string): AwsError => new AwsError(400, 'InvalidParameter', `Invalid parameter: ${parameter}`)
