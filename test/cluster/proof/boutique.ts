import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { hpaOf, rolloutOf, scaledObjectOf } from '../../contract/custom-kinds.ts'
import { budgetOf, cronJobOf, deploymentOf, statefulSetOf, templateOf } from '../../sandbox/cluster/manifests-of.ts'

/**
 * The twelve services of GoogleCloudPlatform/microservices-demo v0.10.6 (Apache-2.0) with what a pod of each asks for; their
 * manifests have one replica each, here no two have the same number.
 */
const SERVICES = [
  ['frontend', '100m', '64Mi'], ['adservice', '200m', '180Mi'], ['currencyservice', '100m', '64Mi'], ['cartservice', '200m', '64Mi'],
  ['redis-cart', '70m', '200Mi'], ['loadgenerator', '300m', '256Mi'], ['recommendationservice', '100m', '220Mi'], ['checkoutservice', '100m', '64Mi'],
  ['emailservice', '100m', '64Mi'], ['paymentservice', '100m', '64Mi'], ['shippingservice', '100m', '64Mi'], ['productcatalogservice', '100m', '64Mi'],
] as const

/** The boutique and all around it that a platform team puts there, every kind Catnap knows. For the namespace they are made in. */
export const boutique = (namespace: string): readonly KubernetesObject[] => [
  ...SERVICES.map(([name, cpu, memory], index) => deploymentOf(name, { replicas: index + 1, template: templateOf(name, {}, { resources: { requests: { cpu, memory } } }) })),
  deploymentOf('off-already', { replicas: 0 }),
  ownedBy(application(namespace), deploymentOf('from-argo', { replicas: 2 })),
  ownedBy(kustomization(namespace), deploymentOf('from-flux', { replicas: 3 })),
  statefulSetOf('ledger', { replicas: 3, podManagementPolicy: 'Parallel' }),
  statefulSetOf('queue', { replicas: 2, podManagementPolicy: 'Parallel' }),
  cronJobOf('rates', '0 4 1 1 *'),
  cronJobOf('paused-already', '0 4 1 1 *', { suspend: true }),
  rolloutOf('canary', 4),
  scaledObjectOf('orders'),
  scaledObjectOf('held-by-its-owner', { 'autoscaling.keda.sh/paused': 'true' }),
  hpaOf('bounds', 'frontend', 1, 5),
  restsAtZero('rests-at-zero', 'adservice'),
  { ...restsAtZero('slow-to-grow', 'currencyservice', { scaleUp: { stabilizationWindowSeconds: 60 }, scaleDown: { selectPolicy: 'Disabled' } }) },
  budgetOf('most-of-checkout', 'checkoutservice', { minAvailable: '80%' }),
]

/** One of each kind, and as few pods as that takes: for the runs that are many. */
export const corner = (namespace: string): readonly KubernetesObject[] => [
  ownedBy(application(namespace), deploymentOf('web', { replicas: 2 })),
  ownedBy(kustomization(namespace), deploymentOf('api', { replicas: 1 })),
  statefulSetOf('basket', { replicas: 2, podManagementPolicy: 'Parallel' }),
  cronJobOf('rates', '0 4 1 1 *'),
  rolloutOf('canary', 1),
  scaledObjectOf('orders'),
  restsAtZero('rests-at-zero', 'api'),
  budgetOf('one-of-web', 'web', { minAvailable: 1 }),
]

/** Where the GitOps tools live. */
export const TOOL_NAMESPACES = ['argocd', 'flux-system'] as const

/** The GitOps objects that own part of it, in namespaces of their own. */
export const ownersOf = (namespace: string): readonly KubernetesObject[] => [application(namespace), kustomization(namespace)]

const application = (namespace: string): KubernetesObject => ({
  apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: namespace, namespace: 'argocd' },
  spec: { project: 'default', destination: { namespace }, syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=false'] } },
})

const kustomization = (namespace: string): KubernetesObject => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name: namespace, namespace: 'flux-system' },
  spec: { interval: '10m', path: './shop', prune: true, targetNamespace: namespace },
})

/** The object with the marks by which its owner knows it. */
const ownedBy = ({ kind, metadata: { name, namespace = '' } }: KubernetesObject, object: KubernetesObject): KubernetesObject => {
  const marks = kind === 'Application'
    ? { annotations: { 'argocd.argoproj.io/tracking-id': `${name}:apps/${object.kind}:${name}/${object.metadata.name}` } }
    : { labels: { 'kustomize.toolkit.fluxcd.io/name': name, 'kustomize.toolkit.fluxcd.io/namespace': namespace } }
  return { ...object, metadata: { ...object.metadata, ...marks } }
}

/** An HPA that may take its target to zero, which the API server takes only with a metric that is not of its pods. */
const restsAtZero = (name: string, target: string, behavior?: object): KubernetesObject => {
  const hpa = hpaOf(name, target, 0, 9)
  const metrics = [{ type: 'External', external: { metric: { name: 'orders' }, target: { type: 'Value', value: '5' } } }]
  return { ...hpa, spec: { ...(hpa.spec as object), metrics, ...(behavior === undefined ? {} : { behavior }) } }
}
