import { CfnOutput, Fn, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import { Peer, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2'
import { type Construct } from 'constructs'
import { Alarms } from './alarms.ts'
import { Balancer } from './balancer.ts'
import { CatnapFunction, type FunctionNetwork } from './catnap-function.ts'
import { type SpokeFronts } from './fronts-plan.ts'
import { type FunctionName, type Layout, type Place, placeOf, type Queue, roleArn, tableArn, wakeTargetGroupName } from './layout.ts'
import { type Network } from './plan.ts'
import { SpokeQueue, workerTimeoutSeconds } from './spoke-queue.ts'
import { createWakeFunction, linkVariables } from './wake-function.ts'
import { WakeTargets } from './wake-targets.ts'

export interface SpokeStackProps extends StackProps, SpokeFronts {
  /** Where the hub is; undefined when it is in this stack's own account and region. */
  readonly hub: Place | undefined
  /** Given, the workers run in these subnets and reach clusters with private endpoints. */
  readonly network?: Network | undefined
  /** The SSM parameter that holds the key of signed links, where the hub is in this very place; elsewhere it cannot be read. */
  readonly linkKey?: string | undefined
  /** Where Ingresses reach the wake function. */
  readonly wakeUrl?: string | undefined
}

/** Once per account and region with clusters in it: the workers that reach them, and the queues that start them. */
export class SpokeStack extends Stack {
  constructor(scope: Construct, id: string, { hub, network, balancer, wakeTargetGroups = [], linkKey, wakeUrl, ...props }: SpokeStackProps) {
    super(scope, id, props)
    const here = placeOf(this)
    const layout: Layout = { hub: hub ?? here, here, spokes: [here], linkKey, balancer: balancer?.scheme }
    const alarms = new Alarms(this, 'Alarms', { topicName: 'catnap-spoke-alarms' })
    const place = network === undefined ? undefined : this.#join(network)
    const front = this.#front({ balancer, wakeTargetGroups }, layout, alarms)
    const worker = (scopeId: string, name: FunctionName, does: string, variables: Readonly<Record<string, string>> = {}): CatnapFunction =>
      new CatnapFunction(this, scopeId, {
        name,
        does,
        layout,
        table: tableArn(layout.hub),
        alarms,
        timeoutSeconds: workerTimeoutSeconds,
        memoryMiB: 1024,
        network: place,
        variables,
      })
    const queue = (scopeId: string, name: Queue, lateAfterSeconds: number): SpokeQueue =>
      new SpokeQueue(this, scopeId, { name, layout, alarms, lateAfterSeconds })

    // One function serves both queues: a wake finds environments that sleeps have warmed. The mappings poll and count
    // each for itself, so however many sleeps are under way, the wakes' share stays theirs.
    const reconcile = worker('Reconcile', 'reconcile', 'brings one environment one step nearer to its desired state', { ...frontVariables(front, wakeUrl), ...linkVariables(layout) })
    queue('WakeQueue', 'wake', 120).start(reconcile.lambda, 50)
    queue('WorkQueue', 'work', 900).start(reconcile.lambda, 20)
    const reclaim = worker('Reclaim', 'reclaim', 'takes the nodes of one cluster that nobody needs off the bill')
    queue('NodesQueue', 'nodes', 900).start(reclaim.lambda, 10)
    const observe = worker('Observe', 'observe', 'looks at what the awake environments of one cluster use, and which nodes run')
    // Late by half an hour is the longest gap the awake clock bridges.
    queue('UsageQueue', 'usage', 1800).start(observe.lambda, 10)

    const entry = 'give it an EKS access entry with kubernetesGroups ["catnap"] in each cluster'
    new CfnOutput(this, 'ReconcileRole', { value: roleArn('reconcile', here), description: entry })
    new CfnOutput(this, 'ReclaimRole', { value: roleArn('reclaim', here), description: entry })
    new CfnOutput(this, 'ObserveRole', { value: roleArn('observe', here), description: entry })
    new CfnOutput(this, 'AlarmTopic', { value: alarms.topic.topicArn, description: 'subscribe an address to it' })
  }

  /** The wake function of this spoke, and the balancers that lead to it: ours, and others by a target group each. */
  #front({ balancer, wakeTargetGroups = [] }: SpokeFronts, layout: Layout, alarms: Alarms): Balancer | undefined {
    if (balancer === undefined && wakeTargetGroups.length === 0) return undefined
    const { lambda: door } = createWakeFunction(this, 'Door', { name: 'door', layout, table: tableArn(layout.hub), alarms })
    for (const name of wakeTargetGroups) {
      const { arn } = new WakeTargets(this, `WakeTargets-${name}`, { name: `${wakeTargetGroupName}-${name}`, door, here: layout.here })
      new CfnOutput(this, `WakeTargetGroup-${name}`, { value: arn, description: 'name it as wakeTargetGroup in the intent, for one balancer' })
    }
    return balancer === undefined ? undefined : new Balancer(this, 'Balancer', { layout, plan: balancer, door })
  }

  #join({ vpc: vpcId, subnets }: Network): FunctionNetwork {
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId,
      privateSubnetIds: [...subnets],
      // CDK wants a zone for each subnet; Lambda reads it from the subnet itself.
      availabilityZones: subnets.map((_, index) => Fn.select(index, Fn.getAzs())),
    })
    Validations.of(vpc).acknowledge({
      id: '@aws-cdk/aws-ec2:noSubnetRouteTableId',
      reason: 'Catnap only places interfaces in these subnets; nothing here adds a route or an endpoint',
    })
    const securityGroup = new SecurityGroup(this, 'Workers', {
      vpc,
      description: 'catnap workers: out to the Kubernetes and AWS APIs over TLS, nothing in',
      allowAllOutbound: false,
    })
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'Kubernetes and AWS APIs')
    new CfnOutput(this, 'WorkerSecurityGroup', {
      value: securityGroup.securityGroupId,
      description: 'let it in on port 443 in the security group of each private cluster',
    })
    return { vpc, securityGroup }
  }
}

/** Where the worker keeps its rules, what they lead to while an environment sleeps, and where Ingresses do. */
const frontVariables = (front: Balancer | undefined, wakeUrl: string | undefined): Readonly<Record<string, string>> => ({
  ...(front === undefined ? {} : { CATNAP_LISTENER_ARNS: front.listenerArn, CATNAP_WAKE_TARGET_GROUP_ARN: front.wakeTargetGroupArn }),
  ...(wakeUrl === undefined ? {} : { CATNAP_WAKE_URL: wakeUrl }),
})
