import { AwsError } from './aws-error.ts'
import { JsonInput } from './json-input.ts'
import { md5, type ReceivedMessage, type SimulatedQueue } from './queue.ts'
import type { Service } from './service.ts'
import { awsJsonAnswer, awsJsonRefusal } from './wire.ts'

const account = '000000000000'
const longestDelaySeconds = 900
const longestVisibilitySeconds = 43_200
const largestBytes = 1_048_576
const largestBatch = 10

/** Where the service finds queues and says where they are. */
export interface Queues {
  /** The queue of that name; undefined when nobody made it. */
  readonly find: (name: string) => SimulatedQueue | undefined
  /** The server's own origin: the SDK sends to the host of the queue URL. */
  readonly origin: () => string
}

type Handler = (input: JsonInput, region: string) => object

/** Amazon SQS (awsJson1_0, 2012-11-05), standard queues. A queue is named by the last part of its URL. */
export const sqsService = (queues: Queues): Service => {
  const handlers: Readonly<Record<string, Handler>> = {
    GetQueueUrl: (input) => {
      const { name } = queueNamed(queues, input.text('QueueName') ?? '')
      return { QueueUrl: `${queues.origin()}/${account}/${name}` }
    },
    GetQueueAttributes: (input, region) => attributes(queueOf(queues, input), input.texts('AttributeNames'), region),
    SendMessage: (input) => send(queueOf(queues, input), input),
    SendMessageBatch: (input) => {
      const queue = queueOf(queues, input)
      return batch(input, (entry) => send(queue, entry))
    },
    ReceiveMessage: (input) => receive(queueOf(queues, input), input),
    DeleteMessage: (input) => remove(queueOf(queues, input), input),
    DeleteMessageBatch: (input) => {
      const queue = queueOf(queues, input)
      return batch(input, (entry) => remove(queue, entry))
    },
    ChangeMessageVisibility: (input) => changeVisibility(queueOf(queues, input), input),
  }
  return {
    action: ({ target }) => {
      const [service, action = ''] = target.split('.')
      return service === 'AmazonSQS' && Object.hasOwn(handlers, action) ? action : undefined
    },
    handle: (action, { body, region, requestId }) =>
      awsJsonAnswer(handlers[action]?.(JsonInput.parse(body), region) ?? {}, requestId),
    refuse: (error, requestId) =>
      awsJsonRefusal(error, requestId, { namespace: 'com.amazonaws.sqs', queryCode: queryCodes[error.code] ?? error.code }),
  }
}

/** Codes of the older query protocol, where they differ: older SDKs read them from a header. */
const queryCodes: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
}

const refusal = (code: string, message: string): AwsError => new AwsError(400, code, message)

const queueNamed = (queues: Queues, name: string): SimulatedQueue => {
  const queue = queues.find(name)
  if (queue === undefined) throw refusal('QueueDoesNotExist', 'The specified queue does not exist.')
  return queue
}

const queueOf = (queues: Queues, input: JsonInput): SimulatedQueue =>
  queueNamed(queues, (input.text('QueueUrl') ?? '').split('/').at(-1) ?? '')

const within = (name: string, value: number | undefined, low: number, high: number): number | undefined => {
  if (value !== undefined && !(value >= low && value <= high)) {
    const reason = `${name} must be >= ${low} and <= ${high}`
    throw refusal('InvalidParameterValue', `Value ${value} for parameter ${name} is invalid. Reason: ${reason}.`)
  }
  return value
}

const send = (queue: SimulatedQueue, input: JsonInput): object => {
  const body = input.text('MessageBody')
  if (body === undefined || body === '') {
    throw refusal('MissingParameter', 'The request must contain the parameter MessageBody.')
  }
  if (input.object('MessageAttributes') !== undefined) {
    throw refusal('UnsupportedOperation', 'the simulated queue carries no message attributes')
  }
  if (Buffer.byteLength(body) > largestBytes) {
    const reason = `Message must be shorter than ${largestBytes} bytes`
    throw refusal('InvalidParameterValue', `One or more parameters are invalid. Reason: ${reason}.`)
  }
  const delaySeconds = within('DelaySeconds', input.number('DelaySeconds'), 0, longestDelaySeconds)
  return { MessageId: queue.send(body, delaySeconds), MD5OfMessageBody: md5(body) }
}

