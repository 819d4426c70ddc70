import { type FunctionName, type Holder } from './layout.ts'
import { type ResourceName } from './resources.ts'
import { WORKERS } from '../lib/domain/rights/access-entries.ts'

/** A condition of IAM: operator, key, value. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** Who makes the call a right is for: one of our adapters, or an AWS service that acts in the role's name. */
type Caller =
  | 'lib/adapters/dynamodb'
  | 'lib/adapters/sqs'
  | 'lib/adapters/eks'
  | 'lib/adapters/autoscaling'
  | 'lib/adapters/ec2'
  | 'lib/adapters/cloudwatch'
  | 'lib/adapters/elbv2'
  | 'lib/adapters/pricing'
  | 'lib/adapters/cost-explorer'
  | 'lib/adapters/ses'
  | 'lib/adapters/ssm'
  | 'lib/adapters/notices'
  | 'lib/adapters/prometheus'
  | 'Lambda, polling the queue'
  | 'Lambda, writing the log'
  | 'Lambda, joining the VPC'
  | 'EventBridge Scheduler'

/** One row: this action on this resource, because that call needs it. */
export interface Right {
  readonly action: string
  readonly on: ResourceName
  readonly by: Caller
  /** A call of a port (lib/ports.ts), as the use cases write it, that ends in this action. */
  readonly call?: string
  readonly why: string
  readonly only?: Condition
}

/** Rows of one adapter: action, the call of a port that ends in it, and why. */
const rights = (
  by: Caller & `lib/adapters/${string}`,
  on: ResourceName,
  rows: readonly (readonly [action: string, call: string, why: string])[],
  only?: Condition,
): readonly Right[] =>
  rows.map(([action, call, why]) => ({ action, on, by, call, why, ...(only === undefined ? {} : { only }) }))

/** Rows of an AWS service that acts in the role's name. */
const serviceRights = (
  by: Exclude<Caller, `lib/adapters/${string}`>,
  on: ResourceName,
  whyByAction: Readonly<Record<string, string>>,
): readonly Right[] => Object.entries(whyByAction).map(([action, why]) => ({ action, on, by, why }))

const sendTo = (on: ResourceName, why: string): readonly Right[] =>
  rights('lib/adapters/sqs', on, [['sqs:SendMessage', 'mailbox.send', why]])

const consume = (on: ResourceName): readonly Right[] =>
  serviceRights('Lambda, polling the queue', on, {
    'sqs:ReceiveMessage': 'takes the messages that start this function',
    'sqs:DeleteMessage': 'takes a handled message off the queue',
    'sqs:GetQueueAttributes': 'reads the visibility timeout and the depth before it polls',
  })

const ownLog = serviceRights('Lambda, writing the log', 'own log', {
  'logs:CreateLogStream': 'one stream for each execution environment',
  'logs:PutLogEvents': 'the log lines',
})

/** Tags are Catnap's originals on cloud resources: it may write its own keys and no other. */
const ownTags: Condition = { 'ForAllValues:StringLike': { 'aws:TagKeys': 'catnap.dev/*' } }

/** Only Auto Scaling groups that EKS made for a managed node group carry this tag. */
const ofCluster: Condition = { Null: { 'aws:ResourceTag/eks:cluster-name': 'false' } }

/** Only Auto Scaling groups that Catnap has marked with their original, which it does before it changes one. */
const marked: Condition = { Null: { 'aws:ResourceTag/catnap.dev/original': 'false' } }

const openCluster = rights('lib/adapters/eks', 'clusters', [
  ['eks:DescribeCluster', 'clusters.open', 'the endpoint and the certificate of the Kubernetes API'],
])

const lookAtPool = [
  ...rights('lib/adapters/eks', 'node groups', [
    ['eks:DescribeNodegroup', 'capacity.status', 'size, labels, tags, and the Auto Scaling group behind the pool'],
  ]),
  ...rights('lib/adapters/autoscaling', 'everything', [
    ['autoscaling:DescribeAutoScalingGroups', 'capacity.status', 'instances in service, suspended processes, and warm pools; groups that are no node group'],
  ]),
]

/** Which nodes are of an Auto Scaling group that is no node group: they do not say it themselves. */
const lookAtNodes = (call: 'access.nodes.list' | 'nodes.survey'): readonly Right[] => rights('lib/adapters/autoscaling', 'everything', [
  ['autoscaling:DescribeAutoScalingGroups', call, 'which Auto Scaling group a node is of that names no pool'],
])

