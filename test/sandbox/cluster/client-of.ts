import { ApiException, KubeConfig } from '@kubernetes/client-node'
import type { SimulatedCluster } from '../../../lib/sandbox/cluster/create-cluster.ts'

/** A configuration of the real client that speaks to the cluster with a token. */
export const configOf = ({ url }: SimulatedCluster, token = 'admin'): KubeConfig => {
  const config = new KubeConfig()
  // The client speaks plain HTTP only where it need not verify TLS.
  config.loadFromClusterAndUser({ name: 'test', server: url, skipTLSVerify: true }, { name: token, token })
  return config
}

/** What a refused call was refused with. */
export interface Refusal {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly details: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** The refusal a call ends in; throws when it succeeds. */
export const refusal = async (call: Promise<unknown>): Promise<Refusal> => {
  try {
    await call
  } catch (error) {
    if (!(error instanceof ApiException)) throw error
    const { code, body, headers } = error
    // The client hands the body over as text, parsed, or (of a 401) not at all.
    const { reason = '', message = '', details } = typeof body === 'string' ? JSON.parse(body) : (body ?? {})
    return { code, reason, message, details, headers }
  }
  throw new Error('the call succeeded: expected a refusal')
}
