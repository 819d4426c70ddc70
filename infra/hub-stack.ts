import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { type IRole } from 'aws-cdk-lib/aws-iam'
import { FunctionUrlAuthType, type IFunction, InvokeMode } from 'aws-cdk-lib/aws-lambda'
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler'
import { type Construct } from 'constructs'
import { alarmPeriod, Alarms } from './alarms.ts'
import { CatnapFunction } from './catnap-function.ts'
import { type HubFronts } from './fronts-plan.ts'
import { Gateway } from './gateway.ts'
import { dueIndexName, type FunctionName, functionName, type Layout, type Place, placeOf, tableName } from './layout.ts'
import { OriginFailover } from './origin-failover.ts'
import { createRole } from './role.ts'
import { RouteFailover } from './route-failover.ts'
import { tablePolicy } from './table-policy.ts'
import { createWakeFunction, linkVariables } from './wake-function.ts'

export interface HubStackProps extends StackProps, HubFronts {
  /** Where the spokes are; a place that is the hub's own is given as `undefined`, since only the stack knows it. */
  readonly spokes: readonly (Place | undefined)[]
  /** The address reports come from; undefined: none is sent. */
  readonly mailFrom: string | undefined
  /** The SSM parameter that holds the key of signed links; undefined: no link is good. */
  readonly linkKey: string | undefined
}

/** A function and when it starts. */
interface Timetable {
  readonly name: FunctionName
  /** In words. */
  readonly every: string
  /** In those of EventBridge Scheduler. */
  readonly expression: string
  readonly lambda: IFunction
  readonly scheduleRole: IRole
}

/** Once per fleet: the memory, the minute tick, the address that wakes, the books, and the mails. */
export class HubStack extends Stack {
  constructor(scope: Construct, id: string, { spokes, mailFrom, linkKey, gateway, routes, origins, ...props }: HubStackProps) {
    super(scope, id, props)
    const here = placeOf(this)
    const layout: Layout = { hub: here, here, spokes: spokes.map((spoke) => spoke ?? here), mailFrom, linkKey }
    const alarms = new Alarms(this, 'Alarms', { topicName: 'catnap-hub-alarms' })
    this.#createTable(layout, alarms)
    const scheduleRole = createRole(this, 'ScheduleRole', { holder: 'schedule', layout })
    this.#createTick(layout, alarms, scheduleRole)
    const wakeUrl = this.#createWake(layout, alarms, { gateway, routes, origins })
    this.#createAccount(layout, alarms, scheduleRole)
    if (mailFrom !== undefined) this.#createReport(layout, alarms, scheduleRole, { CATNAP_MAIL_FROM: mailFrom, CATNAP_WAKE_URL: wakeUrl, ...linkVariables(layout) })
    new CfnOutput(this, 'Reports', {
      value: mailFrom === undefined ? 'not sent' : `sent from ${mailFrom}`,
      description: 'name the sender in the context, as in --context mailFrom=catnap@example.com: an address or domain SES has verified',
    })
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

  #createTick(layout: Layout, alarms: Alarms, scheduleRole: IRole): void {
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
    this.#schedule('Schedule', { name: 'tick', every: 'minute', expression: 'rate(1 minute)', lambda, scheduleRole })
    alarms.when('tick-silent', {
      metric: lambda.metricInvocations({ period: alarmPeriod }),
      below: 3,
      periods: 2,
      silence: 'bad',
      says: 'the minute tick does not run: nothing falls asleep or wakes by its hours. See the schedule catnap-tick.',
    })
  }

  /** Starts a function by the clock. */
  #schedule(id: string, { name, every, expression, lambda, scheduleRole }: Timetable): void {
    new CfnSchedule(this, id, {
      name: functionName(name),
      description: `starts ${functionName(name)} each ${every}`,
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: lambda.functionArn,
        roleArn: scheduleRole.roleArn,
        // A run that could not start is not worth a second try: the next one sees the same.
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    })
  }

  #createAccount(layout: Layout, alarms: Alarms, scheduleRole: IRole): void {
    const { lambda } = new CatnapFunction(this, 'Account', {
      name: 'account',
      does: 'reckons each hour what the fleet cost and saved, and once a day sets it beside the bill',
      layout,
      table: tableName,
      alarms,
      // A thousand clusters, eight at a time, take two minutes; what is not done in ten is done with the next hour.
      timeoutSeconds: 600,
      // The days of eight clusters of thousands of nodes each.
      memoryMiB: 1024,
    })
    // By then whoever looks every quarter of an hour has told of the hour before.
    this.#schedule('AccountSchedule', { name: 'account', every: 'hour', expression: 'cron(20 * * * ? *)', lambda, scheduleRole })
    alarms.when('account-silent', {
      metric: lambda.metricInvocations({ period: Duration.hours(1) }),
      below: 1,
      periods: 3,
      silence: 'bad',
      says: 'the hourly account does not run: the ledger stands still, and reports wait for it. See the schedule catnap-account.',
    })
  }

  #createReport(layout: Layout, alarms: Alarms, scheduleRole: IRole, variables: Readonly<Record<string, string>>): void {
    const { lambda } = new CatnapFunction(this, 'Report', {
      name: 'report',
      does: 'sends each hour the reports that are due: what was saved, what could be, what blocks it',
      layout,
      table: tableName,
      alarms,
      // A month of a thousand clusters is read in it. Below 15 minutes, after which a mail without an answer is given up.
      timeoutSeconds: 600,
      // Two periods of 100,000 environments, added up, and the mail on them.
      memoryMiB: 2048,
      variables,
    })
    // The ledger of the day before is closed at twenty past midnight; twenty minutes more for a fleet that is large.
    this.#schedule('ReportSchedule', { name: 'report', every: 'hour', expression: 'cron(40 * * * ? *)', lambda, scheduleRole })
    alarms.when('report-silent', {
      metric: lambda.metricInvocations({ period: Duration.hours(1) }),
      below: 1,
      periods: 3,
      silence: 'bad',
      says: 'the hourly report does not run: nobody is told what was saved. See the schedule catnap-report.',
    })
  }

  /** Answers where it is reached. */
  #createWake(layout: Layout, alarms: Alarms, fronts: HubFronts): string {
    const { lambda } = createWakeFunction(this, 'Wake', { name: 'wake', layout, table: tableName, alarms })
    // Exempt from "every URL asks for credentials": who opens a sleeping environment has a browser and no AWS identity.
    // All it can do is ask for a wake of an environment whose intent allows that.
    const url = lambda.addFunctionUrl({ authType: FunctionUrlAuthType.NONE, invokeMode: InvokeMode.BUFFERED })
    new CfnOutput(this, 'WakeUrl', { value: url.url, description: 'what the hosts of sleeping environments point at' })
    new CfnOutput(this, 'LinkKey', {
      value: layout.linkKey ?? 'none',
      description: 'the SSM parameter that signs links: named in the context, as in --context linkKey=/catnap/link-key; made by `catnap link rotate`',
    })
    this.#createFronts(fronts, lambda, url.url)
    return url.url
  }

  /** Ways to the wake function under the hosts' own names: a Function URL refuses every name but its own. */
  #createFronts({ gateway, routes, origins }: HubFronts, lambda: IFunction, wakeUrl: string): void {
    if (gateway.length > 0) {
      const names = new Gateway(this, 'Gateway', { wake: lambda, domains: gateway })
      for (const route of routes) new RouteFailover(this, `Route-${route.host}`, { route, second: names.targetFor(route.host) })
    }
    for (const origin of origins) new OriginFailover(this, `Origin-${origin.host}`, { origin, wakeUrl })
  }
}
