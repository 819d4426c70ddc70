import { afterAll, beforeAll } from 'vitest'
import { type ContractWorld, contractWorld } from '../contract/contract-world.ts'
import { frontContract } from '../contract/front-contract.ts'
import { realCluster } from './real-cluster.ts'

let cluster: Awaited<ReturnType<typeof realCluster>> | undefined
let opened: ContractWorld | undefined

const world = (): ContractWorld => {
  if (opened === undefined) throw new Error('the cluster under test did not start')
  return opened
}

beforeAll(async () => {
  cluster = await realCluster()
  opened = await contractWorld(cluster)
})
afterAll(async () => {
  await opened?.close()
  await cluster?.close()
})

const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'

/** As the AWS Load Balancer Controller or ingress-nginx registers one, and its Service has no pod yet. */
const failClosedWebhook = async (namespace: string) => {
  const name = `not-up-${namespace}`
  const { admin } = world()
  const { status, body } = await admin.call('POST', WEBHOOKS, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [{
      name: 'vingress.example.com',
      clientConfig: { service: { namespace, name: 'webhook', path: '/validate' } },
      rules: [{ apiGroups: ['networking.k8s.io'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['ingresses'] }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      timeoutSeconds: 1,
    }],
  })
  if (status !== 201) throw new Error(`the webhook was not registered: found ${status} ${JSON.stringify(body)}, expected 201`)
  // The API server calls it within a second or so.
  await world().cluster.until('the webhook refuses', async () =>
    (await admin.call('PATCH', `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/web?dryRun=All`, { metadata: { labels: { tried: 'yes' } } }, 'application/merge-patch+json')).status === 500)
  return { lift: async () => void (await admin.call('DELETE', `${WEBHOOKS}/${name}`)) }
}

frontContract(world, failClosedWebhook)
