import { Document, isMap, isSeq } from 'yaml'
import { sayCreateEntry } from '../domain/rights/access-entries.ts'
import type { Admittance } from '../domain/rights/admittance.ts'
import { ENVIRONMENT_ROLE, rulesOf } from '../domain/rights/cluster-roles.ts'
import type { Manifest } from '../domain/rights/manifest.ts'

const HEAD = `What lets Catnap into a cluster, printed by \`catnap rbac\`; apply it with an administrator's kubectl. Each rule says which call
needs it. The policy at the end limits what the group "catnap" may write, whatever roles it has; it needs Kubernetes 1.30.`

const NO_ENTRY = `EKS knows the workers by an access entry for each of their three roles, with the Kubernetes group "catnap" and no access
policy; \`catnap rbac <cluster> --intent catnap.yaml\` prints the commands.`

const ENTRIES = 'EKS knows the workers by access entries, which are no objects of the cluster:'

const SELECTED = ` An environment selects its namespaces by labels, which no binding can: this one holds in the whole cluster, and the policy
 holds what is written to the namespaces that carry the labels.`

/** Roles, bindings and policy as YAML that kubectl takes, with what each rule is for; the access entries stand in its head. */
export const admittanceManifest = (admittance: Admittance): string => {
  const { manifests, entries } = admittance
  const head = [HEAD, '', ...(entries.length === 0 ? [NO_ENTRY] : [ENTRIES, ...entries.map((entry) => `  ${sayCreateEntry(entry)}`)])].join('\n')
  return `${comment(head)}\n${manifests.map((manifest) => document(manifest, admittance)).join('---\n')}`
}

const comment = (text: string): string => text.split('\n').map((line) => (line === '' ? '#' : `# ${line}`)).join('\n')

const document = (manifest: Manifest, { grant: { rights } }: Admittance): string => {
  const yaml = new Document(manifest, { aliasDuplicateObjects: false })
  const rules = yaml.get('rules')
  const whys = new Map(rulesOf(rights).map(({ rule, why }) => [JSON.stringify(rule), why]))
  for (const rule of isSeq(rules) ? rules.items : []) {
    if (!isMap(rule)) continue
    rule.commentBefore = ` ${whys.get(JSON.stringify(rule)) ?? ''}`
    // Lists of words on one line, as people write them.
    for (const { value } of rule.items) if (isSeq(value)) value.flow = true
  }
  if (manifest.kind === 'ClusterRoleBinding' && manifest.metadata.name === ENVIRONMENT_ROLE) yaml.commentBefore = SELECTED
  return yaml.toString({ lineWidth: 0, flowCollectionPadding: false })
}
