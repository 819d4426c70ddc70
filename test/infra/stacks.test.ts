import { readFileSync } from 'node:fs'
import { Stack } from 'aws-cdk-lib'
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { describe, expect, test } from 'vitest'
import { addCatnap } from '../../infra/catnap-app.ts'
import { OWN_WORK } from '../../lib/domain/ledger/own-cost.ts'
import { alarmMetrics, appWith, ofType, type Synthesized, synthesize, text } from './synthesized.ts'

const somewhere = '<AWS::Region>:<AWS::AccountId>'
const stacks = synthesize()
const [hub, spoke] = stacks
if (hub === undefined || spoke === undefined) throw new Error('expected a hub and a spoke')

const named = (stack: Synthesized, type: string, key: string, name: string): Readonly<Record<string, unknown>> => {
  const found = ofType(stack, type).find((properties) => text(properties[key]) === name)
  if (found === undefined) throw new Error(`${stack.stack} has no ${type} called ${name}`)
  return found
}
const functionNamed = (stack: Synthesized, name: string) => named(stack, 'AWS::Lambda::Function', 'FunctionName', name)
const tableOf = (stack: Synthesized, name: string): string => {
  const { Variables } = functionNamed(stack, name)['Environment'] as { Variables: Readonly<Record<string, unknown>> }
  return text(Variables['CATNAP_TABLE'])
}

describe('a plain synth', () => {
  test('makes one hub and one spoke that may go to any account and region', () => {
    expect(stacks.map(({ stack, environment }) => [stack, environment])).toEqual([
      ['catnap-hub', 'unknown-account/unknown-region'],
      ['catnap-spoke', 'unknown-account/unknown-region'],
    ])
  })

  test('gives no name twice, since both stacks may stand in one account', () => {
    const names = stacks.flatMap((stack) =>
      Object.values(stack.resources).flatMap(({ Type, Properties }) =>
        ['FunctionName', 'QueueName', 'TopicName', 'AlarmName', 'RoleName', 'LogGroupName', 'TableName']
          .filter((key) => Properties[key] !== undefined)
          // Mappings and permissions name the function they are for, which is not a name of their own.
          .filter((key) => key !== 'FunctionName' || Type === 'AWS::Lambda::Function')
          .map((key) => `${key} ${text(Properties[key])}`),
      ),
    )
    expect(names.length).toBeGreaterThan(40)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  test('fails where cdk-nag finds a wildcard nobody explained', () => {
    const app = appWith()
    addCatnap(app)
    const assumedBy = new ServicePrincipal('lambda.amazonaws.com')
    const role = new Role(new Stack(app, 'careless'), 'Role', { assumedBy })
    role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: ['s3:*'], resources: ['*'] }))
    expect(() => app.synth()).toThrow('AwsSolutions-IAM5[Action::s3:*]')
  })
})

