import { dueIndexName, type Holder, type Layout, queueNames, tableName } from './layout.ts'
import { type Condition, doors, operatorRights, permissions, type Right, vpcRights } from './permissions.ts'
import { type ResourceName, resources } from './resources.ts'
import { type ClusterRight, type Feature, sayResource } from '../lib/domain/rights/cluster-right.ts'
import { RIGHTS } from '../lib/domain/rights/rights.ts'

/** docs/permissions.md, made from the permission table; a test holds the file against it. */
export const permissionsPage = (): string =>
  [
    '# What Catnap may do, and why',
    'Made from the table in `infra/permissions.ts` by `npx vitest run test/infra/permissions-page.test.ts -u`; do ' +
      'not edit. The same table makes the role policies. Tests hold it against ' +
      'the synthesized templates, the calls the use cases make and the commands the adapters send, so a right ' +
      'without a call, or a call without a right, does not pass.',
    'No role has an AWS managed policy. What Catnap may do inside a cluster is not IAM, and stands at the [end](#in-a-cluster).',
    ...holders.flatMap(([holder, says]) => [`## ${holder}`, says, table(permissions[holder])]),
    '## Workers in a VPC, in addition',
    'Only where a spoke names subnets. A `Deny` on `lambda:SourceFunctionArn` takes these rights from the ' +
      'function’s own code again: Lambda uses them, we cannot.',
    table(vpcRights),
    '## Wildcards',
    'Every resource above whose ARN holds a `*`, and why it must.',
    wildcards(),
    '## Doors: what others may do to Catnap’s own resources',
    doorTable(),
    '## The operator',
    'What the caller of `catnap apply`, `status`, `wake` and the other commands needs, with AWS credentials of his ' +
      `own. The table is \`${tableName}\` (index \`${dueIndexName}\`), the queues ${Object.values(queueNames)
        .map((name) => `\`${name}\``)
        .join(', ')}.`,
    table(operatorRights),
    '## In a cluster',
    'What the group `catnap` of the workers’ access entries may do, from the list of calls in `lib/domain/rights/rights.ts`; ' +
      '`catnap rbac` prints it (see [deploy](deploy.md#4-let-it-into-the-clusters)). With an intent it leaves out what no ' +
      'environment or pool of it needs, and with `--namespaced` it binds what is asked in environments in their namespaces ' +
      'only. A test holds the list against what goes over the wire.',
    clusterTable(),
    'A ValidatingAdmissionPolicy holds what the group writes to the last column, whatever other roles it is given: of an ' +
      'object’s fields only these, of its metadata only annotations `catnap.dev/*` besides; nothing in protected ' +
      'namespaces; with an intent, nothing in a namespace of no environment; and no write that is not in this table. ' +
      'It reads no Secret and no ConfigMap.',
  ].join('\n\n') + '\n'

const holders: readonly (readonly [Holder, string])[] = [
  ['schedule', 'The EventBridge Scheduler schedules in the hub, one for each function that starts by the clock.'],
  ['tick', '`functions/tick.ts` in the hub. It reads what is due and sends messages; it writes nothing.'],
  ['wake', '`functions/wake.ts` in the hub, behind the Function URL.'],
  ['door', '`functions/wake.ts` in each spoke that has a balancer, behind that balancer. The same rights as `wake`, on the queues of its own spoke.'],
  ['reconcile', '`functions/reconcile.ts` in each spoke.'],
  ['reclaim', '`functions/reclaim.ts` in each spoke. The only function that can end an instance.'],
  ['observe', '`functions/observe.ts` in each spoke. It looks, and writes only what it found.'],
  ['account', '`functions/account.ts` in the hub. It reads the journal, prices and the bill, and writes the ledger; it reaches no cluster.'],
  ['report', '`functions/report.ts` in the hub, where the context names `mailFrom`. It reads the ledger and sends mails.'],
]

const table = (held: readonly Right[]): string =>
  rows(
    ['action', 'on', 'needed by', 'why'],
    held.map(({ action, on, by, call, why, only }) => [
      `\`${action}\``,
      only === undefined ? on : `${on}, only if ${say(only)}`,
      call === undefined ? by : `\`${call}\` in \`${by}\``,
      why,
    ]),
  )

const wildcards = (): string => {
  const nowhere = { partition: 'aws', account: '<account>', region: '<region>' }
  const layout: Layout = { hub: nowhere, here: nowhere, spokes: [nowhere], balancer: 'internal' }
  const names = Object.keys(resources) as ResourceName[]
  return rows(
    ['resource', 'as', 'why'],
    names.flatMap((name) => {
      const { arns, wildcard } = resources[name]
      return wildcard === undefined ? [] : [[name, `\`${arns(layout, 'reconcile').join(', ')}\``, wildcard]]
    }),
  )
}

const doorTable = (): string =>
  rows(
    ['effect', 'who', 'action', 'on', 'why'],
    doors.map(({ effect, principal, action, on, why }) => [
      effect,
      principal,
      action.includes(':') ? `\`${action}\`` : action,
      on,
      why,
    ]),
  )

const features: Readonly<Record<Feature, string>> = {
  namespaceSelector: 'a `namespaceSelector`',
  pools: '`pools`',
  consolidation: '`consolidate` of a pool',
  targetGroups: '`idle`, or hosts with `front: alb`',
  ingresses: '`front: lbc` or `ingress`',
  wakeService: '`front: ingress`',
  daemonSets: '`sleep.daemonSets`',
  customKinds: '`sleep.kinds`',
  whole: '`whole` with `keep: 0` everywhere',
}

const asked: Readonly<Record<ClusterRight['scope'], string>> = { cluster: 'in the cluster', environments: 'in environments', system: 'in `kube-system` and `system`' }

const clusterTable = (): string =>
  rows(
    ['verbs', 'resource', 'asked', 'needed by', 'why', 'written at most'],
    RIGHTS.map((right) => [
      right.verbs.map((verb) => `\`${verb}\``).join(', '),
      `\`${sayResource(right)}\``,
      asked[right.scope],
      `${right.needs === undefined ? 'every intent' : features[right.needs]}${right.isOptional === true ? '; optional' : ''}`,
      right.why,
      sayLimit(right),
    ]),
  )

const sayLimit = ({ writes }: ClusterRight): string => {
  if (writes === undefined) return ''
  const { paths, names, taints, systemToo } = writes
  const limits = [
    ...(names === undefined ? [] : [`only ${names.map((name) => `\`${name}\``).join(', ')}`]),
    ...paths.map((path) => `\`${path.join('.')}\``),
    ...(taints === undefined ? [] : [`of the taints ${taints.map((taint) => `\`${taint}\``).join(', ')}`]),
  ]
  return `${limits.length === 0 ? 'whole objects' : limits.join(', ')}${systemToo === true ? ', in `kube-system` too' : ''}`
}

const say = (condition: Condition): string =>
  Object.entries(condition)
    .flatMap(([operator, byKey]) =>
      Object.entries(byKey).map(([key, value]) =>
        operator === 'Null' ? `\`${key}\` is there` : `\`${key}\` is like \`${String(value)}\``,
      ),
    )
    .join(' and ')

const rows = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
