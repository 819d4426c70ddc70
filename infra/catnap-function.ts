import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { type ISecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2'
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda'
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs'
import { FilterPattern, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import path from 'node:path'
import { alarmPeriod, type Alarms } from './alarms.ts'
import { type FunctionName, functionName, type Layout, logGroupName } from './layout.ts'
import { createRole } from './role.ts'

/** Where a worker must stand to reach private cluster endpoints. */
export interface FunctionNetwork {
  readonly vpc: IVpc
  readonly securityGroup: ISecurityGroup
}

export interface CatnapFunctionProps {
  readonly name: FunctionName
  /** What it does, in one sentence, for the console. */
  readonly does: string
  readonly layout: Layout
  /** The table: its name in the hub's own stack, its ARN anywhere else. */
  readonly table: string
  readonly alarms: Alarms
  readonly timeoutSeconds: number
  readonly memoryMiB: number
  readonly reservedConcurrency?: number
  readonly network?: FunctionNetwork | undefined
}

/** So often a slice fails before people are told. */
const TRIES_IN_VAIN = 3

const root = path.join(import.meta.dirname, '..')

/** One of Catnap's functions: functions/<name>.ts with its role, its log group and its alarms. */
export class CatnapFunction extends Construct {
  readonly lambda: NodejsFunction

  constructor(scope: Construct, id: string, props: CatnapFunctionProps) {
    super(scope, id)
    const { name, layout, network } = props
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: logGroupName(name),
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.lambda = new NodejsFunction(this, 'Function', {
      functionName: functionName(name),
      description: props.does,
      entry: path.join(root, 'functions', `${name}.ts`),
      projectRoot: root,
      depsLockFilePath: path.join(root, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMiB,
      role: createRole(this, 'Role', { holder: name, layout, inVpc: network !== undefined }),
      logGroup,
      // The functions write lines of JSON themselves; the other format would wrap them.
      loggingFormat: LoggingFormat.TEXT,
      environment: { CATNAP_TABLE: props.table, NODE_OPTIONS: '--enable-source-maps' },
      // A variable for SDK v2, which we do not carry.
      awsSdkConnectionReuse: false,
      // Lambda may retry what nobody waits for. Nothing of ours wants that: the next tick comes anyway.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(network === undefined ? {} : { vpc: network.vpc, securityGroups: [network.securityGroup] }),
      bundling,
    })
    this.#watch(props)
    this.#watchWork(props, logGroup)
  }

  /** What did not happen is recorded and tried again (docs/decisions/0007): the log tells how often it was in vain. */
  #watchWork({ name, alarms }: CatnapFunctionProps, logGroup: LogGroup): void {
    if (name !== 'reconcile' && name !== 'reclaim') return
    const inVain = logGroup.addMetricFilter('InVain', {
      filterPattern: FilterPattern.all(FilterPattern.stringValue('$.level', '=', 'WARN'), FilterPattern.numberValue('$.times', '>=', TRIES_IN_VAIN)),
      metricNamespace: 'Catnap',
      metricName: `${name}-in-vain`,
    })
    alarms.when(`${name}-in-vain`, {
      metric: inVain.metric({ statistic: 'Sum', period: alarmPeriod }),
      says: `${name} tried something ${TRIES_IN_VAIN} times in vain: something stays awake, or does not wake. \`catnap status\` says what and why.`,
    })
  }

  #watch({ name, alarms, timeoutSeconds }: CatnapFunctionProps): void {
    const { lambda } = this
    alarms.when(`${name}-errors`, {
      metric: lambda.metricErrors({ period: alarmPeriod }),
      atLeast: 1,
      periods: 3,
      bad: 2,
      says: `${name} keeps failing. Work is retried and nothing is lost; read ${logGroupName(name)} for the cause.`,
    })
    alarms.when(`${name}-throttles`, {
      metric: lambda.metricThrottles({ period: alarmPeriod }),
      atLeast: 1,
      periods: 3,
      bad: 2,
      says: `Lambda refuses to start ${name}: raise the account's concurrency quota, or the function's own limit.`,
    })
    // A slice ends itself after two thirds of the timeout: one that comes near it hangs.
    alarms.when(`${name}-slow`, {
      metric: lambda.metricDuration({ period: alarmPeriod, statistic: 'Maximum' }),
      atLeast: timeoutSeconds * 0.8 * 1000,
      periods: 3,
      bad: 2,
      says: `${name} comes near its timeout of ${timeoutSeconds} s: a cluster or an AWS call answers slowly.`,
    })
  }
}

/**
 * The SDK is bundled although the runtime brings one: one minified file is read and compiled faster than the runtime's
 * hundreds (`npm run bench` prints the import times), and what was tested is what runs. Source maps stay outside the
 * bundle and without the sources: they cost a start 10 to 20 ms, and a stack trace then names our lines.
 */
const bundling = {
  format: OutputFormat.ESM,
  mainFields: ['module', 'main'],
  minify: true,
  sourceMap: true,
  sourceMapMode: SourceMapMode.DEFAULT,
  sourcesContent: false,
  bundleAwsSDK: true,
  // Some dependencies are CommonJS and ask for Node's own modules by require, which an ES module has not.
  banner: 'import{createRequire as catnapRequire}from"node:module";const require=catnapRequire(import.meta.url);',
}