describe('the table', () => {
  const table = Object.values(hub.resources).find(({ Type }) => Type === 'AWS::DynamoDB::Table')

  test('outlives its stack and every mistake: retained, protected, restorable to any second', () => {
    expect(table?.DeletionPolicy).toBe('Retain')
    expect(table?.Properties).toMatchObject({
      TableName: 'catnap',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    })
  })

  test('has an index of what is due that carries all a message needs', () => {
    expect(table?.Properties['GlobalSecondaryIndexes']).toEqual([
      {
        IndexName: 'due',
        KeySchema: [
          { AttributeName: 'dueShard', KeyType: 'HASH' },
          { AttributeName: 'dueAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['id', 'queue', 'clusterArn'] },
      },
    ])
  })
})

describe('each function', () => {
  const functions = stacks.flatMap((stack) => ofType(stack, 'AWS::Lambda::Function'))

  test('runs on nodejs24.x and arm64, with its own log group and nothing else in its environment', () => {
    expect(functions.map(({ FunctionName }) => FunctionName)).toEqual([
      'catnap-tick',
      'catnap-wake',
      'catnap-account',
      'catnap-reconcile',
      'catnap-reclaim',
      'catnap-observe',
    ])
    for (const { FunctionName, Runtime, Architectures, Environment, LoggingConfig } of functions) {
      expect(Runtime).toBe('nodejs24.x')
      expect(Architectures).toEqual(['arm64'])
      expect(Object.keys((Environment as { Variables: object }).Variables)).toEqual(['CATNAP_TABLE', ...(FunctionName === 'catnap-wake' ? [] : ['NODE_OPTIONS'])])
      expect(LoggingConfig).toMatchObject({ LogFormat: 'Text', LogGroup: { Ref: expect.any(String) } })
    }
    for (const stack of stacks) {
      for (const { RetentionInDays } of ofType(stack, 'AWS::Logs::LogGroup')) expect(RetentionInDays).toBe(30)
    }
  })

  test('knows the table by name in the hub and by ARN in a spoke', () => {
    expect(tableOf(hub, 'catnap-tick')).toBe('catnap')
    expect(tableOf(spoke, 'catnap-reclaim')).toBe(`arn:<AWS::Partition>:dynamodb:${somewhere}:table/catnap`)
    const apart = synthesize({ hub: '111122223333/us-east-1', spokes: '444455556666/eu-west-1' })
    const [, far] = apart
    const table = far === undefined ? '' : tableOf(far, 'catnap-reconcile')
    expect(table).toBe('arn:aws:dynamodb:us-east-1:111122223333:table/catnap')
  })

  test('is watched: errors, throttles and a duration near its timeout', () => {
    const alarms = stacks.flatMap((stack) => ofType(stack, 'AWS::CloudWatch::Alarm')).map(({ AlarmName }) => AlarmName)
    for (const name of ['tick', 'wake', 'account', 'reconcile', 'reclaim', 'observe']) {
      const own = ['errors', 'throttles', 'slow'].map((what) => `catnap-${name}-${what}`)
      expect(alarms).toEqual(expect.arrayContaining(own))
    }
  })
})

describe('the hub', () => {
  test('ticks each minute, never twice for one minute, and alarms when it does not', () => {
    expect(ofType(hub, 'AWS::Scheduler::Schedule')).toEqual([
      expect.objectContaining({
        ScheduleExpression: 'rate(1 minute)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: expect.objectContaining({ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } }),
      }),
      expect.objectContaining({ Name: 'catnap-account', ScheduleExpression: 'cron(20 * * * ? *)' }),
    ])
    expect(functionNamed(hub, 'catnap-tick')['Timeout']).toBeLessThan(60)
    for (const retry of ofType(hub, 'AWS::Lambda::EventInvokeConfig')) expect(retry['MaximumRetryAttempts']).toBe(0)
    expect(named(hub, 'AWS::CloudWatch::Alarm', 'AlarmName', 'catnap-tick-silent')).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    })
  })

  test('answers anyone who wakes, as fast as its reserved concurrency lets it and no faster', () => {
    expect(ofType(hub, 'AWS::Lambda::Url')).toEqual([expect.objectContaining({ AuthType: 'NONE' })])
    expect(functionNamed(hub, 'catnap-wake')['ReservedConcurrentExecutions']).toBe(50)
    expect(Object.keys(hub.outputs).toSorted()).toEqual(['AlarmTopic', 'LinkKey', 'Reports', 'TableName', 'WakeUrl'])
  })
})

