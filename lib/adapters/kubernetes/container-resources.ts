import type { V1Container } from '@kubernetes/client-node'
import { type Requests, requestsOf } from '../../domain/requests.ts'

/** What a container asks for, and its limits where it has any. */
export interface ContainerResources {
  readonly requestNow: Requests
  readonly limits: Partial<Requests>
}

/**
 * What a container of a workload's template gets: where it asks for nothing, its limit. What its template leaves open a
 * LimitRange or a webhook may have filled in when the pod was made, so that is read from a pod. Rule: `SetDefaults_Pod`,
 * and the LimitRanger after it.
 */
export const resourcesOf = (template: V1Container, inPod: V1Container | undefined): ContainerResources => {
  const of = (resource: 'cpu' | 'memory') => {
    const limit = template.resources?.limits?.[resource] ?? inPod?.resources?.limits?.[resource]
    const request = template.resources?.requests?.[resource] ?? template.resources?.limits?.[resource] ?? inPod?.resources?.requests?.[resource]
    return { limit, request: request ?? limit ?? '0' }
  }
  const [cpu, memory] = [of('cpu'), of('memory')]
  const limits = requestsOf({ cpu: cpu.limit ?? '0', memory: memory.limit ?? '0' })
  return {
    requestNow: requestsOf({ cpu: cpu.request, memory: memory.request }),
    // A limit of 0 is none.
    limits: { ...(limits.cpuMilli > 0 ? { cpuMilli: limits.cpuMilli } : {}), ...(limits.memoryMiB > 0 ? { memoryMiB: limits.memoryMiB } : {}) },
  }
}
