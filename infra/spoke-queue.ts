import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { alarmPeriod, type Alarms } from './alarms.ts'
import { type Holder, type Layout, type Queue as QueueName, queueNames, roleArn } from './layout.ts'
import { permissions } from './permissions.ts'

export interface SpokeQueueProps {
  readonly name: QueueName
  readonly layout: Layout
  readonly alarms: Alarms
  /** How long a message may wait before somebody is told. */
  readonly lateAfterSeconds: number
}

/** The timeout of every worker. A slice ends itself after 60 s and hands on to the next message. */
export const workerTimeoutSeconds = 90

const hubFunctions: readonly Holder[] = ['tick', 'wake']

/** A standard queue of a spoke, its dead-letter queue, who may send to it, and the alarms of both. */
export class SpokeQueue extends Construct {
  readonly #queue: Queue

  constructor(scope: Construct, id: string, { name, layout, alarms, lateAfterSeconds }: SpokeQueueProps) {
    super(scope, id)
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, removalPolicy: RemovalPolicy.DESTROY }
    const dead = new Queue(this, 'Dead', {
      ...common,
      queueName: `${queueNames[name]}-dead`,
      retentionPeriod: Duration.days(14),
    })
    this.#queue = new Queue(this, 'Queue', {
      ...common,
      queueName: queueNames[name],
      // AWS asks for six timeouts, so that a batch Lambda could not yet start is not given out a second time.
      visibilityTimeout: Duration.seconds(6 * workerTimeoutSeconds),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: dead, maxReceiveCount: 5 },
    })
    this.#admitHub(name, layout)
    alarms.when(`${name}-dead`, {
      metric: dead.metricApproximateNumberOfMessagesVisible({ period: alarmPeriod, statistic: 'Maximum' }),
      atLeast: 1,
      says: `a message failed five times and lies in ${dead.queueName}: read it, mend the cause, then move it back.`,
    })
    alarms.when(`${name}-late`, {
      metric: this.#queue.metricApproximateAgeOfOldestMessage({ period: alarmPeriod, statistic: 'Maximum' }),
      atLeast: lateAfterSeconds,
      periods: 2,
      says: `a message waits in ${queueNames[name]} for more than ${lateAfterSeconds} s: its workers do not keep up.`,
    })
  }

  /** Lambda polls this queue and starts `worker` with one message at a time, at most `maxConcurrency` at once. */
  start(worker: IFunction, maxConcurrency: number): void {
    new EventSourceMapping(this, 'Mapping', {
      target: worker,
      eventSourceArn: this.#queue.queueArn,
      batchSize: 1,
      maxConcurrency,
      reportBatchItemFailures: true,
    })
  }

  /** The hub may be another account. Its account is the principal and the role a condition: see tablePolicy. */
  #admitHub(name: QueueName, { hub }: Layout): void {
    const senders = hubFunctions.filter((holder) => permissions[holder].some(({ on }) => on === `${name} queues`))
    this.#queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AccountPrincipal(hub.account)],
        actions: ['sqs:SendMessage'],
        resources: [this.#queue.queueArn],
        conditions: { ArnEquals: { 'aws:PrincipalArn': senders.map((sender) => roleArn(sender, hub)) } },
      }),
    )
  }
}
