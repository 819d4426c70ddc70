import { describe, expect, it } from 'vitest'
import { accessEntries } from '../../lib/domain/rights/access-entries.ts'
import { admissionPolicy } from '../../lib/domain/rights/admission-policy.ts'
import { ANY_GRANT, grantOf } from '../../lib/domain/rights/grant.ts'
import { intentSchema } from '../../lib/domain/intent/schema.ts'
import { namespacedRoles } from '../../lib/domain/rights/cluster-roles.ts'
import { RIGHTS } from '../../lib/domain/rights/rights.ts'
import { intentWith } from './build-intent.ts'

const WRITING = new Set(['create', 'patch', 'delete'])

describe('the list of calls to a cluster', () => {
  it('says of every write what it may change, and of no read', () => {
    for (const { verbs, writes } of RIGHTS) expect(verbs.some((verb) => WRITING.has(verb))).toBe(writes !== undefined)
  })

  it('reads nothing secret, and names every resource', () => {
    expect(RIGHTS.filter(({ apiGroup, resource }) => /secrets|configmaps|\*/.test(resource) || apiGroup === '*')).toEqual([])
  })

  it('lets it patch workloads in environments only', () => {
    const patched = RIGHTS.filter(({ verbs, scope }) => verbs.includes('patch') && scope === 'cluster').map(({ resource }) => resource)
    expect(patched.toSorted()).toEqual(['applications', 'helmreleases', 'kustomizations', 'nodepools', 'nodes'])
  })
})

describe('the policy', () => {
  it('looks at nobody but the group, and refuses where it cannot judge', () => {
    const [policy, binding] = admissionPolicy(ANY_GRANT)
    expect(policy?.['spec']).toMatchObject({ failurePolicy: 'Fail', matchConditions: [{ expression: 'has(request.userInfo.groups) && "catnap" in request.userInfo.groups' }] })
    expect(binding?.['spec']).toEqual({ policyName: 'catnap', validationActions: ['Deny'] })
  })

  it('protects what the intent protects, and kube-* always', () => {
    expect(JSON.stringify(admissionPolicy(grantOf(intentWith({}, { protect: ['*-prod', 'team-?'] }), 'us-dev')))).toContain('^kube-.*$|^.*-prod$|^team-.$')
    expect(JSON.stringify(admissionPolicy(ANY_GRANT))).toContain('^kube-.*$')
  })
})

const said = (manifests: readonly object[]): string => JSON.stringify(manifests)

describe('a cluster that may sleep as a whole', () => {
  const pools = { workers: { keep: 0 } }
  const cluster = { arn: 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', pools }
  const grantWith = (changes: object) => grantOf(intentSchema.parse({ clusters: { 'us-dev': { ...cluster, ...changes } }, environments: { 'us-dev/shop': { namespaces: ['shop'], hours: 'never' } } }), 'us-dev')

  it('lets Catnap scale in kube-system and the namespaces it names, replicas and its own annotations, and nothing else there', () => {
    const grant = grantWith({ whole: true, system: ['karpenter'] })
    expect(grant.rights.filter(({ scope }) => scope === 'system').map(({ resource, verbs, writes }) => [resource, verbs, writes?.paths])).toEqual([
      ['deployments', ['list', 'patch'], [['spec', 'replicas']]], ['statefulsets', ['list', 'patch'], [['spec', 'replicas']]],
    ])
    const policy = said(admissionPolicy(grant))
    expect(policy).toContain(String.raw`variables.home == \"kube-system\" && variables.resource in [\"apps/deployments\"]`)
    expect(policy).toContain(String.raw`(variables.home in [\"kube-system\", \"karpenter\"] && variables.resource in [\"apps/deployments\", \"apps/statefulsets\"])`)
    expect(namespacedRoles(grant).map(({ kind, metadata: { name, namespace } }) => [kind, name, namespace]).slice(-3)).toEqual([
      ['ClusterRole', 'catnap-system', undefined], ['RoleBinding', 'catnap-system', 'kube-system'], ['RoleBinding', 'catnap-system', 'karpenter'],
    ])
  })

  it('is the only one whose system namespaces are written to', () => {
    for (const grant of [ANY_GRANT, grantWith({ pools: { workers: { keep: 1 } } }), grantWith({ whole: true, pools: { workers: { keep: 1 } } }), grantWith({ whole: true, pools: {} })]) {
      expect(grant.rights.filter(({ scope }) => scope === 'system')).toEqual([])
      expect(said(admissionPolicy(grant))).not.toContain(String.raw`kube-system\" && variables.resource in [\"apps`)
    }
  })
})

describe('access entries', () => {
  it('are in the account and the partition of their cluster', () => {
    expect(accessEntries('arn:aws-cn:eks:cn-north-1:111122223333:cluster/dev')[0]).toEqual({
      worker: 'reconcile', region: 'cn-north-1', clusterName: 'dev', kubernetesGroups: ['catnap'], principalArn: 'arn:aws-cn:iam::111122223333:role/catnap-reconcile-cn-north-1',
    })
    expect(() => accessEntries('arn:aws:eks:us-east-1:1:cluster')).toThrow('not an EKS cluster ARN')
  })
})
