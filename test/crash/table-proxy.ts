import { type LoopbackProxy, startLoopbackProxy } from '../loopback-proxy.ts'

/** One call to the table; `what` as in `UpdateItem CLUSTER#us-dev/environment#shop`. */
interface TableCall {
  readonly what: string
}

/** What may happen at a call: `drop` cuts the connection, a status with DynamoDB's error type refuses it. */
interface TableFaults {
  readonly intercept: (call: TableCall) => Promise<'drop' | { readonly status: number; readonly type: string } | undefined>
  readonly committed: (call: TableCall) => Promise<'drop' | undefined>
}

/** Stands before the embedded DynamoDB with a fault point on either side of each call. */
export const startTableProxy = (target: string, { intercept, committed }: TableFaults): Promise<LoopbackProxy> =>
  startLoopbackProxy(target, async (request, forward) => {
    const call = callOf(String(request.headers['x-amz-target']), request.body)
    const fault = await intercept(call)
    if (fault === 'drop') return 'cut'
    if (fault !== undefined) {
      const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${fault.type}`, message: 'thrown by the test' })
      return { status: fault.status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body }
    }
    const answer = await forward(request)
    return (await committed(call)) === 'drop' ? 'cut' : answer
  })

const callOf = (target: string, body: Buffer): TableCall => {
  const input: { Key?: { pk?: { S?: string }; sk?: { S?: string } } } = JSON.parse(body.toString())
  const key = input.Key === undefined ? '' : ` ${input.Key.pk?.S ?? ''}/${input.Key.sk?.S ?? ''}`
  return { what: `${target.split('.').at(-1)}${key}` }
}
