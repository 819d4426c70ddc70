import { onTestFinished, vi } from 'vitest'

/** From here on the SDK finds AWS at this address, as it does in the sandbox, and tries so often; until the test is over. */
export const awsAt = (url: string, attempts = 1): void => {
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIACATNAP')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'sandbox')
  vi.stubEnv('AWS_MAX_ATTEMPTS', String(attempts))
  onTestFinished(() => void vi.unstubAllEnvs())
}