const markPool = (call: 'capacity.prepare' | 'capacity.grow'): readonly Right[] => [
  ...rights('lib/adapters/eks', 'node groups', [
    ['eks:TagResource', call, 'keeps the original sizes with the pool, before it is changed'],
  ], ownTags),
  ...rights('lib/adapters/autoscaling', 'Auto Scaling groups', [
    ['autoscaling:CreateOrUpdateTags', call, 'the same on a group that is no node group'],
  ], ownTags),
]

/** Whoever answers visits: in the hub behind its URL, in a spoke behind its balancer. */
const answering: readonly Right[] = [
  ...rights('lib/adapters/dynamodb', 'table', [
    ['dynamodb:GetItem', 'memory.glance', 'the phase of the environment a host belongs to'],
    ['dynamodb:UpdateItem', 'memory.environments.change', 'writes `waking` and a new epoch, once, if it sleeps; what a link asks for'],
    ['dynamodb:BatchWriteItem', 'memory.append', 'history: who asked for the wake'],
  ]),
  ...sendTo('wake queues', 'starts the wake at once instead of at the next tick'),
  ...sendTo('work queues', 'starts the sleep a signed link asks for at once'),
  ...rights('lib/adapters/ssm', 'link key', [
    ['ssm:GetParameter', 'linkKeys.verify', 'whether a link is one of ours: the newest two versions of the key'],
  ]),
  ...ownLog,
]

/** Rules that Catnap made carry this tag. */
const ofOurs: Condition = { Null: { 'aws:ResourceTag/catnap.dev/environment': 'false' } }

/** On the balancer of ours alone. */
const leadHosts = [
  ...rights('lib/adapters/elbv2', 'load balancers', [
    ['elasticloadbalancing:DescribeRules', 'balancer.rules', 'where the hosts lead, and that they lead there after a change'],
    ['elasticloadbalancing:DescribeTags', 'balancer.rules', 'which rules are ours, for which environment, and what they led to'],
    ['elasticloadbalancing:DescribeTargetHealth', 'balancer.health', 'whether a target is healthy before hosts lead back to it'],
  ]),
  ...rights('lib/adapters/elbv2', 'listener', [
    ['elasticloadbalancing:CreateRule', 'balancer.change', 'one rule for an environment’s hosts, before its first sleep'],
  ]),
  ...rights('lib/adapters/elbv2', 'listener rules', [
    ['elasticloadbalancing:ModifyRule', 'balancer.change', 'leads the hosts to the wake function and back'],
  ], ofOurs),
  ...rights('lib/adapters/elbv2', 'listener rules', [
    ['elasticloadbalancing:AddTags', 'balancer.change', 'the environment and the original, on the rule itself before it is changed'],
  ], ownTags),
]

/**
 * The one table of what each role may do. Role policies, queue and table policies and docs/permissions.md are made from
 * it, and test/infra holds it against the synthesized templates, the calls of the use cases and the commands the
 * adapters send.
 */
