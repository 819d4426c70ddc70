import { AccountPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type Layout, roleArn } from './layout.ts'
import { ofSpoke, permissions } from './permissions.ts'
import { resources } from './resources.ts'

/**
 * Lets the functions of spokes in other accounts reach the table, with the same rights their own roles name. Undefined when every
 * spoke is in the hub's account, where the roles are enough. The account is the principal and the role a condition:
 * a policy that names a role is refused until that role exists, and the hub is deployed first.
 */
export const tablePolicy = (layout: Layout): PolicyDocument | undefined => {
  const guests = layout.spokes.filter(({ account }) => account !== layout.hub.account)
  if (guests.length === 0) return undefined
  return new PolicyDocument({
    statements: ofSpoke.map((name) => {
      const held = permissions[name].filter(({ on }) => on === 'table')
      return new PolicyStatement({
        principals: [...new Set(guests.map(({ account }) => account))].map((account) => new AccountPrincipal(account)),
        actions: held.map(({ action }) => action),
        resources: [...resources.table.arns(layout, name)],
        conditions: { ArnEquals: { 'aws:PrincipalArn': guests.map((guest) => roleArn(name, guest)) } },
      })
    }),
  })
}
