import {
  arnAt,
  balancerName,
  dueIndexName,
  functionName,
  type Holder,
  type Layout,
  logGroupName,
  queueArn,
  tableArn,
} from './layout.ts'

/** A resource of the permission table: its ARNs, and, where one holds a wildcard, why it must. */
export interface Resource {
  readonly arns: (layout: Layout, holder: Holder) => readonly string[]
  readonly wildcard?: string
}

const clusters = 'the intent names the clusters, and a cluster joins the fleet without a new deployment; '

const ofBalancer = 'the balancer and its name are ours; AWS chooses the ids that end the ARN of a listener and of its rules'

/** SES knows a sender by its address or by its domain, whichever was verified. */
const identitiesOf = (mailFrom = ''): readonly string[] => {
  const [, address, domain] = /([^\s<>]+@([^\s<>]+?))>?$/.exec(mailFrom) ?? []
  return address === undefined || domain === undefined ? [] : [address, domain]
}

const allResources = {
  table: { arns: ({ hub }) => [tableArn(hub)] },
  'due index': { arns: ({ hub }) => [`${tableArn(hub)}/index/${dueIndexName}`] },
  'wake queues': { arns: ({ spokes }) => spokes.map((spoke) => queueArn('wake', spoke)) },
  'work queues': { arns: ({ spokes }) => spokes.map((spoke) => queueArn('work', spoke)) },
  'nodes queues': { arns: ({ spokes }) => spokes.map((spoke) => queueArn('nodes', spoke)) },
  'usage queues': { arns: ({ spokes }) => spokes.map((spoke) => queueArn('usage', spoke)) },
  'tick function': { arns: ({ here }) => [arnAt(here, 'lambda', `function:${functionName('tick')}`)] },
  'account function': { arns: ({ here }) => [arnAt(here, 'lambda', `function:${functionName('account')}`)] },
  'report function': {
    arns: ({ here, mailFrom }) => (mailFrom === undefined ? [] : [arnAt(here, 'lambda', `function:${functionName('report')}`)]),
  },
  'mail identities': { arns: ({ here, mailFrom }) => identitiesOf(mailFrom).map((identity) => arnAt(here, 'ses', `identity/${identity}`)) },
  'link key': { arns: ({ here, linkKey }) => (linkKey === undefined ? [] : [arnAt(here, 'ssm', `parameter${linkKey}`)]) },
  'secret parameters': {
    arns: ({ here }) => [arnAt(here, 'ssm', 'parameter/catnap/*')],
    wildcard: 'the intent names the parameters; it takes none whose name does not begin with /catnap/',
  },
  'Prometheus tokens': {
    arns: ({ here }) => [arnAt(here, 'ssm', 'parameter/catnap/prometheus*')],
    wildcard: 'the intent names the parameters; it takes none whose name does not begin with /catnap/prometheus',
  },
  'Prometheus workspaces': {
    arns: ({ here }) => [arnAt({ ...here, region: '*' }, 'aps', 'workspace/*')],
    wildcard: 'the intent names the workspaces of this account, by ids that AWS chooses. The right only asks',
  },
  'warning topics': {
    arns: ({ here }) => [arnAt({ ...here, region: '*' }, 'sns', 'catnap-*')],
    wildcard: 'the intent names the topics of this account; it takes none whose name does not begin with catnap-',
  },
  'own log': {
    arns: ({ here }, holder) =>
      holder === 'schedule' ? [] : [arnAt(here, 'logs', `log-group:${logGroupName(holder)}:*`)],
    wildcard: 'Lambda names the log streams of this one log group',
  },
  clusters: {
    arns: ({ here }) => [arnAt(here, 'eks', 'cluster/*')],
    wildcard: `${clusters}its access entry is what lets Catnap in. The rights on it only read`,
  },
  'node groups': {
    arns: ({ here }) => [arnAt(here, 'eks', 'nodegroup/*/*/*')],
    wildcard: `${clusters}a node group's ARN ends in an id that AWS chooses`,
  },
  'node groups’ Auto Scaling groups': {
    arns: ({ here }) => [arnAt(here, 'autoscaling', 'autoScalingGroup:*:autoScalingGroupName/eks-*')],
    wildcard: `${clusters}EKS names these groups eks-…, and the condition asks for the tag EKS puts on them`,
  },
  'Auto Scaling groups': {
    arns: ({ here }) => [arnAt(here, 'autoscaling', 'autoScalingGroup:*:autoScalingGroupName/*')],
    wildcard: `${clusters}groups that are no node group are named as people like, and only those that carry Catnap's mark may be changed; it may set no tag but its own`,
  },
  'load balancers': {
    arns: ({ balancer }) => (balancer === undefined ? [] : ['*']),
    wildcard: 'the calls of Elastic Load Balancing that describe know no resource-level permission',
  },
  listener: {
    arns: ({ here, balancer }) => (balancer === undefined ? [] : [arnAt(here, 'elasticloadbalancing', `listener/app/${balancerName(balancer)}/*`)]),
    wildcard: ofBalancer,
  },
  'listener rules': {
    arns: ({ here, balancer }) => (balancer === undefined ? [] : [arnAt(here, 'elasticloadbalancing', `listener-rule/app/${balancerName(balancer)}/*`)]),
    wildcard: ofBalancer,
  },
  everything: {
    arns: () => ['*'],
    wildcard:
      'these EC2, EKS, Auto Scaling, CloudWatch, Price List and Cost Explorer calls know no resource-level permission, or none before the thing exists; ' +
      'ours only describe, Lambda’s serve its network interfaces and are denied to the function’s own code',
  },
} satisfies Readonly<Record<string, Resource>>

export type ResourceName = keyof typeof allResources

export const resources: Readonly<Record<ResourceName, Resource>> = allResources
