import { afterEach, describe, expect, it, vi } from 'vitest'
import { defaultProvider } from '../../../lib/adapters/aws/lambda-credentials.ts'

afterEach(() => void vi.unstubAllEnvs())

describe('the credentials of a Lambda', () => {
  it('are those of its variables, read anew for each client', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIA1')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's')
    vi.stubEnv('AWS_SESSION_TOKEN', 't')
    await expect(defaultProvider()()).resolves.toEqual({ accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 't' })
  })

  it('missing, are said to be', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined)
    await expect(defaultProvider()()).rejects.toThrow('found no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  })
})
