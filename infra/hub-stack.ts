import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda'
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler'
import { type Construct } from 'constructs'
import { alarmPeriod, Alarms } from './alarms.ts'
import { CatnapFunction } from './catnap-function.ts'
import { dueIndexName, type Layout, type Place, placeOf, tableName } from './layout.ts'
import { createRole } from './role.ts'
import { tablePolicy } from './table-policy.ts'

export interface HubStackProps extends StackProps {
  /** Where the spokes are; a place that is the hub's own is given as `undefined`, since only the stack knows it. */
  readonly spokes: readonly (Place | undefined)[]
}

/** Once per fleet: the memory, the minute tick, and the address that wakes. */
export class HubStack extends Stack {
  constructor(scope: Construct, id: string, { spokes, ...props }: HubStackProps) {
    super(scope, id, props)
    const here = placeOf(this)
    const layout: Layout = { hub: here, here, spokes: spokes.map((spoke) => spoke ?? here) }
    const alarms = new Alarms(this, 'Alarms', { topicName: 'catnap-hub-alarms' })
    this.#createTable(layout, alarms)
    this.#createTick(layout, alarms)
    this.#createWake(layout, alarms)
    new CfnOutput(this, 'TableName', { value: tableName, description: 'for `catnap apply` and the other commands' })
    new CfnOutput(this, 'AlarmTopic', { value: alarms.topic.topicArn, description: 'subscribe an address to it' })
  }

  /** The one thing that cannot be made again: it holds the originals of everything that sleeps. */
  #createTable(layout: Layout, alarms: Alarms): void {
    const policy = tablePolicy(layout)
    const table = new Table(this, 'Table', {
      tableName,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      timeToLiveAttribute: 'expiresAt',
      ...(policy === undefined ? {} : { resourcePolicy: policy }),
    })
    table.addGlobalSecondaryIndex({
      indexName: dueIndexName,
      partitionKey: { name: 'dueShard', type: AttributeType.STRING },
      sortKey: { name: 'dueAt', type: AttributeType.STRING },
      // What a tick sends on: enough to send it without a read of each item.
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['id', 'queue', 'clusterArn'],
    })
    alarms.when('table-throttles', {
      metric: new MathExpression({
        expression: 'reads + writes',
        usingMetrics: {
          reads: table.metric('ReadThrottleEvents', { statistic: 'Sum', period: alarmPeriod }),
          writes: table.metric('WriteThrottleEvents', { statistic: 'Sum', period: alarmPeriod }),
        },
        period: alarmPeriod,
      }),
      atLeast: 1,
      periods: 3,
      bad: 2,
      says: 'DynamoDB throttles the table: sleeps and wakes take longer. One key is hot, or the account limit is low.',
    })
  }

  #createTick(layout: Layout, alarms: Alarms): void {
    const { lambda } = new CatnapFunction(this, 'Tick', {
      name: 'tick',
      does: 'asks each minute which environments and pools are due, and sends one message for each',
      layout,
      table: tableName,
      alarms,
      // Less than the minute after which the next one starts.
      timeoutSeconds: 50,
      memoryMiB: 512,
    })
    new CfnSchedule(this, 'Schedule', {
      name: 'catnap-tick',
      description: 'starts catnap-tick each minute',
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: lambda.functionArn,
        roleArn: createRole(this, 'ScheduleRole', { holder: 'schedule', layout }).roleArn,
        // A tick that could not start is not worth a second try: the next one sees the same.
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    })
    alarms.when('tick-silent', {
      metric: lambda.metricInvocations({ period: alarmPeriod }),
      below: 3,
      periods: 2,
      silence: 'bad',
      says: 'the minute tick does not run: nothing falls asleep or wakes by its hours. See the schedule catnap-tick.',
    })
  }

  #createWake(layout: Layout, alarms: Alarms): void {
    const { lambda } = new CatnapFunction(this, 'Wake', {
      name: 'wake',
      does: 'answers for an environment that sleeps: the wake page, and one wake however many ask',
      layout,
      table: tableName,
      alarms,
      timeoutSeconds: 10,
      // A person waits for its cold start, and CPU comes with memory.
      memoryMiB: 1024,
      // A Function URL has no throttle of its own. At 5 ms a request, 50 at once answer 10,000 in a second.
      reservedConcurrency: 50,
    })
    // Exempt from "every URL asks for credentials": who opens a sleeping environment has a browser and no AWS identity.
    // All it can do is ask for a wake of an environment whose intent allows that.
    const url = lambda.addFunctionUrl({ authType: FunctionUrlAuthType.NONE, invokeMode: InvokeMode.BUFFERED })
    new CfnOutput(this, 'WakeUrl', { value: url.url, description: 'what the hosts of sleeping environments point at' })
  }
}
