import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cloudWorld, start } from './cloud-world.ts'

const queueWorld = async () => {
  const world = await cloudWorld()
  const queue = world.cloud.queue('catnap-work')
  const { QueueUrl = '' } = await world.sqs.send(new GetQueueUrlCommand({ QueueName: 'catnap-work' }))
  const receive = async (input: object = {}) =>
    (await world.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...input }))).Messages ?? []
  return { ...world, queue, QueueUrl, receive }
}

const entries = (count: number) => Array.from({ length: count }, (_, n) => ({ Id: `m${n}`, MessageBody: 'x' }))

describe('a queue', () => {
  it('hands out what was sent, unchanged, and forgets what was deleted', async () => {
    const { QueueUrl, queue, receive, sqs } = await queueWorld()
    const MessageBody = 'reconcile us-dev/checkout – "bientôt" <&> 🐈'
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    const [message] = await receive({ MessageSystemAttributeNames: ['All'] })
    expect(message).toMatchObject({
      MessageId,
      Body: MessageBody,
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(start) },
    })
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }))
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
    expect([queue.sent, queue.received]).toEqual([1, 1])
  })

  it('hides a message in flight for its visibility and a delayed one for its delay', async () => {
    const { QueueUrl, pass, receive, sqs } = await queueWorld()
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'now' }))
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 900 }))
    expect((await receive()).map(({ Body }) => Body)).toEqual(['now'])
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
    expect(Attributes).toMatchObject({
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:catnap-work',
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      VisibilityTimeout: '30',
    })
    await pass(29)
    expect(await receive()).toEqual([])
    await pass(1)
    expect((await receive({ VisibilityTimeout: 3600 })).map(({ Body }) => Body)).toEqual(['now'])
    await pass(870)
    expect((await receive()).map(({ Body }) => Body)).toEqual(['later'])
  })

  it('gives a message back when its visibility is set to zero; an old handle then deletes nothing', async () => {
    const { QueueUrl, queue, receive, sqs } = await queueWorld()
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'again' }))
    const [first] = await receive()
    const change = (ReceiptHandle: string | undefined) =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
    await change(first?.ReceiptHandle)
    await expect(change(first?.ReceiptHandle)).rejects.toMatchObject({ name: 'MessageNotInflight' })
    const [second] = await receive()
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }))
    expect(queue.depth().inFlight).toBe(1)
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }))
    expect(queue.depth().inFlight).toBe(0)
  })

  it('takes and deletes up to ten at once, each with an answer of its own', async () => {
    const { QueueUrl, queue, receive, sqs } = await queueWorld()
    const sent = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [{ Id: 'a', MessageBody: 'one' }, { Id: 'b', MessageBody: 'two', DelaySeconds: 901 }],
      }),
    )
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a'])
    expect(sent.Failed).toMatchObject([{ Id: 'b', SenderFault: true, Code: 'InvalidParameterValue' }])
    const [message] = await receive()
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [{ Id: 'a', ReceiptHandle: message?.ReceiptHandle }, { Id: 'b', ReceiptHandle: 'made up' }],
      }),
    )
    expect(deleted).toMatchObject({
      Successful: [{ Id: 'a' }],
      Failed: [{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }],
    })
    expect(queue.depth().inFlight).toBe(0)
  })

  it('refuses what SQS refuses', async () => {
    const { QueueUrl, sqs } = await queueWorld()
    const send = (input: object) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', ...input }))
    const sendBatch = (Entries: ReturnType<typeof entries>) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    await expect(send({ DelaySeconds: 901 })).rejects.toThrow('DelaySeconds must be >= 0 and <= 900')
    await expect(send({ MessageBody: '' })).rejects.toMatchObject({ name: 'MissingParameter' })
    await expect(send({ MessageBody: 'x'.repeat(1_048_577) })).rejects.toThrow('must be shorter than')
    await expect(sendBatch(entries(11))).rejects.toMatchObject({ name: 'TooManyEntriesInBatchRequest' })
    await expect(sendBatch([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' })
    await expect(sendBatch([...entries(1), ...entries(1)])).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' })
    await expect(
      sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'made up' })),
    ).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' })
    await expect(send({ QueueUrl: QueueUrl.replace('work', 'nobody') })).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      $metadata: { httpStatusCode: 400 },
    })
  })
})

describe('a client that finds the cloud by AWS_ENDPOINT_URL', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('reaches a queue by the URL it was told, whatever account is in it', async () => {
    const { cloud, queue } = await queueWorld()
    vi.stubEnv('AWS_ENDPOINT_URL', cloud.url)
    const credentials = { accessKeyId: 'AKIACATNAP', secretAccessKey: 'sandbox' }
    const client = new SQSClient({ region: 'eu-west-1', credentials })
    const QueueUrl = `${cloud.url}/111122223333/catnap-work`
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))
    client.destroy()
    expect(queue.sent).toBe(1)
  })
})
