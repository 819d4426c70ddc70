import { CfnRecordSet } from 'aws-cdk-lib/aws-route53'
import { Construct } from 'constructs'
import { type RoutePlan } from './fronts-plan.ts'
import { type AliasTarget } from './gateway.ts'

export interface RouteFailoverProps {
  readonly route: RoutePlan
  /** What answers while the environment's own balancer has nobody to ask. */
  readonly second: AliasTarget
}

/**
 * A host whose DNS follows the pods: to the environment's own balancer while every target group of it has a healthy
 * target, else to the wake function. Route 53 takes a group without any target as unhealthy, so the balancer must be this
 * one environment's: on a shared one, whoever falls asleep first would take all others with it.
 */
export class RouteFailover extends Construct {
  constructor(scope: Construct, id: string, { route: { host, zone, balancer, balancerZone }, second }: RouteFailoverProps) {
    super(scope, id)
    const record = { hostedZoneId: zone, name: host, type: 'A' }
    new CfnRecordSet(this, 'Environment', {
      ...record,
      setIdentifier: 'environment',
      failover: 'PRIMARY',
      aliasTarget: { dnsName: balancer, hostedZoneId: balancerZone, evaluateTargetHealth: true },
    })
    new CfnRecordSet(this, 'Wake', { ...record, setIdentifier: 'catnap-wake', failover: 'SECONDARY', aliasTarget: { ...second, evaluateTargetHealth: false } })
  }
}
