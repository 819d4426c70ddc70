import { describe, expect, it } from 'vitest'
import { clusterApi } from '../../lib/adapters/kubernetes/cluster-api.ts'
import { kubernetesExamination } from '../../lib/adapters/kubernetes/kubernetes-examination.ts'
import type { ClusterRight } from '../../lib/domain/rights/cluster-right.ts'
import { RIGHTS } from '../../lib/domain/rights/rights.ts'
import { secondsBetween } from '../../lib/domain/time.ts'
import { whyNotReady } from '../../lib/domain/why-not-ready.ts'
import type { Examination } from '../../lib/ports.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { examine, type Practice } from '../../lib/use-cases/examine.ts'
import { environmentWith, termsWith } from '../domain/build-environment.ts'
import { checkupWith } from '../domain/doctor/build-checkup.ts'
import { budgetOf, deploymentOf, podOf, templateOf } from '../sandbox/cluster/manifests-of.ts'
import type { ContractWorld } from './contract-world.ts'

type Who = 'admin' | 'catnap' | 'guest'

const SECRETS: ClusterRight = { apiGroup: '', resource: 'secrets', verbs: ['list'], scope: 'environments', why: 'nothing: Catnap does not have it' }

/** What the doctor sees of a cluster, and that it tells what it may not see. */
export const doctorContract = (world: () => ContractWorld): void => {
  const as = async <T>(who: Who, work: (examination: Examination) => Promise<T>): Promise<T> => {
    const { url, certificateAuthority, tokens } = world().cluster
    const api = clusterApi({ name: 'us-dev', url, token: async () => tokens[who], ...(certificateAuthority === undefined ? {} : { certificateAuthority }) })
    const examination = kubernetesExamination(api)
    try {
      return await work(examination)
    } finally {
      await examination.close()
    }
  }
  /** The findings of an environment of these namespaces, as `catnap doctor` has them. */
  const findingsIn = (who: Who, namespaces: readonly string[]) => as(who, async (examination) => {
    const environment = environmentWith({ terms: termsWith({ namespaces, wake: { hosts: ['shop.example.com'], by: 'click', stayAwakeSeconds: 60 } }) })
    const practice: Practice = {
      clock: world().cluster,
      memory: { inCluster: async () => ({ environments: [environment], pools: [] }), originals: async () => new Map() },
      examinations: { open: async () => ({ ...examination, close: async () => {} }) },
    }
    const { fleet, cluster, frontParts } = checkupWith()
    const [examined] = await examine(practice, { fleet, clusters: [cluster], frontParts }, () => {})
    expect(examined?.unseen).toBeUndefined()
    return examined?.findings ?? []
  })

  describe('the doctor', () => {
    it.each(['admin', 'catnap', 'guest'] as const)('is told who it is and what time it is there: %s', async (who) => {
      const asker = await as(who, (examination) => examination.asker())
      expect(asker.groups).toContain(who === 'admin' ? 'system:masters' : who === 'catnap' ? 'catnap' : 'guests')
      expect(asker.at).toBeDefined()
      expect(Math.abs(secondsBetween(asker.at ?? world().cluster.now(), world().cluster.now()))).toBeLessThan(5)
    })

    it('asks for the rights of Catnap, as itself or as somebody who may ask for others', async () => {
      for (const who of ['catnap', 'admin'] as const) {
        expect(await as(who, async (examination) => (await examination.look([], RIGHTS)).rights)).toEqual({ seen: { of: 'catnap', missing: [] } })
      }
      const guests = await as('guest', async (examination) => (await examination.look(['default'], RIGHTS)).rights)
      expect(guests).toMatchObject({ seen: { of: 'asker' } })
      expect('seen' in guests && guests.seen.missing.length).toBe(RIGHTS.flatMap(({ verbs }) => verbs).length)
    })

    it('finds a right that is missing in one namespace and there in another', async () => {
      const { admin, namespace } = world()
      const [given, without] = [await namespace(), await namespace()]
      const role = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'secrets', namespace: given } }
      await admin.create({ ...role, kind: 'Role', rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }] })
      await admin.create({
        ...role, kind: 'RoleBinding', roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'secrets' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'catnap' }],
      })
      // Rights reach the authorizer by a watch.
      const missing = async (): Promise<readonly string[]> => {
        const { rights } = await as('catnap', (examination) => examination.look([given, without], [SECRETS]))
        return 'seen' in rights ? (rights.seen.missing[0]?.namespaces ?? []) : []
      }
      await world().cluster.until('the right is there', async () => (await missing()).length === 1)
      expect(await missing()).toEqual([without])
    })

    it('says what it may not see, and goes on', async () => {
      const shop = await world().namespace()
      const looks = await as('guest', (examination) => examination.look([shop], []))
      expect(looks.budgets).toEqual({ unseen: expect.stringMatching(/^list poddisruptionbudgets\.policy: 403 /) })
      expect(looks.objects).toEqual({ unseen: expect.stringMatching(/^list \S+ in \S+: 403 .* cannot list resource/) })
      expect((await findingsIn('guest', [shop])).filter(({ rule }) => rule === 'unseen-part').length).toBeGreaterThan(5)
    })

    it('finds nothing in a healthy namespace', async () => {
      const { namespace, create, untilReady } = world()
      const shop = await namespace()
      await create(shop, [deploymentOf('web', { replicas: 1 })])
      await untilReady(shop, 1)
      expect((await findingsIn('admin', [shop])).filter(({ environment }) => environment !== undefined)).toEqual([])
    })

    it('finds a webhook that fails closed, budgets, bare pods and a secret that is not there', async () => {
      const { admin, namespace, create, name } = world()
      const shop = await namespace()
      const policy = name('policy')
      const pulling = { imagePullSecrets: [{ name: 'gone' }], volumes: [{ name: 'scratch', emptyDir: {} }] }
      await create(shop, [podOf('debug'), deploymentOf('web', { replicas: 2, template: templateOf('web', pulling) })])
      await world().cluster.until('its pods are there', async () => (await admin.list('Pod', shop)).length === 3)
      // Not before: of two budgets on a pod that comes, the disruption controller counts one anew, whichever it finds first.
      await create(shop, [budgetOf('web', 'web', { maxUnavailable: 0 }), budgetOf('all', 'web', { maxUnavailable: 1 })])
      await world().cluster.until('the budgets are counted', async () =>
        (await admin.list('PodDisruptionBudget', shop)).every(({ status }) => (status as { expectedPods?: number } | undefined)?.expectedPods === 2))
      await admin.create({
        apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name: policy },
        webhooks: [{
          name: 'pods.policy.example.com', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Fail',
          clientConfig: { service: { namespace: shop, name: 'policy', path: '/' } },
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': shop } },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
        }],
      })
      try {
        const found = (await findingsIn('admin', [shop])).filter(({ rule, environment }) => environment !== undefined || rule === 'closed-webhook')
        expect(found.map(({ rule, severity, subject }) => `${severity} ${rule} ${subject.replaceAll(shop, 'shop').replace(policy, 'policy')}`)).toEqual([
          'hinders closed-webhook ValidatingWebhookConfiguration policy',
          'hinders pull-secret Secret shop/gone',
          'weakens endless-budget PodDisruptionBudget shop/web',
          'weakens endless-budget PodDisruptionBudgets shop/all, shop/web',
          'weakens untended-pod Pod shop/debug',
          'note lost-files Deployment shop/web',
        ])
      } finally {
        await admin.remove('ValidatingWebhookConfiguration', policy)
      }
    })

    it('learns when a pull secret was written, and never what is in it', async () => {
      const { admin, namespace, create } = world()
      const shop = await namespace()
      await admin.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'regcred', namespace: shop }, type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': Buffer.from('{"auths":{}}').toString('base64') } } as KubernetesObject)
      await create(shop, [deploymentOf('web', { replicas: 0, template: templateOf('web', { imagePullSecrets: [{ name: 'regcred' }] }) })])
      const { pullSecrets } = await as('admin', (examination) => examination.look([shop], []))
      expect(pullSecrets).toEqual({ seen: [{ namespace: shop, name: 'regcred', writtenAt: expect.any(Number) }] })
      const refused = await as('catnap', (examination) => examination.look([shop], []))
      expect(refused.pullSecrets).toEqual({ unseen: expect.stringContaining(`get the metadata of secret ${shop}/regcred: 403`) })
    })

    it('tells why a pod has no node, in the scheduler’s words', async () => {
      const { namespace, create, workloads, cluster } = world()
      const shop = await namespace()
      const woken = cluster.now()
      await create(shop, [deploymentOf('large', { replicas: 1, template: templateOf('large', {}, { resources: { requests: { cpu: '900' } } }) })])
      const why = async (): Promise<string | undefined> => whyNotReady({ kind: 'Deployment', namespace: shop, name: 'large' }, await workloads.symptoms([shop]), woken)
      await cluster.until('the scheduler has looked', async () => (await why()) !== undefined)
      expect(await why()).toMatch(new RegExp(`^pod ${shop}/large-\\S+ has no node: Unschedulable: 0/\\d+ nodes are available: .*Insufficient cpu`))
    })
  })
}
