import { parseAllDocuments } from 'yaml'
import { describe, expect, it } from 'vitest'
import { rbacCommand } from '../../lib/cli/commands/rbac.ts'
import type { Manifest } from '../../lib/domain/rights/manifest.ts'
import { operatorDesk } from './operator-desk.ts'

const desk = operatorDesk()

const INTENT = `clusters:
  us-dev:
    arn: arn:aws:eks:us-east-1:111122223333:cluster/us-dev
  eu-dev:
    arn: arn:aws:eks:eu-west-1:444455556666:cluster/eu-1
    pools: { workers: { keep: 1 } }
environments:
  us-dev/shop: { namespaces: [shop, shop-jobs], hours: never }
  eu-dev/batch:
    namespaceSelector: { matchLabels: { catnap: nightly } }
    hours: never
    sleep: { daemonSets: true, kinds: [kafkas.kafka.strimzi.io] }
  eu-dev/demo: { namespaces: [demo], hours: never, idle: { after: 45m } }
protect: ["*-prod"]
`

const rbac = async (args: readonly string[], text = INTENT) => {
  const file = await desk.file('rbac.yaml', text)
  return desk.run(rbacCommand, ['rbac', ...args.map((arg) => (arg === 'FILE' ? file : arg))])
}

const manifestsIn = (out: string): readonly Manifest[] => parseAllDocuments(out).map((document) => document.toJS() as Manifest)

