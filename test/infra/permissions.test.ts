import { describe, expect, test } from 'vitest'
import { type Holder } from '../../infra/layout.ts'
import { doors, permissions, type Right, vpcRights, workers } from '../../infra/permissions.ts'
import { type ResourceName, resources } from '../../infra/resources.ts'
import { balancerIn, certificateOf } from './fronts.ts'
import { list, ofType, type Synthesized, synthesize, text } from './synthesized.ts'

interface Statement {
  readonly Effect: string
  readonly Action: unknown
  readonly Resource: unknown
  readonly Principal?: unknown
  readonly Condition?: unknown
}

interface Granted {
  readonly stack: string
  readonly holder: Holder
  readonly effect: string
  readonly action: string
  readonly resource: string
  readonly condition: unknown
}

const place = String.raw`(?:<AWS::Region>|[a-z]{2}-[a-z]+-\d):(?:<AWS::AccountId>|\d{12})`
const arn = (service: string, rest: string): RegExp =>
  new RegExp(String.raw`^arn:(?:<AWS::Partition>|aws):${service}:${place}:${rest}$`)

/** In any region of the stack's account. */
const anywhere = (service: string, rest: string): RegExp =>
  new RegExp(String.raw`^arn:(?:<AWS::Partition>|aws):${service}:\*:(?:<AWS::AccountId>|\d{12}):${rest}$`)

/** What each resource of the table must look like in a template: written out here, not made by the code under test. */
const looks: Readonly<Record<ResourceName, RegExp>> = {
  table: arn('dynamodb', 'table/catnap'),
  'due index': arn('dynamodb', 'table/catnap/index/due'),
  'wake queues': arn('sqs', 'catnap-wake'),
  'work queues': arn('sqs', 'catnap-work'),
  'nodes queues': arn('sqs', 'catnap-nodes'),
  'usage queues': arn('sqs', 'catnap-usage'),
  'account function': arn('lambda', 'function:catnap-account'),
  'tick function': arn('lambda', 'function:catnap-tick'),
  'report function': arn('lambda', 'function:catnap-report'),
  'mail identities': arn('ses', String.raw`identity/(?:catnap@)?example\.com`),
  'link key': arn('ssm', 'parameter/catnap/link-key'),
  'secret parameters': arn('ssm', String.raw`parameter/catnap/\*`),
  'Prometheus tokens': arn('ssm', String.raw`parameter/catnap/prometheus\*`),
  'Prometheus workspaces': anywhere('aps', String.raw`workspace/\*`),
  'warning topics': anywhere('sns', String.raw`catnap-\*`),
  'own log': arn('logs', String.raw`log-group:/aws/lambda/catnap-(?:tick|wake|door|reconcile|reclaim|observe|account|report):\*`),
  clusters: arn('eks', String.raw`cluster/\*`),
  'node groups': arn('eks', String.raw`nodegroup/\*/\*/\*`),
  'node groups’ Auto Scaling groups': arn('autoscaling', String.raw`autoScalingGroup:\*:autoScalingGroupName/eks-\*`),
  'Auto Scaling groups': arn('autoscaling', String.raw`autoScalingGroup:\*:autoScalingGroupName/\*`),
  'load balancers': /^\*$/,
  listener: arn('elasticloadbalancing', String.raw`listener/app/catnap-(?:public|internal)/\*`),
  'listener rules': arn('elasticloadbalancing', String.raw`listener-rule/app/catnap-(?:public|internal)/\*`),
  everything: /^\*$/,
}

const alone = synthesize()
const fleet = synthesize({
  hub: '111122223333/us-east-1',
  mailFrom: 'Catnap <catnap@example.com>',
  linkKey: '/catnap/link-key',
  gateway: { '*.example.com': certificateOf('us-east-1') },
  spokes: {
    '111122223333/us-east-1': { balancer: balancerIn('us-east-1') },
    '444455556666/eu-west-1': { vpc: 'vpc-0123456789abcdef0', subnets: ['subnet-0123456789abcdef0'], balancer: balancerIn('eu-west-1', { scheme: 'internal' }) },
  },
})
const every = [...alone, ...fleet]

