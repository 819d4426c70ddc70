import { isJsonObject, type JsonObject } from './cluster/json.ts'
import type { KubernetesObject } from './cluster/kubernetes-object.ts'
import type { Sandbox } from './sandbox.ts'

/** Where a host leads: into an environment, by its Service `cluster/namespace/name`, or to the wake function. */
export type Way = { readonly to: 'service'; readonly service: string } | { readonly to: 'wake' }

/**
 * Where a host leads now: by the Ingress that names it, or by the first rule of the balancer in front of its cluster, or,
 * while that has none, straight to its Service as before Catnap came. What nobody knows gets to the wake function.
 */
export const leadHost = (sandbox: Sandbox, hosts: Readonly<Record<string, string>>, host: string): Way => {
  const service = hosts[host]
  if (service === undefined) return { to: 'wake' }
  const [cluster = ''] = service.split('/')
  return byIngress(sandbox, cluster, host) ?? byRule(sandbox, cluster, host) ?? { to: 'service', service }
}

const byIngress = ({ clusters }: Sandbox, cluster: string, host: string): Way | undefined => {
  const simulated = clusters.get(cluster)
  for (const ingress of simulated?.list('networking.k8s.io/v1', 'Ingress') ?? []) {
    const backend = backendFor(ingress, host)
    if (backend === undefined) continue
    const { name, port } = backend
    const { namespace } = ingress.metadata
    if (isJsonObject(port) && port['name'] === 'use-annotation') return byAction(ingress.metadata.annotations?.[`alb.ingress.kubernetes.io/actions.${name}`])
    const found = simulated?.list('v1', 'Service').find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)
    const isElsewhere = isJsonObject(found?.spec) && found.spec['type'] === 'ExternalName'
    return isElsewhere ? { to: 'wake' } : { to: 'service', service: `${cluster}/${namespace}/${name}` }
  }
  return undefined
}

/** The backend of the first path of a host's rule: the example's Ingresses have one. */
const backendFor = ({ spec }: KubernetesObject, host: string): JsonObject | undefined => {
  const rules = isJsonObject(spec) && Array.isArray(spec['rules']) ? spec['rules'].filter(isJsonObject) : []
  const http = rules.find((rule) => rule['host'] === host)?.['http']
  const [path] = isJsonObject(http) && Array.isArray(http['paths']) ? http['paths'].filter(isJsonObject) : []
  const backend = path?.['backend']
  return isJsonObject(backend) && isJsonObject(backend['service']) ? backend['service'] : undefined
}

/** The AWS Load Balancer Controller follows an action of the Ingress: where one is missing it leads nowhere. */
const byAction = (action = '{}'): Way | undefined => {
  const { forwardConfig } = JSON.parse(action) as { readonly forwardConfig?: { readonly targetGroups?: readonly { readonly targetGroupARN?: string; readonly weight?: number }[] } }
  const led = forwardConfig?.targetGroups?.find(({ weight }) => weight !== 0)
  return led?.targetGroupARN?.includes(':targetgroup/catnap-wake') === true ? { to: 'wake' } : undefined
}

const byRule = ({ cloud: { balancers, targetGroups } }: Sandbox, cluster: string, host: string): Way | undefined => {
  const region = targetGroups.all.find((group) => group.cluster === cluster)?.region
  const targetGroupArn = region === undefined ? undefined : balancers.route(region, host)
  if (targetGroupArn === undefined) return undefined
  if (balancers.wakeTargetGroupArns.includes(targetGroupArn)) return { to: 'wake' }
  const group = targetGroups.all.find((each) => each.targetGroupArn === targetGroupArn)
  return group === undefined ? undefined : { to: 'service', service: `${group.cluster}/${group.service}` }
}
