import type { V1Node } from '@kubernetes/client-node'
import { type Node, RECLAIM_TAINT } from '../../domain/node.ts'
import { poolOfLabels } from '../../domain/pool-kind.ts'
import { quantity, requestsOf } from '../../domain/requests.ts'
import { type Instant, instant } from '../../domain/time.ts'

/** When we marked it. A taint of this key with any other value was set by a person: no mark of ours. */
const readTaintValue = (value: string | undefined): Instant | undefined => {
  const [, date, hours, minutes, seconds] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z$/.exec(value ?? '') ?? []
  return date === undefined ? undefined : instant(`${date}T${hours}:${minutes}:${seconds}Z`)
}

/** One node of a list as the domain sees it. */
export const toNode = ({ metadata, spec, status }: V1Node): Node => {
  const labels = metadata?.labels ?? {}
  const taints = (spec?.taints ?? []).map(({ key, value, effect }) => ({ key, effect, ...(value === undefined ? {} : { value }) }))
  const markedAt = readTaintValue(taints.find(({ key }) => key === RECLAIM_TAINT)?.value)
  const pool = poolOfLabels(labels)
  return {
    name: metadata?.name ?? '',
    resourceVersion: metadata?.resourceVersion ?? '',
    instanceId: spec?.providerID?.split('/').at(-1) ?? '',
    instanceType: labels['node.kubernetes.io/instance-type'] ?? '',
    zone: labels['topology.kubernetes.io/zone'] ?? '',
    labels,
    taints,
    cordoned: spec?.unschedulable ?? false,
    ready: status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
    createdAt: instant(new Date(metadata?.creationTimestamp ?? 0).toISOString()),
    allocatable: requestsOf(status?.allocatable),
    allocatablePods: quantity(status?.allocatable?.['pods'] ?? 110),
    ...(pool === undefined ? {} : { pool: pool.name, poolKind: pool.kind }),
    ...(markedAt === undefined ? {} : { markedAt }),
  }
}