const holderOf = (name: string): Holder => {
  const found = (Object.keys(permissions) as Holder[]).find((holder) => name.startsWith(`catnap-${holder}`))
  if (found === undefined) throw new Error(`a role nobody holds: found ${name}, expected one of the permission table`)
  return found
}

const granted = (stack: Synthesized): readonly Granted[] =>
  ofType(stack, 'AWS::IAM::Role').flatMap((role) =>
    (list(role['Policies']) as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.flatMap(({ Effect, Action, Resource, Condition }) =>
        list(Action).flatMap((action) =>
          list(Resource).map((resource) => ({
            stack: stack.stack,
            holder: holderOf(text(role['RoleName'])),
            effect: Effect,
            action: String(action),
            resource: text(resource),
            condition: Condition,
          })),
        ),
      ),
    ),
  )

const explains = (right: Right, grant: Granted): boolean =>
  right.action === grant.action &&
  looks[right.on].test(grant.resource) &&
  JSON.stringify(right.only) === JSON.stringify(grant.condition)

const allowed = every.flatMap(granted).filter(({ effect }) => effect === 'Allow')
const inVpc = ({ stack }: Granted): boolean => stack === 'catnap-spoke-444455556666-eu-west-1'

const unexplained = (grants: readonly Granted[]): readonly Granted[] =>
  grants.filter(
    (grant) =>
      ![...permissions[grant.holder], ...(inVpc(grant) ? vpcRights : [])].some((right) => explains(right, grant)),
  )

describe('each right in the templates', () => {
  test('is a row of the permission table, on that resource and under that condition', () => {
    expect(unexplained(allowed)).toEqual([])
    expect(allowed.length).toBeGreaterThan(100)
  })

  test('would be noticed with another action, a wider resource, another holder or its condition lost', () => {
    const ends = allowed.filter(({ action, resource }) => action === 'autoscaling:TerminateInstanceInAutoScalingGroup' && resource.includes('/eks-'))
    expect(ends).toHaveLength(3)
    const changes: readonly Partial<Granted>[] = [
      { action: 'autoscaling:SetDesiredCapacity' },
      { resource: '*' },
      { resource: 'arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:*:autoScalingGroupName/*' },
      { holder: 'reconcile' },
      { condition: undefined },
    ]
    for (const change of changes) expect(unexplained(ends.map((grant) => ({ ...grant, ...change })))).toHaveLength(3)
  })

  test('comes from one inline policy: no managed policy, no policy of its own, nothing a construct added', () => {
    for (const stack of every) {
      for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::User', 'AWS::IAM::Group']) {
        expect(ofType(stack, type)).toEqual([])
      }
      for (const role of ofType(stack, 'AWS::IAM::Role')) expect(role['ManagedPolicyArns']).toBeUndefined()
    }
  })

  test('names no wildcard in an action, and none in a resource the table does not explain', () => {
    expect(allowed.filter(({ action }) => action.includes('*'))).toEqual([])
    const names = Object.keys(resources) as ResourceName[]
    const explained = names.filter((name) => resources[name].wildcard !== undefined)
    expect(
      allowed.filter(({ resource }) => resource.includes('*') && !explained.some((name) => looks[name].test(resource))),
    ).toEqual([])
    expect(
      names.filter(
        (name) => looks[name].source.includes(String.raw`\*`) !== (resources[name].wildcard !== undefined),
      ),
    ).toEqual([])
  })
})