export const permissions: Readonly<Record<Holder, readonly Right[]>> = {
  schedule: [
    ...serviceRights('EventBridge Scheduler', 'tick function', { 'lambda:InvokeFunction': 'starts `tick` each minute' }),
    ...serviceRights('EventBridge Scheduler', 'account function', { 'lambda:InvokeFunction': 'starts `account` each hour' }),
    ...serviceRights('EventBridge Scheduler', 'report function', { 'lambda:InvokeFunction': 'starts `report` each hour' }),
  ],
  tick: [
    ...rights('lib/adapters/dynamodb', 'table', [
      ['dynamodb:GetItem', 'memory.fleet', 'the kill switch, and how many shards the index has'],
    ]),
    ...rights('lib/adapters/dynamodb', 'due index', [['dynamodb:Query', 'memory.due', 'what is due, shard by shard']]),
    ...sendTo('work queues', 'one message for each environment that is due'),
    ...sendTo('wake queues', 'one message for each environment that is due to wake'),
    ...sendTo('nodes queues', 'one message for each cluster that is due'),
    ...sendTo('usage queues', 'one message for each cluster whose look is due'),
    ...ownLog,
  ],
  wake: answering,
  door: answering,
  reconcile: [
    ...rights('lib/adapters/dynamodb', 'table', [
      ['dynamodb:GetItem', 'memory.environments.get', 'the record, consistently, before each batch of changes'],
      ['dynamodb:Query', 'memory.inCluster', 'the pools an environment asks for; its originals'],
      ['dynamodb:UpdateItem', 'memory.environments.claim', 'claim, phase, epoch and progress, and demands on pools'],
      ['dynamodb:BatchWriteItem', 'memory.keepOriginals', 'originals before a change, dropped once restored; history'],
      ['dynamodb:DeleteItem', 'memory.forget', 'an environment that left the intent, once it is awake'],
    ]),
    ...consume('wake queues'),
    ...consume('work queues'),
    ...sendTo('wake queues', 'the next slice of a wake'),
    ...sendTo('work queues', 'the next slice of a sleep'),
    ...sendTo('nodes queues', 'asks for the nodes of a cluster to be looked at now'),
    ...openCluster,
    ...lookAtPool,
    ...rights('lib/adapters/eks', 'node groups', [
      ['eks:UpdateNodegroupConfig', 'capacity.grow', 'nodes for what a wake asks for; never the maximum'],
    ]),
    ...rights('lib/adapters/autoscaling', 'Auto Scaling groups', [
      ['autoscaling:UpdateAutoScalingGroup', 'capacity.grow', 'the same of a group that is no node group'],
    ], marked),
    ...rights('lib/adapters/eks', 'node groups', [
      ['eks:DescribeNodegroup', 'capacity.troubles', 'what EKS finds wrong with a node group whose nodes do not come'],
    ]),
    ...rights('lib/adapters/autoscaling', 'everything', [
      ['autoscaling:DescribeScalingActivities', 'capacity.troubles', 'why the group behind it, or one that is no node group, starts no instance'],
    ]),
    ...lookAtNodes('access.nodes.list'),
    ...markPool('capacity.grow'),
    ...rights('lib/adapters/ssm', 'secret parameters', [
      ['ssm:GetParameter', 'notices.tell', 'the address of the webhook that a warning goes to'],
    ]),
    ...rights('lib/adapters/notices', 'warning topics', [
      ['sns:Publish', 'notices.tell', 'warns people ahead of a sleep'],
    ]),
    ...rights('lib/adapters/ssm', 'link key', [
      ['ssm:GetParameter', 'linkKeys.sign', 'signs the link of a warning that keeps an environment awake'],
    ]),
    ...leadHosts,
    ...ownLog,
  ],
  reclaim: [
    ...rights('lib/adapters/dynamodb', 'table', [
      ['dynamodb:GetItem', 'memory.cluster', 'the cluster, the kill switch, and a pool’s epoch before each step'],
      ['dynamodb:Query', 'memory.inCluster', 'the pools of the cluster and the demands on them'],
      ['dynamodb:UpdateItem', 'memory.pools.change', 'claim, original and leaving nodes of a pool'],
      ['dynamodb:BatchWriteItem', 'memory.append', 'history: each step on a pool, with its reason'],
    ]),
    ...consume('nodes queues'),
    ...sendTo('nodes queues', 'the next slice of a reclaim'),
    ...openCluster,
    ...rights('lib/adapters/eks', 'clusters', [
      ['eks:ListNodegroups', 'capacity.list', 'which node groups there are, when the intent names one that is not'],
    ]),
    ...lookAtPool,
    ...rights('lib/adapters/eks', 'node groups', [
      ['eks:UpdateNodegroupConfig', 'capacity.prepare', 'lowers the minimum before a removal'],
      ['eks:UpdateNodegroupConfig', 'capacity.restore', 'puts sizes back'],
    ]),
    ...markPool('capacity.prepare'),
    ...rights('lib/adapters/eks', 'node groups', [
      ['eks:UntagResource', 'capacity.restore', 'removes the mark once the pool is as it was'],
    ], ownTags),
    ...rights('lib/adapters/autoscaling', 'node groups’ Auto Scaling groups', [
      ['autoscaling:SuspendProcesses', 'capacity.prepare', 'holds AZRebalance while chosen nodes leave'],
      ['autoscaling:ResumeProcesses', 'capacity.restore', 'gives AZRebalance back when the pool is whole again'],
      ['autoscaling:TerminateInstanceInAutoScalingGroup', 'capacity.remove', 'ends exactly that node and its capacity'],
    ], ofCluster),
    ...rights('lib/adapters/autoscaling', 'Auto Scaling groups', [
      ['autoscaling:UpdateAutoScalingGroup', 'capacity.prepare', 'lowers the minimum of a group that is no node group'],
      ['autoscaling:UpdateAutoScalingGroup', 'capacity.restore', 'puts sizes back there'],
      ['autoscaling:UpdateAutoScalingGroup', 'capacity.grow', 'lets the pool grow again while somebody who uses it is awake'],
      ['autoscaling:SuspendProcesses', 'capacity.prepare', 'holds AZRebalance there'],
      ['autoscaling:ResumeProcesses', 'capacity.restore', 'gives AZRebalance back there'],
      ['autoscaling:TerminateInstanceInAutoScalingGroup', 'capacity.remove', 'ends exactly that node and its capacity there'],
    ], marked),
    ...rights('lib/adapters/autoscaling', 'Auto Scaling groups', [
      ['autoscaling:DeleteTags', 'capacity.restore', 'removes the mark there once the group is as it was'],
    ], ownTags),
    ...lookAtNodes('nodes.survey'),
    ...rights('lib/adapters/ec2', 'everything', [
      ['ec2:DescribeInstances', 'capacity.states', 'a node counts as saved only when EC2 says `terminated`'],
    ]),
    ...ownLog,
  ],
  observe: [
    ...rights('lib/adapters/dynamodb', 'table', [
      ['dynamodb:GetItem', 'memory.cluster', 'the cluster, and the kill switch'],
      ['dynamodb:Query', 'usage.of', 'environments; what is known of their containers; the nodes that ran'],
      ['dynamodb:UpdateItem', 'memory.looks.take', 'takes the look; requests seen, use of pools, support, what failed'],
      ['dynamodb:BatchWriteItem', 'usage.keep', 'what containers use; when nodes began and ended; history'],
    ]),
    ...consume('usage queues'),
    ...openCluster,
    ...rights('lib/adapters/eks', 'everything', [
      ['eks:DescribeClusterVersions', 'access.support', 'when EKS stops supporting the version of the cluster'],
    ]),
    ...lookAtNodes('access.nodes.list'),
    ...rights('lib/adapters/ec2', 'everything', [
      ['ec2:DescribeInstances', 'capacity.instances', 'which nodes run, and since when'],
      ['ec2:DescribeInstances', 'capacity.states', 'whether a node that is no longer listed has ended'],
    ]),
    ...rights('lib/adapters/cloudwatch', 'everything', [
      ['cloudwatch:ListMetrics', 'traffic.requests', 'which balancers a target group is behind'],
      ['cloudwatch:GetMetricData', 'traffic.requests', 'whether anybody asks an environment anything'],
      ['cloudwatch:GetMetricData', 'traffic.network', 'whether its pods receive or send anything, where the intent asks for it'],
    ]),
    ...rights('lib/adapters/prometheus', 'Prometheus workspaces', [
      ['aps:QueryMetrics', 'queries.range', 'a query of the intent, of Amazon Managed Prometheus'],
    ]),
    ...rights('lib/adapters/ssm', 'Prometheus tokens', [
      ['ssm:GetParameter', 'queries.range', 'the bearer token of a Prometheus that the intent names'],
    ]),
    ...ownLog,
  ],
  account: [
    ...rights('lib/adapters/dynamodb', 'table', [
      ['dynamodb:GetItem', 'memory.fleet', 'the clusters there are; whether the bill was asked for today'],
      ['dynamodb:Query', 'journal.between', 'what happened, which nodes ran, what containers used, and the ledger so far'],
      ['dynamodb:BatchWriteItem', 'ledgers.keepRows', 'the ledger, bills beside it, advice, and prices kept for a week'],
    ]),
    ...rights('lib/adapters/pricing', 'everything', [
      ['pricing:GetProducts', 'prices.of', 'what a node costs on demand'],
      ['ec2:DescribeSpotPriceHistory', 'prices.of', 'what a spot node cost, each hour and when it left'],
    ]),
    ...rights('lib/adapters/cost-explorer', 'everything', [
      ['ce:GetCostAndUsage', 'bills.days', 'once a day: what AWS says the nodes cost, to hold the ledger against'],
    ]),
    ...ownLog,
  ],
  report: [
    ...rights('lib/adapters/dynamodb', 'table', [
      ['dynamodb:GetItem', 'memory.fleet', 'who is told what and when; what became of a mail'],
      ['dynamodb:Query', 'ledgers.days', 'the ledger of the period, its bills and the advice; the mails before'],
      ['dynamodb:PutItem', 'sendings.put', 'puts a mail on record before it is sent, so that there are never two'],
      ['dynamodb:BatchWriteItem', 'memory.append', 'history: what was sent, and what was not and why'],
    ]),
    ...rights('lib/adapters/ses', 'mail identities', [
      ['ses:SendEmail', 'mail.send', 'sends the reports, from the one address that the context names'],
    ]),
    ...rights('lib/adapters/ssm', 'link key', [
      ['ssm:GetParameter', 'linkKeys.sign', 'signs the links of a mail'],
    ]),
    ...ownLog,
  ],
}

