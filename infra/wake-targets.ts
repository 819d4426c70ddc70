import { CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { arnAt, type Place } from './layout.ts'

export interface WakeTargetsProps {
  /** Of the group; fixed, since the permission must be there before the group, and the group before its ARN is known. */
  readonly name: string
  readonly door: IFunction
  readonly here: Place
}

/** The wake function of a spoke as a target group, for one balancer: a group belongs to no second one. */
export class WakeTargets extends Construct {
  readonly arn: string

  constructor(scope: Construct, id: string, { name, door, here }: WakeTargetsProps) {
    super(scope, id)
    const permission = new CfnPermission(this, 'Permission', {
      functionName: door.functionArn,
      action: 'lambda:InvokeFunction',
      principal: 'elasticloadbalancing.amazonaws.com',
      sourceArn: arnAt(here, 'elasticloadbalancing', `targetgroup/${name}/*`),
    })
    const group = new CfnTargetGroup(this, 'Group', {
      name,
      targetType: 'lambda',
      targets: [{ id: door.functionArn }],
      // A check would be an invocation, and one that fails would leave nobody to answer.
      healthCheckEnabled: false,
      // Or of two hosts only the last would be seen.
      targetGroupAttributes: [{ key: 'lambda.multi_value_headers.enabled', value: 'true' }],
    })
    group.addResourceDependency(permission)
    this.arn = group.attrTargetGroupArn
  }
}