const named = (manifests: readonly Manifest[]) =>
  manifests.map(({ kind, metadata: { name, namespace } }) => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`)

const resourcesOf = (manifests: readonly Manifest[], role = 'catnap'): readonly string[] => {
  const found = manifests.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === role)
  return ((found?.['rules'] ?? []) as readonly { readonly resources: readonly string[]; readonly verbs: readonly string[] }[])
    .map(({ resources, verbs }) => `${verbs.join('+')} ${resources.join()}`)
}

describe('catnap rbac', () => {
  it('prints YAML that lets Catnap into any cluster, each rule with what it is for', async () => {
    const { code, out } = await rbac([])

    expect(code).toBe(0)
    expect(named(manifestsIn(out))).toEqual(['ClusterRole catnap', 'ClusterRoleBinding catnap', 'ValidatingAdmissionPolicy catnap', 'ValidatingAdmissionPolicyBinding catnap'])
    expect(out).toContain('  # cordoned and marked with a taint before it is removed, or given back\n  - apiGroups: [""]\n    resources: [nodes]\n    verbs: [patch]\n')
    const rules = resourcesOf(manifestsIn(out))
    expect(out.match(/^ {2}# \S/gm)).toHaveLength(rules.length)
    expect(rules).toContain('list+patch daemonsets')
    expect(rules.filter((rule) => /secret|\*|escalate|impersonate| bind/.test(rule))).toEqual([])
  })

  it('prints what a cluster of an intent needs and no more, with its access entries in the head', async () => {
    const { out } = await rbac(['us-dev', '--intent', 'FILE'])

    const rules = resourcesOf(manifestsIn(out))
    expect(rules).toContain('list+patch deployments')
    expect(rules.filter((rule) => /namespaces|daemonsets|ingresses|services|targetgroupbindings|nodepools|customresource|patch nodes/.test(rule))).toEqual([])
    for (const worker of ['reconcile', 'reclaim', 'observe']) {
      expect(out).toContain(`#   aws eks create-access-entry --region us-east-1 --cluster-name us-dev --principal-arn arn:aws:iam::111122223333:role/catnap-${worker}-us-east-1 --kubernetes-groups catnap\n`)
    }
    expect(out).toContain(String.raw`variables.home.matches("^kube-.*$|^.*-prod$")`)
    expect(out).toContain('variables.home in ["shop", "shop-jobs"]')
  })

  it('binds what concerns workloads in the namespaces of the environments', async () => {
    const manifests = manifestsIn((await rbac(['us-dev', '--intent', 'FILE', '--namespaced'])).out)

    expect(named(manifests)).toEqual([
      'ClusterRole catnap', 'ClusterRoleBinding catnap', 'ClusterRole catnap-environment',
      'RoleBinding shop/catnap-environment', 'RoleBinding shop-jobs/catnap-environment',
      'ValidatingAdmissionPolicy catnap', 'ValidatingAdmissionPolicyBinding catnap',
    ])
    expect(resourcesOf(manifests)).not.toContain('list+patch deployments')
    expect(resourcesOf(manifests, 'catnap-environment')).toContain('list+patch deployments')
  })

  it('says what becomes of namespaces chosen by labels, which no binding can select', async () => {
    const { out } = await rbac(['eu-dev', '--intent', 'FILE', '--namespaced'])

    expect(named(manifestsIn(out))).toContain('ClusterRoleBinding catnap-environment')
    expect(named(manifestsIn(out)).join()).not.toContain('/catnap-environment')
    expect(out).toContain('# An environment selects its namespaces by labels, which no binding can')
    expect(out).toContain('namespaceObject.?metadata.?labels[?"catnap"].orValue("") == "nightly"')
    expect(resourcesOf(manifestsIn(out))).toEqual(expect.arrayContaining(['list namespaces', 'patch nodes', 'list targetgroupbindings', 'list customresourcedefinitions']))
    expect(resourcesOf(manifestsIn(out), 'catnap-environment')).toEqual(expect.arrayContaining(['list+patch daemonsets', 'list+patch kafkas']))
  })

  it('lets a custom kind keep its replicas where it does', async () => {
    const { out } = await rbac(['eu-dev', '--intent', 'FILE', '--replicas-at', 'kafkas.kafka.strimzi.io=.spec.kafka.replicas'])
    expect(out).toContain('but spec.kafka.replicas, annotations')
    expect((await rbac(['eu-dev', '--intent', 'FILE', '--replicas-at', 'kafkas'])).err).toContain('expected a CRD and the path in its objects')
  })

  it('prints the access entries as CloudFormation, and everything as JSON', async () => {
    const template = JSON.parse((await rbac(['eu-dev', '--intent', 'FILE', '--cloudformation'])).out) as { Resources: Record<string, { Type: string; Properties: object }> }
    expect(Object.keys(template.Resources)).toEqual(['ReconcileEntry', 'ReclaimEntry', 'ObserveEntry'])
    expect(template.Resources['ReclaimEntry']).toEqual({
      Type: 'AWS::EKS::AccessEntry',
      Properties: { ClusterName: 'eu-1', PrincipalArn: 'arn:aws:iam::444455556666:role/catnap-reclaim-eu-west-1', KubernetesGroups: ['catnap'], Type: 'STANDARD' },
    })
    const { manifests, accessEntries } = JSON.parse((await rbac(['us-dev', '--intent', 'FILE', '--json'])).out) as { manifests: Manifest[]; accessEntries: object[] }
    expect(named(manifests)).toEqual(named(manifestsIn((await rbac(['us-dev', '--intent', 'FILE'])).out)))
    expect(accessEntries).toHaveLength(3)
  })

  it('takes the only cluster there is, and asks which where there are several', async () => {
    const only = INTENT.replace(/ {2}eu-dev:\n(?: {4}.*\n)*/, '').replace(/ {2}eu-dev\/batch:\n(?: {4}.*\n)*/, '').replace(/ {2}eu-dev\/demo.*\n/, '')
    expect((await rbac(['--intent', 'FILE'], only)).out).toContain('--cluster-name us-dev')
    expect(await rbac(['--intent', 'FILE'])).toMatchObject({ code: 1, err: expect.stringContaining('expected one of us-dev, eu-dev') })
    expect(await rbac(['us-dv', '--intent', 'FILE'])).toMatchObject({ code: 1, err: expect.stringContaining('did you mean "us-dev"?') })
  })

  it('refuses without an intent what only an intent can say, and tells the mistakes of one', async () => {
    expect(await rbac(['--namespaced'])).toMatchObject({ code: 2, err: expect.stringContaining('--namespaced is of an intent: found none, expected --intent <file>') })
    expect(await rbac(['us-dev'])).toMatchObject({ code: 2, err: expect.stringContaining('a cluster is of an intent') })
    expect(await rbac(['--intent', 'FILE'], 'clusters: 1')).toMatchObject({ code: 1, out: expect.stringContaining('clusters') })
  })
})
