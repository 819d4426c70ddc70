import type { SQSEvent } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { instant, later, secondsBetween } from '../../../lib/domain/time.ts'
import type { Consumer, ConsumeOptions } from '../../../lib/sandbox/cloud/event-source.ts'
import { SimulatedQueue } from '../../../lib/sandbox/cloud/queue.ts'
import { Timeline } from '../../../lib/sandbox/timeline.ts'

const start = instant('2026-11-22T08:00:00Z')

/** A queue with a function behind it that notes what it got and when. */
const consumed = (changes: Partial<ConsumeOptions> = {}, consumer: Consumer = async () => {}) => {
  const timeline = new Timeline(start)
  const queue = new SimulatedQueue('catnap-work', timeline)
  const dead = new SimulatedQueue('catnap-work-dead', timeline)
  const calls: { readonly at: number; readonly bodies: readonly string[]; readonly event: SQSEvent }[] = []
  const redrive = { maxReceiveCount: 3, deadLetterQueue: dead }
  const options = { maxConcurrency: 10, batchSize: 1, visibilitySeconds: 540, ...redrive }
  queue.consume(
    async (event) => {
      calls.push({ at: secondsBetween(start, timeline.now()), bodies: event.Records.map(({ body }) => body), event })
      return consumer(event)
    },
    { ...options, ...changes },
  )
  const pass = (seconds: number) => timeline.runUntil(later(timeline.now(), seconds))
  return { queue, dead, calls, pass, timeline }
}

const fails: Consumer = async () => {
  throw new Error('out of memory')
}

describe('a function behind a queue', () => {
  it('is invoked for each message when it is due, and the message is gone', async () => {
    const { calls, pass, queue } = consumed()
    queue.send('one')
    queue.send('two', 60)
    await pass(120)
    expect(calls.map(({ at, bodies }) => [Math.round(at), bodies])).toEqual([[0, ['one']], [60, ['two']]])
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
    expect(calls[0]?.event.Records[0]).toMatchObject({
      eventSource: 'aws:sqs',
      eventSourceARN: expect.stringMatching(/:catnap-work$/),
      attributes: { ApproximateReceiveCount: '1' },
    })
  })

  it('finds messages that were there before it', async () => {
    const { dead, pass, queue } = consumed()
    dead.send('old')
    const found: string[] = []
    dead.consume(
      async ({ Records }) => {
        found.push(...Records.map(({ body }) => body))
      },
      { maxConcurrency: 1, batchSize: 10, visibilitySeconds: 30, maxReceiveCount: 3, deadLetterQueue: queue },
    )
    await pass(1)
    expect(found).toEqual(['old'])
  })

  it('gets a failed message again after its visibility, and the dead-letter queue gets it in the end', async () => {
    const errors: unknown[] = []
    const { calls, dead, pass, queue } = consumed({ failed: (error) => errors.push(error) }, fails)
    queue.send('poison')
    await pass(3600)
    expect(calls.map(({ at }) => Math.round(at))).toEqual([0, 540, 1080])
    expect(calls.map(({ event }) => event.Records[0]?.attributes.ApproximateReceiveCount)).toEqual(['1', '2', '3'])
    expect([queue.deadLetters, dead.sent, dead.depth().visible]).toEqual([1, 1, 1])
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
    expect(errors).toHaveLength(3)
    expect(dead.receive(1)[0]?.body).toBe('poison')
  })

  it('may report single messages of a batch; only those come back', async () => {
    const { calls, pass, queue } = consumed({ batchSize: 10 }, async ({ Records }) => {
      const bad = Records.filter(({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1')
      return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) }
    })
    for (const body of ['good', 'bad', 'fine']) queue.send(body)
    await pass(600)
    expect(calls.map(({ bodies }) => bodies)).toEqual([['good', 'bad', 'fine'], ['bad']])
  })

  it('fails the whole batch when it reports a message it was not given', async () => {
    const batchItemFailures = [{ itemIdentifier: '' }]
    const { calls, pass, queue } = consumed({ batchSize: 10 }, async () => ({ batchItemFailures }))
    queue.send('one')
    queue.send('two')
    await pass(600)
    expect(calls.map(({ bodies }) => bodies)).toEqual([['one', 'two'], ['one', 'two']])
  })

  it('never runs more often at once than it may', async () => {
    const { calls, pass, queue } = consumed({ maxConcurrency: 2, invocationSeconds: 10 })
    for (let n = 0; n < 6; n += 1) queue.send(String(n))
    await pass(60)
    expect(calls.map(({ at }) => Math.round(at))).toEqual([0, 0, 10, 10, 20, 20])
  })

  it('does not stop the clock when it sends to its own queue', async () => {
    const world: ReturnType<typeof consumed> = consumed({}, async () => {
      world.queue.send('next')
    })
    world.queue.send('first')
    await world.pass(60)
    expect(world.timeline.now()).toBe(later(start, 60))
    expect(world.calls.length).toBeGreaterThan(10)
  })
})

describe('deliveries that go wrong', () => {
  it('come twice where the test wants it, also after a success', async () => {
    const { calls, pass, queue } = consumed({ duplicate: ({ body }) => body === 'twice' })
    queue.send('once')
    queue.send('twice')
    await pass(600)
    expect(calls.map(({ bodies }) => bodies[0])).toEqual(['once', 'twice', 'twice'])
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
  })

  it('come late where the test wants it, while others pass them', async () => {
    const { calls, pass, queue } = consumed({ delaySeconds: ({ body }) => (body === 'late' ? 120 : 0), batchSize: 10 })
    queue.send('late')
    queue.send('prompt')
    await pass(600)
    expect(calls.map(({ at, bodies }) => [Math.round(at), bodies])).toEqual([[0, ['prompt']], [120, ['late']]])
  })
})
