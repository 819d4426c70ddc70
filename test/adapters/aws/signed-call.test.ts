import { createServer } from 'node:http'
import { expect, it, onTestFinished, vi } from 'vitest'
import { signedCall } from '../../../lib/adapters/aws/signed-call.ts'
import { listenOnLoopback } from '../../../lib/sandbox/listen-on-loopback.ts'

/** A service that gives these answers in turn, and notes what it was asked. */
const service = async (...answers: readonly (readonly [status: number, body: string])[]) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const [status, body] = answers[asked.length] ?? [200, '{}']
    asked.push(`${String(request.headers['x-amz-target'])} ${String(request.headers.authorization).replace(/,.*/, '').replace(/\d{8}/, 'day')}`)
    response.writeHead(status).end(body)
  })
  const { url, close } = await listenOnLoopback(server)
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', url)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIACATNAP')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'sandbox')
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await close()
  })
  return { asked, call: signedCall<'AmazonSQS.SendMessageBatch'>({ name: 'sqs', version: '1.0' }, 'eu-west-1') }
}

const ASKED = 'AmazonSQS.SendMessageBatch AWS4-HMAC-SHA256 Credential=AKIACATNAP/day/eu-west-1/sqs/aws4_request'

it('is signed for its service and region, and answers what was said', async () => {
  const { asked, call } = await service([200, '{"Successful":[]}'])
  await expect(call('AmazonSQS.SendMessageBatch', {})).resolves.toEqual({ Successful: [] })
  expect(asked).toEqual([ASKED])
})

it('is tried again when the service is throttled or broken for a moment, whoever says so', async () => {
  const { asked, call } = await service([503, '<html>no</html>'], [400, '{"__type":"com.amazonaws.sqs#ThrottlingException"}'], [200, '{"ok":true}'])
  await expect(call('AmazonSQS.SendMessageBatch', {})).resolves.toEqual({ ok: true })
  expect(asked).toHaveLength(3)
})

it('is not tried again when it is refused, and says why', async () => {
  const { asked, call } = await service([400, '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}'])
  await expect(call('AmazonSQS.SendMessageBatch', {})).rejects.toMatchObject({ name: 'QueueDoesNotExist', message: 'no such queue' })
  expect(asked).toHaveLength(1)
})

it('ends after three tries', async () => {
  const { asked, call } = await service([500, ''], [500, ''], [500, ''])
  await expect(call('AmazonSQS.SendMessageBatch', {})).rejects.toMatchObject({ name: 'HTTP 500', message: 'sqs answered 500' })
  expect(asked).toHaveLength(3)
})
