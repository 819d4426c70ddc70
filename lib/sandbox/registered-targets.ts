import type { TargetGroup, TargetGroups } from './cloud/target-groups.ts'
import type { SimulatedCluster } from './cluster/create-cluster.ts'
import { isJsonObject } from './cluster/json.ts'
import { keyOf, type KubernetesObject, type ObjectChange } from './cluster/kubernetes-object.ts'
import { isActive, isReady } from './cluster/pod-state.ts'
import type { Pod } from './cluster/resources.ts'

/** A Service behind the balancer of its cluster. */
interface Backend {
  readonly cluster: string
  /** `namespace/name`. */
  readonly service: string
}

/**
 * Keeps the target group of a Service as the AWS Load Balancer Controller does: its pods are targets, healthy when ready,
 * and a TargetGroupBinding beside the Service names the group.
 */
export const registerTargets = (targetGroups: TargetGroups, simulated: SimulatedCluster, backend: Backend): void => {
  const { cluster, service } = backend
  const [namespace] = service.split('/')
  let selector: readonly (readonly [string, unknown])[] = []
  let held = ''
  const healthByPod = new Map<string, boolean>()
  const binding = bindingOf(targetGroups.of(cluster, service))

  const note = (pod: Pod, isGone: boolean): void => {
    const isTarget = !isGone && isActive(pod) && pod.spec.nodeName !== undefined && hasLabels(pod, selector)
    if (isTarget) healthByPod.set(keyOf(pod), isReady(pod))
    else healthByPod.delete(keyOf(pod))
  }
  const hold = (): void => {
    const healthy = [...healthByPod.values()].filter(Boolean).length
    const now = `${healthByPod.size}/${healthy}`
    if (now !== held) targetGroups.hold(cluster, service, { registered: healthByPod.size, healthy })
    held = now
  }

  simulated.onChange(({ type, object }: ObjectChange) => {
    if (object.metadata.namespace !== namespace) return
    if (object.kind === 'Service' && keyOf(object) === service) {
      selector = type === 'DELETED' ? [] : selectorOf(object)
      if (type === 'ADDED') simulated.apply([binding])
      if (type === 'DELETED') simulated.remove({ ...binding, ...binding.metadata })
      healthByPod.clear()
      for (const pod of simulated.list('v1', 'Pod') as readonly Pod[]) note(pod, pod.metadata.namespace !== namespace)
    } else if (object.kind === 'Pod') note(object as Pod, type === 'DELETED')
    else return
    hold()
  })
}

/** Named as the controller names it, which is as the group. */
const bindingOf = ({ service, targetGroup, targetGroupArn }: TargetGroup) => {
  const [namespace = '', name = ''] = service.split('/')
  return {
    apiVersion: 'elbv2.k8s.aws/v1beta1',
    kind: 'TargetGroupBinding',
    metadata: { namespace, name: targetGroup.split('/')[1] ?? '' },
    spec: { targetGroupARN: targetGroupArn, targetType: 'ip', serviceRef: { name, port: 80 } },
  }
}

const selectorOf = ({ spec }: KubernetesObject): readonly (readonly [string, unknown])[] =>
  isJsonObject(spec) && isJsonObject(spec['selector']) ? Object.entries(spec['selector']) : []

/** A Service without a selector selects nothing. */
const hasLabels = ({ metadata }: Pod, selector: readonly (readonly [string, unknown])[]): boolean =>
  selector.length > 0 && selector.every(([label, value]) => metadata.labels?.[label] === value)
