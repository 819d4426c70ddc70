import { createHash } from 'node:crypto'
import { type Instant, later } from '../../domain/time.ts'
import type { Timeline } from '../timeline.ts'
import { type Consumer, type ConsumeOptions, EventSource } from './event-source.ts'
import { uuid } from './uuid.ts'

/** A message as a receiver gets it. */
export interface ReceivedMessage {
  readonly id: string
  readonly body: string
  readonly md5OfBody: string
  readonly receiptHandle: string
  readonly receiveCount: number
  readonly sentAt: Instant
  readonly firstReceivedAt: Instant
}

/** How many messages a queue holds: to be had now, received and not yet deleted, delayed. */
export interface QueueDepth {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

/** After how many receives a message goes where. */
export interface RedrivePolicy {
  readonly maxReceiveCount: number
  readonly deadLetterQueue: SimulatedQueue
}

interface Message {
  readonly id: string
  readonly body: string
  readonly sentAt: Instant
  readonly visibleAt: Instant
  readonly receiveCount: number
  readonly firstReceivedAt: Instant | undefined
}

/** A standard SQS queue on the sandbox's clock: each message at least once, in no promised order. */
export class SimulatedQueue {
  readonly name: string
  readonly createdAt: Instant
  readonly #timeline: Timeline
  readonly #messages = new Map<string, Message>()
  #visibilitySeconds = 30
  #redrive: RedrivePolicy | undefined
  #onVisible: (() => void) | undefined
  #sent = 0
  #received = 0
  #deadLetters = 0

  constructor(name: string, timeline: Timeline) {
    this.name = name
    this.#timeline = timeline
    this.createdAt = timeline.now()
  }

  /** Messages ever sent to it. */
  get sent(): number {
    return this.#sent
  }

  /** Messages ever handed out; one handed out twice counts twice. */
  get received(): number {
    return this.#received
  }

  /** Messages it gave up and moved to its dead-letter queue. */
  get deadLetters(): number {
    return this.#deadLetters
  }

  get visibilitySeconds(): number {
    return this.#visibilitySeconds
  }

  get redrive(): RedrivePolicy | undefined {
    return this.#redrive
  }

  depth(): QueueDepth {
    const now = this.#timeline.now()
    const waiting = [...this.#messages.values()]
    const hidden = waiting.filter(({ visibleAt }) => visibleAt > now)
    const delayed = hidden.filter(({ receiveCount }) => receiveCount === 0).length
    return { visible: waiting.length - hidden.length, inFlight: hidden.length - delayed, delayed }
  }

  /** Takes a message; it can be had after `delaySeconds`. Answers its id. */
  send(body: string, delaySeconds = 0): string {
    const id = uuid(`${this.name}\0${this.#sent++}`)
    const sentAt = this.#timeline.now()
    const visibleAt = later(sentAt, delaySeconds)
    this.#keep({ id, body, sentAt, visibleAt, receiveCount: 0, firstReceivedAt: undefined })
    return id
  }

  /** Hands out up to `limit` messages and hides them; one received too often goes to the dead-letter queue instead. */
  receive(limit: number, visibilitySeconds = this.#visibilitySeconds): readonly ReceivedMessage[] {
    const now = this.#timeline.now()
    const handedOut: ReceivedMessage[] = []
    for (const message of this.#messages.values()) {
      if (handedOut.length === limit) break
      if (message.visibleAt > now || this.#gaveUp(message)) continue
      handedOut.push(this.#handOut(message, later(now, visibilitySeconds)))
    }
    this.#received += handedOut.length
    return handedOut
  }

  /** Deletes the message a handle was given for; an outdated handle deletes nothing. Answers whether it is a handle. */
  delete(receiptHandle: string): boolean {
    const [id, receiveCount] = readHandle(receiptHandle)
    if (id === undefined) return false
    if (this.#messages.get(id)?.receiveCount === receiveCount) this.#messages.delete(id)
    return true
  }

  /** Hides a message in flight for so long from now. Answers what was wrong, if anything. */
  changeVisibility(receiptHandle: string, visibilitySeconds: number): 'not-a-handle' | 'not-in-flight' | undefined {
    const [id, receiveCount] = readHandle(receiptHandle)
    if (id === undefined) return 'not-a-handle'
    const message = this.#messages.get(id)
    const now = this.#timeline.now()
    if (message?.receiveCount !== receiveCount || message.visibleAt <= now) return 'not-in-flight'
    this.#keep({ ...message, visibleAt: later(now, visibilitySeconds) })
    return undefined
  }

  /** Attaches a function, as Lambda's event source mapping does. One per queue. */
  consume(consumer: Consumer, options: ConsumeOptions): void {
    this.#visibilitySeconds = options.visibilitySeconds
    this.#redrive = { maxReceiveCount: options.maxReceiveCount, deadLetterQueue: options.deadLetterQueue }
    const source = new EventSource(this, consumer, options, this.#timeline)
    this.#onVisible = () => source.poll()
    for (const { visibleAt } of this.#messages.values()) this.#announce(visibleAt)
  }

  #handOut(message: Message, visibleAt: Instant): ReceivedMessage {
    const firstReceivedAt = message.firstReceivedAt ?? this.#timeline.now()
    const receiveCount = message.receiveCount + 1
    this.#keep({ ...message, receiveCount, firstReceivedAt, visibleAt })
    const { id, body, sentAt } = message
    const receiptHandle = handleOf(id, receiveCount)
    return { id, body, sentAt, receiveCount, firstReceivedAt, md5OfBody: md5(body), receiptHandle }
  }

  #gaveUp(message: Message): boolean {
    if (this.#redrive === undefined || message.receiveCount < this.#redrive.maxReceiveCount) return false
    this.#messages.delete(message.id)
    this.#deadLetters += 1
    this.#redrive.deadLetterQueue.#accept(message)
    return true
  }

  #accept(message: Message): void {
    this.#sent += 1
    this.#keep({ ...message, visibleAt: this.#timeline.now(), receiveCount: 0, firstReceivedAt: undefined })
  }

  #keep(message: Message): void {
    this.#messages.set(message.id, message)
    this.#announce(message.visibleAt)
  }

  #announce(visibleAt: Instant): void {
    const onVisible = this.#onVisible
    if (onVisible !== undefined) this.#timeline.at(visibleAt, onVisible)
  }
}

/** MD5 in hex: SQS's own check that a body arrived whole. */
export const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

const handleOf = (id: string, receiveCount: number): string => Buffer.from(`${id}#${receiveCount}`).toString('base64')

const readHandle = (handle: string): readonly [id: string | undefined, receiveCount: number] => {
  const parts = /^([0-9a-f-]{36})#(\d+)$/.exec(Buffer.from(handle, 'base64').toString())
  return [parts?.[1], Number(parts?.[2])]
}
