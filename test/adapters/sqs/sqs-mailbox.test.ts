import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readMessage } from '../../../lib/adapters/sqs/read-message.ts'
import { sqsMailbox } from '../../../lib/adapters/sqs/sqs-mailbox.ts'
import type { Parcel } from '../../../lib/ports.ts'
import { cloudWorld } from '../../sandbox/cloud/cloud-world.ts'

const parcel = (id: string, changes: Partial<Parcel> = {}): Parcel => ({
  queue: 'work', clusterArn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', message: { kind: 'environment', id }, ...changes,
})

const post = async () => {
  const world = await cloudWorld()
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', world.cloud.url)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIACATNAP')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'sandbox')
  onTestFinished(() => void vi.unstubAllEnvs())
  const bodies = (queue: string) => world.cloud.queue(`catnap-${queue}`).receive(100).map(({ body }) => JSON.parse(body) as unknown)
  for (const queue of ['wake', 'work', 'nodes']) world.cloud.queue(`catnap-${queue}`)
  return { ...world, mailbox: sqsMailbox(), bodies }
}

describe('the mailbox', () => {
  it('puts each message into the queue of its kind of work', async () => {
    const { mailbox, bodies } = await post()
    await mailbox.send([parcel('us-dev/a'), parcel('us-dev/b', { queue: 'wake' }), parcel('', { queue: 'nodes', message: { kind: 'nodes', cluster: 'us-dev' } })])
    expect([bodies('work'), bodies('wake'), bodies('nodes')]).toEqual([
      [{ kind: 'environment', id: 'us-dev/a' }], [{ kind: 'environment', id: 'us-dev/b' }], [{ kind: 'nodes', cluster: 'us-dev' }],
    ])
  })

  it('sends more than fit into one request', async () => {
    const { mailbox, bodies } = await post()
    await mailbox.send(Array.from({ length: 23 }, (_, index) => parcel(`us-dev/e${index}`)))
    expect(bodies('work')).toHaveLength(23)
  })

  it('delays a message where it is told to', async () => {
    const { mailbox, bodies, pass } = await post()
    await mailbox.send([parcel('us-dev/a', { delaySeconds: 15 })])
    expect(bodies('work')).toEqual([])
    await pass(15)
    expect(bodies('work')).toHaveLength(1)
  })

  it('sends nothing for nothing', async () => {
    const { mailbox, bodies } = await post()
    await mailbox.send([])
    expect(bodies('work')).toEqual([])
  })

  it('keeps no spoke from its messages because another has no queue, and says which has none', async () => {
    const world = await post()
    const known = world.cloud.queue('catnap-work')
    const missing = { queue: 'missing' as Parcel['queue'] }
    await expect(world.mailbox.send([parcel('us-dev/a', missing), parcel('us-dev/b')])).rejects.toThrow(/\/111122223333\/catnap-missing takes no messages: QueueDoesNotExist.*is the spoke of this account and region deployed\?/s)
    expect(known.depth().visible).toBe(1)
  })
})

describe('a message', () => {
  it('is read as what its queue is for', () => {
    expect(readMessage('{"kind":"environment","id":"us-dev/shop"}', 'environment')).toEqual({ kind: 'environment', id: 'us-dev/shop' })
    expect(readMessage('{"kind":"nodes","cluster":"us-dev"}', 'nodes')).toEqual({ kind: 'nodes', cluster: 'us-dev' })
  })

  it.each(['', 'not json', 'null', '[]', '3', '{}', '{"kind":"nodes","cluster":"us-dev"}', '{"kind":"environment"}', '{"kind":"environment","id":7}'])(
    'is refused when it is "%s": it shows what was found and what was expected',
    (body) => expect(() => readMessage(body, 'environment')).toThrow(`not a message for this queue: found ${body}, expected kind "environment"`),
  )
})