const batch = (input: JsonInput, handle: (entry: JsonInput) => object): object => {
  const entries = input.objects('Entries')
  if (entries.length === 0) throw refusal('EmptyBatchRequest', 'There should be at least one entry in the request.')
  if (entries.length > largestBatch) {
    const limit = `Maximum number of entries per request are ${largestBatch}`
    throw refusal('TooManyEntriesInBatchRequest', `${limit}. You have sent ${entries.length}.`)
  }
  const ids = entries.map((entry) => entry.text('Id') ?? '')
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw refusal('BatchEntryIdsNotDistinct', `Id ${twice} repeated.`)
  const bytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry.text('MessageBody') ?? ''), 0)
  if (bytes > largestBytes) {
    const limit = `Batch requests cannot be longer than ${largestBytes} bytes`
    throw refusal('BatchRequestTooLong', `${limit}. You have sent ${bytes} bytes.`)
  }
  const results = entries.map((entry) => attempt(entry.text('Id') ?? '', () => handle(entry)))
  return {
    Successful: results.flatMap((result) => result.done ?? []),
    Failed: results.flatMap((result) => result.failed ?? []),
  }
}

const attempt = (Id: string, handle: () => object): { readonly done?: object; readonly failed?: object } => {
  try {
    return { done: { Id, ...handle() } }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { failed: { Id, SenderFault: error.status < 500, Code: error.code, Message: error.message } }
  }
}

/** Never waits for a message to come, whatever WaitTimeSeconds says: time stands still while a request is handled. */
const receive = (queue: SimulatedQueue, input: JsonInput): object => {
  const limit = within('MaxNumberOfMessages', input.number('MaxNumberOfMessages'), 1, largestBatch) ?? 1
  const visibilitySeconds = within('VisibilityTimeout', input.number('VisibilityTimeout'), 0, longestVisibilitySeconds)
  const asked = new Set([...input.texts('AttributeNames'), ...input.texts('MessageSystemAttributeNames')])
  const messages = queue.receive(limit, visibilitySeconds).map((message) => ({
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    Attributes: chosen(systemAttributes(message), asked),
  }))
  return messages.length === 0 ? {} : { Messages: messages }
}

const systemAttributes = (message: ReceivedMessage): Readonly<Record<string, string>> => ({
  SenderId: account,
  SentTimestamp: String(message.sentAt),
  ApproximateReceiveCount: String(message.receiveCount),
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
})

const chosen = (all: Readonly<Record<string, string>>, asked: ReadonlySet<string>): object | undefined => {
  const entries = Object.entries(all).filter(([name]) => asked.has('All') || asked.has(name))
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

const notAHandle = (handle: string): AwsError =>
  new AwsError(404, 'ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`)

const remove = (queue: SimulatedQueue, input: JsonInput): object => {
  const handle = input.text('ReceiptHandle') ?? ''
  if (!queue.delete(handle)) throw notAHandle(handle)
  return {}
}

const changeVisibility = (queue: SimulatedQueue, input: JsonInput): object => {
  const handle = input.text('ReceiptHandle') ?? ''
  const seconds = within('VisibilityTimeout', input.number('VisibilityTimeout'), 0, longestVisibilitySeconds) ?? 0
  const wrong = queue.changeVisibility(handle, seconds)
  if (wrong === 'not-a-handle') throw notAHandle(handle)
  if (wrong === 'not-in-flight') {
    const reason = 'Message does not exist or is not available for visibility timeout change'
    throw refusal('MessageNotInflight', `Value ${handle} for parameter ReceiptHandle is invalid. Reason: ${reason}.`)
  }
  return {}
}

const attributes = (queue: SimulatedQueue, asked: readonly string[], region: string): object => {
  const { visible, inFlight, delayed } = queue.depth()
  const arn = (name: string): string => `arn:aws:sqs:${region}:${account}:${name}`
  const redrive = queue.redrive && {
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: arn(queue.redrive.deadLetterQueue.name),
      maxReceiveCount: queue.redrive.maxReceiveCount,
    }),
  }
  const all = {
    QueueArn: arn(queue.name),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    VisibilityTimeout: String(queue.visibilitySeconds),
    DelaySeconds: '0',
    MaximumMessageSize: String(largestBytes),
    ...redrive,
  }
  return { Attributes: chosen(all, new Set(asked)) }
}
