import { AwsError } from './aws-error.ts'
import type { PrometheusModel } from './prometheus-model.ts'
import type { Service } from './service.ts'
import { restJsonAnswer, restJsonRefusal } from './wire.ts'

const path = /^\/workspaces\/(ws-[0-9a-f-]{36})\/api\/v1\/query_range$/

/** Amazon Managed Prometheus: the query API of its workspaces, by their ids. */
export const apsService = (workspaces: ReadonlyMap<string, PrometheusModel>): Service => ({
  action: (request) => (request.method === 'POST' && path.test(request.path) ? 'QueryMetrics' : undefined),
  handle: (_, request) => {
    const workspace = workspaces.get(path.exec(request.path)?.[1] ?? '')
    if (workspace === undefined) throw new AwsError(404, 'ResourceNotFoundException', 'Workspace not found')
    const { status, body } = workspace.queryRange(new URLSearchParams(request.body))
    return { ...restJsonAnswer(body, request.requestId), status }
  },
  refuse: restJsonRefusal,
})
