import { CfnOutput, Validations } from 'aws-cdk-lib'
import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2'
import { CfnListener, CfnListenerCertificate, CfnLoadBalancer, SslPolicy } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { type IFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { type BalancerPlan } from './fronts-plan.ts'
import { balancerName, type Layout, wakeTargetGroupName } from './layout.ts'
import { WakeTargets } from './wake-targets.ts'

export interface BalancerProps {
  readonly layout: Layout
  readonly plan: BalancerPlan
  /** The wake function of this spoke: a balancer reaches functions of its own account and region only. */
  readonly door: IFunction
}

/**
 * A load balancer in front of a spoke's environments. Its rules are the workers': one for each environment, which leads to
 * its pods or to the wake function. A host without a rule gets the wake function too, which knows no such address: 404.
 */
export class Balancer extends Construct {
  /** The HTTPS listener, on which the workers keep their rules. */
  readonly listenerArn: string
  readonly wakeTargetGroupArn: string

  constructor(scope: Construct, id: string, { layout, plan, door }: BalancerProps) {
    super(scope, id)
    const securityGroup = this.#admit(plan)
    const balancer = this.#balance(plan, securityGroup)
    this.wakeTargetGroupArn = new WakeTargets(this, 'WakeTargets', { name: wakeTargetGroupName, door, here: layout.here }).arn
    this.listenerArn = this.#listen(balancer, plan)
    new CfnOutput(this, 'Address', { value: balancer.attrDnsName, description: 'what the hosts of environments point at, as a CNAME or an alias' })
    new CfnOutput(this, 'Zone', { value: balancer.attrCanonicalHostedZoneId, description: 'the hosted zone of that address, for an alias' })
    new CfnOutput(this, 'SecurityGroup', { value: securityGroup.attrGroupId, description: 'let it in where pods listen, in the security group of the pods or nodes' })
  }

  #admit({ vpc, from, scheme }: BalancerPlan): CfnSecurityGroup {
    const group = new CfnSecurityGroup(this, 'Group', {
      vpcId: vpc,
      groupDescription: 'catnap balancer: people in, environments out',
      securityGroupIngress: from.flatMap((cidrIp) => [
        { ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIp, description: 'people' },
        { ipProtocol: 'tcp', fromPort: 80, toPort: 80, cidrIp, description: 'people who are sent on to HTTPS' },
      ]),
      // Pods listen wherever they like, and a VPC may have several ranges for them.
      securityGroupEgress: [{ ipProtocol: 'tcp', fromPort: 1, toPort: 65_535, cidrIp: '0.0.0.0/0', description: 'the pods of environments' }],
    })
    if (scheme === 'public' && from.includes('0.0.0.0/0')) {
      Validations.of(group).acknowledge({ id: 'AwsSolutions-EC23', reason: 'a public balancer is for everybody; `from` in the context narrows it, and `wake.by` says who may wake' })
    }
    return group
  }

  #balance({ scheme, subnets, logs }: BalancerPlan, securityGroup: CfnSecurityGroup): CfnLoadBalancer {
    const balancer = new CfnLoadBalancer(this, 'Balancer', {
      name: balancerName(scheme),
      type: 'application',
      scheme: scheme === 'public' ? 'internet-facing' : 'internal',
      subnets: [...subnets],
      securityGroups: [securityGroup.attrGroupId],
      loadBalancerAttributes: [
        { key: 'routing.http.drop_invalid_header_fields.enabled', value: 'true' },
        ...(logs === undefined ? [] : [{ key: 'access_logs.s3.enabled', value: 'true' }, { key: 'access_logs.s3.bucket', value: logs }]),
      ],
    })
    if (logs === undefined) {
      Validations.of(balancer).acknowledge({ id: 'AwsSolutions-ELB2', reason: 'access logs hold whole addresses, signed links among them: who wants them names a bucket as `logs` in the context' })
    }
    return balancer
  }

  #listen(balancer: CfnLoadBalancer, { certificates: [first, ...others] }: BalancerPlan): string {
    const listener = new CfnListener(this, 'Https', {
      loadBalancerArn: balancer.attrLoadBalancerArn,
      port: 443,
      protocol: 'HTTPS',
      sslPolicy: SslPolicy.TLS13_12_RES_PQ,
      certificates: [{ certificateArn: first }],
      defaultActions: [{ type: 'forward', targetGroupArn: this.wakeTargetGroupArn }],
    })
    if (others.length > 0) {
      new CfnListenerCertificate(this, 'Certificates', { listenerArn: listener.attrListenerArn, certificates: others.map((certificateArn) => ({ certificateArn })) })
    }
    new CfnListener(this, 'Http', {
      loadBalancerArn: balancer.attrLoadBalancerArn,
      port: 80,
      protocol: 'HTTP',
      defaultActions: [{ type: 'redirect', redirectConfig: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' } }],
    })
    return listener.attrListenerArn
  }
}
