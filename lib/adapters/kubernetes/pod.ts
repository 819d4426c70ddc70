import type { V1Container, V1PodSpec, V1Pod } from '@kubernetes/client-node'
import type { Pod } from '../../domain/node.ts'
import { addRequests, largerRequests, NO_REQUESTS, type Requests, requestsOf } from '../../domain/requests.ts'
import type { PodNeeds } from '../../domain/workload.ts'

/** What decides where a pod of this spec may run. */
export const podNeeds = (spec: V1PodSpec | undefined): PodNeeds => {
  const needs = {
    requests: podRequests(spec),
    nodeSelector: spec?.nodeSelector ?? {},
    tolerations: (spec?.tolerations ?? []).map(({ key, operator, value, effect }) => ({
      ...(key === undefined ? {} : { key }),
      ...(operator === undefined ? {} : { operator }),
      ...(value === undefined ? {} : { value }),
      ...(effect === undefined ? {} : { effect }),
    })),
  }
  const claims = spec?.volumes?.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []) ?? []
  return claims.length === 0 ? needs : { ...needs, claims }
}

/**
 * What a pod asks of a node: the larger of its containers with their sidecars, and of each init container with the
 * sidecars started before it; plus overhead. Rule: KEP-753, `PodRequests` of component-helpers.
 */
const podRequests = (spec: V1PodSpec | undefined): Requests => {
  let sidecars = NO_REQUESTS
  let starting = NO_REQUESTS
  for (const container of spec?.initContainers ?? []) {
    const asked = requestsOf(container.resources?.requests)
    if (container.restartPolicy === 'Always') sidecars = addRequests(sidecars, asked)
    starting = largerRequests(starting, container.restartPolicy === 'Always' ? sidecars : addRequests(sidecars, asked))
  }
  const running = (spec?.containers ?? []).reduce((sum, container: V1Container) => addRequests(sum, requestsOf(container.resources?.requests)), sidecars)
  return addRequests(largerRequests(running, starting), requestsOf(spec?.overhead))
}

/** One pod of a list as the domain sees it. */
export const toPod = ({ metadata, spec, status }: V1Pod): Pod => {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true)
  const rolloutHash = metadata?.labels?.['rollouts-pod-template-hash']
  const templateHash = rolloutHash ?? metadata?.labels?.['pod-template-hash']
  return {
    ...podNeeds(spec),
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    phase: status?.phase ?? 'Unknown',
    ready: status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
    terminating: metadata?.deletionTimestamp !== undefined,
    mirror: metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined || owner?.kind === 'Node',
    ...(spec?.nodeName === undefined || spec.nodeName === '' ? {} : { node: spec.nodeName }),
    ...(owner === undefined ? {} : { owner: { kind: owner.kind, name: owner.name } }),
    ...(templateHash === undefined ? {} : { templateHash }),
    ...(rolloutHash === undefined ? {} : { templateOf: 'Rollout' as const }),
  }
}
