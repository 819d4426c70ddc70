import type { ObjectRef } from '../workload.ts'
import type { Advice, Advised } from './advise.ts'
import { sayCpu, sayMemory } from './container.ts'

/** One container as a strategic-merge patch names it: merged by name, what is not named stays. */
interface ContainerPatch {
  readonly name: string
  readonly resources: {
    readonly requests?: Readonly<Record<string, string>>
    readonly limits?: Readonly<Record<string, string>>
  }
}

/** The part of a pod's spec that is changed. */
interface PodPatch {
  readonly containers?: readonly ContainerPatch[]
  readonly initContainers?: readonly ContainerPatch[]
}

interface TemplatePatch {
  readonly template: { readonly spec: PodPatch }
}

/** A strategic-merge patch, for `kubectl patch --patch-file` or to be merged into a manifest. */
export interface AdvicePatch {
  readonly apiVersion: 'apps/v1' | 'batch/v1'
  readonly kind: ObjectRef['kind']
  readonly metadata: { readonly namespace: string; readonly name: string }
  readonly spec: TemplatePatch | { readonly jobTemplate: { readonly spec: TemplatePatch } }
}

/** What the advice on a workload's containers changes in it; undefined when there is nothing to change. */
export const advicePatch = (
  { kind, namespace, name }: ObjectRef,
  advice: readonly Advice[],
): AdvicePatch | undefined => {
  const mine = advice.filter(
    ({ workload }) => workload.kind === kind && workload.namespace === namespace && workload.name === name,
  )
  const containers = mine.filter(({ sidecar }) => sidecar !== true).flatMap(containerPatch)
  const initContainers = mine.filter(({ sidecar }) => sidecar === true).flatMap(containerPatch)
  if (containers.length + initContainers.length === 0) return undefined
  const spec = {
    ...(containers.length === 0 ? {} : { containers }),
    ...(initContainers.length === 0 ? {} : { initContainers }),
  }
  const template = { template: { spec } }
  return {
    apiVersion: kind === 'CronJob' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { namespace, name },
    spec: kind === 'CronJob' ? { jobTemplate: { spec: template } } : template,
  }
}

const containerPatch = ({ container, requestNow, advised }: Advice): readonly ContainerPatch[] => {
  const requests = changedRequests(requestNow, advised)
  const limits = advised.memoryLimitMiB === undefined ? undefined : { memory: sayMemory(advised.memoryLimitMiB) }
  if (requests === undefined && limits === undefined) return []
  return [
    {
      name: container,
      resources: { ...(requests === undefined ? {} : { requests }), ...(limits === undefined ? {} : { limits }) },
    },
  ]
}

const changedRequests = (
  now: Advice['requestNow'],
  { cpuMilli, memoryMiB }: Advised,
): Readonly<Record<string, string>> | undefined => {
  const requests = {
    ...(cpuMilli === undefined || cpuMilli === now.cpuMilli ? {} : { cpu: sayCpu(cpuMilli) }),
    ...(memoryMiB === undefined || memoryMiB === now.memoryMiB ? {} : { memory: sayMemory(memoryMiB) }),
  }
  return Object.keys(requests).length === 0 ? undefined : requests
}
