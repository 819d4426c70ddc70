import type { DeleteOptions } from './deletion.ts'
import { type JsonObject, isJsonObject } from './json.ts'

/** Reads the DeleteOptions of a request from its body or, as kubectl and old clients send them, from its query. */
export const parseDeleteOptions = (body: unknown, query: URLSearchParams): DeleteOptions => {
  const options: JsonObject = isJsonObject(body) ? body : {}
  const preconditions = isJsonObject(options.preconditions) ? options.preconditions : undefined
  const graceSeconds = options.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined
  const policy = options.propagationPolicy ?? query.get('propagationPolicy') ?? undefined
  const dryRun: unknown = options.dryRun
  return {
    ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: Number(graceSeconds) }),
    ...(policy === undefined ? {} : { propagationPolicy: String(policy) }),
    ...(preconditions === undefined ? {} : { preconditions }),
    dryRun: query.getAll('dryRun').includes('All') || (Array.isArray(dryRun) && dryRun.includes('All')),
  }
}
