import { ignoreDifferences } from '../gitops/ignore-differences.ts'
import { judgeOwner } from '../gitops/judge-owner.ts'
import { deploysTo, isNamed, type Owner, type OwnerRef, sayOwner } from '../gitops/owner.ts'
import { trackedBy } from '../gitops/tracked-by.ts'
import type { Workload } from '../workload.ts'
import { type Checkup, type Patient, seen } from './checkup.ts'
import type { Found, Rule } from './rule.ts'

/** Argo CD and Flux: owners that would put back what sleeps and cannot be held, and owners that are nowhere to be found. */
export const gitOwner: Rule = (checkup) =>
  checkup.patients.flatMap((patient) => {
    const { gitOwners } = checkup.looks
    if (!('seen' in gitOwners)) return []
    const workloads = seen(checkup.looks.objects).flatMap(({ workload }) => (workload !== undefined && patient.namespaces.includes(workload.namespace) ? [workload] : []))
    const { managedBy } = patient.environment.terms
    const named = (managedBy ?? []).filter(({ cluster }) => cluster === undefined).map((ref) => ({ ...ref, isSure: true }))
    const refs = [...trackedBy(workloads), ...named]
    const owners = gitOwners.seen.filter((owner) => refs.some((ref) => isNamed(owner, ref)) && deploysTo(owner, patient.namespaces))
    return [...owners.flatMap((owner) => refused(checkup, patient, owner, workloads)), ...missing(patient, managedBy === undefined ? refs : named, gitOwners.seen)]
  })

const refused = ({ looks }: Checkup, { environment, namespaces }: Patient, owner: Owner, workloads: readonly Workload[]): readonly Found[] => {
  const verdict = judgeOwner(owner, namespaces, workloads)
  if (verdict.do !== 'refuse') return []
  const paused = owner.workload.role === 'owner' && 'value' in owner.workload.present && owner.workload.present.value === null
  return [{
    severity: paused ? 'note' : 'hinders',
    environment: environment.id,
    subject: sayOwner(owner),
    found: verdict.why.split('\n')[0]?.replace(/ Add to the spec.*$/, '') ?? verdict.why,
    means: paused ? 'it does not sync by itself now; once it does, it undoes a sleep' : 'a sleep would be undone within minutes, so nothing of this environment is put to sleep',
    advice: owner.kind === 'Application' ? 'add this to the spec of that Application, or to the template of its ApplicationSet' : 'as it says',
    ...(owner.kind === 'Application' && 'seen' in looks.objects ? { remedy: ignoreDifferences(workloads) } : {}),
  }]
}

/** What the intent names in another cluster is not looked for here. */
const missing = ({ environment, namespaces }: Patient, refs: readonly OwnerRef[], owners: readonly Owner[]): readonly Found[] =>
  refs.filter((ref) => ref.isSure && !owners.some((owner) => isNamed(owner, ref))).map((ref) => {
    const who = `${ref.kind} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name}`
    return {
      severity: 'hinders' as const,
      environment: environment.id,
      subject: who,
      found: `objects in ${namespaces.join(', ')} say they belong to it, and this cluster has none of that name`,
      means: 'it cannot be held while they sleep, and puts them back from wherever it is',
      advice: 'say where it lives; where it is long gone, take its label or annotation off',
      remedy: `environments:\n  ${environment.id}:\n    managedBy: [{ cluster: CLUSTER, ${ENTRIES[ref.kind]}: ${who.slice(ref.kind.length + 1)} }]`,
    }
  })

/** How the intent names an owner. */
const ENTRIES = { Application: 'application', Kustomization: 'kustomization', HelmRelease: 'helmRelease' } as const
