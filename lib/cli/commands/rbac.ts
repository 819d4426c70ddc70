import { type Command, InvalidArgumentError } from 'commander'
import { admittance, type Admittance } from '../../domain/rights/admittance.ts'
import { accessEntriesTemplate } from '../../domain/rights/access-entries.ts'
import type { Intent } from '../../domain/intent/schema.ts'
import { CRD_PATTERN } from '../../domain/intent/patterns.ts'
import { nearest } from '../../domain/nearest.ts'
import { admittanceManifest } from '../../views/admittance-manifest.ts'
import { readIntentArgument } from '../intent-argument.ts'
import { type Desk, processDesk, tellTrouble } from '../operator-command.ts'

const HELP = `
It reaches nothing and writes nothing: it prints YAML for an administrator's kubectl. Made from the code's own list of calls:
the roles, their bindings, and a ValidatingAdmissionPolicy that refuses everything the group "catnap" would write but
replicas, suspend, pauses, cordons and annotations catnap.dev/*, and all of it in protected namespaces.

Without an intent it is what Catnap may need for any, but for clusters that sleep as a whole. With one it is what a cluster of it needs and no more, the commands
for its EKS access entries in the head. --namespaced binds what concerns workloads in the namespaces of the environments
only; where one selects them by labels, the policy holds it to these. After a change of the intent print and apply it again.

Examples:
  $ catnap rbac | kubectl apply -f -
  $ catnap rbac us-dev --intent catnap.yaml --namespaced | kubectl --context us-dev apply -f -
  $ catnap rbac us-dev --intent catnap.yaml --cloudformation > entries.json
  $ catnap rbac us-dev --intent catnap.yaml --replicas-at kafkas.kafka.strimzi.io=.spec.kafka.replicas

Exit codes: 0 printed, 1 the intent has mistakes or cannot be read, 2 wrong usage.`

interface Options {
  readonly intent?: string
  readonly namespaced?: true
  readonly cloudformation?: true
  readonly json?: true
  readonly replicasAt: Readonly<Record<string, readonly string[]>>
}

/** `catnap rbac`: what lets Catnap into a cluster. */
export const rbacCommand = (program: Command, desk: Desk = processDesk()): void => {
  const command = program
    .command('rbac')
    .summary('print the rights Catnap needs in a cluster, and their limits')
    .description('Print the rights Catnap needs in a cluster, and the policy that limits them.')
    .argument('[cluster]', 'a cluster of the intent; may be left out where it has one')
    .option('--intent <file>', 'only what this intent needs')
    .option('--namespaced', 'bind roles in the namespaces of the environments')
    .option('--cloudformation', 'print the EKS access entries as a CloudFormation template instead')
    .option('--replicas-at <crd=path>', 'where a custom kind of the intent keeps its replicas (default: .spec.replicas)', replicasAt, {})
    .option('--json', 'print one JSON document: {"manifests", "accessEntries"}')
    .addHelpText('after', HELP)
    .action((cluster: string | undefined, options: Options) =>
      tellTrouble(desk, options, async () => {
        const { terminal } = desk
        if (options.intent === undefined) {
          const needing = cluster !== undefined ? 'a cluster' : options.namespaced ? '--namespaced' : options.cloudformation ? '--cloudformation' : undefined
          if (needing !== undefined) command.error(`error: ${needing} is of an intent: found none, expected --intent <file>`, { exitCode: 2 })
          return print(admittance(), options, terminal.out)
        }
        const intent = await readIntentArgument(options.intent, terminal, options.json === true)
        if (intent === undefined) return
        const { namespaced = false, replicasAt: replicaPaths } = options
        print(admittance({ intent, cluster: clusterIn(intent, cluster), namespaced, replicaPaths }), options, terminal.out)
      }))
}

const print = (admitted: Admittance, { cloudformation, json }: Options, out: (text: string) => void): void => {
  const { manifests, entries } = admitted
  if (cloudformation) return out(JSON.stringify(accessEntriesTemplate(entries), null, 2))
  if (json) return out(JSON.stringify({ manifests, accessEntries: entries }))
  out(admittanceManifest(admitted).trimEnd())
}

/** Throws an Error where it is not said which cluster, or there is none of that name. */
const clusterIn = ({ clusters }: Intent, name: string | undefined): string => {
  const names = Object.keys(clusters)
  const [only, ...others] = names
  if (name === undefined && only !== undefined && others.length === 0) return only
  if (name === undefined) throw new Error(`which cluster is it for: found none named, expected one of ${names.join(', ')}, as in: catnap rbac ${only ?? 'us-dev'} --intent catnap.yaml`)
  if (Object.hasOwn(clusters, name)) return name
  const near = nearest(name, names)
  throw new Error(`the intent has no cluster "${name}"${near === undefined ? '' : `: did you mean "${near}"?`}; it has ${names.join(', ') || 'none'}`)
}

const replicasAt = (text: string, before: Options['replicasAt']): Options['replicasAt'] => {
  const [, crd = '', path = ''] = /^([^=]+)=((?:\.[A-Za-z_]\w*)+)$/.exec(text) ?? []
  if (!CRD_PATTERN.test(crd)) throw new InvalidArgumentError(`found "${text}", expected a CRD and the path in its objects, as in kafkas.kafka.strimzi.io=.spec.kafka.replicas`)
  return { ...before, [crd]: path.split('.').slice(1) }
}
