import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { type ISecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2'
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda'
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs'
import { FilterPattern, type IFilterPattern, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import path from 'node:path'
import { alarmPeriod, type Alarms } from './alarms.ts'
import { bundling, hasSourceMap } from './bundling.ts'
import { type FunctionName, functionName, type Layout, logGroupName } from './layout.ts'
import { createRole } from './role.ts'

/** Where a worker must stand to reach private cluster endpoints. */
export interface FunctionNetwork {
  readonly vpc: IVpc
  readonly securityGroup: ISecurityGroup
}

export interface CatnapFunctionProps {
  readonly name: FunctionName
  /** functions/<entry>.ts is what it runs. Default: its name. */
  readonly entry?: string
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
  /** Variables of its own. */
  readonly variables?: Readonly<Record<string, string>>
}

/** So often a slice fails before people are told. */
const TRIES_IN_VAIN = 3

const triedInVain = FilterPattern.all(FilterPattern.stringValue('$.level', '=', 'WARN'), FilterPattern.numberValue('$.times', '>=', TRIES_IN_VAIN))

const unanswered = {
  pattern: FilterPattern.stringValue('$.text', '=', 'a visit could not be answered'),
  says: 'a visitor could not be answered: the table or a queue refuses it. People see "try again in a moment".',
}

/** Log lines that people must hear of. */
const IN_VAIN: Readonly<Partial<Record<FunctionName, { readonly pattern: IFilterPattern; readonly says: string }>>> = {
  wake: unanswered,
  door: unanswered,
  reconcile: {
    pattern: FilterPattern.any(FilterPattern.stringValue('$.text', '=', 'nodes do not come'), triedInVain),
    says: `reconcile tried an environment ${TRIES_IN_VAIN} times in vain, or its nodes have not come for 15 minutes: it stays awake, or does not wake. \`catnap status\` says what and why.`,
  },
  reclaim: { pattern: triedInVain, says: `reclaim tried a cluster's nodes ${TRIES_IN_VAIN} times in vain: they stay on the bill. \`catnap status\` says what and why.` },
  account: {
    pattern: FilterPattern.any(FilterPattern.stringValue('$.text', '=', 'a cluster could not be accounted'), triedInVain),
    says: `account could not reckon a cluster, or asked ${TRIES_IN_VAIN} times in vain for the bill. It is tried again each hour, and nothing is lost while the journal is kept; read ${logGroupName('account')} for the cause.`,
  },
  report: {
    pattern: FilterPattern.stringValue('$.text', '=', 'a report was not sent'),
    says: 'a report was not sent: SES refused it, its ledger is not closed, or nobody knows whether it went. `catnap report list` says what and why.',
  },
  observe: { pattern: triedInVain, says: `observe could not see all of a cluster ${TRIES_IN_VAIN} times: idleness, advice or savings lack data. \`catnap status\` says what and why.` },
}

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
      entry: path.join(root, 'functions', `${props.entry ?? name}.ts`),
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
      environment: { CATNAP_TABLE: props.table, ...(hasSourceMap(name) ? { NODE_OPTIONS: '--enable-source-maps' } : {}), ...props.variables },
      // A variable for SDK v2, which we do not carry.
      awsSdkConnectionReuse: false,
      // Lambda may retry what nobody waits for. Nothing of ours wants that: the next tick comes anyway.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(network === undefined ? {} : { vpc: network.vpc, securityGroups: [network.securityGroup] }),
      bundling: { ...cdkBundling, ...(hasSourceMap(name) ? { sourceMap: true, sourceMapMode: SourceMapMode.DEFAULT } : {}) },
    })
    this.#watch(props)
    this.#watchLog(props, logGroup)
  }

  /**
   * What failed is answered, recorded and tried again instead of thrown (docs/decisions/0007), so Lambda counts no error:
   * the log tells.
   */
  #watchLog({ name, alarms }: CatnapFunctionProps, logGroup: LogGroup): void {
    const inVain = IN_VAIN[name]
    if (inVain === undefined) return
    const filter = logGroup.addMetricFilter('InVain', { filterPattern: inVain.pattern, metricNamespace: 'Catnap', metricName: `${name}-in-vain` })
    alarms.when(`${name}-in-vain`, { metric: filter.metric({ statistic: 'Sum', period: alarmPeriod }), says: inVain.says })
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

/** infra/bundling.ts in the words of CDK, which gives platform and target by the runtime. */
const cdkBundling = {
  format: OutputFormat.CJS,
  mainFields: [...bundling.mainFields],
  minify: bundling.minify,
  sourcesContent: bundling.sourcesContent,
  bundleAwsSDK: true,
  externalModules: [...bundling.external],
  esbuildArgs: { '--alias': Object.entries(bundling.alias).map(([from, to]) => `${from}=${to}`) },
}
