import { type Acknowledgment, Token, Validations } from 'aws-cdk-lib'
import { Effect, type IRole, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type Construct } from 'constructs'
import { arnAt, type FunctionName, functionName, type Holder, type Layout, type Place, roleName } from './layout.ts'
import { permissions, type Right, vpcRights } from './permissions.ts'
import { resources } from './resources.ts'

export interface RoleProps {
  readonly holder: Holder
  readonly layout: Layout
  /** Whether Lambda must put the function into a VPC. Default false. */
  readonly inVpc?: boolean
}

/**
 * A role with exactly the rights of the permission table, as one inline policy: no AWS managed policy, and nothing a
 * CDK construct would like to add later.
 */
export const createRole = (scope: Construct, id: string, { holder, layout, inVpc = false }: RoleProps): IRole => {
  const held = [...permissions[holder], ...(inVpc ? vpcRights : [])]
  const denied = inVpc && holder !== 'schedule' ? [denyVpcToCode(holder, layout)] : []
  const role = new Role(scope, id, {
    roleName: roleName(holder, layout.here),
    description: `catnap ${holder}: the rights are listed in docs/permissions.md`,
    assumedBy: trusted(holder, layout),
    inlinePolicies: { catnap: new PolicyDocument({ statements: [...statements(held, layout, holder), ...denied] }) },
  })
  // Beside the role: one exemption for each wildcard the table explains, and for no other.
  Validations.of(role).acknowledge(...exemptions(held, layout, holder))
  return role.withoutPolicyUpdates()
}

/** The rows as IAM statements: one for each resource and condition. */
const statements = (held: readonly Right[], layout: Layout, holder: Holder): readonly PolicyStatement[] =>
  [...Map.groupBy(held, ({ on, only }) => JSON.stringify([on, only])).values()].flatMap((rows) => {
    const [{ on, only } = { on: undefined, only: undefined }] = rows
    if (on === undefined) return []
    const arns = resources[on].arns(layout, holder)
    // What this deployment leaves out needs no right.
    if (arns.length === 0) return []
    return [
      new PolicyStatement({
        actions: rows.map(({ action }) => action),
        resources: [...arns],
        ...(only === undefined ? {} : { conditions: only }),
      }),
    ]
  })

const exemptions = (held: readonly Right[], layout: Layout, holder: Holder): readonly Acknowledgment[] => {
  const shown: Layout = { ...layout, hub: nagPlace(layout.hub), spokes: layout.spokes.map(nagPlace), here: nagPlace(layout.here) }
  return [...new Set(held.map(({ on }) => on))].flatMap((on) => {
    const { arns, wildcard } = resources[on]
    if (wildcard === undefined) return []
    return arns(shown, holder).map((arn) => ({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason: wildcard }))
  })
}

/** Lambda needs the EC2 rights to attach the function; the function's own code does not. */
const denyVpcToCode = (name: FunctionName, { here }: Layout): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.DENY,
    actions: vpcRights.map(({ action }) => action),
    resources: ['*'],
    conditions: { ArnEquals: { 'lambda:SourceFunctionArn': arnAt(here, 'lambda', `function:${functionName(name)}`) } },
  })

const trusted = (holder: Holder, { here }: Layout): ServicePrincipal =>
  holder === 'schedule'
    ? new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': here.account } },
      })
    : new ServicePrincipal('lambda.amazonaws.com')

/** The place in the words cdk-nag uses in its findings: `<AWS::Region>` for what is known only at deployment. */
const nagPlace = (place: Place): Place => ({
  partition: Token.isUnresolved(place.partition) ? '<AWS::Partition>' : place.partition,
  account: Token.isUnresolved(place.account) ? '<AWS::AccountId>' : place.account,
  region: Token.isUnresolved(place.region) ? '<AWS::Region>' : place.region,
})