/** Added to a worker's rights when its spoke runs inside a VPC. */
export const vpcRights: readonly Right[] = serviceRights('Lambda, joining the VPC', 'everything', {
  'ec2:CreateNetworkInterface': 'the interface through which the worker reaches a private endpoint',
  'ec2:DescribeNetworkInterfaces': 'waits for that interface',
  'ec2:DescribeSubnets': 'checks the subnets given',
  'ec2:DeleteNetworkInterface': 'removes the interface with the function',
  'ec2:AssignPrivateIpAddresses': 'an address on a shared interface',
  'ec2:UnassignPrivateIpAddresses': 'gives that address back',
})

/** What the caller of the CLI needs with AWS credentials of his own. No role of Catnap has it from here. */
export const operatorRights: readonly Right[] = [
  ...rights('lib/adapters/dynamodb', 'table', [
    ['dynamodb:GetItem', 'memory.environments.get', '`status`, `plan`, and every command that acts on one environment'],
    ['dynamodb:Query', 'registry.history', '`status`, `plan` and `history`'],
    ['dynamodb:UpdateItem', 'memory.environments.change', '`sleep`, `wake`, `stay-awake`, `pause`, `resume`, `apply`'],
    ['dynamodb:PutItem', 'registry.createEnvironment', '`apply`: a cluster, environment or pool new in the intent'],
    ['dynamodb:BatchWriteItem', 'memory.append', '`apply`: hosts, and what left the intent; history: who asked'],
  ]),
  ...sendTo('wake queues', '`wake` starts at once'),
  ...sendTo('work queues', '`sleep` starts at once'),
  ...rights('lib/adapters/ssm', 'link key', [
    ['ssm:GetParameter', 'linkKeys.sign', '`link`: signs it'],
    ['ssm:PutParameter', 'linkKeys.rotate', '`link rotate`: a new key, or the first'],
  ]),
]

