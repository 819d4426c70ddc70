import type { KubernetesObject } from '../../../lib/sandbox/cluster/kubernetes-object.ts'
import { budgetOf, daemonSetOf, deploymentOf, podOf, templateOf } from '../../sandbox/cluster/manifests-of.ts'

/** What runs in a pool, and of which of it no pod may leave its node. */
export interface CrowdedPool {
  readonly objects: readonly KubernetesObject[]
  /** Apps, by their label, whose pods may be moved; the fewest that must be ready at any time. */
  readonly moving: Readonly<Record<string, number>>
  readonly staying: Readonly<Record<string, number>>
}

/** Mixed workloads for nodes with this label and its taint, in a namespace and in `kube-system`. */
export const crowdedPool = (namespace: string, pool: string): CrowdedPool => {
  const spec = { nodeSelector: { 'catnap.test/pool': pool }, tolerations: [{ key: 'catnap.test/own', operator: 'Exists' }] }
  const template = (name: string, cpu: string, { annotations = {}, ...more }: { readonly annotations?: object; readonly volumes?: readonly object[]; readonly tolerations?: readonly object[] } = {}) => {
    const made = templateOf(name, { ...spec, ...more }, { resources: { requests: { cpu, memory: '64Mi' } } })
    return { ...made, metadata: { ...made.metadata, annotations } }
  }
  const app = (name: string, replicas: number, cpu: string, more = {}) => deploymentOf(name, { replicas, template: template(name, cpu, more) })
  const inside = (object: KubernetesObject, home = namespace): KubernetesObject => ({ ...object, metadata: { ...object.metadata, namespace: home } })
  const system = (object: KubernetesObject) => inside(object, 'kube-system')
  const [metrics, dns] = [`metrics-${pool}`, `dns-${pool}`]
  return {
    objects: [
      app('web', 40, '300m'), budgetOf('web', 'web', { maxUnavailable: '25%' }),
      app('api', 10, '200m'), budgetOf('api', 'api', { minAvailable: 8 }),
      app('free', 10, '200m'),
      app('never', 2, '200m'), budgetOf('never', 'never', { maxUnavailable: 0 }),
      app('twice', 2, '200m'), budgetOf('twice', 'twice', { maxUnavailable: 1 }), budgetOf('twice-again', 'twice', { maxUnavailable: 1 }),
      app('unsafe', 1, '200m', { annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' } }),
      app('local', 2, '200m', { volumes: [{ name: 'scratch', emptyDir: {} }] }),
      app('tolerant', 1, '200m', { tolerations: [{ operator: 'Exists' }] }),
      podOf('by-hand', spec),
      daemonSetOf('agent', { template: template('agent', '50m', { tolerations: [{ operator: 'Exists' }] }) }),
    ].map((object) => inside(object)).concat([
      app(metrics, 2, '200m'), app(dns, 2, '200m'), budgetOf(dns, dns, { maxUnavailable: 1 }),
    ].map((object) => system(object))),
    moving: { web: 30, api: 8, free: 0, [dns]: 1 },
    staying: { never: 2, twice: 2, unsafe: 1, local: 2, tolerant: 1, 'by-hand': 1, [metrics]: 2 },
  }
}