describe('each row of the table', () => {
  test('is in a template', () => {
    const missing = (Object.keys(permissions) as Holder[]).flatMap((holder) =>
      permissions[holder]
        .filter((right) => !allowed.some((grant) => grant.holder === holder && explains(right, grant)))
        .map(({ action, on }) => `${holder}: ${action} on ${on}`),
    )
    expect(missing).toEqual([])
    for (const right of vpcRights) {
      expect(allowed.filter((grant) => explains(right, grant)).map(({ stack }) => stack)).toEqual(
        Array.from(workers, () => 'catnap-spoke-444455556666-eu-west-1'),
      )
    }
  })

  test('stands once, and says why', () => {
    for (const held of Object.values(permissions)) {
      const keys = held.map(({ action, on, call = '' }) => `${action} ${on} ${call}`)
      expect(new Set(keys).size).toBe(keys.length)
      for (const { why } of held) expect(why.length).toBeGreaterThan(8)
    }
  })
})

test('rights on a VPC are Lambda’s alone: the function’s own code is denied them', () => {
  const denied = fleet.flatMap(granted).filter(({ effect }) => effect === 'Deny')
  expect(denied.map(({ holder, action }) => `${holder} ${action}`).toSorted()).toEqual(
    ['observe', 'reclaim', 'reconcile'].flatMap((holder) => vpcRights.map(({ action }) => `${holder} ${action}`)).toSorted(),
  )
  for (const { holder, condition } of denied) {
    expect(condition).toEqual({
      ArnEquals: { 'lambda:SourceFunctionArn': `arn:aws:lambda:eu-west-1:444455556666:function:catnap-${holder}` },
    })
  }
})

const queuesOf = (holder: Holder, stack: string): readonly string[] => [
  ...new Set(
    fleet
      .flatMap(granted)
      .filter((grant) => grant.holder === holder && grant.stack === stack && grant.resource.includes(':sqs:'))
      .map(({ resource }) => resource),
  ),
]

test('each worker sees the queues of its own spoke only, and the hub those of all', () => {
  expect(queuesOf('reclaim', 'catnap-spoke-444455556666-eu-west-1')).toEqual([
    'arn:aws:sqs:eu-west-1:444455556666:catnap-nodes',
  ])
  expect(queuesOf('wake', 'catnap-hub').toSorted()).toEqual([
    'arn:aws:sqs:eu-west-1:444455556666:catnap-wake',
    'arn:aws:sqs:eu-west-1:444455556666:catnap-work',
    'arn:aws:sqs:us-east-1:111122223333:catnap-wake',
    'arn:aws:sqs:us-east-1:111122223333:catnap-work',
  ])
  expect(queuesOf('observe', 'catnap-spoke-444455556666-eu-west-1')).toEqual([
    'arn:aws:sqs:eu-west-1:444455556666:catnap-usage',
  ])
  expect(queuesOf('tick', 'catnap-hub')).toHaveLength(8)
})

