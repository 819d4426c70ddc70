import type { Call, Gate } from './gate.ts'

const REFUSALS = {
  throttle: { status: 429, code: 'ThrottlingException', type: 'ProvisionedThroughputExceededException', tableStatus: 400, reason: 'TooManyRequests' },
  fail: { status: 500, code: 'InternalFailure', type: 'InternalServerError', tableStatus: 500, reason: 'InternalError' },
  conflict: { status: 409, code: 'ResourceInUseException', type: 'TransactionConflictException', tableStatus: 400, reason: 'Conflict' },
  forbid: { status: 403, code: 'AccessDeniedException', type: 'AccessDeniedException', tableStatus: 400, reason: 'Forbidden' },
  invalid: { status: 422, code: 'InvalidParameterException', type: 'ValidationException', tableStatus: 400, reason: 'Invalid' },
  timeout: { status: 504, code: 'GatewayTimeout', type: 'InternalServerError', tableStatus: 500, reason: 'Timeout' },
} as const

/** A gate as the table's proxy asks it. */
export const tableFaults = (gate: Gate) => {
  const known = new WeakMap<object, Call>()
  return {
    intercept: async (request: { what: string }) => {
      const { call, refusal } = await gate.before('table', request.what)
      known.set(request, call)
      if (refusal === undefined || refusal === 'drop') return refusal
      return { status: REFUSALS[refusal].tableStatus, type: REFUSALS[refusal].type }
    },
    committed: (request: object) => gate.after(known.get(request)),
  }
}

/** A gate as a cluster asks it, simulated or behind a proxy. */
export const clusterFaults = (gate: Gate) => {
  const known = new WeakMap<object, Call>()
  return {
    intercept: async (request: { method: string; path: string }) => {
      const { call, refusal } = await gate.before('cluster', `${request.method} ${request.path.split('?')[0]}`)
      known.set(request, call)
      if (refusal === undefined || refusal === 'drop') return refusal
      const { status, reason } = REFUSALS[refusal]
      return { status, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message: 'thrown by the test', code: status } }
    },
    committed: (request: object) => gate.after(known.get(request)),
  }
}

/** A gate as the simulated cloud asks it. */
export const cloudFaults = (gate: Gate) => {
  const known = new WeakMap<object, Call>()
  return {
    intercept: async (request: { service: string; action: string }) => {
      const { call, refusal } = await gate.before('aws', `${request.service} ${request.action}`)
      known.set(request, call)
      if (refusal === undefined || refusal === 'drop') return refusal
      return { status: REFUSALS[refusal].status, code: REFUSALS[refusal].code, message: 'thrown by the test' }
    },
    committed: (request: object) => gate.after(known.get(request)),
  }
}
