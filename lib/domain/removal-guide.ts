import type { Cluster } from './fleet.ts'
import { accessEntries, sayDeleteEntry } from './rights/access-entries.ts'
import { OWN_LABELS } from './rights/manifest.ts'

/** One thing that is removed by hand: what, and the commands that do it. */
export interface Removal {
  readonly what: string
  readonly commands: readonly string[]
}

/** What removes the rest of Catnap once everything is awake, in the order in which it is done. */
export const removalGuide = (clusters: readonly Cluster[], table: string, linkKey: string): readonly Removal[] => {
  const selector = Object.entries(OWN_LABELS).map(([key, value]) => `${key}=${value}`).join(',')
  return [
    { what: 'the stacks, with the context they were deployed with', commands: ['npx cdk destroy --all'] },
    {
      what: `what catnap rbac printed, in each cluster${clusters.length === 0 ? '' : `: ${clusters.map(({ name }) => name).join(', ')}`}`,
      commands: [
        `kubectl delete clusterrolebinding,clusterrole,validatingadmissionpolicybinding,validatingadmissionpolicy -l ${selector}`,
        `kubectl delete rolebinding --all-namespaces -l ${selector}`,
      ],
    },
    ...(clusters.length === 0 ? [] : [{ what: 'the access entries of the workers', commands: clusters.flatMap(({ arn }) => accessEntries(arn).map(sayDeleteEntry)) }]),
    {
      what: 'what stays until you end it: the table, with every original there ever was and the history, and the key of signed links',
      commands: [
        `aws dynamodb update-table --table-name ${table} --no-deletion-protection-enabled`,
        `aws dynamodb delete-table --table-name ${table}`,
        `aws ssm delete-parameter --name ${linkKey}`,
      ],
    },
  ]
}