describe('reports', () => {
  const [mailing] = synthesize({ mailFrom: 'Catnap <catnap@example.com>' })
  if (mailing === undefined) throw new Error('expected a hub')

  test('are sent each hour from the address in the context, by a function that nothing retries', () => {
    expect(functionNamed(mailing, 'catnap-report')).toMatchObject({
      Timeout: 600, MemorySize: 2048, Environment: { Variables: { CATNAP_TABLE: 'catnap', CATNAP_MAIL_FROM: 'Catnap <catnap@example.com>' } },
    })
    expect(named(mailing, 'AWS::Scheduler::Schedule', 'Name', 'catnap-report')).toMatchObject({
      ScheduleExpression: 'cron(40 * * * ? *)', Target: expect.objectContaining({ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } }),
    })
    expect(mailing.outputs['Reports']?.Value).toBe('sent from Catnap <catnap@example.com>')
  })

  test('alarm when one was not sent, and when nobody sends', () => {
    const alarms = ofType(mailing, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName)
    expect(alarms).toEqual(expect.arrayContaining(['catnap-report-in-vain', 'catnap-report-errors', 'catnap-report-silent']))
  })

  test('and all else have as many alarms as docs/deploy.md and the books of Catnap\'s own cost count', () => {
    const page = readFileSync('docs/deploy.md', 'utf8')
    const [withReports, without, ofSpoke] = [mailing, hub, spoke].map((stack) => ({ metrics: alarmMetrics(stack), alarms: ofType(stack, 'AWS::CloudWatch::Alarm').length }))
    expect(page).toContain(`| alarms | ${withReports?.metrics} metrics in ${withReports?.alarms} alarms × $0.10 |`)
    expect(page).toContain(`no \`report\`, and ${without?.metrics} metrics in ${without?.alarms} alarms`)
    expect(page).toContain(`| alarms | ${ofSpoke?.metrics} × $0.10 |`)
    expect([OWN_WORK.fleetDay.alarmMetricDays, OWN_WORK.spokeDay.alarmMetricDays]).toEqual([withReports?.metrics, ofSpoke?.metrics])
  })

  test('are left out, and that is said, where nobody is named to send them', () => {
    expect(ofType(hub, 'AWS::Lambda::Function').map(({ FunctionName }) => FunctionName)).not.toContain('catnap-report')
    expect(hub.outputs['Reports']?.Value).toBe('not sent')
    expect(JSON.stringify(hub.resources)).not.toContain('ses:SendEmail')
  })
})

describe('signed links', () => {
  const [linking] = synthesize({ mailFrom: 'catnap@example.com', linkKey: '/catnap/link-key' })
  if (linking === undefined) throw new Error('expected a hub')

  test('have their key by name where they are checked and where they are made, and the key itself nowhere', () => {
    expect(functionNamed(linking, 'catnap-wake')).toMatchObject({ Environment: { Variables: { CATNAP_LINK_KEY: '/catnap/link-key' } } })
    expect(functionNamed(linking, 'catnap-report')).toMatchObject({
      Environment: { Variables: { CATNAP_LINK_KEY: '/catnap/link-key', CATNAP_WAKE_URL: { 'Fn::GetAtt': [expect.stringContaining('Wake'), 'FunctionUrl'] } } },
    })
    expect(functionNamed(linking, 'catnap-tick')).not.toMatchObject({ Environment: { Variables: { CATNAP_LINK_KEY: expect.anything() } } })
    expect(linking.outputs['LinkKey']?.Value).toBe('/catnap/link-key')
  })

  test('have no key, and no right to any, where the context names none', () => {
    expect(JSON.stringify(hub.resources)).not.toContain('ssm:')
    expect(hub.outputs['LinkKey']?.Value).toBe('none')
  })
})