/** What others may do to Catnap's own resources: each statement of a policy that hangs on a resource, not on a role. */
export interface Door {
  readonly effect: 'Allow' | 'Deny'
  readonly principal: string
  readonly action: string
  readonly on: string
  readonly why: string
}

const door = (effect: Door['effect'], principal: string, action: string, on: string, why: string): Door => ({
  effect,
  principal,
  action,
  on,
  why,
})

const overTls = 'refuses everything that does not come over TLS'

export const doors: readonly Door[] = [
  door('Allow', 'lambda.amazonaws.com', 'sts:AssumeRole', 'the role of each function', 'the function runs as its role'),
  door('Allow', 'scheduler.amazonaws.com', 'sts:AssumeRole', 'the role of the schedule',
    'only for schedules of the hub’s own account'),
  door('Allow', 'anyone', 'lambda:InvokeFunctionUrl', 'the wake function',
    'a developer with a browser has no AWS credentials; reserved concurrency is the throttle'),
  door('Allow', 'anyone', 'lambda:InvokeFunction', 'the wake function',
    'AWS asks for it beside the former, on condition that the call came through the Function URL'),
  door('Allow', 'apigateway.amazonaws.com', 'lambda:InvokeFunction', 'the wake function', 'only for the routes of Catnap’s own HTTP API'),
  door('Allow', 'elasticloadbalancing.amazonaws.com', 'lambda:InvokeFunction', 'the door function',
    'only for the target group that the balancer of this spoke forwards to'),
  door('Allow', 'the hub’s account', 'sqs:SendMessage', 'the queues',
    'on condition that the caller is the role of `tick` or, for the wake and work queues, `wake`'),
  door('Deny', 'anyone', 'sqs:*', 'the queues', overTls),
  door('Allow', 'the spokes’ accounts', 'the spokes’ rights on the table', 'the table',
    'on condition that the caller is the role of a worker or of `door`; only for spokes of other accounts'),
  door('Allow', 'cloudwatch.amazonaws.com', 'sns:Publish', 'the alarm topic', 'only for alarms of the same account'),
  door('Deny', 'anyone', 'sns:Publish', 'the alarm topic', overTls),
]

/** The functions that reach clusters. */
export const workers: readonly FunctionName[] = WORKERS

/** The functions of a spoke: all that reach the table from another account. */
export const ofSpoke: readonly FunctionName[] = [...workers, 'door']
