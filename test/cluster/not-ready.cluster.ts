import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { whyNotReady } from '../../lib/domain/why-not-ready.ts'
import type { KubernetesObject } from '../../lib/sandbox/cluster/kubernetes-object.ts'
import { type ContractWorld, contractWorld } from '../contract/contract-world.ts'
import { deploymentOf, statefulSetOf } from '../sandbox/cluster/manifests-of.ts'
import { realCluster } from './real-cluster.ts'

/** What only real controllers and a real admission say: the simulated cluster writes no events. */
describe('why pods are not ready, in the words of a real control plane', () => {
  let cluster: Awaited<ReturnType<typeof realCluster>>
  let world: ContractWorld

  beforeAll(async () => {
    cluster = await realCluster()
    world = await contractWorld(cluster)
  })
  afterAll(async () => {
    await world.close()
    await cluster.close()
  })

  const whyOf = async (kind: string, namespace: string, name: string): Promise<string> => {
    let why: string | undefined
    await cluster.until(`something is told of ${kind} ${namespace}/${name}`, async () => {
      why = whyNotReady({ kind, namespace, name }, await world.workloads.symptoms([namespace]), 0 as Parameters<typeof whyNotReady>[2])
      return why !== undefined
    })
    return (why ?? '').replaceAll(namespace, 'shop')
  }
  const post = async (path: string, object: KubernetesObject): Promise<void> => {
    const { status, body } = await world.admin.call('POST', path, object)
    if (status !== 201) throw new Error(`POST ${path}: found ${status} ${JSON.stringify(body)}, expected 201`)
  }

  it('a quota that is used up', async () => {
    const shop = await world.namespace()
    await post(`/api/v1/namespaces/${shop}/resourcequotas`, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace: shop }, spec: { hard: { pods: '0' } } } as KubernetesObject)
    await world.create(shop, [deploymentOf('web', { replicas: 1 }), statefulSetOf('db', { replicas: 1 })])
    expect(await whyOf('Deployment', shop, 'web')).toMatch(/^ReplicaSet shop\/web-\w+ may not create its pods, the quota of the namespace is used up: event FailedCreate: .*exceeded quota: none/)
    expect(await whyOf('StatefulSet', shop, 'db')).toMatch(/^StatefulSet shop\/db may not create its pods, the quota of the namespace is used up: event FailedCreate: .*exceeded quota: none/)
  })

  it('an admission webhook that fails closed and does not answer', async () => {
    const shop = await world.namespace()
    const name = world.name('closed')
    await world.admin.create({
      apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name },
      webhooks: [{
        name: 'pods.policy.example.com', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Fail', timeoutSeconds: 1,
        clientConfig: { service: { namespace: shop, name: 'policy', path: '/' } },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': shop } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
      }],
    })
    try {
      // The API server knows a webhook a moment after it was written.
      await cluster.pass(2)
      await world.create(shop, [deploymentOf('web', { replicas: 1 })])
      expect(await whyOf('Deployment', shop, 'web'))
        .toMatch(/^ReplicaSet shop\/web-\w+ may not create its pods, an admission webhook does not answer: event FailedCreate: .*failed calling webhook "pods.policy.example.com"/)
    } finally {
      await world.admin.remove('ValidatingWebhookConfiguration', name)
    }
  })
})
