import { clusterAddress } from '../../domain/fleet.ts'
import type { Mailbox, Parcel } from '../../ports.ts'
import { signedCall } from '../aws/signed-call.ts'

/** SendMessageBatch takes so many at once. */
const AT_ONCE = 10

type QueueCall = ReturnType<typeof signedCall<'AmazonSQS.SendMessageBatch'>>

/** Sends to the queues of each spoke: `catnap-<queue>` in the account and region of the cluster. */
export const sqsMailbox = (): Mailbox => {
  const calls = new Map<string, QueueCall>()
  const callIn = (region: string): QueueCall => {
    const call = calls.get(region) ?? signedCall<'AmazonSQS.SendMessageBatch'>({ name: 'sqs', version: '1.0' }, region)
    calls.set(region, call)
    return call
  }
  return {
    send: async (parcels) => {
      // One queue that refuses, of a spoke that was never deployed, keeps no other spoke from its messages.
      const failures: unknown[] = []
      for (const [url, ofQueue] of Map.groupBy(parcels, queueUrl)) {
        const [first] = ofQueue
        if (first === undefined) continue
        const call = callIn(clusterAddress(first.clusterArn).region)
        const batches = Array.from({ length: Math.ceil(ofQueue.length / AT_ONCE) }, (_, batch) => ofQueue.slice(batch * AT_ONCE, (batch + 1) * AT_ONCE))
        for (const batch of batches) await sendBatch(call, url, batch).catch((error: unknown) => failures.push(error))
      }
      const [failure] = failures
      if (failures.length > 1) throw new AggregateError(failures, `${failures.length} batches of messages were refused, the first: ${failure instanceof Error ? failure.message : String(failure)}`)
      if (failure !== undefined) throw failure
    },
  }
}

const queueUrl = ({ clusterArn, queue }: Parcel): string => {
  const { region, account, partition } = clusterAddress(clusterArn)
  return `https://sqs.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}/${account}/catnap-${queue}`
}

const sendBatch = async (call: QueueCall, url: string, parcels: readonly Parcel[]): Promise<void> => {
  const input = {
    QueueUrl: url,
    Entries: parcels.map(({ message, delaySeconds = 0 }, index) => ({ Id: `${index}`, MessageBody: JSON.stringify(message), DelaySeconds: delaySeconds })),
  }
  const answer = await call('AmazonSQS.SendMessageBatch', input).catch((cause: unknown) => {
    throw new Error(`${url} takes no messages: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}; is the spoke of this account and region deployed?`, { cause })
  })
  // What of a batch was refused, as SQS answers SendMessageBatch.
  const Failed = (answer['Failed'] ?? []) as readonly { readonly Code?: string; readonly Message?: string }[]
  const [failed] = Failed
  if (failed !== undefined) throw new Error(`${Failed.length} of ${parcels.length} messages were refused by ${url}: ${failed.Code ?? ''} ${failed.Message ?? ''}`)
}