/** Each statement of a policy that hangs on a resource, in the words of `doors`. */
const doorsOf = (stack: Synthesized): readonly { readonly door: string; readonly condition: unknown }[] => {
  const of = (type: string, document: string, on: string): readonly { door: string; condition: unknown }[] =>
    ofType(stack, type).flatMap((properties) => {
      const policy = properties[document] as { Statement: Statement[] } | undefined
      return (policy?.Statement ?? []).flatMap(({ Effect, Action, Principal, Condition }) =>
        list(Action).map((action) => ({
          door: `${Effect} ${who(Principal)} ${String(action)} on ${on}`,
          condition: Condition,
        })),
      )
    })
  return [
    ...ofType(stack, 'AWS::IAM::Role').flatMap((role) => {
      const { Statement: statements } = role['AssumeRolePolicyDocument'] as { Statement: Statement[] }
      const on = text(role['RoleName']) === 'catnap-schedule' ? 'the role of the schedule' : 'the role of each function'
      return statements.map(({ Effect, Action, Principal, Condition }) => ({
        door: `${Effect} ${who(Principal)} ${String(Action)} on ${on}`,
        condition: Condition,
      }))
    }),
    ...of('AWS::SQS::QueuePolicy', 'PolicyDocument', 'the queues'),
    ...of('AWS::SNS::TopicPolicy', 'PolicyDocument', 'the alarm topic'),
    ...ofType(stack, 'AWS::DynamoDB::Table').flatMap((table) => {
      const policy = table['ResourcePolicy'] as { PolicyDocument: { Statement: Statement[] } } | undefined
      // Which actions and whose is looked at by a test of its own, below.
      return (policy?.PolicyDocument.Statement ?? []).map(({ Effect, Condition }) => ({
        door: `${Effect} the spokes’ accounts the spokes’ rights on the table on the table`,
        condition: Condition,
      }))
    }),
    ...ofType(stack, 'AWS::Lambda::Permission').map(({ Action, Principal, FunctionName, ...rest }) => ({
      door: `Allow ${who(Principal)} ${String(Action)} on the ${/<(Wake|Door)/.exec(text(FunctionName))?.[1]?.toLowerCase() ?? text(FunctionName)} function`,
      condition: rest['FunctionUrlAuthType'] ?? rest['InvokedViaFunctionUrl'] ?? rest['SourceArn'],
    })),
  ]
}

const who = (principal: unknown): string => {
  if (principal === '*') return 'anyone'
  if (typeof principal === 'string') return principal
  const { AWS, Service } = principal as { AWS?: unknown; Service?: unknown }
  if (AWS === '*') return 'anyone'
  if (Service !== undefined) return String(Service)
  return /^arn:(?:aws:iam::111122223333|<AWS::Partition>:iam::<AWS::AccountId>):root$/.test(text(AWS))
    ? 'the hub’s account'
    : JSON.stringify(AWS)
}

describe('each policy on a resource', () => {
  const found = every.flatMap(doorsOf)

  test('is a door the table names, and each door is there', () => {
    expect([...new Set(found.map(({ door }) => door))].toSorted()).toEqual(
      doors.map(({ effect, principal, action, on }) => `${effect} ${principal} ${action} on ${on}`).toSorted(),
    )
  })

  test('is held by a condition, save Lambda’s own trust', () => {
    const open = found.filter(({ condition }) => condition === undefined).map(({ door }) => door)
    expect(new Set(open)).toEqual(new Set(['Allow lambda.amazonaws.com sts:AssumeRole on the role of each function']))
  })

  test('lets the spokes of other accounts reach the table, by role, with their own rights and no more', () => {
    const [hub] = fleet
    const [table] = hub === undefined ? [] : ofType(hub, 'AWS::DynamoDB::Table')
    const policy = table?.['ResourcePolicy'] as { PolicyDocument: { Statement: Statement[] } }
    expect(policy.PolicyDocument.Statement).toHaveLength(4)
    for (const [index, holder] of (['reconcile', 'reclaim', 'observe', 'door'] as const).entries()) {
      const statement = policy.PolicyDocument.Statement[index]
      expect(text(list(statement?.Resource)[0])).toBe('arn:aws:dynamodb:us-east-1:111122223333:table/catnap')
      expect(list(statement?.Action).toSorted()).toEqual(
        permissions[holder].flatMap(({ action, on }) => (on === 'table' ? [action] : [])).toSorted(),
      )
      expect(statement?.Principal).toEqual({ AWS: 'arn:aws:iam::444455556666:root' })
      expect(statement?.Condition).toEqual({
        ArnEquals: { 'aws:PrincipalArn': [`arn:aws:iam::444455556666:role/catnap-${holder}-eu-west-1`] },
      })
    }
  })

  test('leaves the table without a policy where every spoke is in the hub’s account', () => {
    const [hub] = alone
    const tables = hub === undefined ? [] : ofType(hub, 'AWS::DynamoDB::Table')
    expect(tables.map((table) => table['ResourcePolicy'])).toEqual([undefined])
  })
})