describe('a spoke', () => {
  test('alarms when reconcile tries in vain, and in the words in which it logs that nodes do not come', () => {
    const filter = ofType(spoke, 'AWS::Logs::MetricFilter').find(({ MetricTransformations }) => text((MetricTransformations as readonly { MetricName: unknown }[])[0]?.MetricName) === 'reconcile-in-vain')
    expect(text(filter?.['FilterPattern'])).toBe('{ ($.text = "nodes do not come") || (($.level = "WARN") && ($.times >= 3)) }')
    expect(readFileSync('lib/use-cases/watch-nodes.ts', 'utf8')).toContain("log.warn('nodes do not come'")
    expect(named(spoke, 'AWS::CloudWatch::Alarm', 'AlarmName', 'catnap-reconcile-in-vain')).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 })
  })

  test.each(['catnap-wake', 'catnap-work', 'catnap-nodes', 'catnap-usage'])('keeps %s encrypted, and its failures', (name) => {
    const queue = named(spoke, 'AWS::SQS::Queue', 'QueueName', name)
    const dead = named(spoke, 'AWS::SQS::Queue', 'QueueName', `${name}-dead`)
    expect(queue).toMatchObject({
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 6 * 90,
      MessageRetentionPeriod: 4 * 86_400,
      RedrivePolicy: { maxReceiveCount: 5 },
    })
    expect(queue['FifoQueue']).toBeUndefined()
    expect(dead).toMatchObject({ SqsManagedSseEnabled: true })
    expect(named(spoke, 'AWS::CloudWatch::Alarm', 'AlarmName', `${name}-dead`)).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    })
  })

  test('polls wake and work apart, each with its own limit, so that no wake waits behind a sleep', () => {
    const mappings = ofType(spoke, 'AWS::Lambda::EventSourceMapping').map((mapping) => ({
      queue: text(mapping['EventSourceArn']).replace(/Queue[0-9A-F]+\.Arn/, ''),
      worker: text(mapping['FunctionName']).replace(/Function[0-9A-F]+/, ''),
      batch: mapping['BatchSize'],
      limit: mapping['ScalingConfig'],
      failures: mapping['FunctionResponseTypes'],
    }))
    const each = { batch: 1, failures: ['ReportBatchItemFailures'] }
    expect(mappings).toEqual([
      { queue: '<Wake>', worker: '<Reconcile>', limit: { MaximumConcurrency: 50 }, ...each },
      { queue: '<Work>', worker: '<Reconcile>', limit: { MaximumConcurrency: 20 }, ...each },
      { queue: '<Nodes>', worker: '<Reclaim>', limit: { MaximumConcurrency: 10 }, ...each },
      { queue: '<Usage>', worker: '<Observe>', limit: { MaximumConcurrency: 10 }, ...each },
    ])
    for (const name of ['catnap-reconcile', 'catnap-reclaim', 'catnap-observe']) {
      expect(functionNamed(spoke, name)).toMatchObject({ Timeout: 90, MemorySize: 1024 })
      expect(functionNamed(spoke, name)['ReservedConcurrentExecutions']).toBeUndefined()
    }
  })

  test('says which roles need an access entry in each cluster', () => {
    const role = 'arn:<AWS::Partition>:iam::<AWS::AccountId>:role'
    expect(text(spoke.outputs['ReconcileRole']?.Value)).toBe(`${role}/catnap-reconcile-<AWS::Region>`)
    expect(text(spoke.outputs['ReclaimRole']?.Value)).toBe(`${role}/catnap-reclaim-<AWS::Region>`)
    expect(text(spoke.outputs['ObserveRole']?.Value)).toBe(`${role}/catnap-observe-<AWS::Region>`)
  })

  test('stands in the subnets it is given, with one way out and none in', () => {
    const subnets = ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1']
    const inside = synthesize({ spokes: { '444455556666/eu-west-1': { vpc: 'vpc-0123456789abcdef0', subnets } } })[1]
    if (inside === undefined) throw new Error('expected a spoke')
    expect(functionNamed(inside, 'catnap-reconcile')['VpcConfig']).toMatchObject({ SubnetIds: subnets })
    expect(ofType(inside, 'AWS::EC2::SecurityGroup')).toEqual([
      expect.objectContaining({
        SecurityGroupEgress: [expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 })],
      }),
    ])
    expect(ofType(inside, 'AWS::EC2::SecurityGroup')[0]?.['SecurityGroupIngress']).toBeUndefined()
    expect(inside.outputs['WorkerSecurityGroup']).toBeDefined()
  })
})
