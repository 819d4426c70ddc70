import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type { Timeline } from '../timeline.ts'
import type { ReceivedMessage, SimulatedQueue } from './queue.ts'

/** A Lambda function behind a queue. Reports single failures, or throws when the whole batch failed. */
export type Consumer = (event: SQSEvent) => Promise<SQSBatchResponse | void>

/** A message on its way to the function. */
type Delivery = Pick<ReceivedMessage, 'id' | 'body' | 'receiveCount'>

/** The event source mapping, its queue's redrive policy, and what goes wrong on the way. */
export interface ConsumeOptions {
  /** Invocations at the same time. */
  readonly maxConcurrency: number
  /** Messages per invocation, at most. */
  readonly batchSize: number
  /** How long a received message stays hidden; a failed one comes back after it. */
  readonly visibilitySeconds: number
  readonly maxReceiveCount: number
  readonly deadLetterQueue: SimulatedQueue
  /** How long an invocation counts towards `maxConcurrency`: time stands still while its code runs. Default 1. */
  readonly invocationSeconds?: number
  /** Which deliveries come a second time, 5 s after the first: "at least once" taken at its word. */
  readonly duplicate?: (delivery: Delivery) => boolean
  /** Which deliveries come late, and by how much. */
  readonly delaySeconds?: (delivery: Delivery) => number
  /** Told of each invocation that failed as a whole. */
  readonly failed?: (error: unknown, event: SQSEvent) => void
}

/** Lambda's pollers find a visible message within about a tenth of a second. */
const pollSeconds = 0.1
const duplicateAfterSeconds = 5

/** Lambda's event source mapping of one queue: receives, invokes, deletes what succeeded. */
export class EventSource {
  readonly #queue: SimulatedQueue
  readonly #consumer: Consumer
  readonly #options: ConsumeOptions
  readonly #timeline: Timeline
  #running = 0
  #pollIsDue = false

  constructor(queue: SimulatedQueue, consumer: Consumer, options: ConsumeOptions, timeline: Timeline) {
    this.#queue = queue
    this.#consumer = consumer
    this.#options = options
    this.#timeline = timeline
  }

  /** Plans a look at the queue, unless one is planned. */
  poll(): void {
    if (this.#pollIsDue) return
    this.#pollIsDue = true
    this.#timeline.after(pollSeconds, () => {
      this.#pollIsDue = false
      return this.#receive()
    })
  }

  async #receive(): Promise<void> {
    const { maxConcurrency, batchSize, delaySeconds, invocationSeconds = 1 } = this.#options
    if (this.#running >= maxConcurrency) return
    const received = this.#queue.receive(batchSize)
    if (received.length === 0) return
    this.#running += 1
    const late = received.filter((message) => (delaySeconds?.(message) ?? 0) > 0)
    for (const message of late) this.#timeline.after(delaySeconds?.(message) ?? 0, () => this.#deliver([message]))
    await this.#deliver(received.filter((message) => !late.includes(message)))
    this.#timeline.after(invocationSeconds, () => {
      this.#running -= 1
      this.poll()
    })
    this.poll()
  }

  async #deliver(messages: readonly ReceivedMessage[]): Promise<void> {
    if (messages.length === 0) return
    await this.#invoke(messages)
    const again = messages.filter((message) => this.#options.duplicate?.(message) === true)
    if (again.length > 0) this.#timeline.after(duplicateAfterSeconds, () => this.#invoke(again))
  }

  async #invoke(messages: readonly ReceivedMessage[]): Promise<void> {
    const failed = await this.#failures({ Records: messages.map((message) => record(message, this.#queue.name)) })
    for (const { id, receiptHandle } of messages) if (!failed(id)) this.#queue.delete(receiptHandle)
  }

  /** Which messages failed. As with Lambda, all when the function throws or names a message it was not given. */
  async #failures(event: SQSEvent): Promise<(messageId: string) => boolean> {
    try {
      const response = await this.#consumer(event)
      const named = response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) ?? []
      const given = new Set(event.Records.map(({ messageId }) => messageId))
      return named.every((id) => given.has(id)) ? (messageId) => named.includes(messageId) : () => true
    } catch (error) {
      this.#options.failed?.(error, event)
      return () => true
    }
  }
}

const record = (message: ReceivedMessage, queueName: string): SQSRecord => ({
  messageId: message.id,
  receiptHandle: message.receiptHandle,
  body: message.body,
  md5OfBody: message.md5OfBody,
  messageAttributes: {},
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: 'sandbox',
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  },
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queueName}`,
  awsRegion: 'us-east-1',
})
