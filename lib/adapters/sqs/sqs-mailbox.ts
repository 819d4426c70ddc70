import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { clusterAddress } from '../../domain/fleet.ts'
import type { Mailbox, Parcel } from '../../ports.ts'

/** SendMessageBatch takes so many at once. */
const AT_ONCE = 10

/** Sends to the queues of each spoke: `catnap-<queue>` in the account and region of the cluster. */
export const sqsMailbox = (): Mailbox => {
  const clients = new Map<string, SQSClient>()
  const clientFor = (region: string): SQSClient => {
    const client = clients.get(region) ?? new SQSClient({ region, useQueueUrlAsEndpoint: false })
    clients.set(region, client)
    return client
  }
  return {
    send: async (parcels) => {
      for (const [url, ofQueue] of Map.groupBy(parcels, queueUrl)) {
        const [first] = ofQueue
        if (first === undefined) continue
        const client = clientFor(clusterAddress(first.clusterArn).region)
        for (let from = 0; from < ofQueue.length; from += AT_ONCE) await sendBatch(client, url, ofQueue.slice(from, from + AT_ONCE))
      }
    },
  }
}

const queueUrl = ({ clusterArn, queue }: Parcel): string => {
  const { region, account, partition } = clusterAddress(clusterArn)
  return `https://sqs.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}/${account}/catnap-${queue}`
}

const sendBatch = async (client: SQSClient, url: string, parcels: readonly Parcel[]): Promise<void> => {
  const { Failed = [] } = await client.send(new SendMessageBatchCommand({
    QueueUrl: url,
    Entries: parcels.map(({ message, delaySeconds = 0 }, index) => ({ Id: `${index}`, MessageBody: JSON.stringify(message), DelaySeconds: delaySeconds })),
  }))
  const [failed] = Failed
  if (failed !== undefined) throw new Error(`${Failed.length} of ${parcels.length} messages were refused by ${url}: ${failed.Code ?? ''} ${failed.Message ?? ''}`)
}
